/**
 * Zhipu GLM 4.5 to 5.2. Sources: `sources.ts`.
 */
import { BF16, cycle, decoder, dense, gqa, type Identity, layer, layers, mla, moe, type Run } from './build.ts'
import { activeBillions, billions, type ModelRow } from './row.ts'

const GLM45_ATTENTION = gqa(96, 8, 128, { qkvBias: true, rotaryDim: 64, qkNorm: 'head' })
const GLM45_SPARSE = layer(
  GLM45_ATTENTION,
  moe({ experts: 160, topK: 8, expert: 1536, shared: 1536 }, { routerBias: true }),
)

/** DeepSeek sparse attention with GLM's heads; layers may use the choice of the layer before. */
const glm5Attention = (shared: boolean) =>
  mla({
    numQHeads: 64,
    qLoraRank: 2048,
    kvLoraRank: 512,
    qkNopeHeadDim: 192,
    qkRopeHeadDim: 64,
    vHeadDim: 256,
    pattern: { kind: 'selected', topK: 2048 },
    indexer: { numHeads: 32, headDim: 128, queryInputSize: 2048, blockTokens: 1, shared, keyFormat: 'fp8' },
  })
const GLM5_MOE = moe({ experts: 256, topK: 8, expert: 2048, shared: 2048 }, { routerBias: true })
const GLM5_DENSE = layer(glm5Attention(false), dense(12288))
const GLM5_SPARSE = layer(glm5Attention(false), GLM5_MOE)
const GLM52_FOLLOWER = layer(glm5Attention(true), GLM5_MOE)

const glm5 = (of: Identity, sparse: readonly Run[]) =>
  decoder(of, { hidden: 6144, vocab: 154880, mtp: [GLM5_SPARSE] }, [[3, GLM5_DENSE], ...sparse])

export const ZHIPU: readonly ModelRow[] = [
  {
    spec: decoder(
      { id: 'glm-4.5', name: 'GLM 4.5', family: 'glm4_moe', context: 131072, precision: BF16 },
      { hidden: 5120, vocab: 151552, mtp: [GLM45_SPARSE] },
      layers([3, layer(GLM45_ATTENTION, dense(12288))], [89, GLM45_SPARSE]),
    ),
    aliases: ['zai-org/GLM-4.5'],
    source: 'rtpLlm',
    published: {
      total: 358_337_791_296,
      totalCounts: 'with-mtp',
      ...activeBillions('32'),
      activeWithout: ['embedding'],
      activeSource: 'vllmRecipes',
      source: 'kvfit',
      note: 'the checkpoint stores the embedding and head of the prediction layer once more',
    },
  },
  {
    spec: glm5(
      { id: 'glm-5', name: 'GLM 5', family: 'glm_moe_dsa', context: 202752, precision: BF16 },
      layers([75, GLM5_SPARSE]),
    ),
    aliases: ['zai-org/GLM-5'],
    source: 'aiconfigurator',
    published: { ...billions('744'), ...activeBillions('40'), activeWithout: ['embedding'], source: 'vllmRecipes' },
  },
  {
    spec: glm5(
      { id: 'glm-5.1', name: 'GLM 5.1', family: 'glm_moe_dsa', context: 202752, precision: BF16 },
      layers([75, GLM5_SPARSE]),
    ),
    aliases: ['zai-org/GLM-5.1'],
    source: 'aiconfigurator',
    published: { ...billions('744'), ...activeBillions('40'), activeWithout: ['embedding'], source: 'vllmRecipes' },
  },
  {
    spec: glm5(
      { id: 'glm-5.2', name: 'GLM 5.2', family: 'glm_moe_dsa', context: 1048576, precision: BF16 },
      cycle(75, [3, GLM52_FOLLOWER], [1, GLM5_SPARSE]),
    ),
    aliases: ['zai-org/GLM-5.2'],
    source: 'aiconfigurator',
    published: {
      ...billions('743'),
      source: 'vllmRecipes',
      note: 'the active count published, 39 billion, is less than the tensors that every token uses',
    },
  },
]
