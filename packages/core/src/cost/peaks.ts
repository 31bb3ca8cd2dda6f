/**
 * Which roof an operator computes under: the widest operand decides, and a width the accelerator lacks is
 * widened. Of the formats that every operand can be widened to, the fastest counts.
 * fp16 and bf16 stand for each other: engines run a bf16 checkpoint in fp16 where bf16 is missing.
 */

import { format } from '../architecture/formats.ts'
import type { Accelerator, ComputeDtype } from '../catalog/accelerators/accelerator.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'

/** What each operand width may be widened to, itself first. */
const WIDER: { readonly [D in ComputeDtype]: readonly ComputeDtype[] } = {
  int1: ['int1', 'int4', 'int8', 'fp8', 'fp16', 'bf16', 'tf32', 'fp32'],
  int4: ['int4', 'int8', 'fp8', 'fp16', 'bf16', 'tf32', 'fp32'],
  int8: ['int8', 'fp16', 'bf16', 'tf32', 'fp32'],
  fp4: ['fp4', 'fp6', 'fp8', 'fp16', 'bf16', 'tf32', 'fp32'],
  fp6: ['fp6', 'fp8', 'fp16', 'bf16', 'tf32', 'fp32'],
  fp8: ['fp8', 'fp16', 'bf16', 'tf32', 'fp32'],
  fp16: ['fp16', 'bf16', 'tf32', 'fp32'],
  bf16: ['bf16', 'fp16', 'tf32', 'fp32'],
  tf32: ['tf32', 'fp32'],
  fp32: ['fp32', 'fp64'],
  fp64: ['fp64'],
}

export interface Peak {
  readonly dtype: ComputeDtype
  readonly flopPerS: number
}

/** The figures of an accelerator that a roofline needs, as plain numbers. */
export interface Roofs {
  readonly matrix: { readonly [D in ComputeDtype]?: number }
  readonly vector: { readonly [D in ComputeDtype]?: number }
  readonly bandwidthBytePerS: number
  /** Matrix products run on the vector units: there is no matrix unit (Apple GPUs, CPUs, memory with processors). */
  readonly vectorOnly?: boolean
}

/** Kinds without a matrix unit of their own. Anything else with no sourced matrix peak is refused, not guessed. */
function isVectorOnly(accelerator: Accelerator): boolean {
  const { vendor, kind, matrixFlopPerS } = accelerator
  return (
    Object.keys(matrixFlopPerS).length === 0 &&
    (vendor === 'apple' || vendor === 'other' || kind === 'cpu' || kind === 'pim')
  )
}

/** An accelerator's dense peaks (flop/s by format) and bandwidth (B/s); undefined where no bandwidth is sourced. */
export function roofsOf(accelerator: Accelerator): Roofs | undefined {
  const bandwidth = accelerator.memoryBandwidthBytePerS?.value
  if (bandwidth === undefined) return undefined
  const values = (row: Accelerator['matrixFlopPerS']) =>
    Object.fromEntries(Object.entries(row).map(([dtype, figure]) => [dtype, figure.value]))
  return {
    matrix: values(accelerator.matrixFlopPerS),
    vector: values(accelerator.vectorFlopPerS),
    bandwidthBytePerS: bandwidth,
    ...(isVectorOnly(accelerator) ? { vectorOnly: true } : {}),
  }
}

/** The fastest roof for these operands; undefined when the catalogue has none wide enough. */
export function matrixPeak(roofs: Roofs, operands: readonly DtypeId[]): Peak | undefined {
  let candidates: readonly ComputeDtype[] | undefined
  for (const operand of operands) {
    const wider = WIDER[format(operand).compute]
    candidates = candidates ? candidates.filter((dtype) => wider.includes(dtype)) : wider
  }
  const own = operands.map((operand) => format(operand).compute)
  // 32-bit products without a matrix mode run on the vector units everywhere; narrower ones only where nothing else is.
  const onVector = roofs.vectorOnly === true || own.every((dtype) => dtype === 'fp32' || dtype === 'fp64')
  let best: Peak | undefined
  for (const dtype of candidates ?? []) {
    const flopPerS = roofs.matrix[dtype] ?? (onVector ? roofs.vector[dtype] : undefined)
    if (flopPerS === undefined) continue
    const isOwn = own.includes(dtype)
    // Of equal peaks, the one that is an operand's own format.
    if (!best || flopPerS > best.flopPerS || (flopPerS === best.flopPerS && isOwn)) best = { dtype, flopPerS }
  }
  return best
}

/** Elementwise work is done in 32 bit on the vector units. */
export function vectorPeak(roofs: Roofs): number | undefined {
  return roofs.vector.fp32 ?? roofs.vector.fp16 ?? roofs.vector.bf16
}
