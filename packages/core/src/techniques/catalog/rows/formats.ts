/** Data formats (viewer paper section 6.3). */
import { format, grades } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('data-format', 'data-format')

export const FORMATS: readonly TechniqueRow[] = [
  row('uniform-quantization', 'Uniform quantization', 'VW 6.3', 'V62', 'P*', {
    mechanism: 'Rounds to integers with one step size.',
    cells: [grades('poor', 'poor', 'good', 'poor')],
    uses: [use('GRID', { kind: 'int' }, { bits: 8 }), use('WB', {}, { bits: 8 }), use('AB', {}, { bits: 8 })],
  }),
  row('nonuniform-quantization', 'Non-uniform quantization', 'VW 6.3', 'V62', 'P*', {
    mechanism: 'Rounds to levels that lie closer where values are many.',
    cells: [grades('medium', 'medium', 'poor', 'medium')],
    uses: [
      use('GRID', { kind: 'codebook' }, { bits: 4 }),
      use('WB', { kind: 'codebook' }, { bits: 4 }),
      use('EFF', { dequant: 'overlapped', operators: 'linear' }),
    ],
  }),
  row('zeroquant-fp', 'ZeroQuant-FP', 'VW 3.1.2, 6.3', 'V210', 'P*', {
    mechanism:
      'FP4 weights with scales that are powers of two, so that widening to FP8 is a shift, and FP8 activations.',
    cells: [format('low-bit-float')],
    tags: ['weights and activations'],
    uses: [
      use('WB', { bits: 4, kind: 'float' }),
      use('AB', { bits: 8, kind: 'float' }),
      use('GRID', { kind: 'e2m1' }, { bits: 4 }),
    ],
  }),
  row('fp32-fp16-bf16', 'FP32 / FP16 / BF16', 'VW 3.1.1, 6.2, 6.3', '', 'P*', {
    mechanism: 'The usual floating-point formats.',
    cells: [grades('good', 'good', 'poor', 'good')],
    uses: [use('GRID', { kind: 'e5m10' }, { bits: 16 }), use('WB', { bits: 16, kind: 'float' })],
  }),
  row('int8-int4', 'INT8 / INT4 compute', 'VW 3.1.1', '', 'P*', {
    mechanism: 'Integer arithmetic, which needs both operands as integers.',
    uses: [use('WB', { bits: 8 }), use('AB', { bits: 8 }), use('GRID', { kind: 'int' }, { bits: 8 })],
  }),
  row('fp8', 'FP8 (E4M3, E5M2)', 'VW 6.3', 'V148', 'P*', {
    mechanism: 'Eight-bit floats in two layouts, to which trained models can be cast.',
    cells: [format('low-bit-float')],
    uses: [
      use('GRID', { kind: 'e4m3' }, { bits: 8 }),
      use('WB', { bits: 8, kind: 'float' }),
      use('AB', { bits: 8, kind: 'float' }),
    ],
  }),
  row('hfp8', 'HFP8 (hybrid FP8)', 'VW 6.3', 'V188', 'P*', {
    mechanism: 'One eight-bit layout forward, another backward.',
    cells: [format('low-bit-float')],
    uses: [use('GRID', { kind: 'e4m3' }, { bits: 8 }), use('WB', { bits: 8, kind: 'float' })],
  }),
  row('cfloat8', 'Tesla CFloat8 (Dojo)', 'VW 6.3', 'V195', 'P*', {
    mechanism: 'Eight-bit floats with an exponent bias that can be set.',
    cells: [format('low-bit-float')],
    uses: [use('GRID', { kind: 'cfloat8' }, { bits: 8 }), use('WB', { bits: 8, kind: 'float' })],
  }),
  row('zeroquant-4plus2', 'ZeroQuant-(4+2)', 'VW 6.3', 'V209', 'P*', {
    mechanism: 'Six-bit weights stored as four and two, expanded on the general cores.',
    cells: [format('low-bit-float')],
    uses: [
      use('WB', { bits: 6, kind: 'float' }),
      use('GRID', { kind: 'e3m2' }, { bits: 6 }),
      use('EFF', { dequant: 'overlapped', operators: 'linear' }, { dequantFlopPerWeight: 4 }),
    ],
  }),
  row('fp6-llm', 'FP6-LLM', 'VW 6.3', 'V213', 'P*', {
    mechanism: 'Six-bit weights packed ahead and expanded beside the matrix units.',
    layer: 'system',
    cells: [format('low-bit-float')],
    uses: [
      use('WB', { bits: 6, kind: 'float' }),
      use('GRID', { kind: 'e3m2' }, { bits: 6 }),
      use('EFF', { dequant: 'overlapped', operators: 'linear' }),
    ],
  }),
  row('llm-fp4', 'LLM-FP4', 'VW 6.3', 'V140', 'P*', {
    mechanism: 'Weights and activations as four-bit floats, with the layout searched.',
    cells: [format('low-bit-float')],
    uses: [
      use('WB', { bits: 4, kind: 'float' }),
      use('AB', { bits: 4, kind: 'float' }),
      use('GRID', { kind: 'e2m1' }, { bits: 4 }),
    ],
  }),
  row('alps', 'ALPS (generalised posit)', 'VW 6.3', 'V115', 'P*', {
    mechanism: 'Posits with parameters set per layer.',
    cells: [format('variable-length')],
    uses: [use('GRID', { kind: 'posit' }, { bits: 8 }), use('WB', { kind: 'codebook' }, { bits: 8 })],
  }),
  row('ant-flint', 'ANT (flint)', 'VW 6.3', 'V70', 'P*', {
    mechanism: 'A four-bit code that gives its bits to range or precision as the value needs.',
    cells: [format('variable-length')],
    uses: [use('GRID', { kind: 'flint' }, { bits: 4 }), use('WB', {}, { bits: 4 }), use('AB', {}, { bits: 4 })],
  }),
  row('dybit', 'DyBit', 'VW 6.3', 'V247', 'P*', {
    mechanism: 'The first zero divides exponent from mantissa.',
    cells: [format('variable-length')],
    uses: [use('GRID', { kind: 'dybit' }, { bits: 4 }), use('WB', { kind: 'codebook' }, { bits: 4 })],
  }),
  row('olaccel', 'OLAccel', 'VW 6.3', 'V161', 'P*', {
    mechanism: 'An accelerator with wider units for the few outliers.',
    layer: 'hardware',
    cells: [format('outlier-aware')],
    tags: ['accelerator'],
    uses: [use('WB', {}, { bits: 4, outlierShare: 0.03, outlierBits: 16 }), use('HW', { asic: 'olaccel' })],
  }),
  row('gobo', 'GOBO', 'VW 6.3', 'V236', 'P*', {
    mechanism: 'Outliers in full width and all other weights as three-bit indices into a table.',
    cells: [format('outlier-aware')],
    uses: [
      use('WB', { kind: 'codebook' }, { bits: 3, outlierShare: 0.001, outlierBits: 32 }),
      use('GRID', { kind: 'codebook' }, { bits: 3 }),
    ],
  }),
  row('adaptivfloat', 'AdaptivFloat', 'VW 6.3', 'V193', 'P*', {
    mechanism: 'All values of a tensor share an exponent shift.',
    cells: [format('bit-sharing')],
    uses: [use('GRID', { kind: 'float-tensor-bias' }, { bits: 8 }), use('WB', { kind: 'float' }, { bits: 8 })],
  }),
  row('mx-bdr', 'MX with shared microexponents (BDR)', 'VW 6.3', 'V35', 'P*', {
    mechanism: 'Values share an exponent per block and a one-bit correction per pair.',
    cells: [format('bit-sharing')],
    uses: [
      use('GRID', { kind: 'block-two-level', axis: 'block' }, { bits: 6 }),
      use('WB', { kind: 'float' }, { bits: 6, group: 16, scaleBits: 8 }),
      use('AB', { kind: 'float' }, { bits: 6, group: 16, scaleBits: 8 }),
    ],
    notes: ['Nine, six or four bits per value (MX9, MX6, MX4).'],
  }),
]
