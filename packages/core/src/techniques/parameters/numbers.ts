/** Parameters of what is run and where, and of the numbers it is kept in: BASE, HW, WB, AB, KB, GRID. */
import type { Parameter } from '../primitive.ts'
import { choice, count, described, flag, number, share, text, tokens } from './make.ts'

type Table = { readonly [name: string]: Parameter }

const kind = choice('Grid the matrix unit sees: int and float multiply in that width, codebook in 16 bit', [
  'int',
  'float',
  'codebook',
])
const outlierShare = share('Share of the values kept apart in a wider format', 0, 0)
const outlierBits = number('Bits of the values kept apart', 16, { min: 1, max: 32, unit: 'bits' })
const scaleBits = number('Bits of the scale that a group shares', 16, { max: 64, unit: 'bits' })
const group = (preset: number) =>
  count('Values that share one scale; 0: one scale per row (weights), token (activations) or head (cache)', preset)

export const BASE: Table = {
  model: text('Model of the catalogue that is served; empty: the scenario’s own', '', ''),
  unpublished: text('Model of the work whose sizes nobody published: one of yours must stand for it as model', '', ''),
  contextTokens: tokens('Context the model was trained for; 0: as the catalogue has it', 0, { identity: 0 }),
}

export const HW: Table = {
  accelerator: text('Accelerator of the catalogue; empty: the scenario’s own', '', ''),
  asic: text('Purpose-built chip of the work, where no figures of it are in the catalogue: nothing is priced', '', ''),
  peak16FlopPerS: number('Matrix peak at 16 bit; 0: as it is', 0, { unit: 'flop/s', identity: 0 }),
  peak8FlopPerS: number('Matrix peak at 8 bit (INT8 and FP8); 0: as it is', 0, { unit: 'flop/s', identity: 0 }),
  peak4FlopPerS: number('Matrix peak at 4 bit; 0: as it is', 0, { unit: 'flop/s', identity: 0 }),
  bandwidthBytePerS: number('Memory bandwidth; 0: as it is', 0, { unit: 'B/s', identity: 0 }),
  memoryBytes: number('Memory; 0: as it is', 0, { unit: 'B', identity: 0 }),
  onChipBytes: number('On-chip memory of one compute unit; 0: as it is', 0, { unit: 'B', identity: 0 }),
  linkBytePerS: number('Link to sibling accelerators, one direction; 0: as it is', 0, { unit: 'B/s', identity: 0 }),
  units: count('Chips, cubes or DIMMs that work as one: peaks, bandwidth and memory times this', 1, {
    min: 1,
    identity: 1,
  }),
}

export const WB: Table = {
  bits: number('Bits of one weight, fractions allowed (mixed widths: their mean)', 4, {
    min: 1,
    max: 32,
    unit: 'bits',
    identity: 16,
  }),
  group: group(128),
  scaleBits,
  zeroBits: number('Bits of the zero-point that a group shares', 0, { max: 64, unit: 'bits' }),
  outlierShare,
  outlierBits,
  kind,
  site: choice('Weights it is applied to', ['all', 'attention', 'ffn', 'experts', 'embedding', 'head']),
  keptLayerShare: share(
    'Share of the layers, in the middle of the stack, whose FFN keeps the model’s own format',
    0,
    0,
  ),
}

export const AB: Table = {
  bits: number('Bits of a matrix input', 8, { min: 1, max: 32, unit: 'bits', identity: 16 }),
  group: group(0),
  scaleBits,
  outlierShare,
  outlierBits,
  kind,
}

export const KB: Table = {
  bits: number('Bits of a cached element', 8, { min: 1, max: 32, unit: 'bits', identity: 16 }),
  group: group(0),
  scaleBits,
  zeroBits: number('Bits of the zero-point that a group shares', 0, { max: 64, unit: 'bits' }),
  outlierShare,
  outlierBits,
  residualTokens: tokens('Last tokens whose keys and values stay in the activations’ format', 0, { identity: 0 }),
  kind,
}

const GRID_KINDS = [
  'none',
  'int',
  'int-asymmetric',
  'codebook',
  'binary',
  'binary-residual',
  'ternary',
  'bcq',
  'nf4',
  'e8m23',
  'e5m10',
  'e8m7',
  'e4m3',
  'e5m2',
  'e3m2',
  'e2m3',
  'e2m1',
  'cfloat8',
  'posit',
  'flint',
  'outlier-victim',
  'dybit',
  'float-tensor-bias',
  'block-two-level',
] as const

export const GRID: Table = {
  kind: described(choice('Which values the bits can hold', GRID_KINDS, 'none')),
  bits: described(number('Bits of one value, for the error of the grid', 4, { min: 1, max: 32, unit: 'bits' })),
  axis: described(
    choice('What shares a scale', ['tensor', 'row', 'channel', 'token', 'group', 'channel-token', 'block']),
  ),
  transform: described(
    choice('What is done to the values first', [
      'none',
      'smooth',
      'shift',
      'rotate',
      'reorder',
      'clip',
      'learned-clip',
      'activation-aware-scale',
      'log',
      'clusters',
      'vector-wise',
      'bilevel',
      'double',
    ]),
  ),
  codecFlopPerWeight: number('Vector work of decoding one weight, each time it is read', 0, {
    unit: 'flop',
    identity: 0,
  }),
  nested: described(flag('Scales are themselves quantised')),
}
