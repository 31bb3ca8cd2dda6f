/** What every primitive of the model side owes: an identity, a price that compiled and readable forms agree on, sane laws. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONVENTIONS } from '../../architecture/convention.ts'
import { changePrecision } from '../../architecture/formats.ts'
import { networkOf } from '../../architecture/network.ts'
import { rooflineCost } from '../../cost/roofline.ts'
import { models, steps } from '../../scenario/random.testkit.ts'
import { compileStep } from '../../step/compile.ts'
import { referenceStepTime } from '../../step/reference.ts'
import { templateOf } from '../../step/template.ts'
import { defaultsOf, type PrimitiveId } from '../parameters.ts'
import type { Plan } from '../plan.ts'
import type { Values } from '../primitive.ts'
import { catalogueModel, testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'
import { analysisOf, use } from './modelSide.testkit.ts'
import { MODEL_SIDE } from './modelSide.ts'

describe.each(MODEL_SIDE.map((primitive) => [primitive.id as PrimitiveId, primitive] as const))(
  '%s',
  (id, primitive) => {
    it('changes nothing at its identity: not a second, byte or parameter', () => {
      for (const name of ['llama-3.1-8b', 'mixtral-8x7b', 'deepseek-v3']) {
        for (const kernel of ['flash', 'eager'] as const) {
          const plan = testPlan({ batchSize: 4 }, { model: catalogueModel(name), kernel })
          const same = use(plan, id, primitive.identity)
          expect(same).toEqual(plan)
          const [before, after] = [analysisOf(plan), analysisOf(same)]
          expect(after.request).toEqual(before.request)
          expect(after.memory).toEqual(before.memory)
          expect(after.parameters).toEqual(before.parameters)
        }
      }
    })

    it('leaves the plan it was given as it was', () => {
      const plan = testPlan({ batchSize: 4 })
      const before = JSON.stringify(plan)
      primitive.apply(plan, defaultsOf(id))
      expect(JSON.stringify(plan)).toBe(before)
    })

    it('has every parameter of its identity in the table', () => {
      expect(primitive.summary.length).toBeGreaterThan(20)
      for (const name of Object.keys(primitive.identity)) expect(primitive.parameters).toHaveProperty(name)
    })
  },
)

const ROOFS = {
  matrix: { fp16: 312e12, bf16: 312e12, int8: 624e12, fp8: 624e12, fp32: 19.5e12 },
  vector: { fp32: 19.5e12 },
  bandwidthBytePerS: 2e12,
}
const SETTING = { kernel: 'flash', tile: { sharedMemoryBytes: 163 * 1024, l2Bytes: 2 ** 20, computeUnits: 4 } } as const

/** Settings that touch every way in which a primitive of the model side changes operators. */
const USES: readonly (readonly [PrimitiveId, Values])[] = [
  ['WSP', { density: 0.5, structure: '2:4' }],
  ['RANK', { rank: 16, mode: 'replace' }],
  ['RANK', { rankShare: 0.25, layerShare: 0.5 }],
  ['RANK', { rank: 8, mode: 'additive' }],
  ['RANK', { rank: 8, mode: 'tensor-train' }],
  ['SIDE', { form: 'bottleneck', rank: 8 }],
  ['SIDE', { form: 'head', place: 'network', copies: 4 }],
  ['SIDE', { form: 'rotation' }],
  ['SIDE', { form: 'cross-attention', rows: 32, chunk: 8, layerShare: 0.5 }],
  ['LFRAC', { fraction: 0.6, earliest: 0.25, exitHead: 'vocabulary', exits: 4 }],
  ['LFRAC', { fraction: 0.4, kv: 'none' }],
  ['LFRAC', { fraction: 0.5, batch: 'uniform', kv: 'present' }],
  ['WFRAC', { density: 0.2, sites: 'heads+ffn', predictorRank: 32 }],
  ['WFRAC', { density: 0.5, sites: 'heads' }],
  ['WFRAC', { density: 0.5, work: 'per-token' }],
  ['EXP', { experts: 8, topK: 2, capacity: 1.25 }],
  ['DIM', { heads: 0.5, ffn: 0.7, depth: 0.5 }],
  ['APAT', { local: 64, global: 4, random: 16 }],
  ['APAT', { local: 32, stride: 24 }],
  ['APAT', { local: 16, dilation: 3, topKShare: 0.1, select: 'projection', selectDims: 8 }],
  ['APAT', { topK: 64, select: 'hash', rounds: 2 }],
  ['APAT', { topK: 64, select: 'projection', selectDims: 8, prefill: 'full', compensation: 'mean-value' }],
  ['POS', { kind: 'cache-relative', keys: 'rotated-at-read' }],
  ['POS', { kind: 'ntk-dynamic', keys: 'rotated-anew' }],
  ['KVB', { budget: 0.3, compensation: 'low-rank' }],
  ['KVB', { sink: 4, recent: 60, policy: 'static', budget: 1 }],
  ['LIN', { rank: 32 }],
  ['LIN', { scope: 'beside', layerShare: 0.5 }],
  ['MEM', { segment: 64, bank: 32, bank2: 8 }],
  ['MEM', { segment: 64, matrix: true, aggregate: 'gate' }],
  ['MEM', { segment: 64, bank: 8, carry: 8, aggregate: 'soft-prompt' }],
  ['GRID', { kind: 'codebook', codecFlopPerWeight: 2 }],
  ['FUSE', { what: 'activation' }],
  ['FUSE', { what: 'elementwise' }],
  ['KB', { bits: 4, residualTokens: 48 }],
]

function machine(plan: Plan) {
  const { model, rewrites, precision } = plan.scenario
  const convention = CONVENTIONS.exact
  const own = changePrecision(model.precision, precision)
  const network = networkOf(model, own, convention, rewrites)
  const cost = rooflineCost(ROOFS, { convention, weights: own.weights, activations: own.activations, kv: own.kv })
  return { network, cost, compiled: compileStep(templateOf(network, SETTING), cost) }
}

describe('rewritten networks', () => {
  it('price the same compiled and read: any model, any technique of the model side, any mix of groups', () => {
    let applied = 0
    fc.assert(
      fc.property(
        models,
        steps,
        fc.shuffledSubarray([...USES], { minLength: 1, maxLength: 3 }),
        (model, groups, uses) => {
          let plan = testPlan({}, { model })
          for (const [id, values] of uses) {
            const next = PRIMITIVES[id].apply(plan, { ...defaultsOf(id), ...values })
            if (next.ok) {
              plan = next.value
              applied++
            }
          }
          const { network, cost, compiled } = machine(plan)
          const slow = referenceStepTime(network, SETTING, cost, { step: { groups } })
          expect(Math.abs(compiled.timeS(groups) - slow)).toBeLessThanOrEqual(1e-9 * slow)
        },
      ),
      { numRuns: 150 },
    )
    expect(applied).toBeGreaterThan(100)
  })

  it('sum decode steps exactly, with patterns of techniques too', () => {
    const attention = USES.filter(([id]) => id === 'APAT' || id === 'KVB' || id === 'MEM' || id === 'LIN')
    const range = fc.record({ from: fc.nat(900), steps: fc.nat(300), sequences: fc.integer({ min: 1, max: 16 }) })
    fc.assert(
      fc.property(fc.constantFrom(...attention), range, ([id, values], { from, steps: n, sequences }) => {
        const { compiled } = machine(use(testPlan(), id, values))
        let slow = 0
        for (let c = from; c <= from + n; c++) slow += compiled.timeS([{ sequences, newTokens: 1, contextTokens: c }])
        const fast = compiled.sumDecodeS(sequences, from, from + n)
        expect(Math.abs(fast - slow)).toBeLessThanOrEqual(1e-9 * slow)
      }),
      { numRuns: 60 },
    )
  })
})
