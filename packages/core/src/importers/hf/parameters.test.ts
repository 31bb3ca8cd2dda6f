/** Parameter counts of imported models against published totals (billions; labels are rounded by their publishers). */
import { describe, expect, it } from 'vitest'
import { countParameters } from '../../architecture/parameters.ts'
import {
  CORPUS_ABSENT,
  corpusConfig,
  corpusModel,
  corpusNames,
  corpusTable,
  hasCorpus,
  imported,
} from './hf.testkit.ts'
import { importHfConfig } from './index.ts'

/** `30.5B`, `1T` → billions; 0 when it is neither. */
function labelBillions(label: string): number {
  const [, digits, unit] = /^([\d.]+)([BT])$/.exec(label) ?? []
  return Number(digits ?? 0) * (unit === 'T' ? 1000 : 1)
}

const billions = (name: string) => countParameters(corpusModel(name)).total / 1e9

/** Exact counts of the weights in the published checkpoints (language part). */
const EXACT: readonly (readonly [string, number])[] = [
  ['meta-llama__Llama-2-7b-hf', 6_738_415_616],
  ['meta-llama__Llama-2-13b-hf', 13_015_864_320],
  ['meta-llama__Llama-2-70b-hf', 68_976_648_192],
  ['meta-llama__Llama-3.1-8B', 8_030_261_248],
  ['meta-llama__Llama-3.1-70B', 70_553_706_496],
  ['mistralai__Mistral-7B-v0.1', 7_241_732_096],
  ['mistralai__Mixtral-8x7B-v0.1', 46_702_792_704],
  ['google__gemma-2b', 2_506_172_416],
  ['google__gemma-2-2b', 2_614_341_888],
  ['google__gemma-2-9b', 9_241_705_984],
  ['google__gemma-2-27b', 27_227_128_320],
  ['google__gemma-3-1b-it', 999_885_952],
  ['Qwen__Qwen2-1.5B', 1_543_714_304],
  ['Qwen__Qwen2.5-3B', 3_085_938_688],
  ['Qwen__Qwen3-0.6B', 596_049_920],
  ['Qwen__Qwen3-32B', 32_762_123_264],
  ['Qwen__Qwen3-30B-A3B', 30_532_122_624],
  ['Qwen__Qwen3-235B-A22B', 235_093_634_560],
  ['Qwen__Qwen1.5-MoE-A2.7B', 14_315_784_192],
  ['openai-community__gpt2', 124_439_808],
  ['openai-community__gpt2-medium', 354_823_168],
  ['EleutherAI__gpt-j-6b', 6_050_882_784],
  ['facebook__opt-1.3b', 1_315_758_080],
  ['facebook__opt-125m', 125_239_296],
  ['microsoft__phi-2', 2_779_683_840],
  ['microsoft__Phi-3.5-mini-instruct', 3_821_079_552],
  ['bigscience__bloom-560m', 559_214_592],
  ['bigscience__bloom-7b1', 7_069_016_064],
  ['THUDM__chatglm3-6b', 6_243_584_000],
  ['bigcode__gpt_bigcode-santacoder', 1_124_886_528],
  ['openai__gpt-oss-20b', 20_914_757_184],
  ['openai__gpt-oss-120b', 116_829_156_672],
]

describe.skipIf(!hasCorpus)('exact parameter counts', () => {
  it.each(EXACT)('%s: %d', (name, expected) => {
    expect(countParameters(corpusModel(name)).total).toBe(expected)
  })
})

describe.skipIf(!hasCorpus)('published totals, in billions', () => {
  it.each([
    ['deepseek-ai__DeepSeek-V3', 671],
    ['moonshotai__Kimi-K2-Instruct', 1026],
    ['Qwen__Qwen3-Next-80B-A3B-Instruct', 79.7],
    ['meta-llama__Llama-4-Maverick-17B-128E-Instruct', 400.7],
    ['nvidia__Llama-3_3-Nemotron-Super-49B-v1', 49.9],
    ['XiaomiMiMo__MiMo-V2-Flash', 309],
    ['allenai__OLMo-2-0325-32B', 32.2],
    ['CohereForAI__aya-23-8B', 8.03],
    ['stabilityai__stablelm-2-zephyr-1_6b', 1.644],
    ['togethercomputer__RedPajama-INCITE-Chat-3B-v1', 2.776],
    ['OrionStarAI__Orion-14B', 14.5],
    ['internlm__internlm2_5-7b', 7.738],
  ])('%s: %d', (name, expected) => {
    expect(Math.abs(billions(name) / expected - 1)).toBeLessThan(0.005)
  })

  it('multi-token-prediction layers are beside the total', () => {
    expect(countParameters(corpusModel('deepseek-ai__DeepSeek-V3')).mtp / 1e9).toBeCloseTo(11.6, 1)
  })

  /** Labels that are part of the model's name rather than a count. */
  const COUNTED: { readonly [name: string]: number } = { 'nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16': 31.6 }
  const labels = new Map(
    (hasCorpus ? corpusTable('vllm_recipes_models.tsv') : []).map((row) => [row.model_id, row.params]),
  )
  for (const name of hasCorpus ? corpusNames() : []) {
    const label = labels.get(name.replace('__', '/'))
    const size = COUNTED[name] ?? labelBillions(label ?? '')
    if (!size || !importHfConfig(corpusConfig(name)).ok) continue
    // One-digit labels and those that count encoders or extra layers too are within a few percent.
    it(`${name}: about ${size}B`, () => {
      expect(Math.abs(billions(name) / size - 1)).toBeLessThan(0.03)
    })
  }
})

describe('models without a file at hand', () => {
  it('DBRX: 132 billion, 36 active', () => {
    const count = countParameters(
      imported({
        model_type: 'dbrx',
        d_model: 6144,
        n_heads: 48,
        n_layers: 40,
        vocab_size: 100352,
        attn_config: { kv_n_heads: 8 },
        ffn_config: { ffn_hidden_size: 10752, moe_num_experts: 16, moe_top_k: 4 },
      }),
    )
    expect(count.total / 1e9).toBeCloseTo(131.6, 1)
    expect(count.active / 1e9).toBeCloseTo(36.5, 0)
  })

  it('Falcon 7B from the class defaults: 6.92 billion with a tied head', () => {
    expect(countParameters(imported({ model_type: 'falcon' })).total).toBe(6_921_720_704)
  })

  it('ERNIE-4.5-21B from the class defaults', () => {
    expect(countParameters(imported({ model_type: 'ernie4_5_moe' })).total / 1e9).toBeCloseTo(21.8, 1)
  })
})

if (!hasCorpus) describe('published totals', () => it.skip(CORPUS_ABSENT, () => {}))
