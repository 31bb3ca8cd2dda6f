/**
 * Mistral AI: Mistral 7B (with and without a window), Nemo, Mixtral and Ministral 3. Sources: `sources.ts`.
 */
import { BF16, BIDIRECTIONAL, decoder, dense, gqa, layer, layers, llamaLike, moe, sliding, vision } from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

/** Pixtral: rotary positions, SwiGLU, no biases; 1540-pixel images in patches of 14, merged 2 × 2. */
const PIXTRAL_TOWER = vision({
  hidden: 1024,
  layers: 24,
  heads: 16,
  headDim: 64,
  intermediate: 4096,
  layer: layer(gqa(16, 16, 64, { pattern: BIDIRECTIONAL, rotaryDim: 0 }), dense(4096)),
  patchValues: 588,
  patchBias: false,
  positions: 0,
  tokens: 12100,
  outputTokens: 3025,
  projector: [
    [4096, 1024, false],
    [1024, 3072, false],
    [3072, 3072, false],
  ],
})

export const MISTRAL: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'mistral-7b-v0.1', name: 'Mistral 7B v0.1', family: 'mistral', context: 32768, precision: BF16 },
      {
        hidden: 4096,
        layers: 32,
        qHeads: 32,
        kvHeads: 8,
        headDim: 128,
        intermediate: 14336,
        vocab: 32000,
        attention: { pattern: sliding(4096) },
      },
    ),
    aliases: ['mistralai/Mistral-7B-v0.1', 'mistralai/Mistral-7B-Instruct-v0.1'],
    source: 'mlcLlm',
    published: { total: 7_241_732_096, source: 'kerasHub' },
  },
  {
    spec: llamaLike(
      { id: 'mistral-7b-v0.3', name: 'Mistral 7B v0.3', family: 'mistral', context: 32768, precision: BF16 },
      { hidden: 4096, layers: 32, qHeads: 32, kvHeads: 8, headDim: 128, intermediate: 14336, vocab: 32768 },
    ),
    aliases: ['mistralai/Mistral-7B-v0.3', 'mistralai/Mistral-7B-Instruct-v0.3', 'mistral-7b'],
    source: 'mlcLlm',
    published: { total: 7_248_023_552, source: 'kerasHub' },
  },
  {
    spec: llamaLike(
      { id: 'mistral-nemo-12b', name: 'Mistral Nemo 12B', family: 'mistral', context: 131072, precision: BF16 },
      { hidden: 5120, layers: 40, qHeads: 32, kvHeads: 8, headDim: 128, intermediate: 14336, vocab: 131072 },
    ),
    aliases: ['mistralai/Mistral-Nemo-Instruct-2407', 'mistralai/Mistral-Nemo-Base-2407', 'mistral-nemo'],
    source: 'kvfit',
    published: { total: 12_247_782_400, source: 'kvfit' },
  },
  {
    spec: decoder(
      { id: 'mixtral-8x7b', name: 'Mixtral 8x7B', family: 'mixtral', context: 32768, precision: BF16 },
      { hidden: 4096, vocab: 32000 },
      layers([32, layer(gqa(32, 8, 128), moe({ experts: 8, topK: 2, expert: 14336 }))]),
    ),
    aliases: ['mistralai/Mixtral-8x7B-v0.1', 'mistralai/Mixtral-8x7B-Instruct-v0.1'],
    source: 'aiconfigurator',
    published: { total: 46_702_792_704, source: 'kerasHub', ...activeBillions('13'), activeSource: 'mixtralDocs' },
  },
  {
    spec: decoder(
      { id: 'mixtral-8x22b', name: 'Mixtral 8x22B', family: 'mixtral', context: 65536, precision: BF16 },
      { hidden: 6144, vocab: 32000 },
      layers([56, layer(gqa(48, 8, 128), moe({ experts: 8, topK: 2, expert: 16384 }))]),
    ),
    aliases: [
      'mistralai/Mixtral-8x22B-v0.1',
      'mistralai/Mixtral-8x22B-Instruct-v0.1',
      'mistral-community/Mixtral-8x22B-v0.1',
    ],
    source: 'aiconfigurator',
    published: { total: 140_620_634_112, active: 39_152_031_744, source: 'mixtralDiscussion' },
  },
  {
    spec: llamaLike(
      { id: 'ministral-3-3b', name: 'Ministral 3 3B', family: 'ministral3', context: 262144, precision: BF16 },
      {
        hidden: 3072,
        layers: 26,
        qHeads: 32,
        kvHeads: 8,
        headDim: 128,
        intermediate: 9216,
        vocab: 131072,
        tied: true,
        towers: [PIXTRAL_TOWER],
      },
    ),
    aliases: [
      'mistralai/Ministral-3-3B-Base-2512',
      'mistralai/Ministral-3-3B-Instruct-2512',
      'mistralai/Ministral-3-3B-Reasoning-2512',
    ],
    source: 'mlcLlm',
    published: { ...billions('3.8'), source: 'ministralCard', note: '3.4B language model and 0.4B vision encoder' },
  },
]
