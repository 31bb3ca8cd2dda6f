/**
 * Where LLM-Viewer (commit 472f71f) slips, the exact convention must be right. Each test states the right value from first
 * principles: symbols b batch, s tokens, h hidden, H/Hk query and KV heads, d head width, f intermediate, V vocabulary.
 */
import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../architecture/model.ts'
import { countParameters } from '../architecture/parameters.ts'
import { ACCELERATORS } from '../catalog/accelerators/index.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { type Analysis, type AnalyzedOperator, analyze } from './analyze.ts'
import { decoder, device, LLAMA_2_70B, testScenario, unwrap } from './scenario.testkit.ts'
import type { Scenario } from './scenario.ts'

const run = (change: Partial<Scenario> = {}): Analysis => unwrap(analyze(testScenario(change)))
const work = (change: Partial<Scenario['workload']>) => ({ workload: { ...DEFAULT_WORKLOAD, ...change } })

function op(analysis: Analysis, phase: 'prefill' | 'decode', name: string): AnalyzedOperator {
  const found = analysis[phase]?.groups.flatMap((group) => group.operators).find((o) => o.operator.name === name)
  if (!found) throw new Error(`no ${name} in ${phase}`)
  return found
}

const h = 4096
const f = 11008
const V = 32000
const A100 = device('a100-sxm-80gb')

describe('fused attention', () => {
  const b = 16
  const s = 8192
  const seventy = run({
    model: LLAMA_2_70B,
    kernel: 'flash',
    accelerator: A100,
    ...work({ batchSize: b, promptTokens: s }),
  })

  it('1: decode reads K/V of the KV heads, not of the query heads', () => {
    const { operator } = op(seventy, 'decode', 'fused_attention')
    expect(operator.kvReadBytes).toBe(b * (s + 1) * 8 * 128 * 2 * 2)
    // …so turning the kernel on never slows decode.
    const eager = run({ model: LLAMA_2_70B, accelerator: A100, ...work({ batchSize: b, promptTokens: s }) })
    expect(seventy.decode?.timeS).toBeLessThanOrEqual(eager.decode?.timeS ?? 0)
  })

  it('2, 3: the output is T·H·d, written once', () => {
    expect(op(seventy, 'decode', 'fused_attention').operator.activationWriteBytes).toBe(b * 64 * 128 * 2)
    expect(op(seventy, 'prefill', 'fused_attention').operator.activationWriteBytes).toBe(b * s * 64 * 128 * 2)
  })

  it('4: K and V of one head fit in L2, so prefill reads them once, not s/d times', () => {
    const { operator } = op(run({ kernel: 'flash', accelerator: A100 }), 'prefill', 'fused_attention')
    expect(operator.kvReadBytes).toBe(2048 * 32 * 128 * 2 * 2)
    const eager = run({ accelerator: A100 })
    const scores = op(eager, 'prefill', 'qk_matmul').cost.bytes + op(eager, 'prefill', 'softmax').cost.bytes
    expect(operator.kvReadBytes).toBeLessThan(scores / 10)
  })

  it('5: a causal kernel computes s(s+1)/2 pairs; an unfused one the whole square', () => {
    const flash = op(run({ kernel: 'flash' }), 'prefill', 'fused_attention').operator
    expect(flash.flop).toBe(2 * ((2048 * 2049) / 2) * 32 * (128 + 128))
    const eager = run()
    expect(op(eager, 'prefill', 'qk_matmul').operator.flop).toBe(2 * 2048 * 2048 * 32 * 128)
  })

  it('6: softmax is vector work beside the matrix work, not added to it', () => {
    const { operator, cost } = op(run({ kernel: 'flash', accelerator: A100 }), 'prefill', 'fused_attention')
    const matrixS = operator.flop / 312e12
    const vectorS = operator.vectorFlop / 19.5e12
    const memoryS = cost.bytes / (A100.memoryBandwidthBytePerS?.value ?? 0)
    expect(operator.vectorFlop).toBe(5 * ((2048 * 2049) / 2) * 32)
    expect(cost.timeS).toBeCloseTo(Math.max(matrixS, vectorS, memoryS), 12)
  })
})

describe('linear layers, head and elementwise work', () => {
  it('7: lm_head does 2·b·h·V and moves the activations of every sequence', () => {
    const { operator, cost } = op(run(work({ batchSize: 128 })), 'decode', 'lm_head')
    expect(cost.flop).toBe(2 * 128 * h * V)
    expect(operator.activationReadBytes).toBe(128 * h * 2)
    expect(operator.activationWriteBytes).toBe(128 * V * 2)
  })

  it('8: the activation works on the intermediate width', () => {
    expect(op(run(), 'prefill', 'mlp_act').cost.bytes).toBe(3 * 2048 * f * 2)
    const plain = decoder({ hidden: 64, layers: 1, heads: 1, intermediate: 256, vocab: 100 })
    const ungated: ModelSpec = {
      ...plain,
      stack: {
        ...plain.stack,
        kinds: [
          {
            ...(plain.stack.kinds[0] as ModelSpec['stack']['kinds'][0]),
            ffn: { kind: 'dense', intermediateSize: 256, gated: false, activation: 'gelu', bias: false },
          },
        ],
      },
    }
    expect(op(run({ model: ungated }), 'prefill', 'mlp_act').cost.bytes).toBe(2 * 2048 * 256 * 2)
  })

  it('9: an addition reads both operands', () => {
    const { cost } = op(run(), 'prefill', 'attn_add')
    expect(cost.bytes).toBe(3 * 2048 * h * 2)
    expect(cost.arithmeticIntensity).toBeCloseTo(1 / 6, 12)
  })

  it('10: an ungated FFN has two matrices: 4h² + 2hf per layer', () => {
    const base = decoder({ hidden: h, layers: 1, heads: 32, intermediate: 4 * h, vocab: 100 })
    const kind = base.stack.kinds[0] as ModelSpec['stack']['kinds'][0]
    const opt = (gated: boolean): ModelSpec => ({
      ...base,
      stack: {
        ...base.stack,
        kinds: [{ ...kind, ffn: { kind: 'dense', intermediateSize: 4 * h, gated, activation: 'relu', bias: false } }],
      },
    })
    const layer = (model: ModelSpec) => countParameters(model).total - 2 * 100 * h - 3 * h
    expect(layer(opt(false))).toBe(4 * h * h + 2 * h * 4 * h)
    expect(layer(opt(true))).toBe(4 * h * h + 3 * h * 4 * h)
  })

  it('11: the embedding costs its rows, and both tables are in memory', () => {
    const analysis = run()
    expect(op(analysis, 'prefill', 'embed').cost.bytes).toBe(2048 * h * (2 + 2))
    expect(analysis.memory.weightBytes).toBe(6_738_415_616 * 2)
  })

  it('12: final norm, norm weights and rotary embedding are counted', () => {
    const analysis = run()
    expect(op(analysis, 'prefill', 'rope').cost.flop).toBe(6 * 2048 * 64 * 128)
    expect(op(analysis, 'prefill', 'attn_norm').operator.weightBytes).toBe(h * 2)
    expect(op(analysis, 'decode', 'final_norm').operator.parameters).toBe(h)
  })

  it('13: scores read the queries of every head', () => {
    const seventy = run({ model: LLAMA_2_70B })
    expect(op(seventy, 'prefill', 'qk_matmul').operator.activationReadBytes).toBe(2048 * 64 * 128 * 2)
  })

  it('14: an explicit head width need not be h / H', () => {
    const gemma = decoder({
      hidden: 3072,
      layers: 1,
      heads: 16,
      kvHeads: 16,
      headDim: 256,
      intermediate: 100,
      vocab: 10,
    })
    const { operator } = op(run({ model: gemma }), 'decode', 'q_proj')
    expect(operator.parameters).toBe(3072 * 16 * 256)
  })

  it('15: parallel attention and FFN share one norm and are added together', () => {
    const gptj = decoder({
      hidden: 4096,
      layers: 2,
      heads: 16,
      intermediate: 16384,
      vocab: 50400,
      layer: { parallel: 'shared-norm' },
    })
    const names = run({ model: gptj }).prefill.groups[1]?.operators.map((o) => o.operator.name) ?? []
    expect(names.filter((name) => name.endsWith('norm'))).toEqual(['attn_norm'])
    expect(names.slice(-2)).toEqual(['attn_add', 'mlp_add'])
  })
})

describe('precision and hardware', () => {
  const time = (precision: Scenario['precision'], accelerator = A100) =>
    run({ precision, accelerator })
      .prefill.groups.flatMap((g) => g.operators)
      .find((o) => o.operator.name === 'q_proj')?.cost

  it('17: the KV format does not gate the speed of linear layers', () => {
    const kv16 = time({ weights: 'int8', activations: 'int8' })
    const kv8 = time({ weights: 'int8', activations: 'int8', kv: 'int8' })
    expect(kv16?.computeDtype).toBe('int8')
    expect(kv8?.timeS).toBeCloseTo(kv16?.timeS ?? 0, 15)
  })

  it('17: weight-only quantisation computes in 16 bit', () => {
    expect(time({ weights: 'int4' })?.computeDtype).toBe('fp16')
    const eager = run({ precision: { weights: 'int8', activations: 'int8' }, accelerator: A100 })
    // Queries in INT8 meet a 16-bit cache: the wider decides.
    expect(op(eager, 'prefill', 'qk_matmul').cost.computeDtype).toMatch(/16/)
  })

  it('18: FP8 and FP4 have peaks of their own; widths the hardware lacks are widened', () => {
    const H100 = device('h100-sxm')
    expect(time({ weights: 'fp8', activations: 'fp8' }, H100)?.computeDtype).toBe('fp8')
    expect(time({ weights: 'nvfp4', activations: 'nvfp4' }, H100)?.computeDtype).toBe('fp8')
    expect(time({ weights: 'nvfp4', activations: 'nvfp4' }, device('b200'))?.computeDtype).toBe('fp4')
    expect(time({ weights: 'int4', activations: 'int4' }, H100)?.computeDtype).toBe('int8')
    expect(time({ weights: 'fp8', activations: 'fp8' })?.computeDtype).toMatch(/16/)
  })

  it('19: a V100, whose INT8 is slower than FP16, is not slowed by quantising', () => {
    const V100 = device('v100-pcie-16gb')
    const fp16 = time({}, V100)
    const int8 = time({ weights: 'int8', activations: 'int8' }, V100)
    expect(int8?.timeS).toBeLessThanOrEqual((fp16?.timeS ?? 0) * (1 + 1e-12))
  })

  it('20: scales and zero-points are bytes: 4 + (16 + 4)/128 bits', () => {
    const { operator } = op(run({ precision: { weights: 'int4' } }), 'decode', 'q_proj')
    expect(operator.weightBytes).toBe((h * h * (4 + 20 / 128)) / 8)
  })

  it('21: hardware has a capacity, a vector roof, caches and links, and the data-sheet bandwidth', () => {
    const h100 = ACCELERATORS['h100-sxm']
    expect(h100?.memoryBandwidthBytePerS?.value).toBe(3.35e12)
    expect(h100?.memoryBytes?.value).toBeGreaterThan(79 * 2 ** 30)
    expect(h100?.vectorFlopPerS.fp32?.value).toBeGreaterThan(6e13)
    expect(h100?.l2Bytes?.value).toBe(50 * 2 ** 20)
    expect(h100?.scaleUpLink?.bandwidthBytePerS.value).toBe(450e9)
  })
})

describe('totals, memory and requests', () => {
  it('23: the activation peak is the largest live set, not the sum of all stores', () => {
    const analysis = run({ kernel: 'flash' })
    const layer = analysis.prefill.groups.find((g) => g.part === 'layer')
    const stores = layer?.operators.reduce((sum, o) => sum + o.operator.activationWriteBytes, 0) ?? 0
    // In the FFN: the residual, gate, up and their product live together.
    expect(analysis.memory.activationPeakBytes).toBe(2048 * (h + 3 * f) * 2)
    expect(analysis.memory.activationPeakBytes).toBeLessThan(stores)
  })

  it('25: prefill makes token 1; outputTokens − 1 steps follow, each attending itself', () => {
    const outputs = 4
    const analysis = run(work({ outputTokens: outputs }))
    const step = (context: number) => run(work({ promptTokens: context, outputTokens: 2 })).decode?.timeS ?? 0
    const steps = step(2048) + step(2049) + step(2050)
    expect(analysis.request.e2eS).toBeCloseTo(analysis.request.ttftS + steps, 12)
    expect(analysis.request.tpotS).toBeCloseTo(steps / (outputs - 1), 12)
    expect(op(analysis, 'decode', 'qk_matmul').operator.kvReadBytes).toBe(2049 * h * 2)
    expect(run(work({ outputTokens: 1 })).request.tpotS).toBeUndefined()
  })

  it('26: memory is the peak of a request, never a sum over its steps, and the head is in the graph', () => {
    const analysis = run(work({ promptTokens: 1024, outputTokens: 512 }))
    expect(analysis.memory.kvBytes).toBe((1024 + 512) * 2 * 32 * h * 2)
    expect(analysis.prefill.groups.at(-1)?.operators.at(-1)?.operator.name).toBe('lm_head')
  })

  it('27: an analysis leaves no trace: the same question gives the same answer', () => {
    const first = JSON.stringify(run().request)
    run({ model: LLAMA_2_70B, ...work({ batchSize: 7 }) })
    expect(JSON.stringify(run().request)).toBe(first)
  })

  it('30: energy and price come with the answer when they are sourced', () => {
    const analysis = run({ accelerator: device('h100-sxm'), priceUsdPerHour: 3.6 })
    const { request } = analysis
    expect(request.energyJ).toBeCloseTo(700 * request.e2eS, 9)
    expect(request.priceUsdPerMillionOutputTokens).toBeCloseTo((0.001 * request.e2eS * 1e6) / 128, 9)
  })
})
