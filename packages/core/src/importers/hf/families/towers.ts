/**
 * Vision encoders as data, one function per kind of `vision_config`. Picture sizes are the configured ones where a file gives
 * one; towers that take any size are counted at the size of their position table. Sources: transformers `modeling_clip.py`,
 * `modeling_dinov2.py`, `modeling_siglip.py`, `modeling_qwen3_vl.py`, `modeling_pixtral.py`, `modeling_mistral3.py`,
 * `modeling_gemma4.py`, `modeling_llama4.py`, `modeling_minimax_m3_vl.py`, `modeling_step3p7.py`; custom code of MoonViT.
 * Left out: the norms before a stack and inside projectors, layer scales.
 */
import type { Activation, Layer, Norm, Stack, Tower } from '../../../architecture/model.ts'
import { attention, dense, LAYER_NORM, layer, perLayer, RMS, readActivation, stackOf } from '../build.ts'
import { BOUNDS, type Reader } from '../reader.ts'

export type Projector = Tower['projector']

interface Vit {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly headDim?: number
  readonly ffn: number
  readonly activation: Activation
  readonly gated?: boolean
  readonly bias?: boolean
  /** Biases of the attention alone, of its keys alone, and of its output alone; absent: as `bias`. */
  readonly attentionBias?: boolean
  readonly keyBias?: false
  readonly outBias?: boolean
  readonly norm?: Norm
  readonly finalNorm?: Norm
  readonly more?: Partial<Layer>
  readonly qkNorm?: 'head' | 'width'
  /** Tokens of the block that a layer sees; absent: the whole picture. */
  readonly block?: (index: number) => number | undefined
}

export function vit(r: Reader, v: Vit): Stack {
  const headDim = v.headDim ?? v.hidden / v.heads
  if (!Number.isInteger(headDim))
    r.refuse('num_attention_heads', `${v.heads} heads do not divide ${v.hidden} values`, 'Check both.')
  const bias = v.bias ?? true
  const norm = v.norm ?? LAYER_NORM
  const mixer = (block?: number) =>
    attention(
      { heads: v.heads, kvHeads: v.heads, headDim },
      {
        pattern: { kind: 'bidirectional', ...(block !== undefined && { block }) },
        qkvBias: v.attentionBias ?? bias,
        outBias: v.outBias ?? v.attentionBias ?? bias,
        rotaryDim: 0,
        ...(v.keyBias === false && { keyBias: false }),
        ...(v.qkNorm && { qkNorm: v.qkNorm }),
      },
    )
  const ffn = dense(v.ffn, v.gated ?? false, v.activation, bias)
  const layers = perLayer(v.layers, (index) => layer(mixer(v.block?.(index)), ffn, { norm, ...v.more }))
  return stackOf(v.hidden, layers, v.finalNorm)
}

const HEADS = ['num_attention_heads', 'num_heads', 'heads', 'vt_num_attention_heads'] as const
const LAYERS = ['num_hidden_layers', 'depth', 'layers', 'vt_num_hidden_layers'] as const
const HIDDEN = ['hidden_size', 'width', 'vt_hidden_size'] as const
const FFN = ['intermediate_size', 'vt_intermediate_size'] as const

export function sizes(r: Reader) {
  return {
    layers: r.int(LAYERS, BOUNDS.layers),
    hidden: r.int(HIDDEN, BOUNDS.size),
    heads: r.int(HEADS, BOUNDS.heads),
    activation: readActivation(r, 'gelu'),
  }
}

/** Patches of one square picture. */
function grid(r: Reader): { readonly patches: number; readonly patch: number } {
  const image = r.int('image_size', BOUNDS.size)
  const patch = r.int('patch_size', { min: 1, max: 1024 })
  if (image < patch) r.refuse('image_size', `${image} is smaller than one patch of ${patch}`, 'Check both.')
  return { patches: Math.max(1, Math.floor(image / patch)) ** 2, patch }
}

export const channels = (r: Reader) => r.int(['num_channels', 'in_channels'], { min: 1, max: 64 }, 3)

interface GridFacts {
  readonly ffn: number
  readonly patchBias: boolean
  /** A class token beside the patches, dropped at the end. */
  readonly classToken: boolean
  /** Tokens handed on per picture; absent: one per patch. */
  readonly pooled?: number
  readonly projector: (hidden: number) => Projector
}

/** A plain vision transformer over one square picture with learned positions. */
function gridTower(r: Reader, v: ReturnType<typeof sizes>, facts: GridFacts): Tower {
  const { patches, patch } = grid(r)
  const extra = facts.classToken ? 1 : 0
  return {
    kind: 'vision',
    stack: vit(r, { ...v, ffn: facts.ffn, finalNorm: LAYER_NORM }),
    patchValues: channels(r) * patch * patch,
    patchBias: facts.patchBias,
    // A row for every token, and the class token itself.
    positions: patches + 2 * extra,
    tokensPerItem: patches + extra,
    outputTokensPerItem: Math.min(facts.pooled ?? patches, patches),
    projector: facts.projector(v.hidden),
  }
}

export function clipTower(r: Reader, projector: (hidden: number) => Projector): Tower {
  return gridTower(r, sizes(r), { ffn: r.int(FFN, BOUNDS.ffn), patchBias: false, classToken: true, projector })
}

/** SigLIP (Gemma 3): no class token, pooled to `tokens` before one projection. */
export function siglipTower(r: Reader, text: number, tokens: number): Tower {
  const projector = (hidden: number): Projector => [[hidden, text, false]]
  const ffn = r.int(FFN, BOUNDS.ffn)
  return gridTower(r, sizes(r), { ffn, patchBias: true, classToken: false, pooled: tokens, projector })
}

export function dinoTower(r: Reader, projector: (hidden: number) => Projector): Tower {
  const v = sizes(r)
  if (r.bool('use_swiglu_ffn', false))
    r.refuse('use_swiglu_ffn', 'true is not expressible', 'Only plain FFNs are known.')
  const ffn = Math.round(v.hidden * r.float('mlp_ratio', BOUNDS.factor, 4))
  return gridTower(r, v, { ffn, patchBias: true, classToken: true, projector })
}

/** Qwen3-VL and Qwen 3.5: two frames per patch; merges of 2 × 2 tokens, one for the output and one per deepstack layer. */
export function qwenTower(r: Reader): Tower {
  const v = sizes(r)
  const patch = r.int('patch_size', { min: 1, max: 1024 })
  const merge = r.int('spatial_merge_size', { min: 1, max: 64 })
  const positions = r.int('num_position_embeddings', BOUNDS.size)
  const wide = merge * merge * v.hidden
  const out = r.int('out_hidden_size', BOUNDS.size)
  const stacked = r.raw('deepstack_visual_indexes')
  const merges = 1 + (Array.isArray(stacked) ? Math.min(stacked.length, v.layers) : 0)
  return {
    kind: 'vision',
    // The norm of the last merge stands before the merging, those of the deepstack merges (left out) after it.
    stack: vit(r, { ...v, ffn: r.int(FFN, BOUNDS.ffn), finalNorm: LAYER_NORM }),
    patchValues: channels(r) * r.int('temporal_patch_size', { min: 1, max: 64 }) * patch * patch,
    patchBias: true,
    positions,
    tokensPerItem: positions,
    outputTokensPerItem: Math.max(1, Math.floor(positions / (merge * merge))),
    projector: perLayer(
      merges,
      () =>
        [
          [wide, wide, true],
          [wide, out, true],
        ] as const,
    ).flat(),
  }
}

/** Pixtral behind a 2 × 2 patch merger (Mistral 3). */
export function pixtralTower(r: Reader, merge: number, text: number, bias: boolean): Tower {
  const v = sizes(r)
  const { patches, patch } = grid(r)
  const headDim = r.optionalInt('head_dim', BOUNDS.heads)
  return {
    kind: 'vision',
    stack: vit(r, {
      ...v,
      ...(headDim !== undefined && { headDim }),
      ffn: r.int(FFN, BOUNDS.ffn),
      gated: true,
      bias: false,
      norm: RMS,
    }),
    patchValues: channels(r) * patch * patch,
    patchBias: false,
    positions: 0,
    tokensPerItem: patches,
    outputTokensPerItem: Math.max(1, Math.floor(patches / (merge * merge))),
    projector: [
      [merge * merge * v.hidden, v.hidden, false],
      [v.hidden, text, bias],
      [text, text, bias],
    ],
  }
}

/** Gemma 4: gated FFNs, norms on both sides, two position tables, 3 × 3 pooling. */
export function gemma4Tower(r: Reader, text: number): Tower {
  const v = sizes(r)
  const patch = r.int('patch_size', { min: 1, max: 1024 })
  const pool = r.int('pooling_kernel_size', { min: 1, max: 64 })
  const out = r.int('default_output_length', BOUNDS.tokens, 280)
  r.ignore('num_key_value_heads', 'global_head_dim')
  return {
    kind: 'vision',
    stack: vit(r, {
      ...v,
      headDim: r.int('head_dim', BOUNDS.heads),
      ffn: r.int(FFN, BOUNDS.ffn),
      gated: true,
      bias: false,
      norm: RMS,
      qkNorm: 'head',
      more: { normPlacement: 'both' },
    }),
    patchValues: 3 * patch * patch,
    patchBias: false,
    positions: 2 * r.int('position_embedding_size', BOUNDS.size),
    tokensPerItem: out * pool * pool,
    outputTokensPerItem: out,
    projector: [[v.hidden, text, false]],
  }
}

/** Llama 4: pixel shuffle into a two-layer adapter, then one projection. */
export function llama4Tower(r: Reader, text: number): Tower {
  const v = sizes(r)
  const { patches, patch } = grid(r)
  const ffn = r.int(FFN, BOUNDS.ffn)
  const ratio = r.float('pixel_shuffle_ratio', BOUNDS.factor, 0.5)
  const [inner, outer] = [r.int('projector_input_dim', BOUNDS.size), r.int('projector_output_dim', BOUNDS.size)]
  return {
    kind: 'vision',
    stack: vit(r, { ...v, ffn, finalNorm: LAYER_NORM }),
    patchValues: channels(r) * patch * patch,
    patchBias: false,
    positions: patches + 2,
    tokensPerItem: patches + 1,
    outputTokensPerItem: Math.max(1, Math.floor(patches * ratio * ratio)),
    projector: [
      [Math.round(v.hidden / (ratio * ratio)), inner, false],
      [inner, outer, false],
      [r.int('vision_output_dim', BOUNDS.size, outer), text, false],
    ],
  }
}

/** MoonViT (Kimi K2.5 and K3): learned 64 × 64 positions, merges of 2 × 2 tokens; K3 has no biases and wider heads. */
export function moonTower(r: Reader, bare: boolean): Tower {
  const v = sizes(r)
  const patch = r.int('patch_size', { min: 1, max: 1024 }, 14)
  const side = (key: string) => r.int(key, BOUNDS.size, 64)
  const positions = side('init_pos_emb_height') * side('init_pos_emb_width')
  const qkv = r.int('qkv_hidden_size', BOUNDS.size, v.hidden)
  const text = r.int('text_hidden_size', BOUNDS.size)
  const norm = bare ? RMS : LAYER_NORM
  const wide = 4 * v.hidden
  return {
    kind: 'vision',
    stack: vit(r, { ...v, headDim: qkv / v.heads, ffn: r.int(FFN, BOUNDS.ffn), bias: !bare, norm, finalNorm: norm }),
    patchValues: 3 * patch * patch,
    patchBias: !bare,
    positions,
    tokensPerItem: positions,
    outputTokensPerItem: Math.max(1, Math.floor(positions / 4)),
    projector: [
      [wide, wide, !bare],
      [wide, text, !bare],
    ],
  }
}

/** MiniMax-M3: two frames per patch, a projector before and one after merging 2 × 2 tokens. */
export function minimaxTower(r: Reader, text: number, inner: number): Tower {
  const v = sizes(r)
  const { patches, patch } = grid(r)
  const compression = r.object('img_token_compression_config')
  const merge = compression?.int('spatial_merge_size', { min: 1, max: 64 }, 2) ?? 2
  const frames = compression?.int('temporal_patch_size', { min: 1, max: 64 }, 2) ?? 2
  return {
    kind: 'vision',
    stack: vit(r, { ...v, ffn: r.int(FFN, BOUNDS.ffn) }),
    patchValues: channels(r) * frames * patch * patch,
    patchBias: false,
    positions: 0,
    tokensPerItem: patches,
    outputTokensPerItem: Math.max(1, Math.floor(patches / (merge * merge))),
    projector: [
      [v.hidden, inner, true],
      [inner, text, true],
      [merge * merge * text, inner, true],
      [inner, text, true],
    ],
  }
}

/** Step 3.7: two strided convolutions quarter the picture's sides and quadruple the width. */
export function stepTower(r: Reader, text: number, bias: boolean): Tower {
  const v = sizes(r)
  const { patches, patch } = grid(r)
  const { hidden } = v
  const ffn = Math.floor(hidden * r.float('mlp_ratio', BOUNDS.factor, 8960 / 1536))
  // 3 × 3 with stride 2, twice: hidden → 2·hidden → 4·hidden, with biases.
  const first = 9 * hidden * 2 * hidden
  const second = 9 * 2 * hidden * 4 * hidden
  return {
    kind: 'vision',
    stack: vit(r, { ...v, ffn }),
    patchValues: channels(r) * patch * patch,
    patchBias: false,
    positions: patches,
    tokensPerItem: patches,
    outputTokensPerItem: Math.max(1, Math.floor(patches / 16)),
    projector: [[4 * hidden, text, bias]],
    frontEnd: {
      parameters: first + second + 6 * hidden,
      macPerItem: (first * patches) / 4 + (second * patches) / 16,
    },
  }
}
