/**
 * Meta Llama 4, language part. Sources: `sources.ts`.
 */
import type { ModelSpec } from '../../architecture/model.ts'
import { BF16, cycle, decoder, dense, gqa, type Identity, layer, moe } from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

/** Three layers of 8192-token chunks to one full layer without positions; `dense` first of each pair in Maverick. */
function llama4(of: Identity, experts: number, alternate: boolean): ModelSpec {
  const chunked = gqa(40, 8, 128, { pattern: { kind: 'chunked', chunk: 8192 } })
  const full = gqa(40, 8, 128, { rotaryDim: 0 })
  const ffn = moe({ experts, topK: 1, expert: 8192, shared: 8192 })
  const local = layer(chunked, ffn)
  const global = layer(full, ffn)
  const wide = layer(chunked, dense(16384))
  const all = alternate ? cycle(48, [1, wide], [1, local], [1, wide], [1, global]) : cycle(48, [3, local], [1, global])
  return decoder(of, { hidden: 5120, vocab: 202048 }, all)
}

export const LLAMA4: readonly ModelRow[] = [
  {
    spec: llama4(
      { id: 'llama-4-scout', name: 'Llama 4 Scout', family: 'llama4', context: 10485760, precision: BF16 },
      16,
      false,
    ),
    aliases: ['meta-llama/Llama-4-Scout-17B-16E-Instruct', 'meta-llama/Llama-4-Scout-17B-16E', 'llama-4-scout-17b-16e'],
    source: 'aiconfigurator',
    published: {
      total: 108_641_793_536,
      ...activeBillions('17'),
      activeSource: 'llama4Blog',
      source: 'kvfit',
      note: 'the count includes a vision tower that the source leaves out',
    },
  },
  {
    spec: llama4(
      { id: 'llama-4-maverick', name: 'Llama 4 Maverick', family: 'llama4', context: 1048576, precision: BF16 },
      128,
      true,
    ),
    aliases: [
      'meta-llama/Llama-4-Maverick-17B-128E-Instruct',
      'meta-llama/Llama-4-Maverick-17B-128E',
      'llama-4-maverick-17b-128e',
    ],
    source: 'aiconfigurator',
    published: {
      ...billions('402'),
      ...activeBillions('17'),
      source: 'llama4Docs',
      note: 'the count includes a vision tower that the source leaves out',
    },
  },
]
