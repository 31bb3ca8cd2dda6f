/**
 * Settings of a technique: field names in our language, values in one spelling, and how two settings compare. A setting that
 * a question states and a record does not is unknown, not equal.
 */
import type { Setting } from './record.ts'

/** Foreign field names; an empty name is dropped: it is a result or a description, not a setting. */
const FIELDS: Readonly<Record<string, string>> = {
  precision: 'precision',
  isl: 'promptTokens',
  input: 'promptTokens',
  prompt: 'promptTokens',
  osl: 'outputTokens',
  output: 'outputTokens',
  gen: 'outputTokens',
  gen_tokens: 'outputTokens',
  prompt_tokens: 'compressedTokens',
  tp: 'tp',
  dcp: 'cp',
  gpus: 'accelerators',
  claimed_context: 'claimedContext',
  batch: 'batch',
  quant: 'format',
  bits: 'weightBits',
  w_bits: 'weightBits',
  a_bits: 'activationBits',
  kv_bits: 'kvBits',
  qps: 'requestsPerS',
  ratio: 'compression',
  n_docs: 'documents',
  gold_index: 'answerAt',
  gold_position: 'answerAt',
  train_length: 'trainedTokens',
  finetuned: 'fineTuned',
  recover: 'fineTunedOn',
  heavy_hitters: 'heavyHitters',
  num_beams: 'beams',
  training_free: 'trainingFree',
  retrieval_head_ratio: 'retrievalHeads',
  token_budget: 'tokenBudget',
  local_window: 'window',
  kv_budget: 'kvBudget',
  size_gib: '',
  size_gb: '',
  extra_cost: '',
  extra_params: '',
}

const camel = (name: string) => name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** `W4A8KV4`, `W4A16 g128`: the bits of weights, activations and cache. */
const WIDTHS = /^W(\d+)A(\d+)(?:KV(\d+))?(?: g(\d+))?$/i

function spell(value: string): string {
  return value.trim().replace(/\s+/g, ' ').replace(/[;\t]/g, ',').slice(0, 80)
}

/** One stated field as ours: none, one, or (for `W4A8KV4`) several. */
export function normaliseSetting(raw: Readonly<Record<string, unknown>>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [foreign, value] of Object.entries(raw)) {
    if (value === null || value === undefined || value === '-') continue
    const known = FIELDS[foreign.toLowerCase()]
    const name = known ?? (/^[a-z]+[A-Z]/.test(foreign) ? foreign : camel(foreign))
    if (name === '') continue
    const text = spell(String(value))
    const widths = name === 'precision' || name === 'widths' ? WIDTHS.exec(text) : null
    const scale = name === 'variant' ? /^yarn \(s=(\d+)\)$/i.exec(text)?.[1] : undefined
    if (scale !== undefined) out.scale = scale
    else if (widths) {
      const [, weights, activations, kv, group] = widths
      if (weights) out.weightBits = weights
      if (activations) out.activationBits = activations
      if (kv) out.kvBits = kv
      if (group) out.group = group
    } else {
      out[name] = name === 'precision' || name === 'format' ? text.toLowerCase() : text
    }
  }
  return out
}

/** A number with its unit's letters: 5x, 20%, ~2, 128K. */
function amount(text: string): number | undefined {
  const match = /^~?(-?\d+(?:\.\d+)?)\s*([x%kKM]?)$/.exec(text)
  if (!match) return undefined
  const scale = match[2] === 'k' || match[2] === 'K' ? 1024 : match[2] === 'M' ? 1024 ** 2 : 1
  return Number(match[1]) * scale
}

type SettingMatch = 'same' | 'unknown' | 'different'

export function compareSetting(asked: string, found: string | undefined): SettingMatch {
  if (found === undefined) return 'unknown'
  if (asked.toLowerCase() === found.toLowerCase()) return 'same'
  const [a, b] = [amount(asked), amount(found)]
  return a !== undefined && a === b ? 'same' : 'different'
}

export function settingText(setting: Setting): string {
  return Object.entries(setting)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
