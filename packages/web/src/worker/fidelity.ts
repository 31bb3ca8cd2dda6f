/** The errors that the committed constants carry with them: cross-validation by class, and with whole devices left out. */
import { CALIBRATION, OP_CLASSES, type OpClass } from '@capline/core'
import type { FidelityRow } from '../fidelity/file.ts'
import type { CalibrationErrors } from './protocol.ts'

const TITLES: Readonly<Record<OpClass, string>> = {
  gemm: 'Matrix product',
  context_attention: 'Prefill attention',
  generation_attention: 'Decode attention',
  context_mla: 'MLA, prefill',
  generation_mla: 'MLA, decode',
  moe: 'Mixture of experts',
  nccl: 'Collectives (NCCL)',
  custom_allreduce: 'Custom all-reduce',
}

export function calibrationErrors(): CalibrationErrors {
  const rows = OP_CLASSES.flatMap((what): FidelityRow[] => {
    const errors = CALIBRATION.borrowed[what]
    const base = { set: 'kernels', what, title: TITLES[what] } as const
    const left = CALIBRATION.leftOut.filter((row) => row.op === what)
    const total: FidelityRow[] = errors
      ? [
          {
            ...base,
            by: 'all',
            key: '',
            n: left.reduce((sum, row) => sum + row.rows, 0),
            oursPct: errors.fittedPct,
            ...(errors.unseenShapePct === undefined ? {} : { unseenShapePct: errors.unseenShapePct }),
            ...(errors.sameArchitecturePct === undefined ? {} : { unseenDevicePct: errors.sameArchitecturePct }),
            ...(errors.otherArchitecturePct === undefined
              ? {}
              : { unseenArchitecturePct: errors.otherArchitecturePct }),
          },
        ]
      : []
    return [
      ...total,
      ...left.map((row): FidelityRow => {
        const part = { ...base, by: 'device', key: row.device, n: row.rows }
        return row.isArchitectureKnown
          ? { ...part, unseenDevicePct: row.medianPct }
          : { ...part, unseenArchitecturePct: row.medianPct }
      }),
    ]
  })
  return { source: CALIBRATION.source, rows }
}
