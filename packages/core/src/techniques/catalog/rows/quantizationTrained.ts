/** Quantization in training, of the cache, and for fine-tuning (viewer paper sections 3.1.2 and 3.1.3). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const quantizationQatRow = rowsOf('quantization-qat', 'model')
const quantizationKvRow = rowsOf('quantization-kv', 'model')
const quantizationPeftRow = rowsOf('quantization-peft', 'model')

export const QUANTIZATION_TRAINED: readonly TechniqueRow[] = [
  quantizationQatRow('qat', 'Quantization-aware training', 'VW 3.1', 'V29 V24 V48', 'P*', {
    mechanism: 'Trains with rounding in the forward pass, so that the model learns to bear it.',
    uses: [use('WB', {}, { bits: 4 }), use('TRAIN', { what: 'rounding in the forward pass', part: 'all' })],
    training: 'the whole model',
  }),
  quantizationQatRow('binaryconnect', 'BinaryConnect', 'VW 3.1.2', 'V29', 'P*', {
    mechanism: 'Uses weights of one bit in both passes and keeps full ones to add gradients to.',
    onlyNamed: true,
    uses: [
      use('WB', {}, { bits: 1 }),
      use('GRID', {}, { kind: 'binary', bits: 1 }),
      use('TRAIN', {}, { what: 'binary weights', part: 'all' }),
    ],
    training: 'the whole model',
  }),
  quantizationQatRow('pact', 'PACT', 'VW 3.1.2', 'V24', 'P*', {
    mechanism: 'Learns where to clip each layer’s activations.',
    onlyNamed: true,
    uses: [
      use('AB', {}, { bits: 4 }),
      use('GRID', {}, { kind: 'int', bits: 4, transform: 'learned-clip' }),
      use('TRAIN', {}, { what: 'clipping levels', part: 'all' }),
    ],
    training: 'the whole model and its clipping levels',
  }),
  quantizationQatRow('hawq', 'HAWQ', 'VW 3.1.2', 'V48', 'P*', {
    mechanism: 'Gives each layer bits by how curved the loss is along it.',
    onlyNamed: true,
    uses: [use('WB', {}, { bits: 4 }), use('TRAIN', {}, { what: 'mixed widths', part: 'all' })],
    training: 'the whole model',
    notes: ['Widths from 2 to 8 bits per layer; their mean is priced.'],
  }),
  quantizationQatRow('llm-qat', 'LLM-QAT', 'VW 3.1.2', 'V140', 'P*', {
    mechanism: 'Trains the rounded model on text that the full model wrote, cache included.',
    uses: [
      use('WB', { bits: 4 }),
      use('AB', {}, { bits: 8 }),
      use('KB', { bits: 4 }),
      use('TRAIN', { what: 'distillation from itself', part: 'all', data: 'text the model wrote' }),
    ],
    training: 'the whole model, on generated text',
  }),
  quantizationQatRow('tsld', 'TSLD (token-scaled logit distillation)', 'VW 3.1.2', 'V104', 'P*', {
    mechanism: 'Trains ternary weights with a distillation loss weighted by how sure the teacher is.',
    tags: ['below 2 bit'],
    uses: [
      use('WB', {}, { bits: 1.58 }),
      use('GRID', { kind: 'ternary' }, { bits: 1.58 }),
      use('TRAIN', { what: 'ternary weights', part: 'all' }),
    ],
    training: 'the whole model',
  }),
  quantizationQatRow('pb-llm', 'PB-LLM', 'VW 3.1.2', 'V178', 'P*', {
    mechanism: 'Keeps the weights that matter in more bits and makes the rest binary.',
    tags: ['below 2 bit'],
    uses: [use('WB', {}, { bits: 1, outlierShare: 0.1, outlierBits: 8 }), use('GRID', { kind: 'binary' }, { bits: 1 })],
    training: 'optional fine-tuning of the kept weights',
    notes: ['The share kept in more bits is a choice.'],
  }),
  quantizationQatRow('bnn', 'Binarized neural networks (Hubara)', 'VW 3.1.2', 'V93', 'P*', {
    mechanism: 'Weights and activations of one bit: products become XNOR and counting.',
    onlyNamed: true,
    tags: ['below 2 bit'],
    uses: [
      use('WB', {}, { bits: 1 }),
      use('AB', {}, { bits: 1 }),
      use('GRID', {}, { kind: 'binary', bits: 1 }),
      use('TRAIN', {}, { what: 'binary weights and activations', part: 'all' }),
    ],
    training: 'the whole model',
  }),
  quantizationKvRow('kvquant', 'KVQuant', 'VW 3.1.2', 'V83', 'CP*', {
    mechanism: 'Cache in few bits: keys per channel before rotation, uneven levels, outliers apart.',
    uses: [
      use('KB', { kind: 'codebook' }, { bits: 3, outlierShare: 0.01 }),
      use('GRID', { kind: 'codebook', axis: 'channel' }, { bits: 3 }),
    ],
  }),
  quantizationKvRow('kivi', 'KIVI', 'VW 3.1.2', 'V142', 'CP*', {
    mechanism: 'Cache in two bits, keys per channel and values per token, the latest tokens in full.',
    uses: [
      use('KB', { bits: 2 }, { group: 32, residualTokens: 128 }),
      use('GRID', { kind: 'int-asymmetric', axis: 'channel-token' }, { bits: 2 }),
    ],
  }),
  quantizationKvRow('wkvquant', 'WKVQuant', 'VW 3.1.2', 'V234', 'CP*', {
    mechanism: 'Weights and the past cache in four bits, tuned together; the present token stays full.',
    uses: [use('WB', { bits: 4 }), use('KB', { bits: 4 }), use('GRID', { kind: 'int' }, { bits: 4 })],
  }),
  quantizationPeftRow('lora', 'LoRA', 'VW 3.1.3', 'V86', 'A*', {
    mechanism: 'Adds the product of two thin matrices to frozen weights.',
    uses: [use('RANK', { mode: 'additive' }, { rank: 16 }), use('TRAIN', { what: 'adapters', part: 'adapter' })],
    training: 'the thin matrices',
  }),
  quantizationPeftRow('dylora', 'DyLoRA', 'VW 3.1.3', 'V199', 'A*', {
    mechanism: 'Trains thin matrices that can be cut to any smaller rank.',
    onlyNamed: true,
    uses: [use('RANK', {}, { mode: 'additive', rank: 8 }), use('TRAIN', {}, { what: 'adapters', part: 'adapter' })],
    training: 'the thin matrices',
    notes: ['Any rank from 1 to 16 can be cut from one training.'],
  }),
  quantizationPeftRow('llm-adapters', 'LLM-Adapters', 'VW 3.1.3', 'V87', 'A*', {
    mechanism: 'A family of small modules put beside or into a frozen model.',
    onlyNamed: true,
    uses: [
      use('SIDE', {}, { what: 'adapter', form: 'bottleneck', rank: 64, copies: 2 }),
      use('TRAIN', {}, { what: 'adapters', part: 'adapter' }),
    ],
    training: 'the modules',
  }),
  quantizationPeftRow('peqa', 'PEQA', 'VW 3.1.3', 'V103', 'P*', {
    mechanism: 'Freezes integer weights and tunes only their scales.',
    uses: [use('WB', {}, { bits: 4 }), use('TRAIN', { what: 'scales', part: 'scales' })],
    training: 'the scales, per task',
  }),
  quantizationPeftRow('qft', 'QFT', 'VW 3.1.3', 'V130', 'P*', {
    mechanism: 'Tunes all weights with every state of the optimiser kept as integers.',
    uses: [use('WB', {}, { bits: 8 }), use('TRAIN', { what: 'all weights as integers', part: 'all' })],
    training: 'all weights, in integers',
  }),
  quantizationPeftRow('qlora', 'QLoRA', 'VW 3.1.3', 'V39', 'P*', {
    mechanism: 'Thin matrices over a base frozen in four bits, with scales rounded again.',
    uses: [
      use('WB', { bits: 4, kind: 'codebook' }, { group: 64, scaleBits: 8 }),
      use('GRID', { kind: 'nf4', transform: 'double', nested: true }, { bits: 4 }),
      use('RANK', { mode: 'additive' }, { rank: 64 }),
      use('TRAIN', { what: 'adapters', part: 'adapter' }),
    ],
    training: 'the thin matrices',
    notes: ['NF4 with scales rounded again comes to about 4.13 bits.'],
  }),
  quantizationPeftRow('lq-lora', 'LQ-LoRA', 'VW 3.1.3', 'V71', 'P*', {
    mechanism: 'Splits each weight into a thin full part and a rounded part, with bits chosen by a budget.',
    uses: [
      use('WB', {}, { bits: 2.75 }),
      use('RANK', { mode: 'additive' }, { rank: 64 }),
      use('TRAIN', { what: 'adapters', part: 'adapter' }),
    ],
    training: 'the thin matrices',
    notes: ['Bits are chosen per matrix under a budget; their mean is priced.'],
  }),
  quantizationPeftRow('loftq', 'LoftQ', 'VW 3.1.3', 'V128', 'P*', {
    mechanism: 'Rounds and fits the thin matrices in turn, so that their sum starts near the original.',
    uses: [
      use('WB', {}, { bits: 4 }),
      use('RANK', { mode: 'additive' }, { rank: 16 }),
      use('TRAIN', { what: 'adapters', part: 'adapter' }),
    ],
    training: 'the thin matrices',
  }),
  quantizationPeftRow('qa-lora', 'QA-LoRA', 'VW 3.1.3', 'V223', 'P*', {
    mechanism: 'Thin matrices pooled by group, so that they merge into the integer weights’ zero points.',
    uses: [
      use('WB', {}, { bits: 4, group: 32 }),
      use('RANK', { mode: 'additive', merged: true }, { rank: 16 }),
      use('TRAIN', { what: 'adapters', part: 'adapter' }),
    ],
    training: 'the thin matrices',
  }),
]
