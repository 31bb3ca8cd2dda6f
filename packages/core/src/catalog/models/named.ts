/**
 * Models the documents name whose sizes stand in a paper's table or in their authors' code, and whose weights nobody can
 * load: GPT-3, PaLM, GLaM and ST-MoE. Their counts are held against the published ones like any other's. Sources:
 * `sources.ts`.
 */
import type { Attention, ModelSpec } from '../../architecture/model.ts'
import {
  BF16,
  BIDIRECTIONAL,
  cycle,
  decoder,
  dense,
  FP16,
  gqa,
  LAYER_NORM,
  layer,
  layers,
  llamaLike,
  moe,
  RMS,
  stack,
} from './build.ts'
import { activeBillions, BILLION, billions, type ModelRow } from './row.ts'

/** Experts without a gate in every other layer, the first among them; gated dense layers between (arXiv 2112.06905). */
function glam(): ModelSpec {
  const attention = gqa(128, 128, 128, { rotaryDim: 0, relativeBuckets: 32 })
  const experts = moe({ experts: 64, topK: 2, expert: 32768 }, { gated: false, activation: 'gelu' })
  return decoder(
    { id: 'glam-64b-64e', name: 'GLaM 64B/64E', family: 'glam', context: 1024, precision: BF16 },
    { hidden: 8192, vocab: 256_000, tied: true },
    cycle(64, [1, layer(attention, experts)], [1, layer(attention, dense(32768, { activation: 'gelu' }))]),
  )
}

/** T5 with 64 experts in every fourth layer, each such layer with a dense feed-forward block besides (arXiv 2202.08906). */
function stMoe(): ModelSpec {
  const [hidden, heads, headDim, width] = [5120, 64, 128, 20480]
  const ffn = dense(width, { activation: 'gelu' })
  const experts = moe({ experts: 64, topK: 2, expert: width }, { activation: 'gelu', denseBeside: ffn })
  const attention = (rest: Partial<Attention>) => gqa(heads, heads, headDim, { rotaryDim: 0, ...rest })
  const cross = { numQHeads: heads, numKvHeads: heads, headDim, sourceSize: hidden, qkvBias: false, outBias: false }
  const reading = attention({ pattern: BIDIRECTIONAL })
  const writing = attention({})
  const buckets = { relativeBuckets: 32 }
  const answers = (mixer: Attention, block: typeof ffn | typeof experts, name: string) =>
    layer(mixer, block, { name: `full attention + cross-attention + ${name}`, cross })
  const dense24 = layer(reading, ffn)
  const sparse24 = layer(reading, experts)
  const [plain, mixed] = [answers(writing, ffn, 'dense FFN'), answers(writing, experts, 'MoE')]
  const spec = decoder(
    { id: 'st-moe-32b', name: 'ST-MoE 32B', family: 'st-moe', precision: BF16 },
    { hidden, vocab: 32128 },
    layers(
      [1, answers({ ...writing, ...buckets }, ffn, 'dense FFN')],
      [2, plain],
      [1, mixed],
      ...cycle(20, [3, plain], [1, mixed]),
    ),
  )
  return {
    ...spec,
    kind: 'encoder-decoder',
    encoder: {
      stack: stack(
        hidden,
        layers(
          [1, layer({ ...reading, ...buckets }, ffn)],
          [2, dense24],
          [1, sparse24],
          ...cycle(20, [3, dense24], [1, sparse24]),
        ),
        RMS,
      ),
    },
  }
}

export const NAMED: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'gpt-3-175b', name: 'GPT-3 175B', family: 'gpt3', context: 2048, precision: FP16 },
      {
        hidden: 12288,
        layers: 96,
        qHeads: 96,
        kvHeads: 96,
        headDim: 128,
        intermediate: 49152,
        vocab: 50257,
        norm: LAYER_NORM,
        attention: { qkvBias: true, outBias: true, rotaryDim: 0 },
        ffn: { gated: false, activation: 'gelu', bias: true },
        tied: true,
        embedding: { positions: 2048 },
      },
    ),
    aliases: ['gpt-3', 'gpt3-175b'],
    source: 'gpt3Table',
    published: { ...billions('175'), source: 'gpt3Table' },
    note: 'no format was published: half precision is assumed; every other layer attends in a band whose width was not published, so all are counted as full',
  },
  {
    spec: llamaLike(
      { id: 'palm-540b', name: 'PaLM 540B', family: 'palm', context: 2048, precision: BF16 },
      {
        hidden: 18432,
        layers: 118,
        qHeads: 48,
        kvHeads: 1,
        headDim: 256,
        intermediate: 73728,
        vocab: 256_128,
        norm: { kind: 'layer', bias: false },
        layer: { parallel: 'shared-norm' },
        tied: true,
      },
    ),
    aliases: ['palm'],
    source: 'palmCode',
    published: { ...billions('540'), source: 'palmPaper' },
  },
  {
    spec: glam(),
    aliases: ['glam'],
    source: 'glamCode',
    published: {
      total: 1200 * BILLION,
      totalStep: 100 * BILLION,
      ...activeBillions('96.6'),
      source: 'glamPaper',
    },
    note: 'the code gives the layers, a reading of the paper their sizes; the experts are without a gate, which the count of active parameters bears out',
  },
  {
    spec: stMoe(),
    aliases: ['st-moe'],
    source: 'stMoeCode',
    published: { ...billions('269'), source: 'stMoePaper' },
    note: 'the name counts a dense model of the same work; the dense block after the experts is counted beside them',
  },
]
