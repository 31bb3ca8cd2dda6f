/**
 * Products in a format that was measured on another architecture only: 4- and 8-bit weights under 16-bit inputs, and
 * INT8, were timed on an A100 alone, as TensorRT-LLM's plugins. Their constants as they stand would carry over what those
 * plugins lack (they do not split the inner dimension) and how they were timed (launch by launch), so that a kernel which
 * reads half the bytes came out slower than the 16-bit one. What carries over is the ratio to the 16-bit product of the
 * same engine and architecture: the share of the matrix peak left beside dequantisation, the share of the bandwidth, and
 * for formats that quantise their input the kernel that does it. Launch, tiles, split-K and cache are the device's own.
 *
 * So a weight-only product is never slower than the device's 16-bit one by more than dequantisation slows the lender's
 * compute, and gains what its weights save in bytes. Published kernels do: AWQ's (TinyChat) decode of LLaMA-2-7B at batch
 * 1 is 1.9 times as fast as FP16 on an A100, 2.9 times on an RTX 4090 (shared/evidence, E01087, E01103).
 */
import type { CalibrationTable, KernelConstants } from '../calibration/sample.ts'
import { assemble, CLASS, type Selection } from '../calibration/select.ts'
import type { Chip } from './chip.ts'
import { GEMM_CONSTANTS } from './gemm.ts'
import { KERNEL_FORMATS, type KernelFormat } from './query.ts'

const LENT: ReadonlySet<string> = new Set<KernelFormat>(['int4_wo', 'int8_wo', 'w4a16_mxfp4', 'sq'])
const place = (name: string) => GEMM_CONSTANTS.findIndex((spec) => spec.name === name)
const FIXED = place('fixed')
/** Shares of a roof: the lender's narrow format reaches at most as much as its 16-bit one. */
const SHARES = [place('compute'), place('memory')] as const
/** What the input's quantisation costs, at the constants of the lender. */
const QUANTISATION = [place('row'), place('quantise'), place('quantisePass')] as const

/** The measured row that lends a format, and the 16-bit one of the same engine and architecture. */
interface Lender {
  readonly narrow: KernelConstants
  readonly wide: KernelConstants
}

function lenderOf(table: CalibrationTable, format: string): Lender | undefined {
  const rows = table.kernels.filter((row) => row.op === 'gemm' && row.architecture !== CLASS)
  const mostFirst = rows.filter((row) => row.format === format).sort((a, b) => b.rows - a.rows)
  for (const narrow of mostFirst) {
    const wide = rows.find(
      ({ format: other, backend, architecture }) =>
        other === 'bfloat16' && backend === narrow.backend && architecture === narrow.architecture,
    )
    if (wide) return { narrow, wide }
  }
  return undefined
}

/** Whether a choice of constants is one this file replaces: of such a format, from another architecture. */
export function isLent({ constants, borrowing }: Selection): boolean {
  return borrowing === 'other' && constants.op === 'gemm' && LENT.has(constants.format)
}

/** Constants of a lent format on a chip, from those of its 16-bit product; undefined: the table has no pair to compare. */
export function lentConstants(
  table: CalibrationTable,
  format: string,
  wide: Selection,
  chip: Chip,
): Float64Array | undefined {
  const lender = lenderOf(table, format)
  if (!lender) return undefined
  const of = (row: KernelConstants, i: number) => row.shared[i] as number
  const c = assemble(wide, chip)
  for (const i of SHARES) c[i] = (c[i] as number) * Math.min(1, of(lender.narrow, i) / of(lender.wide, i))
  if (KERNEL_FORMATS[format as KernelFormat].quantises) {
    c[FIXED] = (c[FIXED] as number) + Math.max(0, of(lender.narrow, FIXED) - of(lender.wide, FIXED))
    for (const i of QUANTISATION) c[i] = of(lender.narrow, i)
  }
  return c
}
