/** `capline accelerators [ID]`: the catalogue as a list, or one row with every figure's source. */
import {
  ACCELERATORS,
  type Accelerator,
  acceleratorFigures,
  type Column,
  formatByteRate,
  formatBytes,
  formatDollars,
  formatFlopRate,
  ok,
  type Result,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { resolveAccelerator } from '../input/accelerator.ts'
import { renderAccelerator, renderList } from '../render/catalogue.ts'

/** The 16-bit matrix peak, or the nearest wider one. */
function mainPeak({ matrixFlopPerS: matrix, vectorFlopPerS: vector }: Accelerator): number | undefined {
  return (matrix.bf16 ?? matrix.fp16 ?? vector.bf16 ?? vector.fp16 ?? vector.fp32)?.value
}

const orDash = (value: number | undefined, text: (value: number) => string) => (value === undefined ? '–' : text(value))

const COLUMNS: readonly Column<Accelerator>[] = [
  { id: 'id', title: 'id', text: (row) => row.id },
  { id: 'name', title: 'name', text: (row) => row.name, keep: 1 },
  { id: 'year', title: 'year', text: (row) => orDash(row.year, String), align: 'right', keep: 2 },
  { id: 'memory', title: 'memory', text: (row) => orDash(row.memoryBytes?.value, formatBytes), align: 'right' },
  {
    id: 'bandwidth',
    title: 'bandwidth',
    text: (row) => orDash(row.memoryBandwidthBytePerS?.value, formatByteRate),
    align: 'right',
  },
  { id: 'peak', title: '16-bit peak', text: (row) => orDash(mainPeak(row), formatFlopRate), align: 'right' },
  {
    id: 'fp8',
    title: 'fp8',
    text: (row) => orDash(row.matrixFlopPerS.fp8?.value, formatFlopRate),
    align: 'right',
    keep: 3,
  },
  { id: 'power', title: 'power', text: (row) => orDash(row.powerW?.value, (w) => `${w} W`), align: 'right', keep: 2 },
  {
    id: 'price',
    title: '$/hour',
    text: (row) => orDash(row.priceUsdPerHour?.value, formatDollars),
    align: 'right',
    keep: 3,
  },
]

function acceleratorJson(row: Accelerator) {
  return { ...row, figures: acceleratorFigures(row) }
}

export function runAccelerators({ args, options, terminal }: Invocation): Result<Answer> {
  const [name] = args
  if (name === undefined) {
    const rows = Object.values(ACCELERATORS)
    if (options.json === true)
      return ok({ text: json({ schema: 'capline.accelerators/1', accelerators: rows.map(acceleratorJson) }) })
    const closing = 'A dash: nobody could source it. One row with its sources: capline accelerators ID'
    return ok({ text: renderList({ columns: COLUMNS, rows }, closing, terminal) })
  }
  const row = resolveAccelerator(name, 'ID')
  if (!row.ok) return row
  return ok({ text: options.json === true ? json(acceleratorJson(row.value)) : renderAccelerator(row.value, terminal) })
}
