import { describe, expect, it } from 'vitest'
import { device } from '../../scenario/scenario.testkit.ts'
import { gridErrorDb, gridLevels, quantise } from '../grids.ts'
import { testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'
import { analysisOf, cacheOf, decodeS, groupsOf, operatorOf, TINY, tiny, use, weightsOf } from './modelSide.testkit.ts'

describe('weight bits', () => {
  it('count scales and outliers as by hand', () => {
    // q_proj is 64 × 64. 4 bits and a 16-bit scale per 128: 4.125 bits · 4096 / 8 = 2112 bytes.
    const bytes = (values: object) => operatorOf(groupsOf(tiny('WB', { ...values }), 'decode'), 'q_proj').weightBytes
    expect(bytes({ bits: 4, group: 128 })).toBe(2112)
    // SpQR: 3 · 0.99 + 16 · 0.01 + 16/16 = 4.13 bits.
    expect(bytes({ bits: 3, group: 16, outlierShare: 0.01 })).toBeCloseTo((4.13 * 4096) / 8, 9)
    // One scale per output row of 64: 8 + 16/64 bits.
    expect(bytes({ bits: 8, group: 0 })).toBe((8.25 * 4096) / 8)
  })

  it('fewer bits never take more memory or time', () => {
    const plan = testPlan({ batchSize: 8 })
    let last = { bytes: Number.POSITIVE_INFINITY, s: Number.POSITIVE_INFINITY }
    for (const bits of [16, 12, 8, 6.5, 4, 3, 2, 1.58, 1]) {
      const own = use(plan, 'WB', { bits })
      const now = { bytes: weightsOf(own), s: decodeS(own, 8) }
      expect(now.bytes).toBeLessThan(last.bytes)
      expect(now.s).toBeLessThan(last.s)
      last = now
    }
  })

  it('leave the roof where it is: W8A16 computes in 16 bit, W8A8 in 8', () => {
    const dtype = (plan: ReturnType<typeof testPlan>) =>
      analysisOf(plan)
        .prefill.groups.flatMap((group) => group.operators)
        .find(({ operator }) => operator.name === 'q_proj')?.cost.computeDtype
    const w8 = use(testPlan(), 'WB', { bits: 8, group: 0 })
    expect(dtype(w8)).toMatch(/^b?f?p?f?16$/)
    expect(dtype(use(w8, 'AB', { bits: 8 }))).toBe('int8')
    expect(dtype(use(use(testPlan(), 'WB', { bits: 8, kind: 'float' }), 'AB', { bits: 8, kind: 'float' }))).toBe('fp8')
    // The H100 multiplies no INT4: widened to 8 bit.
    expect(dtype(use(use(testPlan(), 'WB', { bits: 4 }), 'AB', { bits: 4 }))).toMatch(/8$/)
  })

  it('have three outcomes: stays memory-bound, crosses to compute-bound, was compute-bound', () => {
    const cost = (bits: number, batch: number) => {
      const { decode } = analysisOf(use(testPlan({ batchSize: batch, promptTokens: 64 }), 'WB', { bits }))
      const found = decode?.groups
        .flatMap((group) => group.operators)
        .find(({ operator }) => operator.name === 'q_proj')
      if (!found) throw new Error('no q_proj')
      return found.cost
    }
    // Batch 1: one row; bytes fall to 4.125/16 of them and time with them.
    expect([cost(16, 1).bound, cost(4, 1).bound]).toEqual(['memory', 'memory'])
    expect(cost(4, 1).timeS / cost(16, 1).timeS).toBeCloseTo(4.125 / 16, 2)
    // 200 rows: 2·200 flop per weight over 2 bytes is below the knee of 295 flop/byte, over half a byte above it.
    expect([cost(16, 200).bound, cost(4, 200).bound]).toEqual(['memory', 'compute'])
    expect(cost(4, 200).timeS).toBeLessThan(cost(16, 200).timeS)
    // 2048 rows: no gain at all, and none from fewer bits still.
    expect([cost(16, 2048).bound, cost(4, 2048).bound]).toEqual(['compute', 'compute'])
    for (const bits of [8, 4, 2, 1]) expect(cost(bits, 2048).timeS).toBe(cost(16, 2048).timeS)
  })

  it('keep fact-bearing layers wide where asked, and do nothing to what is narrower already', () => {
    const kept = use(testPlan(), 'WB', { bits: 4, keptLayerShare: 0.25 })
    // 8 of 32 layers, 12 to 19.
    expect(kept.scenario.precision.layers).toMatchObject([{ from: 12, to: 19 }])
    expect(weightsOf(kept)).toBeGreaterThan(weightsOf(use(testPlan(), 'WB', { bits: 4 })))
    const narrow = testPlan({}, { precision: { weights: 'int4' } })
    const same = use(narrow, 'WB', { bits: 8 })
    expect(same.scenario).toBe(narrow.scenario)
    expect(same.remarks.at(-1)?.text).toContain('already')
  })
})

describe('activation bits', () => {
  it('beside 16-bit weights change no time', () => {
    const plan = testPlan({ batchSize: 4 })
    const own = use(plan, 'AB', { bits: 8 })
    expect(analysisOf(own).prefill.groups[1]?.operators[1]?.cost.computeDtype).not.toBe('int8')
    expect(own.remarks.at(-1)?.text).toContain('widest')
  })
})

describe('KV bits', () => {
  it('count scales and the residual window as by hand', () => {
    // Per layer and token 2 · 4 · 16 = 128 elements; 2 bits and a 16-bit scale per 16: 3 bits. The last 128 tokens in 16 bit:
    // 2 layers · (1000 · 128 · 3/8 + 128 · 128 · 13/8) = 149 248 bytes.
    expect(cacheOf(tiny('KB', { bits: 2, group: 16, residualTokens: 128 }), 1000)).toBe(149_248)
    expect(cacheOf(tiny('KB', { bits: 2, group: 16 }), 1000)).toBe(2 * 1000 * 128 * 0.375)
    expect(cacheOf(tiny(), 1000)).toBe(2 * 1000 * 128 * 2)
  })

  it('are read as they are held', () => {
    // Plain: 1001 keys and values of 64 elements of 2 bytes.
    expect(operatorOf(groupsOf(tiny(), 'decode'), 'fused_attention').kvReadBytes).toBe(1001 * 128 * 2)
    const own = tiny('KB', { bits: 2, group: 16, residualTokens: 128 })
    const read = operatorOf(groupsOf(own, 'decode'), 'fused_attention').kvReadBytes
    expect(read).toBeCloseTo(1001 * 128 * 0.375 + 128 * 128 * 1.625, 6)
  })

  it('are refused where no keys are cached', () => {
    const mamba = testPlan(
      {},
      {
        model: {
          ...TINY,
          stack: {
            ...TINY.stack,
            kinds: TINY.stack.kinds.map(({ mixer: _, ...kind }) => kind),
          },
        },
      },
    )
    expect(PRIMITIVES.KB.apply(mamba, { bits: 4 }).ok).toBe(false)
  })
})

describe('grids', () => {
  it('hold what they can represent: a round trip is exact', () => {
    for (const kind of ['int', 'int-asymmetric', 'nf4', 'binary', 'ternary', 'e4m3', 'e5m2', 'e3m2', 'e2m3', 'e2m1']) {
      const levels = gridLevels(kind, 4)
      expect(levels).toBeDefined()
      for (const x of levels ?? []) expect(quantise(levels ?? [], x)).toBe(x)
    }
    // E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives.
    expect(gridLevels('e2m1', 4)?.filter((x) => x >= 0)).toEqual([0, 0.5, 1, 1.5, 2, 3, 4, 6])
  })

  it('of more bits err less; binary on a normal distribution as known', () => {
    const errors = [2, 3, 4, 6, 8].map((bits) => gridErrorDb('int', bits) ?? 0)
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeGreaterThan(errors[i - 1] as number)
    // One bit: MSE = 1 − 2/π = 0.363, or 4.40 dB.
    expect(gridErrorDb('binary', 1)).toBeCloseTo(4.396, 1)
    expect(gridErrorDb('nf4', 4)).toBeGreaterThan(gridErrorDb('int', 4) ?? 99)
    expect(gridErrorDb('codebook', 4)).toBeUndefined()
  })

  it('cost vector work where decoding does', () => {
    const plain = operatorOf(groupsOf(tiny('WB', { bits: 4 }), 'decode'), 'q_proj')
    const coded = use(tiny('WB', { bits: 4 }), 'GRID', { kind: 'codebook', codecFlopPerWeight: 3 })
    expect(operatorOf(groupsOf(coded, 'decode'), 'q_proj').vectorFlop - plain.vectorFlop).toBeCloseTo(3 * 4096, 6)
  })
})

describe('hardware', () => {
  it('more bandwidth is never slower, and so many units are one of so much', () => {
    const plan = testPlan()
    const twice = use(plan, 'HW', { units: 2 })
    expect(decodeS(twice)).toBeCloseTo(decodeS(plan) / 2, 12)
    const fast = use(plan, 'HW', { bandwidthBytePerS: 1e13 })
    expect(decodeS(fast)).toBeLessThan(decodeS(plan))
    expect(use(plan, 'HW', { accelerator: 'rtx-a6000' }).scenario.accelerator).toBe(device('rtx-a6000'))
    expect(PRIMITIVES.HW.apply(plan, { accelerator: 'h1000' }).ok).toBe(false)
    expect(PRIMITIVES.BASE.apply(plan, { model: 'lama' }).ok).toBe(false)
  })

  it('a model whose sizes nobody published is refused, not priced as the one there is, until another stands for it', () => {
    const plan = testPlan()
    const refused = PRIMITIVES.BASE.apply(plan, { unpublished: 'Gemini', contextTokens: 1e6 })
    expect(refused.ok ? '' : refused.problem.reason).toBe(
      'Gemini is a model of its own and its sizes are not published',
    )
    const stands = use(plan, 'BASE', { unpublished: 'Gemini', contextTokens: 1e6, model: 'llama-2-70b' })
    expect(stands.scenario.model).toMatchObject({ id: 'llama-2-70b', trainedContextTokens: 1e6 })
  })
})
