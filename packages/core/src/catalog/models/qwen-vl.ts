/**
 * Qwen3-VL: Qwen 3 with a vision tower. Sources: `sources.ts`.
 */
import type { Tower } from '../../architecture/model.ts'
import { BF16, decoder, gqa, LAYER_NORM, layer, layers, llamaLike, moe, vision } from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

/** 768-pixel images in patches of 16 × 16 of two frames, merged 2 × 2 into the language model's width. */
export function qwenVision(hidden: number, small = false, projectors = 1): Tower {
  const merged = 4 * (small ? 1024 : 1152)
  return vision({
    ...(small
      ? { hidden: 1024, layers: 24, heads: 16, headDim: 64, intermediate: 4096 }
      : { hidden: 1152, layers: 27, heads: 16, headDim: 72, intermediate: 4304 }),
    finalNorm: LAYER_NORM,
    patchValues: 1536,
    patchBias: true,
    positions: 2304,
    tokens: 2304,
    outputTokens: 576,
    projector: Array.from({ length: projectors }, () => [
      [merged, merged, true] as const,
      [merged, hidden, true] as const,
    ]).flat(),
  })
}

/** Qwen3-VL: the tower's output and three of its inner layers (DeepStack) each have a projector. */
const towers = (hidden: number, small: boolean) => [qwenVision(hidden, small, 4)]

export const QWEN_VL: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'qwen3-vl-2b', name: 'Qwen3-VL 2B', family: 'qwen3_vl', context: 262144, precision: BF16 },
      {
        hidden: 2048,
        layers: 28,
        qHeads: 16,
        kvHeads: 8,
        headDim: 128,
        intermediate: 6144,
        vocab: 151936,
        attention: { qkNorm: 'head' },
        tied: true,
        towers: towers(2048, true),
      },
    ),
    aliases: ['Qwen/Qwen3-VL-2B-Instruct', 'Qwen/Qwen3-VL-2B-Thinking'],
    source: 'aiconfigurator',
    published: { ...billions('2'), totalCounts: 'without-towers', source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'qwen3-vl-4b', name: 'Qwen3-VL 4B', family: 'qwen3_vl', context: 262144, precision: BF16 },
      {
        hidden: 2560,
        layers: 36,
        qHeads: 32,
        kvHeads: 8,
        headDim: 128,
        intermediate: 9728,
        vocab: 151936,
        attention: { qkNorm: 'head' },
        tied: true,
        towers: towers(2560, true),
      },
    ),
    aliases: ['Qwen/Qwen3-VL-4B-Instruct', 'Qwen/Qwen3-VL-4B-Thinking'],
    source: 'aiconfigurator',
    published: { ...billions('4'), totalCounts: 'without-towers', source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'qwen3-vl-32b', name: 'Qwen3-VL 32B', family: 'qwen3_vl', context: 262144, precision: BF16 },
      {
        hidden: 5120,
        layers: 64,
        qHeads: 64,
        kvHeads: 8,
        headDim: 128,
        intermediate: 25600,
        vocab: 151936,
        attention: { qkNorm: 'head' },
        towers: towers(5120, false),
      },
    ),
    aliases: ['Qwen/Qwen3-VL-32B-Instruct', 'Qwen/Qwen3-VL-32B-Thinking'],
    source: 'aiconfigurator',
    published: { ...billions('32'), totalCounts: 'without-towers', source: 'modelName' },
  },
  {
    spec: decoder(
      { id: 'qwen3-vl-30b-a3b', name: 'Qwen3-VL 30B-A3B', family: 'qwen3_vl_moe', context: 262144, precision: BF16 },
      { hidden: 2048, vocab: 151936, towers: towers(2048, false) },
      layers([48, layer(gqa(32, 4, 128, { qkNorm: 'head' }), moe({ experts: 128, topK: 8, expert: 768 }))]),
    ),
    aliases: ['Qwen/Qwen3-VL-30B-A3B-Instruct', 'Qwen/Qwen3-VL-30B-A3B-Thinking'],
    source: 'aiconfigurator',
    published: {
      ...billions('30'),
      totalCounts: 'without-towers',
      ...activeBillions('3'),
      activeWithout: ['towers'],
      source: 'modelName',
    },
  },
  {
    spec: decoder(
      {
        id: 'qwen3-vl-235b-a22b',
        name: 'Qwen3-VL 235B-A22B',
        family: 'qwen3_vl_moe',
        context: 262144,
        precision: BF16,
      },
      { hidden: 4096, vocab: 151936, towers: towers(4096, false) },
      layers([94, layer(gqa(64, 4, 128, { qkNorm: 'head' }), moe({ experts: 128, topK: 8, expert: 1536 }))]),
    ),
    aliases: ['Qwen/Qwen3-VL-235B-A22B-Instruct', 'Qwen/Qwen3-VL-235B-A22B-Thinking'],
    source: 'aiconfigurator',
    published: {
      ...billions('235'),
      totalCounts: 'without-towers',
      ...activeBillions('22'),
      activeWithout: ['towers'],
      source: 'vllmRecipes',
    },
  },
]
