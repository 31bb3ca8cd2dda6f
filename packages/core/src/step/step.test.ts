/** The compiled step against the readable reference, and laws of step time, over random models and steps. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONVENTIONS } from '../architecture/convention.ts'
import type { ModelSpec } from '../architecture/model.ts'
import { type KernelSetting, networkOf, networkOperators, passMaker } from '../architecture/network.ts'
import { rooflineCost } from '../cost/roofline.ts'
import { dtypes, models, steps } from '../scenario/random.testkit.ts'
import { decoder } from '../scenario/scenario.testkit.ts'
import { compileStep } from './compile.ts'
import { referenceStepTime } from './reference.ts'
import { evaluate, templateOf } from './template.ts'

const ROOFS = {
  matrix: { fp16: 312e12, bf16: 312e12, int8: 624e12, fp8: 624e12, fp32: 19.5e12 },
  vector: { fp32: 19.5e12 },
  bandwidthBytePerS: 2e12,
}
const FLASH: KernelSetting = {
  kernel: 'flash',
  tile: { sharedMemoryBytes: 163 * 1024, l2Bytes: 2 ** 20, computeUnits: 4 },
}

function machine(model: ModelSpec, weights: 'bf16' | 'int4' = 'bf16', setting = FLASH, roofs = ROOFS) {
  const convention = CONVENTIONS.exact
  const precision = { ...model.precision, weights }
  const network = networkOf(model, precision, convention)
  const cost = rooflineCost(roofs, { convention, ...precision })
  const template = templateOf(network, setting)
  return { network, cost, template, compiled: compileStep(template, cost) }
}

const kernels = fc.constantFrom<KernelSetting[]>(FLASH, { kernel: 'eager', tile: {} })

describe('the compiled step', () => {
  it('equals the readable reference for any model and any mix of groups', () => {
    fc.assert(
      fc.property(models, steps, kernels, (model, groups, setting) => {
        const { network, cost, compiled } = machine(model, 'bf16', setting)
        const slow = referenceStepTime(network, setting, cost, { step: { groups } })
        expect(Math.abs(compiled.timeS(groups) - slow)).toBeLessThanOrEqual(1e-9 * slow)
      }),
      { numRuns: 150 },
    )
  })

  it('fills in the same operators as their builders make', () => {
    fc.assert(
      fc.property(models, steps, (model, groups) => {
        const { network, template } = machine(model)
        const built = networkOperators(network, { step: { groups } }, passMaker(network, FLASH))
        const filled = evaluate(template, { step: { groups } })
        expect(filled.length).toBe(built.length)
        filled.forEach((group, g) => {
          group.operators.forEach((operator, i) => {
            const twin = built[g]?.operators[i]
            expect(operator.name).toBe(twin?.name)
            for (const of of [
              'flop',
              'vectorFlop',
              'weightBytes',
              'activationReadBytes',
              'activationWriteBytes',
              'kvReadBytes',
              'kvWriteBytes',
            ] as const) {
              const slow = twin?.[of] ?? Number.NaN
              expect(Math.abs(operator[of] - slow)).toBeLessThanOrEqual(1e-9 * Math.abs(slow))
            }
          })
        })
      }),
      { numRuns: 60 },
    )
  })

  it('sums decode steps exactly: closed forms equal the loop', () => {
    const range = fc.record({ from: fc.nat(5000), steps: fc.nat(600), sequences: fc.integer({ min: 1, max: 64 }) })
    fc.assert(
      fc.property(models, range, (model, { from, steps: n, sequences }) => {
        const { compiled } = machine(model)
        let slow = 0
        for (let c = from; c <= from + n; c++) slow += compiled.timeS([{ sequences, newTokens: 1, contextTokens: c }])
        const fast = compiled.sumDecodeS(sequences, from, from + n)
        expect(Math.abs(fast - slow)).toBeLessThanOrEqual(1e-9 * slow)
      }),
      { numRuns: 60 },
    )
  })

  it('sums nothing over an empty range', () => {
    expect(
      machine(decoder({ hidden: 64, layers: 1, heads: 1, intermediate: 64, vocab: 10 })).compiled.sumDecodeS(1, 5, 4),
    ).toBe(0)
  })
})

const isChunked = (model: ModelSpec) =>
  model.stack.kinds.some(({ mixer }) => mixer?.kind === 'attention' && mixer.pattern.kind === 'chunked')

describe('laws of step time', () => {
  it('more sequences, more new tokens or a longer context never take less time', () => {
    fc.assert(
      fc.property(
        models,
        steps,
        fc.nat(3),
        fc.constantFrom('sequences', 'newTokens', 'contextTokens'),
        (model, groups, at, what) => {
          const { compiled } = machine(model)
          const i = at % groups.length
          const more = groups.map((group, j) => (j === i ? { ...group, [what]: group[what] + 1 } : group))
          // The form of a group's kernels changes past eight tokens; compare within a form.
          if (what === 'newTokens' && groups[i]?.newTokens === 8) return
          // Chunked attention begins anew with every chunk: one more token of context may leave less to read.
          if (what === 'contextTokens' && isChunked(model)) return
          const before = compiled.timeS(groups)
          expect(compiled.timeS(more)).toBeGreaterThanOrEqual(before * (1 - 1e-12))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('more bandwidth or compute never slows', () => {
    fc.assert(
      fc.property(models, steps, fc.double({ min: 1, max: 10, noNaN: true }), (model, groups, factor) => {
        const base = machine(model).compiled.timeS(groups)
        const faster = { ...ROOFS, bandwidthBytePerS: ROOFS.bandwidthBytePerS * factor }
        const stronger = {
          ...ROOFS,
          matrix: { ...ROOFS.matrix, bf16: ROOFS.matrix.bf16 * factor, fp16: ROOFS.matrix.fp16 * factor },
        }
        expect(machine(model, 'bf16', FLASH, faster).compiled.timeS(groups)).toBeLessThanOrEqual(base * (1 + 1e-12))
        expect(machine(model, 'bf16', FLASH, stronger).compiled.timeS(groups)).toBeLessThanOrEqual(base * (1 + 1e-12))
      }),
      { numRuns: 60 },
    )
  })

  it('moves no more bytes with narrower formats', () => {
    const bytes = (model: ModelSpec, kv: ModelSpec['precision']['kv'], weights: ModelSpec['precision']['weights']) => {
      const network = networkOf(model, { ...model.precision, kv, weights }, CONVENTIONS.exact)
      const groups = [{ sequences: 3, newTokens: 1, contextTokens: 700 }]
      let total = 0
      for (const group of networkOperators(network, { step: { groups } }, passMaker(network, FLASH))) {
        for (const o of group.operators) total += group.repeat * (o.weightBytes + o.kvReadBytes + o.kvWriteBytes)
      }
      return total
    }
    const width = { fp32: 32, bf16: 16, fp16: 16, int8: 8.5, fp8: 8, nvfp4: 4.5, int4: 4.2 } as Record<string, number>
    fc.assert(
      fc.property(models, dtypes, dtypes, (model, a, b) => {
        const [wide, narrow] = (width[a] ?? 0) >= (width[b] ?? 0) ? [a, b] : [b, a]
        expect(bytes(model, 'bf16', narrow)).toBeLessThanOrEqual(bytes(model, 'bf16', wide) * (1 + 1e-12))
        expect(bytes(model, narrow, 'bf16')).toBeLessThanOrEqual(bytes(model, wide, 'bf16') * (1 + 1e-12))
      }),
      { numRuns: 100 },
    )
  })
})
