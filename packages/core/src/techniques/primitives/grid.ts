/**
 * GRID: which values the bits can hold. Bytes and roofs are those of WB, AB and KB; what the grid itself costs is decoding,
 * and what it changes is the error of quantising. The error told here is that of the grid on normally distributed values
 * (`grids.ts`), a property of the grid and not the accuracy of a model.
 */
import { ok } from '../../units/result.ts'
import { gridErrorDb } from '../grids.ts'
import { primitiveOf, remarked } from './readings.ts'
import { bytesPerParameter, isProduct, layerRewrite, withRewrite } from './reshape.ts'

export const GRID = primitiveOf(
  'GRID',
  'Number grid',
  'numbers',
  'Bytes stay; the error is MSE(x, Q(x)) on the grid; decoding adds vector work per weight read',
  (plan, values) => {
    const kind = values.text('kind')
    const flopPerWeight = values.number('codecFlopPerWeight')
    let next = plan
    if (flopPerWeight > 0) {
      next = withRewrite(next, `GRID codec ${flopPerWeight}`, () =>
        layerRewrite((o) => {
          if (!isProduct(o)) return o
          const weights = o.weightBytes / bytesPerParameter(o)
          return { ...o, vectorFlop: o.vectorFlop + flopPerWeight * weights }
        }),
      )
    }
    if (kind === 'none') return ok(next)
    const error = gridErrorDb(kind, values.number('bits'))
    const told =
      error === undefined
        ? 'its error depends on the data'
        : `signal over error ${error.toFixed(1)} dB on normal values`
    return ok(remarked(next, 'GRID', `${kind} grid: ${told}; accuracy itself is a matter of evidence`))
  },
)
