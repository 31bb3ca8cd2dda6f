/**
 * Moonshot Kimi K2, K2.5 and K3. Sources: `sources.ts`.
 */
import type { CheckpointPrecision, LinearAttention } from '../../architecture/model.ts'
import {
  BIDIRECTIONAL,
  cycle,
  decoder,
  deltaNet,
  dense,
  FP8_BLOCK,
  gqa,
  LAYER_NORM,
  layer,
  layers,
  mla,
  moe,
  plainFfn,
  RMS,
  vision,
} from './build.ts'
import { activeBillions, BILLION, type ModelRow } from './row.ts'

/** Kimi-K2: DeepSeek-V3 with 64 heads, 384 experts and one dense layer (arXiv 2507.20534). */
const K2_ATTENTION = mla({
  numQHeads: 64,
  qLoraRank: 1536,
  kvLoraRank: 512,
  qkNopeHeadDim: 128,
  qkRopeHeadDim: 64,
  vHeadDim: 128,
})
const K2_LAYERS = layers(
  [1, layer(K2_ATTENTION, dense(18432))],
  [60, layer(K2_ATTENTION, moe({ experts: 384, topK: 8, expert: 2048, shared: 2048 }, { routerBias: true }))],
)

/** MoonViT: 64 × 64 patches of 14, merged 2 × 2. */
const MOONVIT = vision({
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
  outputTokens: 1024,
  projector: [
    [4608, 4608, true],
    [4608, 7168, true],
  ],
})

/** Kimi-K3's tower: RMS norms and no biases. */
const K3_TOWER = vision({
  hidden: 1024,
  layers: 27,
  heads: 12,
  headDim: 128,
  intermediate: 4096,
  layer: layer(gqa(12, 12, 128, { pattern: BIDIRECTIONAL, rotaryDim: 0 }), plainFfn(4096, { bias: false })),
  finalNorm: RMS,
  patchValues: 588,
  patchBias: false,
  positions: 4096,
  tokens: 4096,
  outputTokens: 1024,
  projector: [
    [4096, 4096, false],
    [4096, 7168, false],
  ],
})

/** Kimi delta attention: 96 heads of 128, a decay per channel behind a projection of rank 128. */
const K3_KDA: LinearAttention = { ...deltaNet(96, 96, 128), rule: 'kda', gateRank: 128 }
/** 16 of 896 experts on a latent width of 3584, and two shared ones on the whole width. */
const K3_MOE = moe({ experts: 896, topK: 16, expert: 3072, shared: 6144 }, { routerBias: true, latentSize: 3584 })
const K3_LATENT = layer(
  mla({
    numQHeads: 96,
    qLoraRank: 1536,
    kvLoraRank: 512,
    qkNopeHeadDim: 128,
    qkRopeHeadDim: 64,
    vHeadDim: 128,
    outputGate: true,
  }),
  K3_MOE,
)
const K3_LINEAR = layer(K3_KDA, K3_MOE)

/** Formats of the experts, everything else in BF16. */
const expertsIn = (weights: 'int4-g32' | 'mxfp4'): CheckpointPrecision => ({
  weights,
  activations: 'bf16',
  kv: 'bf16',
  classes: {
    attention: 'bf16',
    ffn: 'bf16',
    shared: 'bf16',
    norm: 'bf16',
    embedding: 'bf16',
    router: 'bf16',
    head: 'bf16',
    tower: 'bf16',
  },
})

export const MOONSHOT: readonly ModelRow[] = [
  {
    spec: decoder(
      { id: 'kimi-k2', name: 'Kimi K2', family: 'kimi_k2', context: 131072, precision: FP8_BLOCK },
      { hidden: 7168, vocab: 163840 },
      K2_LAYERS,
    ),
    aliases: ['moonshotai/Kimi-K2-Instruct', 'moonshotai/Kimi-K2-Base'],
    source: 'aiconfigurator',
    published: { total: 1_026_408_235_864, ...activeBillions('32'), activeSource: 'vllmRecipes', source: 'kvfit' },
  },
  {
    spec: decoder(
      { id: 'kimi-k2.5', name: 'Kimi K2.5', family: 'kimi_k25', context: 262144, precision: expertsIn('int4-g32') },
      { hidden: 7168, vocab: 163840, towers: [MOONVIT] },
      K2_LAYERS,
    ),
    aliases: ['moonshotai/Kimi-K2.5'],
    source: 'aiconfigurator',
    published: {
      total: 1000 * BILLION,
      totalStep: 100 * BILLION,
      ...activeBillions('32'),
      activeWithout: ['towers'],
      source: 'vllmRecipes',
      note: 'a label to the trillion; the language part is that of Kimi K2',
    },
  },
  {
    spec: decoder(
      { id: 'kimi-k3', name: 'Kimi K3', family: 'kimi_k3', context: 1048576, precision: expertsIn('mxfp4') },
      { hidden: 7168, vocab: 163840, towers: [K3_TOWER] },
      [
        [1, layer(K3_KDA, dense(33792))],
        [2, K3_LINEAR],
        [1, K3_LATENT],
        ...cycle(88, [3, K3_LINEAR], [1, K3_LATENT]),
        [1, K3_LATENT],
      ],
    ),
    aliases: ['moonshotai/Kimi-K3'],
    source: 'aiconfigurator',
    published: { total: 2800 * BILLION, totalStep: 100 * BILLION, source: 'vllmRecipes' },
  },
]
