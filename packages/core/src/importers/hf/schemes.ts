/**
 * Quantisation schemes by the names checkpoints give them → the project's number formats. Sources: the quantisation
 * configuration classes of transformers (`utils/quantization_config.py`), compressed-tensors' `QuantizationArgs`, and the
 * algorithm names of NVIDIA ModelOpt (`quant_algo`).
 */
import { DTYPES, type DtypeId } from '../../catalog/dtypes/table.ts'
import { show } from '../../units/result.ts'
import type { Reader } from './reader.ts'

/** How one group of matrices is stored, and what its inputs are rounded to (absent: not rounded). */
export interface Scheme {
  readonly weights: DtypeId
  readonly activations?: DtypeId
}

/** ModelOpt's algorithms; `null`: not quantised. Block-wise and per-channel FP8 of ModelOpt round activations to FP8. */
export const MODELOPT: { readonly [algorithm: string]: Scheme | null } = {
  FP8: { weights: 'fp8', activations: 'fp8' },
  FP8_PER_CHANNEL_PER_TOKEN: { weights: 'fp8', activations: 'fp8' },
  FP8_PB_REAL: { weights: 'fp8-block', activations: 'fp8' },
  FP8_PB_WO: { weights: 'fp8-block' },
  NVFP4: { weights: 'nvfp4', activations: 'nvfp4' },
  NVFP4_AWQ: { weights: 'nvfp4', activations: 'nvfp4' },
  W4A16_NVFP4: { weights: 'nvfp4' },
  W4A8_NVFP4_FP8: { weights: 'nvfp4', activations: 'fp8' },
  MXFP8: { weights: 'mxfp8', activations: 'mxfp8' },
  MXFP4: { weights: 'mxfp4', activations: 'mxfp4' },
  W4A16_MXFP4: { weights: 'mxfp4' },
  W4A8_MXFP4_FP8: { weights: 'mxfp4', activations: 'fp8' },
  INT8_SQ: { weights: 'int8', activations: 'int8' },
  W8A16: { weights: 'int8' },
  W4A16_AWQ: { weights: 'int4' },
  INT4_AWQ: { weights: 'int4' },
  W4A8_AWQ: { weights: 'int4', activations: 'fp8' },
  NO_QUANT: null,
  NONE: null,
}

export const KV_ALGORITHMS: { readonly [algorithm: string]: DtypeId | undefined } = {
  FP8: 'fp8',
  FP8_AFFINE: 'fp8',
  NVFP4: 'nvfp4',
  INT8: 'int8',
  NONE: undefined,
}

/** Widths of integer groups the format table holds, for 4-bit weights. */
const INT4_GROUPS: readonly (readonly [number, DtypeId])[] = [
  [32, 'int4-g32'],
  [64, 'int4-g64'],
  [128, 'int4'],
]

/**
 * Integer weights of `bits` in groups: the closest format the table has. A group of a whole row (-1 or absent) counts as
 * 128: at most a sixth of a bit per weight too much.
 */
export function integerFormat(bits: number, group: number | undefined): DtypeId | undefined {
  if (bits === 8) return 'int8'
  if (bits === 4) {
    const wanted = group === undefined || group < 1 ? 128 : group
    const near = INT4_GROUPS.map(([size, id]) => ({ id, off: Math.abs(Math.log2(size / wanted)) }))
    return near.reduce((best, one) => (one.off < best.off ? one : best)).id
  }
  const id = `int${bits}`
  return bits > 0 && bits < 8 && Object.hasOwn(DTYPES, id) ? (id as DtypeId) : undefined
}

/**
 * One tensor's format as compressed-tensors and ModelOpt spell it: bits, int or float, group, strategy. `fourBit` says
 * which 4-bit float a group of 32 is (`mxfp4-pack-quantized`).
 */
export function tensorFormat(r: Reader): DtypeId | undefined {
  const bits = r.int('num_bits', { min: 1, max: 16 })
  const type = r.choice('type', { int: 'int', float: 'float' } as const, 'float')
  const group = r.optionalInt('group_size', { min: -1, max: 1e6 })
  const block = r.raw('block_structure') ?? undefined
  const id =
    type === 'int'
      ? integerFormat(bits, group)
      : bits === 4
        ? group === 32
          ? 'mxfp4'
          : group === undefined
            ? 'fp4'
            : 'nvfp4'
        : bits === 8
          ? group === 32
            ? 'mxfp8'
            : block !== undefined
              ? 'fp8-block'
              : 'fp8'
          : bits === 16
            ? 'bf16'
            : undefined
  if (id === undefined)
    r.refuse('num_bits', `${show(bits)}-bit ${type} is not a known format`, 'Known: int 1 to 8, float 4 and 8.')
  return id
}
