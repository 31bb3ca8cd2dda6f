/** Parameter counts of imported models against published totals (billions; labels are rounded by their publishers). */
import { describe, expect, it } from 'vitest'
import { countParameters } from '../../architecture/parameters.ts'
import * as further from './further.testkit.ts'
import { CORPUS_ABSENT, corpusModel, hasCorpus, imported } from './hf.testkit.ts'
import { DIFFERENCES, LABELS_OFF } from './published.testkit.ts'
import { readLabel, reportRows } from './report.testkit.ts'

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
})

describe.skipIf(!hasCorpus)('published counts of every full-size model', () => {
  const rows = hasCorpus ? reportRows().filter(({ published }) => published !== undefined) : []

  it('labels are read with their rounding', () => {
    expect(readLabel('30.5B')).toEqual({ value: 30.5e9, rounding: 0.05e9 })
    expect(readLabel('1T')).toEqual({ value: 1e12, rounding: 0.5e12 })
    expect(readLabel('596M')).toEqual({ value: 596e6, rounding: 0.5e6 })
    expect(readLabel('Undisclosed')).toBeUndefined()
  })

  it('at least 95 % are within 1 % or the rounding of the published figure', () => {
    expect(rows.length).toBeGreaterThan(150)
    expect(rows.filter(({ agrees }) => agrees).length / rows.length).toBeGreaterThanOrEqual(0.95)
  })

  it("against the recipes' own labels: every one that differs has its cause", () => {
    const labelled = rows.filter(({ label }) => label !== undefined)
    const off = labelled.filter(({ label }) => !label?.agrees).map(({ model }) => model)
    expect(off.sort()).toEqual(Object.keys(LABELS_OFF).sort())
    expect(labelled.length - off.length).toBeGreaterThanOrEqual(48)
  })

  it('the others are those of the table, each with its cause', () => {
    const others = rows.filter(({ agrees }) => !agrees).map(({ model }) => model)
    expect(others.sort()).toEqual(Object.keys(DIFFERENCES).sort())
  })
})

/** Exact counts of checkpoints whose files are not at hand; what is left out of ours is named. */
const CONFIGURED: readonly (readonly [string, object, number])[] = [
  ['Qwen2.5-VL-7B', further.QWEN2_5_VL_7B, 8_292_166_656],
  ['Qwen2.5-VL-72B', further.QWEN2_5_VL_72B, 73_410_777_344],
  ['Qwen2-VL-7B', further.QWEN2_VL_7B, 8_291_375_616],
  ['Qwen2-Audio-7B', further.QWEN2_AUDIO, 8_397_094_912],
  // Without the norm before the tower's layers (2560) and 35 gates of one value.
  ['Llama-3.2-11B-Vision', further.MLLAMA_11B, 10_670_220_835 - 2560 - 35],
  // Without the layer scales of the tower (24 · 2 · 1024) and the norm before the projector (2 · 4096).
  ['InternVL3.5-8B', further.INTERNVL3_5_8B, 8_528_318_464 - 49_152 - 8192],
]

describe('models without a file at hand', () => {
  it.each(CONFIGURED)('%s', (_, config, expected) => {
    expect(countParameters(imported(config)).total).toBe(expected)
  })

  it('Gemma 3n, text: 6.87 and 4.46 billion with the unused projections of shared layers', () => {
    const unused = (shared: number) => shared * 2 * (2048 * 512)
    const e4b = countParameters(imported(further.GEMMA3N_E4B)).total + unused(15)
    const e2b = countParameters(imported(further.GEMMA3N_E2B)).total + unused(10)
    expect(e4b / 1e9).toBeCloseTo(6.87, 2)
    expect(e2b / 1e9).toBeCloseTo(4.46, 2)
  })

  it('LongCat-Flash: 560 billion, 27 active on average without the embedding, 18.6 to 31.3 at the ends', () => {
    const model = imported(further.LONGCAT)
    const { total, active } = countParameters(model)
    const embedding = 131072 * 6144
    // Two latent attentions and two dense FFNs per layer, 512 experts of three matrices.
    const mla = 6144 * 1536 + 1536 * 64 * 192 + 6144 * 576 + 512 * 64 * 256 + 64 * 128 * 6144 + 1536 + 512
    const expert = 3 * 6144 * 2048
    const router = 6144 * 768 + 768
    const rest = 28 * (2 * (mla + 3 * 6144 * 12288 + 2 * 6144) + router) + 6144
    expect(total).toBe(rest + 28 * 512 * expert + 2 * embedding)
    expect(total / 1e9).toBeCloseTo(560.7, 1)
    // Of 12 choices among 768, two thirds fall on experts that compute: 8.
    expect(active).toBe(rest + 28 * 8 * expert + 2 * embedding)
    expect((active - embedding) / 1e9).toBeCloseTo(27.1, 1)
    expect((rest + embedding) / 1e9).toBeCloseTo(18.7, 1)
    expect((rest + embedding + 28 * 12 * expert) / 1e9).toBeCloseTo(31.4, 1)
  })

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
