/**
 * Published configurations and tables beside the repository (`../shared/models`), for tests. Other people's files stay where
 * they are: tests over them skip, with one line, where the folder is absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { ModelSpec } from '../../architecture/model.ts'
import { formatProblem } from '../../units/result.ts'
import { importHfConfig } from './index.ts'
import { parseConfigText } from './text.ts'

const MODELS = new URL('../../../../../../shared/models/', import.meta.url)
const CONFIGS = new URL('configs/', MODELS)
const SIDECAR = '.hf_quant_config.json'

export const hasCorpus = existsSync(CONFIGS)
export const CORPUS_ABSENT = 'skipped: the published configurations are not at ../shared/models'

/** File names without `.json`, sidecars left out. */
export function corpusNames(): string[] {
  return readdirSync(CONFIGS)
    .filter((file) => file.endsWith('.json') && !file.endsWith(SIDECAR))
    .map((file) => file.slice(0, -'.json'.length))
}

export function corpusConfig(name: string): unknown {
  return readJson(new URL(`${name}.json`, CONFIGS))
}

export function corpusSidecar(name: string): unknown {
  const url = new URL(`${name}${SIDECAR}`, CONFIGS)
  return existsSync(url) ? readJson(url) : undefined
}

function readJson(url: URL): unknown {
  const parsed = parseConfigText(readFileSync(url, 'utf8'), url.pathname)
  if (!parsed.ok) throw new Error(formatProblem(parsed.problem))
  return parsed.value
}

/** The imported model, or an error with the problem in words. */
export function imported(config: unknown, quantSidecar?: unknown): ModelSpec {
  const result = importHfConfig(config, { quantSidecar })
  if (!result.ok) throw new Error(formatProblem(result.problem))
  return result.value
}

export function corpusModel(name: string): ModelSpec {
  return imported(corpusConfig(name), corpusSidecar(name))
}

/** Rows of a tab-separated table, without comments. */
export function corpusTable(file: string): { readonly [column: string]: string }[] {
  const lines = readFileSync(new URL(file, MODELS), 'utf8').split('\n')
  const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'))
  const header = rows[0] ?? []
  return rows.slice(1).map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])))
}

/** Every layer of the answering stack, first to last. */
export function layersOf(model: ModelSpec) {
  return model.stack.order.map((kind) => {
    const layer = model.stack.kinds[kind]
    if (!layer) throw new Error(`no kind ${kind}`)
    return layer
  })
}

/** Every number of a value, with its path: to find what is not a whole, finite, non-negative size. */
export function badNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? [] : [`${path} = ${value}`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => badNumbers(inner, path ? `${path}.${key}` : key))
}

/** The numbers Meta publishes for Llama 3.1 8B. */
export const LLAMA = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
  max_position_embeddings: 131072,
  rope_scaling: { rope_type: 'llama3', factor: 8, original_max_position_embeddings: 8192 },
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
}

/** DeepSeek-V3 (arXiv 2412.19437, section 4.2) with eight layers. */
export const DEEPSEEK = {
  model_type: 'deepseek_v3',
  hidden_size: 7168,
  intermediate_size: 18432,
  moe_intermediate_size: 2048,
  num_hidden_layers: 8,
  num_attention_heads: 128,
  n_routed_experts: 256,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  first_k_dense_replace: 3,
  kv_lora_rank: 512,
  q_lora_rank: 1536,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  vocab_size: 129280,
  num_nextn_predict_layers: 1,
  quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128], activation_scheme: 'dynamic' },
}

/** gpt-oss with four layers, its other sizes from the class defaults. */
export const GPT_OSS = {
  model_type: 'gpt_oss',
  num_hidden_layers: 4,
  layer_types: ['sliding_attention', 'full_attention', 'sliding_attention', 'full_attention'],
  quantization_config: { quant_method: 'mxfp4', modules_to_not_convert: ['model.layers.*.self_attn', 'lm_head'] },
}
