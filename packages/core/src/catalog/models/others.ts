/**
 * MiniMax M2.5 and M3, Xiaomi MiMo V2 Flash and StepFun Step 3.7 Flash: mixtures of experts with windows or selected
 * keys. Sources: `sources.ts`.
 */
import { BF16, decoder, dense, FP8_BLOCK, gqa, layer, layers, moe, sliding, spelled, vision } from './build.ts'
import { activeBillions, BILLION, billions, type ModelRow } from './row.ts'

/** MiniMax-M3: an indexer of four heads picks 2048 of the earlier tokens. */
const M3_HEADS = { rotaryDim: 64, qkNorm: 'head' } as const
const M3_DENSE = layer(gqa(64, 4, 128, M3_HEADS), dense(12288))
const M3_SPARSE = layer(
  gqa(64, 4, 128, {
    ...M3_HEADS,
    pattern: { kind: 'selected', topK: 2048 },
    indexer: { numHeads: 4, headDim: 128, queryInputSize: 6144, blockTokens: 1, shared: false },
  }),
  moe({ experts: 128, topK: 4, expert: 3072, shared: 3072 }, { routerBias: true }),
)

/** MiMo-V2: keys wider than values; five layers of a 128-token window, with sinks and more heads, to one full layer. */
const MIMO_FULL = gqa(64, 4, 192, { rotaryDim: 64, vHeadDim: 128 })
const MIMO_LOCAL = gqa(64, 8, 192, { pattern: sliding(128), rotaryDim: 64, vHeadDim: 128, sinks: true })
const MIMO_MOE = moe({ experts: 256, topK: 8, expert: 2048 }, { routerBias: true })
const MIMO = {
  D: layer(MIMO_FULL, dense(16384)),
  w: layer(MIMO_LOCAL, MIMO_MOE),
  f: layer(MIMO_FULL, MIMO_MOE),
}

/** Step-3.7: three layers of a 512-token window to one full layer, the first three with a dense FFN. */
const STEP_FULL = gqa(64, 8, 128, { qkNorm: 'head' })
const STEP_LOCAL = gqa(64, 8, 128, { pattern: sliding(512), qkNorm: 'head' })
const STEP_FFN = dense(11264)
const STEP_MOE = moe({ experts: 288, topK: 8, expert: 1280, shared: 1280 }, { routerBias: true })
const STEP_FIRST = layer(STEP_FULL, STEP_FFN)
const STEP = {
  F: STEP_FIRST,
  W: layer(STEP_LOCAL, STEP_FFN),
  w: layer(STEP_LOCAL, STEP_MOE),
  f: layer(STEP_FULL, STEP_MOE),
}
const STEP_TOWER = vision({
  hidden: 1536,
  layers: 47,
  heads: 16,
  headDim: 96,
  intermediate: 8960,
  patchValues: 588,
  patchBias: false,
  positions: 2704,
  tokens: 2704,
  outputTokens: 169,
  projector: [[6144, 4096, false]],
  frontEnd: { parameters: 212_345_856, macPerItem: 57_415_827_456 },
})

export const OTHERS: readonly ModelRow[] = [
  {
    spec: decoder(
      { id: 'minimax-m2.5', name: 'MiniMax M2.5', family: 'minimax_m2', context: 196608, precision: FP8_BLOCK },
      { hidden: 3072, vocab: 200064 },
      layers([
        62,
        layer(
          gqa(48, 8, 128, { rotaryDim: 64, qkNorm: 'width' }),
          moe({ experts: 256, topK: 8, expert: 1536 }, { routerBias: true }),
        ),
      ]),
    ),
    aliases: ['MiniMaxAI/MiniMax-M2.5', 'MiniMaxAI/MiniMax-M2.7'],
    source: 'aiconfigurator',
    published: {
      ...billions('230'),
      totalStep: 10 * BILLION,
      ...activeBillions('10'),
      activeWithout: ['embedding'],
      source: 'vllmRecipes',
    },
  },
  {
    spec: decoder(
      { id: 'minimax-m3', name: 'MiniMax M3', family: 'minimax_m3', context: 1048576, precision: BF16 },
      { hidden: 6144, vocab: 200064 },
      layers([3, M3_DENSE], [57, M3_SPARSE]),
    ),
    aliases: ['MiniMaxAI/MiniMax-M3'],
    source: 'aiconfigurator',
    published: {
      ...billions('427'),
      ...activeBillions('26'),
      source: 'vllmRecipes',
      note: 'the count includes a vision tower that the source leaves out',
    },
  },
  {
    spec: decoder(
      { id: 'mimo-v2-flash', name: 'MiMo V2 Flash', family: 'mimo_v2_flash', context: 262144, precision: FP8_BLOCK },
      { hidden: 4096, vocab: 152576 },
      spelled(`Dwwww${'fwwwww'.repeat(7)}f`, MIMO),
    ),
    aliases: ['XiaomiMiMo/MiMo-V2-Flash'],
    source: 'aiconfigurator',
    published: { ...billions('309'), ...activeBillions('15'), source: 'vllmRecipes' },
  },
  {
    spec: decoder(
      { id: 'step-3.7-flash', name: 'Step 3.7 Flash', family: 'step3p7', context: 65536, precision: BF16 },
      { hidden: 4096, vocab: 128896, towers: [STEP_TOWER], mtp: [STEP_FIRST, STEP_FIRST, STEP_FIRST] },
      spelled(`FWW${'wfww'.repeat(10)}wf`, STEP),
    ),
    aliases: ['stepfun-ai/Step-3.7-Flash'],
    source: 'aiconfigurator',
    published: { ...billions('198'), ...activeBillions('11'), activeWithout: ['towers'], source: 'vllmRecipes' },
  },
]
