/**
 * Google Gemma 1 to 4: GeGLU and tied heads; from Gemma 2 on, sliding and full layers in turn. Sources: `sources.ts`.
 */
import type { ModelSpec, Pattern, Tower } from '../../architecture/model.ts'
import {
  BF16,
  BIDIRECTIONAL,
  cycle,
  decoder,
  dense,
  gqa,
  type Identity,
  LAYER_NORM,
  layer,
  llamaLike,
  moe,
  sliding,
  vision,
} from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

interface GemmaSizes {
  readonly hidden: number
  readonly layers: number
  readonly qHeads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly intermediate: number
  readonly vocab: number
  readonly window: number
  /** Sliding layers to one full layer. */
  readonly local: number
  readonly qkNorm?: 'head'
  readonly towers?: readonly Tower[]
}

/** Gemma 2 and 3: GeGLU, norms before and after each block, `local` sliding layers to one full, a tied head. */
function gemma(of: Identity, sizes: GemmaSizes): ModelSpec {
  const ffn = dense(sizes.intermediate, { activation: 'gelu' })
  const norms = sizes.qkNorm && { qkNorm: sizes.qkNorm }
  const attention = (pattern?: Pattern) =>
    gqa(sizes.qHeads, sizes.kvHeads, sizes.headDim, { ...norms, ...(pattern && { pattern }) })
  const local = layer(attention(sliding(sizes.window)), ffn, { normPlacement: 'both' })
  const full = layer(attention(), ffn, { normPlacement: 'both' })
  const { hidden, vocab, towers = [] } = sizes
  return decoder(of, { hidden, vocab, tied: true, towers }, cycle(sizes.layers, [sizes.local, local], [1, full]))
}

/** SigLIP at 896 pixels; 4096 patches pooled to 256 tokens and projected without a bias. */
const siglip = (hidden: number) =>
  vision({
    hidden: 1152,
    layers: 27,
    heads: 16,
    headDim: 72,
    intermediate: 4304,
    finalNorm: LAYER_NORM,
    patchValues: 588,
    patchBias: true,
    positions: 4096,
    tokens: 4096,
    outputTokens: 256,
    projector: [[1152, hidden, false]],
  })

/** Gemma 4's tower: RMS norms on queries and keys and around each block, GeGLU, no biases. */
const GEMMA4_TOWER = vision({
  hidden: 1152,
  layers: 27,
  heads: 16,
  headDim: 72,
  intermediate: 4304,
  layer: layer(
    gqa(16, 16, 72, { pattern: BIDIRECTIONAL, rotaryDim: 0, qkNorm: 'head' }),
    dense(4304, { activation: 'gelu' }),
    { normPlacement: 'both' },
  ),
  patchValues: 768,
  patchBias: false,
  positions: 20480,
  tokens: 2520,
  outputTokens: 280,
  projector: [[1152, 2816, false]],
})

/** 128 experts beside a dense FFN that every token passes. */
const GEMMA4_FFN = moe(
  { experts: 128, topK: 8, expert: 704 },
  { activation: 'gelu', denseBeside: dense(2112, { activation: 'gelu' }) },
)
const GEMMA4_LOCAL = layer(gqa(16, 8, 256, { pattern: sliding(1024), qkNorm: 'head' }), GEMMA4_FFN, {
  normPlacement: 'both',
})
/** Global layers: two wide heads whose keys are the values, a quarter of each turned. */
const GEMMA4_GLOBAL = layer(gqa(16, 2, 512, { rotaryDim: 128, qkNorm: 'head', keyIsValue: true }), GEMMA4_FFN, {
  normPlacement: 'both',
})

export const GEMMA: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'gemma-2b', name: 'Gemma 2B', family: 'gemma', context: 8192, precision: BF16 },
      {
        hidden: 2048,
        layers: 18,
        qHeads: 8,
        kvHeads: 1,
        headDim: 256,
        intermediate: 16384,
        vocab: 256000,
        tied: true,
        ffn: { activation: 'gelu' },
      },
    ),
    aliases: ['google/gemma-2b', 'google/gemma-2b-it'],
    source: 'mlcLlm',
    published: { total: 2_506_172_416, source: 'kerasHub' },
  },
  {
    spec: gemma(
      { id: 'gemma-2-2b', name: 'Gemma 2 2B', family: 'gemma2', context: 8192, precision: BF16 },
      {
        hidden: 2304,
        layers: 26,
        qHeads: 8,
        kvHeads: 4,
        headDim: 256,
        intermediate: 9216,
        vocab: 256000,
        window: 4096,
        local: 1,
      },
    ),
    aliases: ['google/gemma-2-2b', 'google/gemma-2-2b-it'],
    source: 'mlcLlm',
    published: { total: 2_614_341_888, source: 'kerasHub' },
  },
  {
    spec: gemma(
      { id: 'gemma-2-9b', name: 'Gemma 2 9B', family: 'gemma2', context: 8192, precision: BF16 },
      {
        hidden: 3584,
        layers: 42,
        qHeads: 16,
        kvHeads: 8,
        headDim: 256,
        intermediate: 14336,
        vocab: 256000,
        window: 4096,
        local: 1,
      },
    ),
    aliases: ['google/gemma-2-9b', 'google/gemma-2-9b-it'],
    source: 'mlcLlm',
    published: { total: 9_241_705_984, source: 'kerasHub' },
  },
  {
    spec: gemma(
      { id: 'gemma-2-27b', name: 'Gemma 2 27B', family: 'gemma2', context: 8192, precision: BF16 },
      {
        hidden: 4608,
        layers: 46,
        qHeads: 32,
        kvHeads: 16,
        headDim: 128,
        intermediate: 36864,
        vocab: 256000,
        window: 4096,
        local: 1,
      },
    ),
    aliases: ['google/gemma-2-27b', 'google/gemma-2-27b-it'],
    source: 'mlcLlm',
    published: { total: 27_227_128_320, source: 'kerasHub' },
  },
  {
    spec: gemma(
      { id: 'gemma-3-1b', name: 'Gemma 3 1B', family: 'gemma3_text', context: 32768, precision: BF16 },
      {
        hidden: 1152,
        layers: 26,
        qHeads: 4,
        kvHeads: 1,
        headDim: 256,
        intermediate: 6912,
        vocab: 262144,
        window: 512,
        local: 5,
        qkNorm: 'head',
      },
    ),
    aliases: ['google/gemma-3-1b-it', 'google/gemma-3-1b-pt'],
    source: 'mlcLlm',
    published: { total: 999_885_952, source: 'kerasHub' },
  },
  {
    spec: gemma(
      { id: 'gemma-3-4b', name: 'Gemma 3 4B', family: 'gemma3', context: 131072, precision: BF16 },
      {
        hidden: 2560,
        layers: 34,
        qHeads: 8,
        kvHeads: 4,
        headDim: 256,
        intermediate: 10240,
        vocab: 262208,
        window: 1024,
        local: 5,
        qkNorm: 'head',
        towers: [siglip(2560)],
      },
    ),
    aliases: ['google/gemma-3-4b-it', 'google/gemma-3-4b-pt'],
    source: 'tensorRtLlmGemma3',
    published: { total: 4_300_079_472, source: 'kvfit' },
  },
  {
    spec: gemma(
      { id: 'gemma-3-12b', name: 'Gemma 3 12B', family: 'gemma3', context: 131072, precision: BF16 },
      {
        hidden: 3840,
        layers: 48,
        qHeads: 16,
        kvHeads: 8,
        headDim: 256,
        intermediate: 15360,
        vocab: 262208,
        window: 1024,
        local: 5,
        qkNorm: 'head',
        towers: [siglip(3840)],
      },
    ),
    aliases: ['google/gemma-3-12b-it', 'google/gemma-3-12b-pt'],
    source: 'tensorRtLlmGemma3',
    published: { total: 12_187_325_040, source: 'kvfit' },
  },
  {
    spec: gemma(
      { id: 'gemma-3-27b', name: 'Gemma 3 27B', family: 'gemma3', context: 131072, precision: BF16 },
      {
        hidden: 5376,
        layers: 62,
        qHeads: 32,
        kvHeads: 16,
        headDim: 128,
        intermediate: 21504,
        vocab: 262208,
        window: 1024,
        local: 5,
        qkNorm: 'head',
        towers: [siglip(5376)],
      },
    ),
    aliases: ['google/gemma-3-27b-it', 'google/gemma-3-27b-pt'],
    source: 'tensorRtLlmGemma3',
    published: { total: 27_432_406_640, source: 'kvfit' },
  },
  {
    spec: decoder(
      { id: 'gemma-4-26b-a4b', name: 'Gemma 4 26B-A4B', family: 'gemma4', context: 262144, precision: BF16 },
      { hidden: 2816, vocab: 262144, tied: true, towers: [GEMMA4_TOWER] },
      cycle(30, [5, GEMMA4_LOCAL], [1, GEMMA4_GLOBAL]),
    ),
    aliases: ['google/gemma-4-26B-A4B-it', 'google/gemma-4-26B-A4B'],
    source: 'aiconfigurator',
    published: { ...billions('26'), ...activeBillions('4'), source: 'vllmRecipes' },
    note: 'the source is the NVFP4 checkpoint; the row is the BF16 original',
  },
]
