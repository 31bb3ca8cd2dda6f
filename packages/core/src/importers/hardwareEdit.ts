/**
 * A catalogue row with some figures replaced by the user's, under the keys of a hardware file: `power`, `l2`,
 * `matrix.fp8`, … The figures are read and bounded as in `hardware.ts`; they say `user` as their source.
 */
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { ok, type Result } from '../units/result.ts'
import { importAccelerator } from './hardware.ts'

export function editAccelerator(row: Accelerator, edits: Readonly<Record<string, string>>): Result<Accelerator> {
  const keys = Object.keys(edits)
  if (keys.length === 0) return ok(row)
  const file: Record<string, unknown> = { name: row.name }
  const peaks: { matrix: Record<string, string>; vector: Record<string, string> } = { matrix: {}, vector: {} }
  for (const key of keys) {
    const [head, dtype] = key.split('.')
    if ((head === 'matrix' || head === 'vector') && dtype !== undefined) peaks[head][dtype] = edits[key] as string
    else file[key] = edits[key]
  }
  // What a file must have and the edits leave alone: read, then thrown away with the rest of the reading.
  const whole = { bandwidth: '1GB/s', ...file, matrix: { fp32: '1TFLOPS', ...peaks.matrix }, vector: peaks.vector }
  const read = importAccelerator(whole)
  if (!read.ok) return read
  const given = read.value
  const { memoryBandwidthBytePerS, matrixFlopPerS, vectorFlopPerS, ...rest } = given
  const {
    id: _id,
    name: _name,
    vendor: _vendor,
    architecture: _arch,
    kind: _kind,
    aliases: _aliases,
    ...figures
  } = rest
  const { fp32, ...matrix } = matrixFlopPerS
  return ok({
    ...row,
    ...figures,
    ...('bandwidth' in edits && memoryBandwidthBytePerS ? { memoryBandwidthBytePerS } : {}),
    matrixFlopPerS: { ...row.matrixFlopPerS, ...matrix, ...('matrix.fp32' in edits && fp32 ? { fp32 } : {}) },
    vectorFlopPerS: { ...row.vectorFlopPerS, ...vectorFlopPerS },
  })
}
