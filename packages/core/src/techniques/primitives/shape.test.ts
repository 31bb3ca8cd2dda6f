import { describe, expect, it } from 'vitest'
import { device } from '../../scenario/scenario.testkit.ts'
import { catalogueModel, testPlan } from '../techniques.testkit.ts'
import { PRIMITIVES } from './index.ts'
import { decodeS, groupsOf, layerSum, operatorOf, TINY, tiny, use, weightsOf } from './modelSide.testkit.ts'
import { changeLayers } from './reshape.ts'

/** q_proj of the tiny model: 64 × 64 = 4096 weights, 8192 bytes, 8192 flop for one token. */
const query = (plan: ReturnType<typeof tiny>, name = 'q_proj') => operatorOf(groupsOf(plan, 'decode'), name)

describe('weight sparsity', () => {
  it('2:4 halves bytes but for the indices, and work where the hardware skips zeros', () => {
    // Half of the weights, and 2 index bits beside each 16: 8192 · 0.5 · 18/16 = 4608 bytes.
    const own = tiny('WSP', { structure: '2:4' })
    expect(query(own)).toMatchObject({ weightBytes: 4608, storedBytes: 4608, flop: 4096, parameters: 2048 })
    const volta = testPlan({}, { model: TINY, accelerator: device('v100-sxm-16gb') })
    expect(query(use(volta, 'WSP', { structure: '2:4' })).flop).toBe(8192)
  })

  it('unstructured zeros save bytes and never work', () => {
    const own = tiny('WSP', { density: 0.2, indexBits: 4 })
    expect(query(own).flop).toBe(8192)
    expect(query(own).weightBytes).toBeCloseTo(8192 * 0.2 * 1.25, 9)
    expect(own.remarks.at(-1)?.text).toContain('not work')
    expect(query(tiny('WSP', { density: 0.2, work: 'skipped' })).flop).toBeCloseTo(8192 * 0.2, 9)
  })

  it('is monotone in density', () => {
    const at = (density: number) => decodeS(use(testPlan(), 'WSP', { density }))
    expect(at(0.25)).toBeLessThan(at(0.5))
    expect(at(0.5)).toBeLessThan(at(0.9))
    expect(PRIMITIVES.WSP.apply(testPlan(), { density: 0.3, structure: '2:4' }).ok).toBe(false)
  })
})

describe('low rank', () => {
  it('replaces a matrix by two: r·(m + n)', () => {
    // 16 · 64 = 1024 weights each way.
    const own = tiny('RANK', { rank: 16 })
    expect(query(own, 'q_proj_in')).toMatchObject({ parameters: 1024, flop: 2048, weightBytes: 2048 })
    expect(query(own)).toMatchObject({ parameters: 1024, flop: 2048, after: ['q_proj_in'] })
    // 16 values per token between them.
    expect(query(own, 'q_proj_in').activationWriteBytes).toBe(32)
    // up_proj 64 × 256: 16 · 320.
    const ffn = query(own, 'up_proj').parameters + query(own, 'up_proj_in').parameters
    expect(ffn).toBe(16 * 320)
  })

  it('at r = m·n/(m + n) holds as much as the matrix, and says so; below it shrinks', () => {
    // 64 · 64 / 128 = 32.
    const at = (rank: number) => tiny('RANK', { rank, site: 'attention' })
    expect(layerSum(groupsOf(at(32), 'decode'), 'parameters')).toBe(layerSum(groupsOf(tiny(), 'decode'), 'parameters'))
    expect(at(32).remarks.at(-1)?.text).toContain('grows')
    expect(at(31).remarks).toEqual([])
    expect(weightsOf(at(31))).toBeLessThan(weightsOf(tiny()))
    expect(weightsOf(at(40))).toBeGreaterThan(weightsOf(tiny()))
  })

  it('beside the matrix adds, unless merged', () => {
    const own = tiny('RANK', { rank: 4, mode: 'additive' })
    // 7 matrices of 64 × 64 (4) and 64 × 256 (3), 2 layers: 2 · 4 · (4 · 128 + 3 · 320).
    const added = layerSum(groupsOf(own, 'decode'), 'parameters') - layerSum(groupsOf(tiny(), 'decode'), 'parameters')
    expect(added).toBe(2 * 4 * (4 * 128 + 3 * 320))
    expect(tiny('RANK', { rank: 4, mode: 'additive', merged: true })).toEqual(tiny())
    expect(decodeS(own)).toBeGreaterThan(decodeS(tiny()))
  })

  it('as a tensor train of three cores of rank 4: 2·4·16 + 4²·16 weights', () => {
    // (64 · 64)^(1/3) = 16.
    expect(query(tiny('RANK', { rank: 4, mode: 'tensor-train', site: 'attention' })).parameters).toBeCloseTo(384, 6)
    expect(PRIMITIVES.RANK.apply(tiny(), { mode: 'tensor-train' }).ok).toBe(false)
  })

  it('keeps what it does not touch: ratio 0.85 of attention alone', () => {
    const own = tiny('RANK', { parameterShare: 0.85, site: 'attention' })
    const total = layerSum(groupsOf(own, 'decode'), 'parameters')
    expect(total).toBeCloseTo(layerSum(groupsOf(tiny(), 'decode'), 'parameters') - 2 * 0.15 * 4 * 4096, 6)
  })
})

describe('shape change', () => {
  it('recounts every operator', () => {
    const own = tiny('DIM', { heads: 0.5, ffn: 0.25, depth: 0.5 })
    // One layer: 4 matrices of 64 × 32, 3 of 64 × 64, two norms of 64.
    expect(layerSum(groupsOf(own, 'decode'), 'parameters')).toBe(4 * 64 * 32 + 3 * 64 * 64 + 128)
    const narrow = tiny('DIM', { hidden: 0.5 })
    expect(query(narrow).shape).toMatchObject({ k: 32, n: 64 })
    expect(operatorOf(groupsOf(narrow, 'decode'), 'lm_head').shape).toMatchObject({ k: 32, n: 1000 })
  })

  it('keeps groups whole, and takes as many key heads as asked for', () => {
    const plan = testPlan()
    const mixer = (own: typeof plan) => own.scenario.model.stack.kinds[0]?.mixer
    expect(mixer(use(plan, 'DIM', { heads: 0.5 }))).toMatchObject({ numQHeads: 16, numKvHeads: 4 })
    expect(mixer(use(plan, 'DIM', { kvHeads: 1 }))).toMatchObject({ numQHeads: 32, numKvHeads: 1 })
    const fewer = use(plan, 'DIM', { parameterShare: 5.4 / 7 })
    expect(weightsOf(fewer)).toBeLessThan(weightsOf(plan))
  })

  it('puts a student in the place of the model', () => {
    const own = use(testPlan(), 'DIM', { student: 'llama-3.2-1b' })
    expect(own.scenario.model).toBe(catalogueModel('llama-3.2-1b'))
    expect(PRIMITIVES.DIM.apply(testPlan(), { student: 'nobody' }).ok).toBe(false)
  })

  it('changes a share of the layers evenly', () => {
    const half = changeLayers({ ...TINY, stack: { ...TINY.stack, order: Array(8).fill(0) } }, 0.25, (layer) => ({
      ...layer,
      name: 'other',
    }))
    expect(half.stack.order).toEqual([0, 0, 0, 1, 0, 0, 0, 1])
  })
})

describe('side modules', () => {
  it('add their weights and work to every layer, or once', () => {
    const more = (values: object) => {
      const own = tiny('SIDE', { ...values })
      return weightsOf(own) / 2 - weightsOf(tiny()) / 2
    }
    // Adapters of 64 → 8 → 64 in two layers.
    expect(more({ form: 'bottleneck', rank: 8 })).toBe(2 * 2 * 64 * 8)
    // Medusa: 4 heads of 64 × 64 and 64 × 1000.
    expect(more({ form: 'head', place: 'network', copies: 4 })).toBe(4 * (64 * 64 + 64 * 1000))
    expect(more({ form: 'rotation' })).toBe(0)
    expect(more({ form: 'custom', parameters: 12_345, place: 'network' })).toBe(12_345)
    expect(decodeS(tiny('SIDE', { form: 'matrix' }))).toBeGreaterThan(decodeS(tiny()))
  })

  it('a tower is held, runs once, and its tokens join the prompt', () => {
    const own = use(testPlan(), 'SIDE', { form: 'tower', what: 'vision encoder', parameters: 3e8, outputTokens: 576 })
    expect(own.scenario.workload.promptTokens).toBe(2048 + 576)
    expect(own.passes).toMatchObject([{ newTokens: 576, outputTokens: 0, blocking: true }])
    expect(weightsOf(own) - weightsOf(testPlan())).toBe(6e8)
  })
})
