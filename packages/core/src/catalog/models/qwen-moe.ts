/**
 * Qwen mixtures of experts (1.5, 3, Coder) and the hybrids of gated delta net and full attention (Next, 3.5). Sources:
 * `sources.ts`.
 */
import type { Ffn, ModelSpec } from '../../architecture/model.ts'
import { BF16, cycle, decoder, deltaNet, dense, gqa, type Identity, layer, layers, moe, type Run } from './build.ts'
import { qwenVision } from './qwen-vl.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

/** Three gated delta-net layers to one of gated full attention, rotary positions over a quarter of the head. */
function hybrid(
  total: number,
  linear: readonly [keyHeads: number, valueHeads: number],
  full: readonly [qHeads: number, kvHeads: number],
  ffn: Ffn,
): readonly Run[] {
  const attention = gqa(full[0], full[1], 256, { rotaryDim: 64, qkNorm: 'head', outputGate: true })
  return cycle(total, [3, layer(deltaNet(linear[0], linear[1], 128), ffn)], [1, layer(attention, ffn)])
}

/** Experts and one shared expert of the same width, which a sigmoid gates. */
const gatedMoe = (experts: number, topK: number, expert: number) =>
  moe({ experts, topK, expert, shared: expert }, { sharedGate: true })

/** Qwen 3.5: hybrid layers, a vision tower, and one more full-attention layer that predicts the next token. */
function qwen35(of: Identity, hidden: number, runs: readonly Run[]): ModelSpec {
  const [, full] = runs[runs.length - 1] as Run
  const towers = [qwenVision(hidden)]
  return decoder(of, { hidden, vocab: 248320, towers, mtp: [full] }, runs)
}

export const QWEN_MOE: readonly ModelRow[] = [
  {
    spec: decoder(
      { id: 'qwen1.5-moe-a2.7b', name: 'Qwen1.5 MoE A2.7B', family: 'qwen2_moe', context: 32768, precision: BF16 },
      { hidden: 2048, vocab: 151936 },
      layers([
        24,
        layer(
          gqa(16, 16, 128, { qkvBias: true }),
          moe({ experts: 60, topK: 4, expert: 1408, shared: 5632 }, { sharedGate: true }),
        ),
      ]),
    ),
    aliases: ['Qwen/Qwen1.5-MoE-A2.7B', 'Qwen/Qwen1.5-MoE-A2.7B-Chat'],
    source: 'mlcLlm',
    published: { total: 14_315_784_192, source: 'kerasHub', ...activeBillions('2.7'), activeSource: 'modelName' },
  },
  {
    spec: decoder(
      { id: 'qwen3-30b-a3b', name: 'Qwen3 30B-A3B', family: 'qwen3_moe', context: 40960, precision: BF16 },
      { hidden: 2048, vocab: 151936 },
      layers([48, layer(gqa(32, 4, 128, { qkNorm: 'head' }), moe({ experts: 128, topK: 8, expert: 768 }))]),
    ),
    aliases: ['Qwen/Qwen3-30B-A3B'],
    source: 'aiconfigurator',
    published: { total: 30_532_122_624, ...activeBillions('3.3'), source: 'kerasHub' },
  },
  {
    spec: decoder(
      { id: 'qwen3-30b-a3b-2507', name: 'Qwen3 30B-A3B 2507', family: 'qwen3_moe', context: 262144, precision: BF16 },
      { hidden: 2048, vocab: 151936 },
      layers([48, layer(gqa(32, 4, 128, { qkNorm: 'head' }), moe({ experts: 128, topK: 8, expert: 768 }))]),
    ),
    aliases: ['Qwen/Qwen3-30B-A3B-Instruct-2507'],
    source: 'llmServingSim',
    published: { total: 30_532_122_624, ...activeBillions('3.3'), source: 'kerasHub' },
  },
  {
    spec: decoder(
      { id: 'qwen3-235b-a22b', name: 'Qwen3 235B-A22B', family: 'qwen3_moe', context: 40960, precision: BF16 },
      { hidden: 4096, vocab: 151936 },
      layers([94, layer(gqa(64, 4, 128, { qkNorm: 'head' }), moe({ experts: 128, topK: 8, expert: 1536 }))]),
    ),
    aliases: ['Qwen/Qwen3-235B-A22B'],
    source: 'aiconfigurator',
    published: { total: 235_093_634_560, ...activeBillions('22'), source: 'kerasHub' },
  },
  {
    spec: decoder(
      { id: 'qwen3-coder-480b', name: 'Qwen3 Coder 480B-A35B', family: 'qwen3_moe', context: 262144, precision: BF16 },
      { hidden: 6144, vocab: 151936 },
      layers([62, layer(gqa(96, 8, 128, { qkNorm: 'head' }), moe({ experts: 160, topK: 8, expert: 2560 }))]),
    ),
    aliases: ['Qwen/Qwen3-Coder-480B-A35B-Instruct', 'qwen3-coder-480b-a35b'],
    source: 'aiconfigurator',
    published: { ...billions('480'), ...activeBillions('35'), source: 'vllmRecipes' },
  },
  {
    spec: decoder(
      { id: 'qwen3-next-80b', name: 'Qwen3 Next 80B-A3B', family: 'qwen3_next', context: 262144, precision: BF16 },
      { hidden: 2048, vocab: 151936 },
      hybrid(48, [16, 32], [16, 2], gatedMoe(512, 10, 512)),
    ),
    aliases: [
      'Qwen/Qwen3-Next-80B-A3B-Instruct',
      'Qwen/Qwen3-Next-80B-A3B-Thinking',
      'qwen3-next',
      'qwen3-next-80b-a3b',
    ],
    source: 'inferSim',
    published: { ...billions('80'), ...activeBillions('3'), source: 'vllmRecipes' },
  },
  {
    spec: qwen35(
      { id: 'qwen3.5-27b', name: 'Qwen3.5 27B', family: 'qwen3_5', context: 262144, precision: BF16 },
      5120,
      hybrid(64, [16, 48], [24, 4], dense(17408)),
    ),
    aliases: ['Qwen/Qwen3.5-27B'],
    source: 'aiconfigurator',
    published: { total: 27_781_427_952, totalCounts: 'with-mtp', source: 'llmfit' },
  },
  {
    spec: qwen35(
      { id: 'qwen3.5-35b-a3b', name: 'Qwen3.5 35B-A3B', family: 'qwen3_5_moe', context: 262144, precision: BF16 },
      2048,
      hybrid(40, [16, 32], [16, 2], gatedMoe(256, 8, 512)),
    ),
    aliases: ['Qwen/Qwen3.5-35B-A3B'],
    source: 'aiconfigurator',
    published: { total: 35_951_822_704, totalCounts: 'with-mtp', ...activeBillions('3'), source: 'llmfit' },
  },
  {
    spec: qwen35(
      { id: 'qwen3.5-122b-a10b', name: 'Qwen3.5 122B-A10B', family: 'qwen3_5_moe', context: 262144, precision: BF16 },
      3072,
      hybrid(48, [16, 64], [32, 2], gatedMoe(256, 8, 1024)),
    ),
    aliases: ['Qwen/Qwen3.5-122B-A10B', 'qwen3.5-122b'],
    source: 'aiconfigurator',
    published: { total: 125_086_497_008, totalCounts: 'with-mtp', ...activeBillions('10'), source: 'llmfit' },
    note: 'the source is the NVFP4 checkpoint; the row is the BF16 original',
  },
  {
    spec: qwen35(
      { id: 'qwen3.5-397b-a17b', name: 'Qwen3.5 397B-A17B', family: 'qwen3_5_moe', context: 262144, precision: BF16 },
      4096,
      hybrid(60, [16, 64], [32, 2], gatedMoe(512, 10, 1024)),
    ),
    aliases: ['Qwen/Qwen3.5-397B-A17B', 'qwen3.5-397b'],
    source: 'aiconfigurator',
    published: { total: 403_397_928_944, totalCounts: 'with-mtp', ...activeBillions('17'), source: 'llmfit' },
  },
]
