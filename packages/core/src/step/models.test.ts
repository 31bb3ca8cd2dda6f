/** Published models of every unusual kind through templates and phases: what towers, sources and heads ask of a step. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONVENTIONS } from '../architecture/convention.ts'
import type { ModelSpec } from '../architecture/model.ts'
import {
  type KernelSetting,
  type NetworkStep,
  networkOf,
  networkOperators,
  passMaker,
} from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import * as further from '../importers/hf/further.testkit.ts'
import { imported } from '../importers/hf/hf.testkit.ts'
import * as unusual from '../importers/hf/unusual.testkit.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { decodeStep, finalContext, prefillStep, promptTokens, sourceTokens } from './phases.ts'
import { evaluate, templateOf } from './template.ts'

const FLASH: KernelSetting = { kernel: 'flash', tile: { sharedMemoryBytes: 163 * 1024, l2Bytes: 40 * 2 ** 20 } }
const MLLAMA = imported(further.MLLAMA_11B)
const MODELS: { readonly [name: string]: ModelSpec } = {
  'Llama 3.2 Vision': MLLAMA,
  'Qwen2.5-VL': imported(further.QWEN2_5_VL_7B),
  'Gemma 3n': imported(further.GEMMA3N_E2B),
  'LongCat-Flash': imported(further.LONGCAT),
  'Qwen2-Audio': imported(further.QWEN2_AUDIO),
  Whisper: imported(unusual.WHISPER_LARGE_V3),
  DiT: imported(unusual.DIT),
}

function built(model: ModelSpec, steps: NetworkStep) {
  const network = networkOf(model, model.precision, CONVENTIONS.exact)
  return networkOperators(network, steps, passMaker(network, FLASH))
}

const workloads = fc.record({
  batchSize: fc.integer({ min: 1, max: 9 }),
  promptTokens: fc.integer({ min: 2, max: 4000 }),
  itemsPerRequest: fc.integer({ min: 0, max: 2 }),
})

describe('templates', () => {
  it.each(Object.keys(MODELS))('%s: fill in what the builders make, with and without sources', (name) => {
    const model = MODELS[name] as ModelSpec
    const network = networkOf(model, model.precision, CONVENTIONS.exact)
    const template = templateOf(network, FLASH)
    fc.assert(
      fc.property(workloads, fc.boolean(), (some, decode) => {
        const workload = { ...DEFAULT_WORKLOAD, ...some }
        const steps = decode ? decodeStep(model, workload, 77) : prefillStep(model, workload)
        const slow = built(model, steps)
        const fast = evaluate(template, steps)
        expect(fast.map((group) => group.name)).toEqual(slow.map((group) => group.name))
        slow.forEach((group, g) => {
          group.operators.forEach((operator, i) => {
            const twin = fast[g]?.operators[i]
            for (const of of ['flop', 'vectorFlop', 'weightBytes', 'kvReadBytes', 'activationWriteBytes'] as const) {
              const off = Math.abs((twin?.[of] ?? Number.NaN) - operator[of])
              expect(off, `${operator.name} ${of}`).toBeLessThanOrEqual(1e-9 * Math.abs(operator[of]))
            }
          })
        })
      }),
      { numRuns: 12 },
    )
  })
})

describe('a tower that feeds cross-attention', () => {
  const workload = { ...DEFAULT_WORKLOAD, batchSize: 2, promptTokens: 100, itemsPerRequest: 1 }
  const sum = (steps: NetworkStep, of: 'flop' | 'weightBytes' | 'kvWriteBytes', part = 'cross-attention') =>
    built(MLLAMA, steps)
      .filter(({ name }) => name.startsWith(part))
      .reduce((total, group) => total + group.operators.reduce((own: number, o: Operator) => own + o[of], 0), 0)

  it('adds no prompt tokens, and gives 4 × 1601 source states', () => {
    expect(promptTokens(MLLAMA, workload)).toBe(100)
    expect(finalContext(MLLAMA, workload)).toBe(100 + workload.outputTokens)
    expect(sourceTokens(MLLAMA, workload)).toBe(4 * 1601)
    const steps = prefillStep(MLLAMA, workload)
    expect(steps.towers?.[0]?.groups).toEqual([{ sequences: 2, newTokens: 4 * 1608, contextTokens: 0 }])
    expect(steps.encoder).toBeUndefined()
    // Keys and values of eight heads of 128.
    expect(sum(steps, 'kvWriteBytes')).toBe(2 * (4 * 1601) * 2 * 8 * 128 * 2)
  })

  it('is attended in every decode step, its keys and values made once', () => {
    const steps = decodeStep(MLLAMA, workload, 100)
    expect(steps.step.groups[0]?.sourceTokens).toBe(4 * 1601)
    expect(sum(steps, 'kvWriteBytes')).toBe(0)
    const own = 2 * 2 * (2 * 4096 * 4096 + 3 * 4096 * 14336) + 4 * 2 * (4 * 1601) * 4096
    expect(sum(steps, 'flop')).toBe(own)
  })

  it('is left out with its layers when there is no picture', () => {
    const text = { ...workload, itemsPerRequest: 0 }
    for (const steps of [prefillStep(MLLAMA, text), decodeStep(MLLAMA, text, 100)]) {
      expect(steps.towers).toBeUndefined()
      expect(sum(steps, 'flop')).toBe(0)
      expect(sum(steps, 'weightBytes')).toBe(0)
      expect(sum(steps, 'flop', 'full attention')).toBeGreaterThan(0)
    }
  })
})

describe('heads', () => {
  const headFlop = (model: ModelSpec) =>
    built(model, prefillStep(model, { ...DEFAULT_WORKLOAD, batchSize: 3, promptTokens: 10 }))
      .filter(({ part }) => part === 'head')
      .flatMap(({ operators }) => operators)
      .reduce((total, { flop }) => total + flop, 0)

  it('a denoiser answers for every patch, a pooler for every sequence, a masked model for every token', () => {
    // 2 × 2 patches of 8 channels from 256 tokens.
    expect(headFlop(MODELS.DiT as ModelSpec)).toBe(2 * 3 * 256 * 1152 * 32)
    const bert = (head: string) => imported({ model_type: 'bert', architectures: [head] })
    expect(headFlop(bert('BertModel'))).toBe(2 * 3 * 768 * 768)
    expect(headFlop(bert('BertForMaskedLM'))).toBe(2 * 30 * (768 * 768 + 768 * 30522))
  })
})

describe('encoders', () => {
  it('keep no cache: with an FP8 cache only the decoder moves fewer key and value bytes', () => {
    const model = MODELS.Whisper as ModelSpec
    const steps = prefillStep(model, { ...DEFAULT_WORKLOAD, promptTokens: 4 })
    const read = (kv: 'bf16' | 'fp8', part: string) => {
      const network = networkOf(model, { ...model.precision, kv }, CONVENTIONS.exact)
      return networkOperators(network, steps, passMaker(network, FLASH))
        .filter((group) => group.part === part)
        .reduce((sum, group) => sum + group.operators.reduce((own: number, o: Operator) => own + o.kvReadBytes, 0), 0)
    }
    expect(read('fp8', 'encoder')).toBe(read('bf16', 'encoder'))
    expect(read('fp8', 'layer')).toBe(read('bf16', 'layer') / 2)
  })
})

describe('windows of a tower', () => {
  it('cost their own pairs: 49 windows of 64 tokens, four layers over 3136', () => {
    const workload = { ...DEFAULT_WORKLOAD, itemsPerRequest: 1 }
    const model = MODELS['Qwen2.5-VL'] as ModelSpec
    const groups = built(model, prefillStep(model, workload)).filter(({ part }) => part === 'tower')
    const attended = groups.flatMap(({ name, repeat, operators }) =>
      operators.filter((o) => o.name === 'fused_attention').map((o) => [name, repeat, o.flop] as const),
    )
    expect(attended).toEqual([
      ['vision: windowed attention + dense FFN', 28, 4 * 49 * 64 ** 2 * 1280],
      ['vision: bidirectional attention + dense FFN', 4, 4 * 3136 ** 2 * 1280],
    ])
    expect(promptTokens(model, workload)).toBe(DEFAULT_WORKLOAD.promptTokens + 784)
  })
})
