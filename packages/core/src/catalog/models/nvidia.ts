/**
 * NVIDIA Nemotron: pruned Llama (Super 49B) and hybrids of Mamba 2, attention and experts. Sources: `sources.ts`.
 */
import type { Attention, Ffn, ModelSpec, StateSpace } from '../../architecture/model.ts'
import { BF16, decoder, dense, gqa, type Identity, layer, mamba2, moe, spelled } from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

interface HybridSizes {
  readonly hidden: number
  readonly mamba: StateSpace
  readonly attention: Attention
  readonly ffn: Ffn
  /** Layers of one block each: M Mamba 2, E experts, F a dense FFN, A attention without positions. */
  readonly layers: string
  /** One more layer, attention and experts, that predicts ahead. */
  readonly mtp?: boolean
}

function hybrid(of: Identity, sizes: HybridSizes): ModelSpec {
  const block = layer(undefined, sizes.ffn)
  const kinds = { M: layer(sizes.mamba, undefined), E: block, F: block, A: layer(sizes.attention, undefined) }
  const mtp = sizes.mtp && { mtp: [layer(sizes.attention, sizes.ffn)] }
  return decoder(of, { hidden: sizes.hidden, vocab: 131072, ...mtp }, spelled(sizes.layers, kinds))
}

const SQUARED_RELU = { gated: false, activation: 'relu2' } as const

/** Experts of two projections with squared ReLU. */
const experts = (sizes: Parameters<typeof moe>[0], latentSize?: number) =>
  moe(sizes, { ...SQUARED_RELU, routerBias: true, ...(latentSize !== undefined && { latentSize }) })

/** Heads without positions. */
const heads = (numQHeads: number, numKvHeads: number) => gqa(numQHeads, numKvHeads, 128, { rotaryDim: 0 })

/** Nemotron-NAS: Llama 3.3 70B with attention dropped or the FFN narrowed, layer by layer. */
const FULL = gqa(64, 8, 128)
const SUPER_49B = {
  A: layer(FULL, dense(14336)),
  B: layer(FULL, dense(28672)),
  c: layer(undefined, dense(14336)),
  d: layer(undefined, dense(17920)),
  e: layer(undefined, dense(7168)),
  f: layer(undefined, dense(28672)),
  g: layer(undefined, dense(5632)),
  h: layer(undefined, dense(2816)),
}

export const NVIDIA: readonly ModelRow[] = [
  {
    spec: decoder(
      {
        id: 'nemotron-super-49b',
        name: 'Llama 3.3 Nemotron Super 49B',
        family: 'nemotron-nas',
        context: 131072,
        precision: BF16,
      },
      { hidden: 8192, vocab: 128256 },
      spelled('ABBBBBccBBBdBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBeccefeceeeBeggegggeehhgghhghhBBBBBBBBB', SUPER_49B),
    ),
    aliases: ['nvidia/Llama-3_3-Nemotron-Super-49B-v1', 'llama-3.3-nemotron-super-49b'],
    source: 'aiconfigurator',
    published: { ...billions('49'), source: 'modelName' },
  },
  {
    spec: hybrid(
      { id: 'nemotron-h-56b', name: 'Nemotron-H 56B', family: 'nemotron_h', context: 8192, precision: BF16 },
      {
        hidden: 8192,
        mamba: mamba2(16384, 256, 256, 8),
        attention: heads(64, 8),
        ffn: dense(32768, SQUARED_RELU),
        layers:
          'MFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMAFMFMFMFMFMF',
      },
    ),
    aliases: ['nvidia/Nemotron-H-56B-Base-8K'],
    source: 'aiconfigurator',
    published: { ...billions('56'), source: 'modelName' },
  },
  {
    spec: hybrid(
      {
        id: 'nemotron-3-nano-30b',
        name: 'Nemotron 3 Nano 30B-A3B',
        family: 'nemotron_h',
        context: 262144,
        precision: BF16,
      },
      {
        hidden: 2688,
        mamba: mamba2(4096, 128, 64, 8),
        attention: heads(32, 2),
        ffn: experts({ experts: 128, topK: 6, expert: 1856, shared: 3712 }),
        layers: 'MEMEMAEMEMEMAEMEMEMAEMEMEMAEMEMEMAEMEMEMEMAEMEMEMEME',
      },
    ),
    aliases: ['nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 'nemotron-3-nano', 'nemotron-3-nano-30b-a3b'],
    source: 'aiconfigurator',
    published: { ...billions('31.6'), ...activeBillions('3.6'), source: 'nemotronNanoReview' },
  },
  {
    spec: hybrid(
      {
        id: 'nemotron-3-super-120b',
        name: 'Nemotron 3 Super 120B-A12B',
        family: 'nemotron_h',
        context: 262144,
        precision: BF16,
      },
      {
        hidden: 4096,
        mamba: mamba2(8192, 128, 128, 8),
        attention: heads(32, 2),
        ffn: experts({ experts: 512, topK: 22, expert: 2688, shared: 5376 }, 1024),
        layers: 'MEMEMEMAEMEMEMEMAEMEMEMEMAEMEMEMEMEMAEMEMEMEMEMAEMEMEMEMEMAEMEMEMEMEMAEMEMEMEMAEMEMEMEME',
        mtp: true,
      },
    ),
    aliases: ['nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16', 'nemotron-3-super', 'nemotron-3-super-120b-a12b'],
    source: 'aiconfigurator',
    published: { ...billions('120'), ...activeBillions('12'), source: 'vllmRecipes' },
    note: 'the source is the NVFP4 checkpoint; the row is the BF16 original',
  },
  {
    spec: hybrid(
      {
        id: 'nemotron-3-ultra-550b',
        name: 'Nemotron 3 Ultra 550B-A55B',
        family: 'nemotron_h',
        context: 262144,
        precision: BF16,
      },
      {
        hidden: 8192,
        mamba: mamba2(16384, 128, 256, 8),
        attention: heads(64, 2),
        ffn: experts({ experts: 512, topK: 22, expert: 5120, shared: 10240 }, 2048),
        layers:
          'MEMEMEMAEMEMEMAEMEMEMEMAEMEMEMEMAEMEMEMAEMEMEMEMAEMEMEMEMAEMEMEMAEMEMEMEMAEMEMEMEMAEMEMEMAEMEMEMEMAEMEMEMEME',
        mtp: true,
      },
    ),
    aliases: ['nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16', 'nemotron-3-ultra', 'nemotron-3-ultra-550b-a55b'],
    source: 'aiconfigurator',
    published: { ...billions('550'), ...activeBillions('55'), activeWithout: ['embedding'], source: 'vllmRecipes' },
  },
]
