/**
 * Multimodal models whose language part is one of the families here, nested under `text_config` or spelled out flat. Only
 * the text part: a file that knows the encoders of images and sound replaces these rows and adds `towers` to the same parts.
 */
import type { FamilyInput, Fragment, Importer, ModelParts } from '../family.ts'
import { LLAMA_FAMILY } from './llama.ts'

/** The language part: `text_config`, or the file itself when it is flat. */
export function textPart(input: FamilyInput, textType: string, flat: Importer | undefined): ModelParts {
  if (flat && !input.config.has('text_config')) return flat(input)
  return input.nested('text_config', textType)
}

const text =
  (textType: string, flat?: Importer): Importer =>
  (input) =>
    textPart(input, textType, flat)

export const WRAPPERS: Fragment = {
  qwen3_vl: text('qwen3_vl_text'),
  qwen3_vl_moe: text('qwen3_vl_moe_text'),
  qwen3_5: text('qwen3_5_text'),
  qwen3_5_moe: text('qwen3_5_moe_text'),
  gemma3: text('gemma3_text'),
  gemma4: text('gemma4_text'),
  llama4: text('llama4_text'),
  kimi_k25: text('kimi_k2'),
  mistral3: text('mistral'),
  ministral3: text('ministral3', LLAMA_FAMILY.ministral3),
  llava: text('llama', LLAMA_FAMILY.llama),
  maira2: text('llama'),
  phi3_v: text('phi3', LLAMA_FAMILY.phi3),
}
