/**
 * `capline calibrate serving`: fits what engines add to kernels to measured serving points (`points.csv`), cross-validates
 * by whole models and whole devices left out, and writes the table of constants as a TypeScript module (`.ts`) or JSON.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import {
  calibrateServing,
  calibrationPoints,
  type EngineTable,
  engineTableModule,
  fail,
  ok,
  type PricerCache,
  type Result,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { ioProblem } from '../input/files.ts'
import { readServingData } from '../input/servingTables.ts'
import { painter } from '../render/style.ts'
import { tableLines } from '../render/table.ts'

type Line = EngineTable['leftOut'][number]

const digits = (x: number) => Number(x.toPrecision(3))

function render(table: EngineTable, { terminal }: Invocation): string {
  const number = (id: 'points' | 'withPct' | 'withoutPct', title: string) => ({
    id,
    title,
    align: 'right' as const,
    text: (line: Line) => String(line[id]),
  })
  const columns = [
    { id: 'row', title: 'engine', text: (line: Line) => line.row },
    { id: 'what', title: 'left out', text: (line: Line) => line.what },
    { id: 'name', title: '', text: (line: Line) => line.name },
    number('points', 'points'),
    number('withPct', 'fitted %'),
    number('withoutPct', 'left out %'),
  ]
  const paint = painter(terminal.colour)
  return `${tableLines({ columns, rows: table.leftOut }, { width: terminal.width, paint }).join('\n')}\n`
}

export async function runCalibrateServing(invocation: Invocation, folder: string): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  if (typeof options.out !== 'string') return fail('--out', 'is missing', 'Give the file to write')
  const data = await readServingData(folder, terminal)
  if (!data.ok) return data
  const points = data.value.files.filter(({ read }) => read.table === 'points').flatMap(({ read }) => read.points)
  const known: PricerCache = new Map()
  const { samples, skipped } = calibrationPoints(points, known)
  if (samples.length === 0) return fail('--data', 'holds no serving point that can be fitted', 'It needs a points.csv')
  const source = typeof options.source === 'string' ? options.source : `${samples.length} measured serving points`
  const table = calibrateServing(samples, source)
  const text = options.out.endsWith('.ts')
    ? engineTableModule(table, 'capline calibrate serving --data DIR --source TEXT --out constants.ts')
    : json(table)
  try {
    writeFileSync(options.out, text)
  } catch (error) {
    return ioProblem(options.out, error)
  }
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const remark = [
    ...[...skipped].map(([what, n]) => `left out of the fit: ${n} ${n === 1 ? 'point' : 'points'}: ${what}`),
    ...Object.entries(table.rows).map(
      ([key, row]) =>
        `${key}: ${row.points} points, ${row.fittedPct} %; ${digits(row.exposedS * 1e3)} ms and ` +
        `${digits(row.exposedSequenceS * 1e6)} µs a sequence per step, ${digits(row.arrivalS * 1e3)} ms before the first, ` +
        `${row.queueShare} of the queue`,
    ),
    `fitted to ${samples.length} points; wrote ${options.out} (sha256 ${hash})`,
  ].join('\n')
  return ok({ text: options.json === true ? json(table.leftOut) : render(table, invocation), remark })
}
