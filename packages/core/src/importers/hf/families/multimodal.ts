/**
 * More multimodal models: Qwen2-VL and Qwen2.5-VL (window attention in the tower), Llama 3.2 Vision (the tower feeds
 * cross-attention layers), InternVL, GLM-4.1V to 4.6V, Gemma 3n (its text part), and two with Whisper encoders (Qwen2-Audio,
 * Voxtral). Sources: transformers `modeling_qwen2_vl.py`, `modeling_qwen2_5_vl.py`, `modeling_mllama.py`,
 * `modeling_internvl.py`, `modeling_glm4v.py`, `modeling_qwen2_audio.py`, `modeling_voxtral.py`; custom code of InternVL.
 * Towers that take any picture and have no position table are counted at 56 × 56 patches, a square of 784 pixels a side.
 */
import type { CrossAttention, Layer, Tower } from '../../../architecture/model.ts'
import {
  attention,
  decoder,
  dense,
  LAYER_NORM,
  layer,
  perLayer,
  RMS,
  readActivation,
  readContext,
  readFfnSize,
  readShape,
} from '../build.ts'
import { classDefaults } from '../defaults.ts'
import type { Fragment, Importer, ModelParts } from '../family.ts'
import { BOUNDS, type Reader } from '../reader.ts'
import { LLAMA_FAMILY } from './llama.ts'
import { channels, type Projector, sizes, vit } from './towers.ts'
import { textPart } from './wrappers.ts'

/** Patches on a side of the picture that towers without a position table are counted at. */
const SIDE = 56

interface Merging {
  readonly patch: number
  readonly merge: number
  readonly patchValues: number
}

function readMerging(r: Reader): Merging {
  const patch = r.int('patch_size', { min: 1, max: 1024 })
  const merge = r.int('spatial_merge_size', { min: 1, max: 64 })
  const frames = r.int('temporal_patch_size', { min: 1, max: 64 })
  return { patch, merge, patchValues: channels(r) * frames * patch * patch }
}

const merged = (tokens: number, merge: number) => Math.max(1, Math.floor(tokens / (merge * merge)))

/** Layer numbers of a tower that see the whole picture. */
function readFullLayers(r: Reader, layers: number): ReadonlySet<unknown> {
  const listed = r.raw('fullatt_block_indexes') ?? [7, 15, 23, 31]
  if (Array.isArray(listed) && listed.every((x) => Number.isInteger(x) && x >= 0 && x < layers)) return new Set(listed)
  r.refuse('fullatt_block_indexes', `is not a list of layer numbers from 0 to ${layers - 1}`, 'Correct the list.')
  return new Set()
}

/** Qwen2-VL names the text's width `hidden_size` and its own `embed_dim`. */
function qwen2Tower(r: Reader): Tower {
  const hidden = r.int('embed_dim', BOUNDS.size)
  const heads = r.int(['num_heads', 'num_attention_heads'], BOUNDS.heads)
  const ffn = Math.round(hidden * r.float('mlp_ratio', BOUNDS.factor, 4))
  const { merge, patchValues } = readMerging(r)
  const layers = r.int(['depth', 'num_hidden_layers'], BOUNDS.layers)
  const wide = merge * merge * hidden
  return {
    kind: 'vision',
    stack: vit(r, { layers, hidden, heads, ffn, activation: readActivation(r, 'gelu'), finalNorm: LAYER_NORM }),
    patchValues,
    patchBias: false,
    positions: 0,
    tokensPerItem: SIDE * SIDE,
    outputTokensPerItem: merged(SIDE * SIDE, merge),
    projector: [
      [wide, wide, true],
      [wide, r.int('hidden_size', BOUNDS.size), true],
    ],
  }
}

/** Qwen2.5-VL: most layers see windows of `window_size` pixels a side, a few the whole picture. */
function qwen25Tower(r: Reader): Tower {
  const v = sizes(r)
  const { patch, merge, patchValues } = readMerging(r)
  const side = Math.max(1, Math.floor(r.int('window_size', BOUNDS.size) / patch))
  const full = readFullLayers(r, v.layers)
  const ffn = r.int('intermediate_size', BOUNDS.ffn)
  const rest = { ...v, ffn, gated: true, norm: RMS, finalNorm: RMS }
  const wide = merge * merge * v.hidden
  return {
    kind: 'vision',
    stack: vit(r, { ...rest, block: (index) => (full.has(index) ? undefined : side * side) }),
    patchValues,
    patchBias: false,
    positions: 0,
    tokensPerItem: SIDE * SIDE,
    outputTokensPerItem: merged(SIDE * SIDE, merge),
    projector: [
      [wide, wide, true],
      [wide, r.int('out_hidden_size', BOUNDS.size), true],
    ],
  }
}

/** GLM-4.1V: a strided convolution merges 2 × 2 tokens, then a gated block of the text's width. */
function glm4vTower(r: Reader): Tower {
  const v = sizes(r)
  const { patch, merge, patchValues } = readMerging(r)
  const inner = r.int('intermediate_size', BOUNDS.ffn)
  const out = r.int('out_hidden_size', BOUNDS.size)
  const bias = r.bool('attention_bias', false)
  const rows = Math.floor(r.int('image_size', BOUNDS.size) / patch) ** 2
  return {
    kind: 'vision',
    // The blocks' FFN has the width of the text; `intermediate_size` is the merger's.
    stack: vit(r, { ...v, ffn: out, gated: true, bias, norm: RMS, finalNorm: RMS }),
    patchValues,
    patchBias: true,
    positions: rows,
    tokensPerItem: SIDE * SIDE,
    outputTokensPerItem: merged(SIDE * SIDE, merge),
    projector: [
      [merge * merge * v.hidden, out, true],
      [out, out, false],
      [out, inner, false],
      [out, inner, false],
      [inner, out, false],
    ],
  }
}

type TowerOf = (vision: Reader, text: number, whole: Reader) => Tower

function seeing(textType: string, defaults: string, tower: TowerOf, flat?: Importer): Importer {
  return (input) => {
    const parts = textPart(input, textType, flat)
    const vision = input.config.object('vision_config', classDefaults(defaults))
    return vision ? { ...parts, towers: [tower(vision, parts.stack.hiddenSize, input.config)] } : parts
  }
}

/** A square side that transformers files give as a pair. */
function readSide(r: Reader, key: string, fallback: number): number {
  const value = r.raw(key)
  if (!Array.isArray(value)) return r.int(key, BOUNDS.size, fallback)
  const [a, b] = value
  if (value.length === 2 && a === b && Number.isInteger(a) && a > 0 && a <= BOUNDS.size.max) return a
  r.refuse(key, 'is not one side, or the same side twice', 'Give the published value.')
  return fallback
}

/** InternViT over one tile; pixel shuffle by `downsample_ratio`, a norm and two linear layers. A picture is several tiles. */
function internTower(r: Reader, text: number, whole: Reader): Tower {
  const v = sizes(r)
  const [image, patch] = [readSide(r, 'image_size', 448), readSide(r, 'patch_size', 14)]
  const patches = Math.max(1, Math.floor(image / patch)) ** 2
  const ratio = whole.float('downsample_ratio', { min: 0.01, max: 1 }, 0.5)
  const ffn = r.int('intermediate_size', BOUNDS.ffn)
  const norm = r.choice('norm_type', { layer_norm: LAYER_NORM, rms_norm: RMS }, LAYER_NORM)
  const attentionBias = r.bool(['qkv_bias', 'attention_bias'], true)
  const qkNorm = r.bool(['qk_normalization', 'use_qk_norm'], false) ? ({ qkNorm: 'width' } as const) : {}
  const wide = Math.round(v.hidden / (ratio * ratio))
  return {
    kind: 'vision',
    stack: vit(r, { ...v, ffn, norm, attentionBias, outBias: true, ...qkNorm }),
    patchValues: channels(r) * patch * patch,
    patchBias: true,
    // A row for every token, and the class token itself.
    positions: patches + 2,
    tokensPerItem: patches + 1,
    outputTokensPerItem: Math.max(1, Math.floor(patches * ratio * ratio)),
    projector: [
      [wide, text, true],
      [text, text, true],
    ],
  }
}

const internvlChat: Importer = (input) => {
  const parts = input.nested('llm_config', 'qwen2')
  const vision = input.config.object('vision_config', { ...classDefaults('internvl_vision'), attention_bias: true })
  return vision ? { ...parts, towers: [internTower(vision, parts.stack.hiddenSize, input.config)] } : parts
}

/** Rows of the table of aspect ratios: those listed, and none. */
function readAspectRatios(r: Reader): number {
  const listed = r.raw('supported_aspect_ratios')
  return 1 + (Array.isArray(listed) ? Math.min(listed.length, 1000) : 8)
}

/** Llama 3.2 Vision: up to four tiles in one sequence, local then gated global layers, five layers' outputs side by side. */
function mllamaTower(r: Reader, text: number): Tower {
  const hidden = r.int('hidden_size', BOUNDS.size)
  const heads = r.int(['attention_heads', 'num_attention_heads'], BOUNDS.heads)
  const layers = r.int('num_hidden_layers', BOUNDS.layers) + r.int('num_global_layers', BOUNDS.count)
  const patch = r.int('patch_size', { min: 1, max: 1024 })
  const tiles = r.int('max_num_tiles', { min: 1, max: 64 })
  const patches = Math.max(1, Math.floor(r.int('image_size', BOUNDS.size) / patch)) ** 2 + 1
  const ffn = r.int('intermediate_size', BOUNDS.ffn)
  const activation = readActivation(r, 'gelu')
  const ratios = readAspectRatios(r)
  return {
    kind: 'vision',
    feeds: 'cross',
    stack: vit(r, { layers, hidden, heads, ffn, activation, attentionBias: false, finalNorm: LAYER_NORM }),
    patchValues: channels(r) * patch * patch,
    patchBias: false,
    // A row for every token and the class token; for every aspect ratio all tokens of all tiles, and each tile before and after.
    positions: patches + 1 + ratios * tiles * (patches + 2),
    // Tokens of a tile are padded to a multiple of eight.
    tokensPerItem: tiles * 8 * Math.ceil(patches / 8),
    outputTokensPerItem: tiles * patches,
    projector: [[r.int('vision_output_dim', BOUNDS.size), text, true]],
  }
}

/** Llama 3 with layers that attend to the picture instead of the text; without a picture they are left out. */
const mllamaText: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const ffn = dense(readFfnSize(r, shape.hidden), true, readActivation(r, 'silu'), false)
  const listed = r.raw('cross_attention_layers') ?? perLayer(8, (index) => 5 * index + 3)
  const isList = Array.isArray(listed) && listed.every((x) => Number.isInteger(x) && x >= 0 && x < shape.layers)
  if (!isList)
    r.refuse('cross_attention_layers', `is not a list of layers from 0 to ${shape.layers - 1}`, 'Correct the list.')
  const crossing = new Set<unknown>(isList ? listed : [])
  const cross: CrossAttention = {
    numQHeads: shape.heads,
    numKvHeads: shape.kvHeads,
    headDim: shape.headDim,
    sourceSize: shape.hidden,
    qkvBias: false,
    outBias: false,
    qkNorm: true,
  }
  const own = layer(attention(shape), ffn)
  const seeingLayer: Layer = {
    name: 'cross-attention + dense FFN',
    cross,
    ffn,
    norm: RMS,
    normPlacement: 'pre',
    onlyWithSource: true,
  }
  const layers = perLayer(shape.layers, (index) => (crossing.has(index) ? seeingLayer : own))
  // Eight more rows than the head: the picture's own tokens.
  return decoder(r, shape, layers, { context: readContext(r), embedding: { vocabSize: shape.vocab + 8 } })
}

/** A Whisper encoder over 30 s of sound, its output pooled by `pool` tokens before the projector. */
function soundTower(r: Reader, pool: number, projector: (hidden: number) => Projector): Tower {
  const hidden = r.int(['d_model', 'hidden_size'], BOUNDS.size)
  const heads = r.int(['encoder_attention_heads', 'num_attention_heads'], BOUNDS.heads)
  const layers = r.int(['encoder_layers', 'num_hidden_layers'], BOUNDS.layers)
  const ffn = r.int(['encoder_ffn_dim', 'intermediate_size'], BOUNDS.ffn)
  const mels = r.int('num_mel_bins', BOUNDS.size)
  const tokens = r.int('max_source_positions', BOUNDS.tokens)
  const activation = readActivation(r, 'gelu')
  return {
    kind: 'audio',
    stack: vit(r, { layers, hidden, heads, ffn, activation, keyBias: false, finalNorm: LAYER_NORM }),
    patchValues: 0,
    patchBias: false,
    positions: tokens,
    tokensPerItem: tokens,
    outputTokensPerItem: Math.max(1, Math.floor(tokens / pool)),
    projector: projector(hidden),
    frontEnd: {
      parameters: 3 * hidden * (mels + hidden) + 2 * hidden,
      macPerItem: 3 * hidden * (2 * tokens * mels + tokens * hidden),
    },
  }
}

const hearing =
  (textType: string, defaults: string, pool: number, projector: (text: number) => (hidden: number) => Projector) =>
  (input: Parameters<Importer>[0]): ModelParts => {
    const parts = input.nested('text_config', textType)
    const audio = input.config.object('audio_config', classDefaults(defaults))
    return audio ? { ...parts, towers: [soundTower(audio, pool, projector(parts.stack.hiddenSize))] } : parts
  }

export const MULTIMODAL_FAMILY: Fragment = {
  qwen2_vl_text: LLAMA_FAMILY.qwen2 as Importer,
  qwen2_5_vl_text: LLAMA_FAMILY.qwen2 as Importer,
  qwen2_vl: seeing('qwen2_vl_text', 'qwen2_vl_vision', qwen2Tower, LLAMA_FAMILY.qwen2),
  qwen2_5_vl: seeing('qwen2_5_vl_text', 'qwen2_5_vl_vision', qwen25Tower, LLAMA_FAMILY.qwen2),
  glm4v: seeing('glm4v_text', 'glm4v_vision', glm4vTower),
  glm4v_moe: seeing('glm4v_moe_text', 'glm4v_vision', glm4vTower),
  mllama_text_model: mllamaText,
  mllama: seeing('mllama_text_model', 'mllama_vision_model', mllamaTower),
  internvl_chat: internvlChat,
  internvl: seeing('qwen2', 'internvl_vision', internTower),
  // Only the text: the towers (MobileNet-V5, a conformer) are not spelled out in its configuration.
  gemma3n: (input) => input.nested('text_config', 'gemma3n_text'),
  qwen2_audio: hearing('qwen2', 'qwen2_audio_encoder', 2, (text) => (hidden) => [[hidden, text, true]]),
  voxtral: hearing('llama', 'voxtral_encoder', 4, (text) => (hidden) => [
    [4 * hidden, text, false],
    [text, text, false],
  ]),
}
