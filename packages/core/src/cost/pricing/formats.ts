/**
 * Which of the formats that kernels are measured in a product of two operand formats runs as. What a device's matrix unit
 * lacks is multiplied in 16 bit from narrow weights (weight-only kernels such as Marlin).
 */
import { format } from '../../architecture/formats.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import type { KernelFormat } from '../kernels/query.ts'

export interface FormatChoice {
  readonly format: KernelFormat
  /** The formats measured do not hold this one: the nearest in bits stands for it. */
  readonly nearest: boolean
}

/** `has`: the matrix formats of the device. Attention formats: `cacheFormat`. */
export function productFormat(
  operands: readonly DtypeId[],
  has: { fp8: boolean; fp4: boolean },
  moe: boolean,
): FormatChoice {
  const [weights, input] = operands
  if (weights === undefined) return { format: 'bfloat16', nearest: true }
  const w = format(weights)
  const a = format(input ?? weights)
  if (w.bits >= 16) return { format: 'bfloat16', nearest: w.bits > 16 }
  const weightOnly = (nearest: boolean): FormatChoice => {
    if (moe && weights === 'mxfp4') return { format: 'w4a16_mxfp4', nearest }
    return w.bits <= 6 ? { format: 'int4_wo', nearest } : { format: 'int8_wo', nearest }
  }
  if (a.bits < 16 && (weights === 'nvfp4' || (weights === 'mxfp4' && a.bits < 8)))
    return has.fp4 ? { format: 'nvfp4', nearest: weights !== 'nvfp4' } : weightOnly(true)
  if (weights === 'mxfp4' && a.bits === 8)
    return has.fp4 && moe ? { format: 'w4a8_mxfp4_mxfp8', nearest: false } : weightOnly(true)
  if (a.bits >= 16) {
    const known = weights === 'int4' || weights === 'int8' || (weights === 'mxfp4' && moe)
    return weightOnly(!known)
  }
  if (w.compute === 'int8' || w.compute === 'int4') return { format: 'sq', nearest: weights !== 'int8' }
  if (!has.fp8) return weightOnly(true)
  return weights === 'fp8-block' || weights === 'mxfp8'
    ? { format: 'fp8_block', nearest: weights !== 'fp8-block' }
    : { format: 'fp8', nearest: weights !== 'fp8' }
}

/** Formats of the cache that attention kernels are measured in. */
export function cacheFormat(kv: DtypeId | undefined): 'bfloat16' | 'fp8' {
  return kv !== undefined && format(kv).bits <= 8 ? 'fp8' : 'bfloat16'
}
