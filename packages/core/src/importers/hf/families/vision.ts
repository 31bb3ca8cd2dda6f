/**
 * Multimodal models: the text part of `text_config` (or of the file itself) and the vision tower of `vision_config`. Audio
 * towers are not read. A file without a `vision_config` has no tower here, except where its model type implies one.
 * Sources: transformers `modeling_llava.py`, `modeling_qwen3_vl.py` and so on; custom code of LLaVA 1.5, MAIRA-2, Phi-3-Vision.
 */
import type { Tower } from '../../../architecture/model.ts'
import { classDefaults } from '../defaults.ts'
import type { FamilyInput, Fragment, Importer, ModelParts } from '../family.ts'
import { BOUNDS, isObject, ownValue, Reader } from '../reader.ts'
import { LLAMA_FAMILY } from './llama.ts'
import { stepText } from './sparse.ts'
import {
  clipTower,
  dinoTower,
  gemma4Tower,
  llama4Tower,
  minimaxTower,
  moonTower,
  type Projector,
  pixtralTower,
  qwenTower,
  siglipTower,
  stepTower,
} from './towers.ts'
import { textPart } from './wrappers.ts'

type TowerOf = (vision: Reader, text: number, whole: Reader) => Tower

/** Adds the tower of `vision_config`, if there is one, to the text part. */
function seeing(textType: string, defaults: string, tower: TowerOf, flat?: Importer): Importer {
  return (input) => withTower(input, textPart(input, textType, flat), defaults, tower)
}

function withTower(input: FamilyInput, parts: ModelParts, defaults: string, tower: TowerOf): ModelParts {
  const vision = input.config.object('vision_config', classDefaults(defaults))
  return vision ? { ...parts, towers: [tower(vision, parts.stack.hiddenSize, input.config)] } : parts
}

/** openai/clip-vit-large-patch14-336, which files name instead of spelling out. */
const CLIP_LARGE_336 = {
  hidden_size: 1024,
  intermediate_size: 4096,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  image_size: 336,
  patch_size: 14,
  hidden_act: 'quick_gelu',
}
const CLIP_BY_NAME: { readonly [name: string]: object } = {
  'openai/clip-vit-large-patch14-336': CLIP_LARGE_336,
  'openai/clip-vit-large-patch14': { ...CLIP_LARGE_336, image_size: 224 },
}

function namedClip(r: Reader, key: string, projector: (hidden: number) => Projector): Tower | undefined {
  const name = r.string(key)
  if (Object.hasOwn(CLIP_BY_NAME, name))
    return clipTower(new Reader(CLIP_BY_NAME[name] ?? {}, key, {}, r.problems), projector)
  r.refuse(key, `'${name.slice(0, 60)}' is not known here`, `Known: ${Object.keys(CLIP_BY_NAME).join(', ')}.`)
  return undefined
}

/** A chain of `depth` linear layers into the text's hidden size. */
const chain =
  (text: number, depth: number, bias: boolean) =>
  (hidden: number): Projector =>
    Array.from({ length: depth }, (_, index) => [index === 0 ? hidden : text, text, bias] as const)

/** llava-hf spells its tower out; the original LLaVA names one, and its projector as `mlp2x_gelu`. */
const llava: Importer = (input) => {
  const r = input.config
  const parts = textPart(input, 'llama', LLAMA_FAMILY.llama)
  const text = parts.stack.hiddenSize
  if (r.has('mm_vision_tower')) {
    const match = /^mlp(\d)x_gelu$/.exec(r.string('mm_projector_type', 'linear'))
    const tower = namedClip(r, 'mm_vision_tower', chain(text, match ? Number(match[1]) : 1, true))
    return tower ? { ...parts, towers: [tower] } : parts
  }
  const bias = r.bool('multimodal_projector_bias', true)
  return withTower(input, parts, 'clip_vision_model', (vision) => clipTower(vision, chain(text, 2, bias)))
}

const maira2: Importer = (input) => {
  const parts = textPart(input, 'llama', undefined)
  const depth = input.config.int('projector_n_layers', { min: 1, max: 16 }, 1)
  return withTower(input, parts, 'dinov2', (vision, text) => dinoTower(vision, chain(text, depth, true)))
}

/** Phi-3-Vision merges 2 × 2 CLIP tokens before a two-layer projector. */
const phi3v: Importer = (input) => {
  const parts = textPart(input, 'phi3', LLAMA_FAMILY.phi3)
  const processor = input.config.object('img_processor')
  if (!processor) return parts
  const text = parts.stack.hiddenSize
  const tower = clipTower(new Reader(CLIP_LARGE_336, '', {}, input.config.problems), (hidden) => [
    [4 * hidden, text, true],
    [text, text, true],
  ])
  return { ...parts, towers: [{ ...tower, outputTokensPerItem: processor.int('num_img_tokens', BOUNDS.tokens, 144) }] }
}

const mistral3 = (textType: string, flat?: Importer): Importer =>
  seeing(
    textType,
    'pixtral',
    (vision, text, whole) =>
      pixtralTower(
        vision,
        whole.int('spatial_merge_size', { min: 1, max: 64 }, 2),
        text,
        whole.bool('multimodal_projector_bias', false),
      ),
    flat,
  )

/** The type implies its tower: transformers builds one from class defaults when the file has no `vision_config`. */
const step3p7: Importer = (input) => {
  const r = input.config
  const inner = ownValue(r.source, 'text_config')
  const own = isObject(inner) ? new Reader(inner, `${r.prefix}text_config.`, classDefaults('step3p5'), r.problems) : r
  const parts = stepText(own)
  const defaults = classDefaults('step3p5_vision')
  const vision = r.object('vision_config', defaults) ?? new Reader({}, 'vision_config.', defaults, r.problems)
  return { ...parts, towers: [stepTower(vision, parts.stack.hiddenSize, r.bool('projector_bias', false))] }
}

export const VISION_FAMILY: Fragment = {
  qwen3_vl: seeing('qwen3_vl_text', 'qwen3_vl_vision', qwenTower),
  qwen3_vl_moe: seeing('qwen3_vl_moe_text', 'qwen3_vl_vision', qwenTower),
  qwen3_5: seeing('qwen3_5_text', 'qwen3_5_vision', qwenTower),
  qwen3_5_moe: seeing('qwen3_5_moe_text', 'qwen3_5_vision', qwenTower),
  gemma3: seeing('gemma3_text', 'siglip_vision_model', (vision, text, whole) =>
    siglipTower(vision, text, whole.int('mm_tokens_per_image', { min: 1, max: BOUNDS.tokens.max }, 256)),
  ),
  gemma4: seeing('gemma4_text', 'gemma4_vision', gemma4Tower),
  llama4: seeing('llama4_text', 'llama4_vision_model', llama4Tower),
  kimi_k25: seeing('kimi_k2', 'none', (vision) => moonTower(vision, false)),
  kimi_k3: seeing('kimi_linear', 'none', (vision) => moonTower(vision, true)),
  mistral3: mistral3('mistral'),
  ministral3: mistral3('ministral3', LLAMA_FAMILY.ministral3),
  minimax_m3_vl: seeing('minimax_m3_vl_text', 'minimax_m3_vl_vision', (vision, text, whole) =>
    minimaxTower(vision, text, whole.int('projector_hidden_size', BOUNDS.size, text)),
  ),
  llava,
  maira2,
  phi3_v: phi3v,
  step3p7,
}
