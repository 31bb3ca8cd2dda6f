/** Sizes that vLLM parses from eighteen published models (`tests/config/base_model_arch_groundtruth.json`). */
import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../architecture/model.ts'
import { CODESTRAL_MAMBA, LONGCAT, MIMO_7B } from './further.testkit.ts'
import { CORPUS_ABSENT, corpusModel, corpusTable, hasCorpus, imported, layersOf } from './hf.testkit.ts'
import { FALCON_MAMBA, MAMBA, ZAMBA2 } from './unusual.testkit.ts'

/** Model → the file, or the configuration, that says what the table's row says. */
const SOURCES: { readonly [model: string]: string | object } = {
  'state-spaces/mamba-130m-hf': MAMBA,
  'mistralai/Mamba-Codestral-7B-v0.1': CODESTRAL_MAMBA,
  'tiiuae/falcon-mamba-7b-instruct': FALCON_MAMBA,
  'Zyphra/Zamba2-7B-instruct': ZAMBA2,
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
  'tiiuae/falcon-7b': { model_type: 'falcon' },
  'tiiuae/falcon-40b': 'tiiuae__falcon-40b',
  'Qwen/Qwen3-Next-80B-A3B-Instruct': 'Qwen__Qwen3-Next-80B-A3B-Instruct',
  'zai-org/GLM-4.5': 'zai-org__GLM-4.5',
  'baidu/ERNIE-4.5-21B-A3B-PT': { model_type: 'ernie4_5_moe' },
  'lmsys/gpt-oss-20b-bf16': 'openai__gpt-oss-20b',
  'deepseek-ai/DeepSeek-V3.2-Exp': 'deepseek-ai__DeepSeek-V3.2',
  'meta-llama/Llama-4-Scout-17B-16E-Instruct': 'meta-llama__Llama-4-Scout-17B-16E-Instruct',
  'nvidia/Llama-3_3-Nemotron-Super-49B-v1': 'nvidia__Llama-3_3-Nemotron-Super-49B-v1',
  'XiaomiMiMo/MiMo-7B-RL': MIMO_7B,
  'meituan-longcat/LongCat-Flash-Chat': LONGCAT,
  'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16': 'nvidia__NVIDIA-Nemotron-3-Nano-30B-A3B-BF16',
}

/** Layers as the publisher counts them: Zamba 2's shared blocks and LongCat's second halves are layers of their own here. */
function publishedLayers(model: ModelSpec): number {
  const layers = layersOf(model)
  if (model.family === 'longcat_flash') return layers.length / 2
  return layers.filter(({ sharedWeights }) => !sharedWeights).length
}

/** vLLM's table gives 0 experts for DBRX: it does not read ffn_config. */
const EXPERTS: { readonly [model: string]: number } = { 'databricks/dbrx-instruct': 16 }

describe.skipIf(!hasCorpus)('sizes that vLLM parses from the same models', () => {
  const rows = hasCorpus ? corpusTable('vllm_arch_groundtruth.tsv') : []

  it('every row has a source', () => {
    expect(rows.map(({ model }) => model).sort()).toEqual(Object.keys(SOURCES).sort())
  })

  it.each(rows.map((row) => [row.model ?? '', row] as const))('%s', (name, row) => {
    const source = SOURCES[name]
    const model = typeof source === 'string' ? corpusModel(source) : imported(source)
    const layers = layersOf(model)
    const mixers = layers.flatMap(({ mixer }) => (mixer ? [mixer] : []))
    const attentions = mixers.flatMap((mixer) => (mixer.kind === 'attention' ? [mixer] : []))
    const latents = mixers.flatMap((mixer) => (mixer.kind === 'mla' ? [mixer] : []))
    const experts = layers.flatMap(({ ffn }) => (ffn?.kind === 'moe' ? [ffn.numExperts] : []))
    const same = (values: readonly number[]) => {
      expect(new Set(values).size).toBeLessThanOrEqual(1)
      return values[0] ?? 0
    }
    expect({
      hidden: model.stack.hiddenSize,
      layers: publishedLayers(model),
      vocab: model.embedding?.vocabSize,
      heads: same([...attentions, ...latents].map(({ numQHeads }) => numQHeads)),
      headSize: same([
        ...attentions.map(({ headDim }) => headDim),
        ...latents.map((one) => one.kvLoraRank + one.qkRopeHeadDim),
      ]),
      // For latent attention the table repeats the query heads.
      kvHeads: same([...attentions.map((one) => one.numKvHeads), ...latents.map((one) => one.numQHeads)]),
      experts: Math.max(0, ...experts),
      isMla: latents.length > 0,
    }).toEqual({
      hidden: Number(row.hidden_size),
      layers: Number(row.layers),
      vocab: Number(row.vocab),
      heads: Number(row.heads),
      headSize: Number(row.head_size),
      kvHeads: Number(row.kv_heads),
      experts: EXPERTS[name] ?? Number(row.experts),
      isMla: row.is_mla === 'true',
    })
  })
})

if (!hasCorpus) describe('sizes that vLLM parses', () => it.skip(CORPUS_ABSENT, () => {}))
