/**
 * DeepSeek V2 Lite, V3, R1, V3.2 and V4: latent attention, sparse from V3.2 on, compressed in V4. Sources:
 * `sources.ts`.
 */
import type {
  CheckpointPrecision,
  CompressedAttention,
  Indexer,
  LatentAttention,
  ModelSpec,
  Pattern,
} from '../../architecture/model.ts'
import { BF16, decoder, dense, FP8_BLOCK, type Identity, layer, layers, mla, moe, sliding, spelled } from './build.ts'
import { activeBillions, BILLION, billions, type ModelRow } from './row.ts'

/** FP8 blocks with the experts in MXFP4. */
const FP8_FP4_EXPERTS: CheckpointPrecision = { ...FP8_BLOCK, classes: { experts: 'mxfp4', ...FP8_BLOCK.classes } }

const V2_LITE_ATTENTION = mla({ numQHeads: 16, kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 })

const V3_HEADS = { qLoraRank: 1536, kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 }
const V3_FFN = moe({ experts: 256, topK: 8, expert: 2048, shared: 2048 }, { routerBias: true })
/** The indexer scores every earlier token with 64 heads, and attention reads the 2048 best. */
const V32_SPARSE = {
  pattern: { kind: 'selected', topK: 2048 } as const,
  indexer: {
    numHeads: 64,
    headDim: 128,
    queryInputSize: 1536,
    blockTokens: 1,
    shared: false,
    keyFormat: 'fp8',
  } as const,
}

/** DeepSeek-V3 (arXiv 2412.19437, section 4.2): three dense layers, 58 sparse ones, and one that predicts ahead. */
function v3(of: Identity, sparse: Pick<LatentAttention, 'pattern' | 'indexer'> | undefined): ModelSpec {
  const attention = mla({ numQHeads: 128, ...V3_HEADS, ...sparse })
  const last = layer(attention, V3_FFN)
  const all = layers([3, layer(attention, dense(18432))], [58, last])
  return decoder(of, { hidden: 7168, vocab: 129280, mtp: [last] }, all)
}

interface V4Sizes {
  readonly hidden: number
  readonly qHeads: number
  readonly qLoraRank: number
  readonly oGroups: number
  /** Compressed entries that a fourfold-compressed layer reads. */
  readonly topK: number
  readonly ffn: { readonly experts: number; readonly topK: number; readonly expert: number; readonly shared: number }
  /** One letter per layer: w window, c 4 tokens to an entry, h 128; capitals route by a table from the token id. */
  readonly layers: string
}

/** DeepSeek-V4: four residual streams; a window of 128 tokens, and older ones 4 or 128 to an entry. */
function v4(of: Identity, sizes: V4Sizes): ModelSpec {
  const { qHeads: numQHeads, qLoraRank, oGroups } = sizes
  const compressed = (pattern: Pattern, indexer?: Indexer): CompressedAttention => ({
    kind: 'compressed',
    numQHeads,
    headDim: 512,
    rotaryDim: 64,
    qLoraRank,
    oLoraRank: 1024,
    oGroups,
    pattern,
    ...(indexer && { indexer }),
  })
  const window = 128
  const indexer = { numHeads: 64, headDim: 128, queryInputSize: qLoraRank, blockTokens: 4, shared: false }
  const w = compressed(sliding(window))
  const c = compressed({ kind: 'compressed', ratio: 4, window, topK: sizes.topK }, indexer)
  const h = compressed({ kind: 'compressed', ratio: 128, window })
  const learned = moe(sizes.ffn, { routerBias: true })
  const hashed = moe(sizes.ffn, { hashRouted: true })
  const streams = { residualStreams: 4 }
  const kinds = {
    W: layer(w, hashed, streams),
    C: layer(c, hashed, streams),
    H: layer(h, hashed, streams),
    c: layer(c, learned, streams),
    h: layer(h, learned, streams),
  }
  const mtp = [layer(w, learned, streams)]
  return decoder(of, { hidden: sizes.hidden, vocab: 129280, mtp }, spelled(sizes.layers, kinds))
}

export const DEEPSEEK: readonly ModelRow[] = [
  {
    spec: decoder(
      { id: 'deepseek-v2-lite', name: 'DeepSeek V2 Lite', family: 'deepseek_v2', context: 163840, precision: BF16 },
      { hidden: 2048, vocab: 102400 },
      layers(
        [1, layer(V2_LITE_ATTENTION, dense(10944))],
        [26, layer(V2_LITE_ATTENTION, moe({ experts: 64, topK: 6, expert: 1408, shared: 2816 }))],
      ),
    ),
    aliases: ['deepseek-ai/DeepSeek-V2-Lite', 'deepseek-ai/DeepSeek-V2-Lite-Chat'],
    source: 'ktransformers',
    published: {
      ...billions('15.7'),
      ...activeBillions('2.4'),
      activeWithout: ['embedding'],
      source: 'llmfit',
      note: 'given for DeepSeek Coder V2 Lite, of the same shape',
    },
  },
  {
    spec: v3(
      { id: 'deepseek-v3', name: 'DeepSeek V3', family: 'deepseek_v3', context: 163840, precision: FP8_BLOCK },
      undefined,
    ),
    aliases: ['deepseek-ai/DeepSeek-V3', 'deepseek-ai/DeepSeek-V3-0324', 'deepseek-ai/DeepSeek-V3.1'],
    source: 'aiconfigurator',
    published: { ...billions('671'), ...activeBillions('37'), source: 'vllmRecipes' },
  },
  {
    spec: v3(
      { id: 'deepseek-r1', name: 'DeepSeek R1', family: 'deepseek_v3', context: 163840, precision: FP8_BLOCK },
      undefined,
    ),
    aliases: ['deepseek-ai/DeepSeek-R1', 'deepseek-ai/DeepSeek-R1-0528'],
    source: 'aiconfigurator',
    published: { ...billions('671'), ...activeBillions('37'), source: 'vllmRecipes' },
  },
  {
    spec: v3(
      { id: 'deepseek-v3.2', name: 'DeepSeek V3.2', family: 'deepseek_v32', context: 163840, precision: FP8_BLOCK },
      V32_SPARSE,
    ),
    aliases: ['deepseek-ai/DeepSeek-V3.2', 'deepseek-ai/DeepSeek-V3.2-Exp'],
    source: 'aiconfigurator',
    published: {
      ...billions('671'),
      source: 'vllmRecipes',
      note: 'the active count published is that of V3, without the indexer',
    },
  },
  {
    spec: v4(
      {
        id: 'deepseek-v4-flash',
        name: 'DeepSeek V4 Flash',
        family: 'deepseek_v4',
        context: 1048576,
        precision: FP8_FP4_EXPERTS,
      },
      {
        hidden: 4096,
        qHeads: 64,
        qLoraRank: 1024,
        oGroups: 8,
        topK: 512,
        ffn: { experts: 256, topK: 6, expert: 2048, shared: 2048 },
        layers: `WWC${'hc'.repeat(20)}`,
      },
    ),
    aliases: ['deepseek-ai/DeepSeek-V4-Flash'],
    source: 'aiconfigurator',
    published: { ...billions('284'), ...activeBillions('13'), source: 'vllmRecipes' },
  },
  {
    spec: v4(
      {
        id: 'deepseek-v4-pro',
        name: 'DeepSeek V4 Pro',
        family: 'deepseek_v4',
        context: 1048576,
        precision: FP8_FP4_EXPERTS,
      },
      {
        hidden: 7168,
        qHeads: 128,
        qLoraRank: 1536,
        oGroups: 16,
        topK: 1024,
        ffn: { experts: 384, topK: 6, expert: 3072, shared: 3072 },
        layers: `HHC${'hc'.repeat(29)}`,
      },
    ),
    aliases: ['deepseek-ai/DeepSeek-V4-Pro'],
    source: 'aiconfigurator',
    published: {
      total: 1600 * BILLION,
      totalStep: 100 * BILLION,
      totalCounts: 'with-mtp',
      ...activeBillions('49'),
      source: 'vllmRecipes',
    },
  },
]
