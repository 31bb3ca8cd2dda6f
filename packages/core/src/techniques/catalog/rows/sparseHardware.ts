/** Accelerators for sparse attention, and linear attention (survey sections 2.4.1 and 2.4.2). */
import { sparsity } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const sparseAttentionHwRow = rowsOf('sparse-attention-hw', 'hardware')
const linearAttentionRow = rowsOf('linear-attention', 'model')

export const SPARSE_HARDWARE: readonly TechniqueRow[] = [
  sparseAttentionHwRow('a3', 'A3 accelerator', 'CAP 2.4.1', 'C56', 'P', {
    mechanism: 'An accelerator that sorts key components to find likely keys cheaply and computes attention on those.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'dynamic', undefined, 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [use('APAT', {}, { topKShare: 0.25, select: 'sorted-greedy' }), use('HW', {}, { asic: 'a3' })],
  }),
  sparseAttentionHwRow('spatten', 'SpAtten', 'CAP 2.4.1', 'C57', 'P', {
    mechanism: 'An accelerator that drops tokens and heads as their importance adds up, and reads low bits first.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'dynamic', undefined, 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('KVB', {}, { budget: 0.5, policy: 'cascade' }),
      use('KB', {}, { bits: 8 }),
      use('HW', {}, { asic: 'spatten' }),
    ],
  }),
  sparseAttentionHwRow('sanger', 'Sanger', 'CAP 2.4.1', 'C58', 'P', {
    mechanism: 'An accelerator that predicts scores in few bits, thresholds them to a mask, and packs what is left.',
    cells: [sparsity(undefined, 'dynamic', 'Threshold', 'trained', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [use('APAT', { select: 'low-bit' }, { topKShare: 0.15, selectBits: 4 }), use('HW', { asic: 'sanger' })],
    training: 'fine-tuning with the predicted mask',
  }),
  sparseAttentionHwRow('dota', 'DOTA', 'CAP 2.4.1', 'C59', 'P', {
    mechanism: 'An accelerator with a small trained detector that tells weak attention links before they are computed.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'dynamic', undefined, 'trained', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('APAT', {}, { topKShare: 0.1, select: 'detector', selectDims: 32, selectBits: 4 }),
      use('HW', {}, { asic: 'dota' }),
      use('TRAIN', {}, { what: 'detector', part: 'detector' }),
    ],
    training: 'the detector, with the model',
  }),
  sparseAttentionHwRow('salo2', 'SALO2', 'CAP 2.4.1', 'C50', 'P', {
    mechanism: 'An accelerator that runs fixed and input-dependent sparse patterns on one array.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'both', undefined, 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('APAT', {}, { local: 512, topK: 64, select: 'low-bit', selectBits: 4 }),
      use('HW', {}, { asic: 'salo2' }),
    ],
  }),
  sparseAttentionHwRow('acceltran', 'AccelTran', 'CAP 2.4.1', 'C60', 'P', {
    mechanism: 'An accelerator that zeroes activations under a threshold as they come and skips the work on them.',
    cells: [sparsity(undefined, 'dynamic', 'Threshold', 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('APAT', { select: 'exact' }, { topKShare: 0.5 }),
      use('AB', {}, { bits: 20 }),
      use('HW', { asic: 'acceltran' }),
    ],
  }),
  sparseAttentionHwRow('fact', 'FACT', 'CAP 2.4.1; VW 6.4', 'C61 V165', 'P', {
    mechanism:
      'An accelerator that guesses attention before making queries and keys, and skips or narrows what will not matter.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'dynamic', undefined, 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('APAT', {}, { topKShare: 0.1, select: 'low-bit', selectBits: 4 }),
      use('WFRAC', {}, { density: 0.5, sites: 'ffn', work: 'per-token' }),
      use('HW', {}, { asic: 'fact' }),
    ],
  }),
  sparseAttentionHwRow('energon', 'Energon', 'CAP 2.4.1', 'C62', 'P', {
    mechanism:
      'An accelerator that filters keys in rounds of two and four bits and attends to the survivors in full width.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'dynamic', undefined, 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [use('APAT', {}, { topKShare: 0.1, select: 'low-bit', selectBits: 4 }), use('HW', {}, { asic: 'energon' })],
  }),
  sparseAttentionHwRow('dtqatten', 'DTQAtten', 'CAP 2.4.1', 'C63', 'P', {
    mechanism: 'An accelerator that gives each token its own width by importance.',
    cells: [sparsity(undefined, 'dynamic', 'Threshold', 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('AB', {}, { bits: 6 }),
      use('APAT', { select: 'exact' }, { topKShare: 0.5 }),
      use('HW', { asic: 'dtqatten' }),
    ],
    notes: ['Four or eight bits per token; their mean is priced.'],
  }),
  sparseAttentionHwRow('vitcod', 'ViTCoD', 'CAP 2.4.1', 'C72', 'P', {
    mechanism:
      'An accelerator with fixed masks sorted into dense and sparse parts, and an encoder that shrinks queries and keys before they move.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'static', undefined, 'trained', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [
      use('APAT', {}, { topKShare: 0.1, select: 'static-mask' }),
      use('HW', {}, { asic: 'vitcod' }),
      use('TRAIN', {}, { what: 'masks and encoder', part: 'all' }),
    ],
    training: 'the masks and the encoder, with the model',
    notes: ['The encoder that halves what queries and keys move is not priced.'],
  }),
  sparseAttentionHwRow('salo', 'SALO', 'CAP 2.4.1', 'C73', 'P', {
    mechanism: 'A spatial array for windows, dilated windows and global tokens that reuses data along diagonals.',
    onlyNamed: true,
    cells: [sparsity(undefined, 'static', undefined, 'plug-in', 'encoder-decoder')],
    tags: ['accelerator'],
    uses: [use('APAT', {}, { local: 512, dilation: 2, global: 1 }), use('HW', {}, { asic: 'salo' })],
  }),
  linearAttentionRow('linear-transformer', 'Linear Transformer', 'CAP 2.4.2', 'C83', 'P', {
    mechanism: 'Replaces softmax by a feature map, so that keys and values fold into one state of fixed size.',
    tags: ['low rank'],
    uses: [use('LIN', { kernel: 'elu+1' }, { rank: 0 })],
    training: 'the model itself',
    notes: ['Features as wide as a head.'],
  }),
  linearAttentionRow('performer', 'Performer', 'CAP 2.4.2', 'C84', 'P', {
    mechanism: 'Approximates softmax with random features that are positive and orthogonal.',
    tags: ['low rank'],
    uses: [use('LIN', { kernel: 'favor+' }, { rank: 256 })],
    training: 'the model itself',
  }),
  linearAttentionRow('efficient-attention', 'Efficient Attention', 'CAP 2.4.2', 'C85', 'P', {
    mechanism: 'Normalises queries over features and keys over positions, and multiplies keys with values first.',
    tags: ['low rank'],
    uses: [use('LIN', { kernel: 'softmax-split' }, { rank: 0 })],
    training: 'the model itself',
  }),
  linearAttentionRow('scatterbrain', 'Scatterbrain', 'CAP 2.4.2', 'C86', 'P', {
    mechanism: 'Adds a hashed sparse part, holding what the low-rank part misses, to linear attention.',
    tags: ['low rank and sparse'],
    uses: [
      use('LIN', { kernel: 'favor+', scope: 'beside' }, { rank: 128 }),
      use('APAT', { select: 'hash' }, { topK: 128 }),
    ],
    training: 'the model itself',
  }),
  linearAttentionRow('vitality', 'ViTALiTy', 'CAP 2.4.2', 'C87', 'P', {
    mechanism:
      'An accelerator that runs attention as a first-order expansion; a sparse correction is there in training only.',
    layer: 'hardware',
    tags: ['accelerator', 'low rank and sparse'],
    uses: [
      use('LIN', { kernel: 'taylor' }, { rank: 0 }),
      use('HW', { asic: 'vitality' }),
      use('TRAIN', { what: 'sparse correction', part: 'all' }),
    ],
    training: 'fine-tuning with the sparse correction',
  }),
]
