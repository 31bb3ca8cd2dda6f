/** Quantization after training (viewer paper sections 3.1.1 and 3.1.2). */
import { format } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('quantization-ptq', 'model')

export const QUANTIZATION_PTQ: readonly TechniqueRow[] = [
  row('atom', 'Atom', 'CAP 1', 'C11', 'P', {
    mechanism: 'Weights, activations and cache in four bits, with the few outlier channels in eight.',
    onlyNamed: true,
    uses: [
      use('WB', {}, { bits: 4, group: 128 }),
      use('AB', {}, { bits: 4, outlierShare: 0.03, outlierBits: 8 }),
      use('KB', {}, { bits: 4 }),
      use('GRID', {}, { kind: 'int', bits: 4, transform: 'reorder' }),
    ],
  }),
  row('w-bit-notation', 'W4, W4A4, W4KV4 settings', 'VW 3.1.1', '', 'P*', {
    mechanism: 'A name for bits per tensor class: W for weights, A for activations, KV for the cache.',
    uses: [use('WB', { bits: 4 }), use('KB', { bits: 4 })],
    notes: ['W4, W4A4 and W4KV4 are the settings of the viewer paper’s figures; others by changing the bits.'],
  }),
  row('ptq', 'Post-training quantization', 'VW 3.1', '', 'P*', {
    mechanism: 'Rounds a trained model with a little calibration and no training.',
    uses: [use('WB', {}, { bits: 4 }), use('GRID', { kind: 'int' }, { bits: 4 })],
  }),
  row('lut-gemm', 'LUT-GEMM', 'VW 3.1.2', 'V162', 'P*', {
    mechanism: 'Multiplies binary-coded weights by table look-up, without expanding them.',
    layer: 'system',
    tags: ['weights only'],
    uses: [
      use('WB', {}, { bits: 4 }),
      use('GRID', { kind: 'bcq' }, { bits: 4 }),
      use('EFF', { dequant: 'lut', operators: 'linear' }),
    ],
  }),
  row('llm-int8', 'LLM.int8() / bitsandbytes', 'VW 3.1.2, 7.4.2', 'V38', 'P*', {
    mechanism: 'Multiplies in INT8 with scales per vector, and the few outlier features in FP16.',
    tags: ['weights and activations'],
    uses: [
      use('WB', { bits: 8, outlierBits: 16 }, { outlierShare: 0.001 }),
      use('AB', { bits: 8 }),
      use('GRID', { kind: 'int', transform: 'vector-wise' }, { bits: 8 }),
    ],
  }),
  row('zeroquant', 'ZeroQuant', 'VW 3.1.2', 'V225', 'P*', {
    mechanism: 'INT8 weights in groups and activations per token, each layer tuned to its original.',
    tags: ['weights and activations'],
    uses: [
      use('WB', { bits: 8 }, { group: 128 }),
      use('AB', { bits: 8 }),
      use('TRAIN', { what: 'layer by layer distillation', part: 'all' }),
    ],
    notes: ['The paper lists it with methods for weights only and says in the same sentence that it rounds both.'],
  }),
  row('gptq', 'GPTQ', 'VW 3.1.2', 'V55', 'P*', {
    mechanism: 'Rounds weights column by column and spreads each error over the columns not yet rounded.',
    tags: ['weights only'],
    uses: [use('WB', { bits: 4 }, { group: 128 }), use('GRID', { kind: 'int' }, { bits: 4 })],
    notes: ['Stated as three to four bits.'],
  }),
  row('case-for-4-bit', 'The case for 4 bit', 'VW 3.1.2', 'V41', 'P*', {
    mechanism: 'A study of which number of bits gives the best zero-shot accuracy for a given total.',
    uses: [use('WB', { bits: 4 })],
    notes: ['The study compares 3 to 16 bits.'],
  }),
  row('awq', 'AWQ', 'VW 3.1.2', 'V135', 'P*', {
    mechanism: 'Scales up the few weight channels that meet large activations before rounding.',
    tags: ['weights only'],
    uses: [
      use('WB', {}, { bits: 4, group: 128 }),
      use('GRID', { kind: 'int', transform: 'activation-aware-scale' }, { bits: 4 }),
    ],
  }),
  row('squeezellm', 'SqueezeLLM', 'VW 3.1.2', 'V105', 'P*', {
    mechanism: 'Levels clustered by sensitivity, and the outliers kept apart.',
    onlyNamed: true,
    tags: ['weights only'],
    uses: [
      use('WB', {}, { bits: 3, outlierShare: 0.0045, outlierBits: 16, kind: 'codebook' }),
      use('GRID', {}, { kind: 'codebook', bits: 3 }),
    ],
  }),
  row('owq', 'OWQ', 'VW 3.1.2', 'V117', 'P*', {
    mechanism: 'Keeps the weight columns that meet activation outliers in FP16.',
    tags: ['weights only'],
    uses: [use('WB', {}, { bits: 3, outlierShare: 0.01, outlierBits: 16 }), use('GRID', { kind: 'int' }, { bits: 3 })],
  }),
  row('spqr', 'SpQR', 'VW 3.1.2', 'V40', 'P*', {
    mechanism: 'Keeps outlier weights apart and rounds the rest in very small groups with rounded scales.',
    tags: ['weights only'],
    uses: [
      use('WB', { bits: 3 }, { group: 16, outlierShare: 0.01, outlierBits: 16 }),
      use('GRID', { kind: 'int', transform: 'bilevel', nested: true }, { bits: 3 }),
    ],
    notes: ['Stated as three to four bits.'],
  }),
  row('quantease', 'QuantEase', 'VW 3.1.2', 'V10', 'P*', {
    mechanism: 'Lowers each layer’s error by going through its weights one coordinate at a time.',
    tags: ['weights only'],
    uses: [use('WB', {}, { bits: 3 }), use('GRID', { kind: 'int' }, { bits: 3 })],
  }),
  row('quip', 'QuIP', 'VW 3.1.2', 'V17', 'P*', {
    mechanism: 'Turns weights by random rotations before careful rounding, so that no direction stands out.',
    tags: ['below 2 bit'],
    uses: [
      use('WB', { bits: 2 }),
      use('GRID', { kind: 'int', transform: 'rotate' }, { bits: 2 }),
      use('SIDE', { what: 'rotation', form: 'rotation' }),
    ],
  }),
  row('norm-tweaking', 'Norm Tweaking', 'VW 3.1.2', 'V123', 'P*', {
    mechanism: 'After rounding, adjusts only the norm weights until activations look as before.',
    tags: ['below 2 bit'],
    uses: [use('WB', {}, { bits: 2 }), use('TRAIN', { what: 'norm weights', part: 'norms' })],
  }),
  row('billm', 'BiLLM', 'VW 3.1.2', 'V90', 'P*', {
    mechanism: 'Binary weights with a second binary correction where they matter.',
    tags: ['below 2 bit'],
    uses: [use('WB', {}, { bits: 1.1 }), use('GRID', { kind: 'binary-residual' }, { bits: 1.1 })],
    notes: ['Nearly one bit, with the correction counted.'],
  }),
  row('smoothquant', 'SmoothQuant', 'VW 3.1.2', 'V215', 'P*', {
    mechanism: 'Moves the range of activations into the weights, channel by channel, then rounds both to eight bits.',
    tags: ['weights and activations'],
    uses: [
      use('WB', {}, { bits: 8 }),
      use('AB', {}, { bits: 8 }),
      use('GRID', { kind: 'int', transform: 'smooth' }, { bits: 8 }),
    ],
  }),
  row('rptq', 'RPTQ', 'VW 3.1.2', 'V232', 'P*', {
    mechanism: 'Reorders channels into clusters of like range, each with its own scale.',
    tags: ['weights and activations'],
    uses: [
      use('WB', {}, { bits: 4 }),
      use('AB', {}, { bits: 4 }),
      use('GRID', { kind: 'int', transform: 'clusters' }, { bits: 4 }),
    ],
  }),
  row('olive', 'OliVe', 'VW 3.1.2, 6.3', 'V69', 'P*', {
    mechanism: 'An outlier takes over the code of the value beside it, so that memory stays aligned.',
    layer: 'data-format',
    cells: [format('outlier-aware')],
    tags: ['weights and activations'],
    uses: [
      use('WB', {}, { bits: 4 }),
      use('AB', {}, { bits: 4 }),
      use('GRID', { kind: 'outlier-victim' }, { bits: 4 }),
    ],
  }),
  row('outlier-suppression-plus', 'Outlier Suppression+', 'VW 3.1.2', '', 'P*', {
    mechanism: 'Shifts and scales channels to even out their outliers, and folds both into the next layer.',
    tags: ['weights and activations'],
    uses: [
      use('WB', {}, { bits: 8 }),
      use('AB', {}, { bits: 8 }),
      use('GRID', { kind: 'int', transform: 'shift' }, { bits: 8 }),
    ],
  }),
  row('fptq', 'FPTQ', 'VW 3.1.2', 'V126', 'P*', {
    mechanism: 'Four-bit weights and eight-bit activations, with a logarithmic evening-out where a layer needs it.',
    tags: ['weights and activations'],
    uses: [
      use('WB', {}, { bits: 4, group: 128 }),
      use('AB', {}, { bits: 8 }),
      use('GRID', { kind: 'int', transform: 'log' }, { bits: 4 }),
    ],
  }),
]
