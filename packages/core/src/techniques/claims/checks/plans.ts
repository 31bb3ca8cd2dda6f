/** Checks that price a plan: techniques of the catalogue applied to a model on an accelerator. */
import { ok } from '../../../units/result.ts'
import { alone, type Check, type Measure, map, outcomeOf, ratioOf, type Trial } from './desk.ts'

const cache: Measure = ({ memory }) => memory.kvBytes
const weights: Measure = ({ memory }) => memory.weightBytes
const activations: Measure = ({ memory }) => memory.activationBytes
const decode: Measure = ({ performance }) => performance.tpotS ?? Number.NaN
const prefill: Measure = ({ performance }) => performance.ttftS
const whole: Measure = ({ performance }) => performance.e2eS
const throughput: Measure = ({ performance }) => performance.outputTokensPerS
const reach: Measure = ({ context }) => context.parts.reachTokens ?? Number.NaN
const context: Measure = ({ context: { tokens } }) => tokens

const LLAMA = { model: 'llama-2-7b', accelerator: 'a100-sxm-80gb' } as const
const VIEWER = { model: 'llama-2-13b', accelerator: 'rtx-a6000' } as const

const ratio = (id: string, scenario: string, measure: Measure, over: Trial, under: Trial): Check => ({
  id,
  scenario,
  compute: (evaluate) => ratioOf(evaluate, measure, over, under),
})

const value = (id: string, scenario: string, measure: Measure, trial: Trial): Check => ({
  id,
  scenario,
  compute: (evaluate) => map(outcomeOf(evaluate, trial), measure),
})

/** What a technique changes against the model without it. */
const against = (id: string, scenario: string, measure: Measure, trial: Trial, techniques: readonly string[]): Check =>
  ratio(id, scenario, measure, { ...trial, techniques }, trial)

/** A technique at two lengths, the longer over the shorter. */
const growth = (id: string, measure: Measure, technique: string, from: number, to: number, more: Partial<Trial> = {}) =>
  ratio(
    id,
    `Llama-2-7b on an A100 with ${technique}: ${to.toLocaleString('en')} against ${from.toLocaleString('en')} tokens`,
    measure,
    { ...LLAMA, ...more, promptTokens: to, techniques: [technique] },
    { ...LLAMA, ...more, promptTokens: from, techniques: [technique] },
  )

export const PLAN_CHECKS: readonly Check[] = [
  growth('memformer-constant-cache', cache, 'memformer', 8192, 65_536),
  growth('streamingllm-constant-cache', cache, 'streamingllm', 8192, 65_536),
  growth('linear-transformer-growth', prefill, 'linear-transformer', 131_072, 262_144),
  growth('memory-efficient-growth', activations, 'memory-efficient-attention', 16_384, 32_768, {
    kernel: 'eager',
    batchTokens: 65_536,
  }),
  ratio(
    'infini-against-xl',
    'Llama-2-7b, 65,536 tokens: Infini-Attention against Transformer-XL, both in segments of 2,048 tokens',
    cache,
    { ...LLAMA, promptTokens: 65_536, techniques: ['infini-attention'] },
    { ...LLAMA, promptTokens: 65_536, uses: [alone('MEM', { segment: 2048, bank: 2048 })] },
  ),
  value('ntk-reach', 'a model trained at 2,048 tokens, positions stretched by four', reach, {
    ...LLAMA,
    techniques: ['ntk-interpolation'],
    uses: [alone('BASE', { contextTokens: 2048 })],
  }),
  against('attention-sorting-cost', 'Llama-2-7b on an A100, 2,048 tokens', whole, LLAMA, ['attention-sorting']),
  {
    id: 'attention-buckets-cost',
    scenario: 'Llama-2-7b on an A100, 2,048 tokens: accelerator time of one answer',
    compute: (evaluate) =>
      ratioOf(
        evaluate,
        ({ performance }) => performance.accelerators * performance.e2eS,
        { ...LLAMA, techniques: ['attention-buckets'] },
        LLAMA,
      ),
  },
  against('found-in-the-middle-cost', 'Llama-2-7b on an A100, 2,048 tokens', whole, LLAMA, ['found-in-the-middle']),
  ratio(
    'striped-balance',
    'Llama-2-7b on 8 H100, 32,768 tokens: a ring of contiguous shares against striped ones',
    prefill,
    {
      model: 'llama-2-7b',
      accelerator: 'h100-sxm',
      promptTokens: 32_768,
      uses: [alone('PAR', { axis: 'cp', degree: 8, pattern: 'ring', overlapped: true, balance: 'contiguous' })],
    },
    { model: 'llama-2-7b', accelerator: 'h100-sxm', promptTokens: 32_768, techniques: ['striped-attention'] },
  ),
  against('dist-attention-share', 'Llama-2-7b on 8 A100, 8,192 tokens', cache, { ...LLAMA, promptTokens: 8192 }, [
    'dist-attention',
  ]),
  value('memgpt-context', 'Llama-2-7b on an A100 with MemGPT', context, { ...LLAMA, techniques: ['memgpt'] }),
  value('memgpt-on-infini-context', 'Llama-2-7b on an A100: MemGPT over Infini-Attention', context, {
    ...LLAMA,
    techniques: ['memgpt-on-infini'],
  }),
  against('dmc-cache', 'Llama-2-7b on an A100, 8,192 tokens', cache, { ...LLAMA, promptTokens: 8192 }, [
    'dynamic-memory-compression',
  ]),
  ratio(
    'w2-saturates',
    'Llama-2-13b on the A6000, 1,024 tokens, batch 63: weights in 2 against 4 bits, as LLM-Viewer counts',
    decode,
    { ...VIEWER, paper: true, promptTokens: 1024, outputTokens: 2, batch: 63, weights: 'int2', kernel: 'eager' },
    { ...VIEWER, paper: true, promptTokens: 1024, outputTokens: 2, batch: 63, weights: 'int4', kernel: 'eager' },
  ),
  ratio(
    'w4-prefill-saturates',
    'Llama-2-13b on the A6000, 1,023 tokens, batch 1: weights in 4 against 16 bits, as LLM-Viewer counts',
    prefill,
    { ...VIEWER, paper: true, promptTokens: 1023, outputTokens: 1, weights: 'int4', kernel: 'eager' },
    { ...VIEWER, paper: true, promptTokens: 1023, outputTokens: 1, weights: 'fp16', kernel: 'eager' },
  ),
  {
    id: 'cache-over-weights',
    scenario: 'Llama-2-13b, 50,000 tokens, batch 1, FP16',
    compute: (evaluate) =>
      map(
        outcomeOf(evaluate, { ...VIEWER, promptTokens: 50_000, outputTokens: 1 }),
        (outcome) => cache(outcome) / weights(outcome),
      ),
  },
  against('llm-int8-weights', 'Llama-2-13b on the A6000', weights, VIEWER, ['llm-int8']),
  {
    id: 'lora-share',
    scenario: 'Llama-2-7b on an A100 with LoRA of rank 16 on every matrix, not merged: added over own weights',
    compute: (evaluate) =>
      map(ratioOf(evaluate, weights, { ...LLAMA, techniques: ['lora'] }, LLAMA), (whole) => whole - 1),
  },
  {
    id: 'compresso-weights',
    scenario: 'Llama-2-7b at 77.1 % of its layers’ parameters: bytes over two',
    compute: (evaluate) =>
      map(outcomeOf(evaluate, { ...LLAMA, techniques: ['compresso'] }), (outcome) => weights(outcome) / 2),
  },
  ratio(
    'deja-vu-speed',
    'OPT-13B on an A100, 512 tokens, batch 1: dense against Deja Vu',
    decode,
    { model: 'opt-13b', accelerator: 'a100-sxm-80gb', promptTokens: 512 },
    { model: 'opt-13b', accelerator: 'a100-sxm-80gb', promptTokens: 512, techniques: ['deja-vu'] },
  ),
  {
    id: 'speculation-needs-memory',
    scenario: 'Llama-2-7b on an A100, 512 tokens: speed-up of speculative decoding at batch 1 over that at batch 512',
    compute: (evaluate) => {
      const gain = (batch: number) => {
        const trial = { ...LLAMA, promptTokens: 512, batch }
        return ratioOf(evaluate, decode, trial, { ...trial, techniques: ['speculative-decoding'] })
      }
      const alone = gain(1)
      if (!alone.ok) return alone
      return map(gain(512), (crowded) => alone.value / crowded)
    },
  },
  ratio(
    'distillspec-gain',
    'Llama-2-7b on an A100, 512 tokens, batch 1: acceptance 0.594 against 0.7',
    decode,
    { ...LLAMA, promptTokens: 512, techniques: ['speculative-decoding'] },
    { ...LLAMA, promptTokens: 512, techniques: ['distillspec'] },
  ),
  ratio(
    'skeleton-speed',
    'Llama-2-7b on an A100, 128 tokens in and 256 out',
    whole,
    { ...LLAMA, promptTokens: 128, outputTokens: 256 },
    { ...LLAMA, promptTokens: 128, outputTokens: 256, techniques: ['skeleton-of-thought'] },
  ),
  ratio(
    'zero-inference-batch',
    'OPT-30B on an A6000 with all weights on the host: throughput at batch 64 against batch 1',
    throughput,
    { model: 'opt-30b', accelerator: 'rtx-a6000', promptTokens: 512, batch: 64, techniques: ['zero-inference'] },
    { model: 'opt-30b', accelerator: 'rtx-a6000', promptTokens: 512, batch: 1, techniques: ['zero-inference'] },
  ),
  ratio(
    'batching-throughput',
    'Llama-2-13b on the A6000, 512 tokens, batch 32 against 1',
    throughput,
    { ...VIEWER, promptTokens: 512, batch: 32 },
    { ...VIEWER, promptTokens: 512, batch: 1 },
  ),
  ratio(
    'sarathi-throughput',
    'Llama-2-13b on an A100, 2,048 tokens in and 256 out, 32 sequences: chunked prefill against a static batch',
    throughput,
    { ...VIEWER, accelerator: 'a100-sxm-80gb', outputTokens: 256, batch: 32, techniques: ['sarathi'] },
    { ...VIEWER, accelerator: 'a100-sxm-80gb', outputTokens: 256, batch: 32 },
  ),
  ratio(
    'bandwidth-sweep',
    'Llama-2-13b, 1,024 tokens, batch 1, 200 TOP/s: decode at 200 GB/s against 4 TB/s',
    decode,
    {
      ...VIEWER,
      promptTokens: 1024,
      uses: [alone('HW', { bandwidthBytePerS: 200e9, peak16FlopPerS: 200e12 })],
    },
    { ...VIEWER, promptTokens: 1024, techniques: ['spatial-architecture'] },
  ),
  {
    id: 'groq-speed',
    scenario: 'Llama-2-70b in FP16 over 600 Groq LPUs in a row, 1,024 tokens, batch 1',
    compute: (evaluate) => {
      const outcome = outcomeOf(evaluate, {
        model: 'llama-2-70b',
        accelerator: 'groq-lpu',
        promptTokens: 1024,
        techniques: ['groq-lpu'],
      })
      return outcome.ok ? ok(1 / decode(outcome.value)) : outcome
    },
  },
]
