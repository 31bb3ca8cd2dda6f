/** Published configurations: each imports completely or is refused for a reason that names the cause. */
import { describe, expect, it } from 'vitest'
import {
  badNumbers,
  CORPUS_ABSENT,
  corpusConfig,
  corpusModel,
  corpusNames,
  corpusSidecar,
  corpusTable,
  hasCorpus,
  imported,
  layersOf,
} from './hf.testkit.ts'
import { importHfConfig } from './index.ts'
import { knownTypes } from './registry.ts'

/** Condensed by another tool: its `ffn_embed_dim` is 4 × hidden, which is not the width of a gated FFN. */
const CONDENSED = [
  'NousResearch__Llama-2-7b-hf',
  'decapoda-research__llama-13b-hf',
  'decapoda-research__llama-30b-hf',
  'decapoda-research__llama-7b-hf',
]

/** Model types that may have no row yet. */
const PENDING = new Set(
  'bert t5 whisper rwkv5 gla jamba nemotron_h kimi_k3 deepseek_v4 deepseek_ref minimax_m3 minimax_m3_vl step3p7'.split(
    ' ',
  ),
)

describe.skipIf(!hasCorpus)('published configurations', () => {
  const refused: string[] = []
  for (const name of hasCorpus ? corpusNames() : []) {
    it(name, () => {
      const config = corpusConfig(name)
      const result = importHfConfig(config, { quantSidecar: corpusSidecar(name) })
      if (result.ok) {
        expect(name).not.toMatch(/^SpecForge-draft/)
        expect(CONDENSED).not.toContain(name)
        expect(badNumbers(result.value)).toEqual([])
        expect(result.value.stack.order.length).toBeGreaterThan(0)
        for (const kind of result.value.stack.order) expect(result.value.stack.kinds[kind]).toBeDefined()
        expect(new Set(result.value.stack.kinds.map((kind) => kind.name)).size).toBe(result.value.stack.kinds.length)
        return
      }
      refused.push(name)
      const { path, reason, remedy } = result.problem
      expect(remedy).not.toBe('')
      if (name.startsWith('SpecForge-draft')) {
        expect(path).toBe('architectures')
        expect(reason).toContain('speculative draft')
        return
      }
      if (CONDENSED.includes(name)) {
        expect(path).toBe('ffn_embed_dim')
        return
      }
      const type = (config as { model_type: string }).model_type
      expect(PENDING, `${name}: ${path}: ${reason}`).toContain(type)
      expect(knownTypes()).not.toContain(type)
      expect(path).toBe('model_type')
      expect(reason).toContain(type)
    })
  }
})

/** Model → the file, or the configuration, that says what the table's row says. */
const TRUTH: { readonly [model: string]: string | object } = {
  'tiiuae/falcon-7b': { model_type: 'falcon' },
  'tiiuae/falcon-40b': 'tiiuae__falcon-40b',
  'Qwen/Qwen3-Next-80B-A3B-Instruct': 'Qwen__Qwen3-Next-80B-A3B-Instruct',
  'zai-org/GLM-4.5': 'zai-org__GLM-4.5',
  'baidu/ERNIE-4.5-21B-A3B-PT': { model_type: 'ernie4_5_moe' },
  'lmsys/gpt-oss-20b-bf16': 'openai__gpt-oss-20b',
  'deepseek-ai/DeepSeek-V3.2-Exp': { model_type: 'deepseek_v32' },
  'meta-llama/Llama-4-Scout-17B-16E-Instruct': 'meta-llama__Llama-4-Scout-17B-16E-Instruct',
  'nvidia/Llama-3_3-Nemotron-Super-49B-v1': 'nvidia__Llama-3_3-Nemotron-Super-49B-v1',
  'mosaicml/mpt-7b': { model_type: 'mpt', d_model: 4096, n_heads: 32, n_layers: 32, vocab_size: 50432 },
  'databricks/dbrx-instruct': {
    model_type: 'dbrx',
    d_model: 6144,
    n_heads: 48,
    n_layers: 40,
    vocab_size: 100352,
    attn_config: { kv_n_heads: 8 },
    ffn_config: { ffn_hidden_size: 10752, moe_num_experts: 16, moe_top_k: 4 },
  },
}

describe.skipIf(!hasCorpus)('sizes that vLLM parses from the same models', () => {
  for (const row of hasCorpus ? corpusTable('vllm_arch_groundtruth.tsv') : []) {
    const source = TRUTH[row.model ?? '']
    it.skipIf(!source)(row.model ?? '', () => {
      const model = typeof source === 'string' ? corpusModel(source) : imported(source)
      const layers = layersOf(model)
      expect(layers.length).toBe(Number(row.layers))
      expect(model.stack.hiddenSize).toBe(Number(row.hidden_size))
      expect(model.embedding?.vocabSize).toBe(Number(row.vocab))
      const mixers = layers.flatMap((layer) => (layer.mixer && layer.mixer.kind !== 'linear' ? [layer.mixer] : []))
      for (const mixer of mixers) {
        if (mixer.kind === 'mla') {
          expect(mixer.numQHeads).toBe(Number(row.heads))
          expect(mixer.kvLoraRank + mixer.qkRopeHeadDim).toBe(Number(row.head_size))
        } else if (mixer.kind === 'attention') {
          expect(mixer.numQHeads).toBe(Number(row.heads))
          expect(mixer.headDim).toBe(Number(row.head_size))
          expect(mixer.numKvHeads).toBe(Number(row.kv_heads))
        } else throw new Error(`unexpected ${mixer.kind}`)
      }
      const experts = layers.flatMap((layer) => (layer.ffn?.kind === 'moe' ? [layer.ffn.numExperts] : []))
      // vLLM's table gives 0 for DBRX: it does not read ffn_config.
      if (row.model !== 'databricks/dbrx-instruct') expect(Math.max(0, ...experts)).toBe(Number(row.experts))
    })
  }
})

/** KiB of 16-bit keys and values that each further token adds: layers that see everything, not windows or states. */
function growingKiB(name: string): number {
  let elements = 0
  for (const { mixer } of layersOf(corpusModel(name))) {
    if (mixer?.kind === 'mla') elements += mixer.kvLoraRank + mixer.qkRopeHeadDim
    if (mixer?.kind !== 'attention' || mixer.pattern.kind !== 'causal') continue
    const width = mixer.headDim + (mixer.keyIsValue ? 0 : (mixer.vHeadDim ?? mixer.headDim))
    elements += mixer.numKvHeads * width
  }
  return (elements * 2) / 1024
}

describe.skipIf(!hasCorpus)('keys and values per token, where one formula fails', () => {
  it.each([
    ['meta-llama__Llama-3.1-70B', 320],
    ['deepseek-ai__DeepSeek-V3', 68.625],
    ['moonshotai__Kimi-K2-Instruct', 68.625],
    ['openai__gpt-oss-120b', 36],
    ['Qwen__Qwen3-Next-80B-A3B-Instruct', 24],
    ['Qwen__Qwen3.5-27B', 64],
    ['nvidia__Gemma-4-26B-A4B-NVFP4', 10],
  ])('%s: %d KiB', (name, expected) => {
    expect(growingKiB(name)).toBe(expected)
  })
})

if (!hasCorpus) describe('published configurations', () => it.skip(CORPUS_ABSENT, () => {}))
