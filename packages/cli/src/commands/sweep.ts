/** `capline sweep`: every combination of values along one or more parameters, one row per point. */
import {
  type Axis,
  type Basis,
  basisText,
  checkAxes,
  countPoints,
  csvLine,
  type EngineId,
  FIELDS,
  ok,
  parseAxis,
  type Question,
  type Result,
  rowNumbers,
  type SweepRow,
  sweepRows,
} from '@capline/core'
import type { Answer, Invocation } from '../command.ts'
import { type Asked, readAsked } from '../input/scenario.ts'
import { showProgress } from '../progress.ts'
import { renderSweep } from '../render/sweep.ts'
import type { Terminal } from '../terminal.ts'
import { chosenForm } from './analyze.ts'

export type SweepNumbers = ReturnType<typeof rowNumbers>

function readAxes(raw: unknown): Result<readonly Axis[]> {
  const axes: Axis[] = []
  for (const text of Array.isArray(raw) ? (raw as string[]) : []) {
    const axis = parseAxis(text)
    if (!axis.ok) return axis
    axes.push(axis.value)
  }
  return checkAxes(axes)
}

function collect(asked: Asked, axes: readonly Axis[], terminal: Terminal): Result<SweepNumbers[]> {
  const progress = showProgress(terminal, countPoints(axes), 'points')
  const rows: SweepNumbers[] = []
  try {
    for (const row of sweepRows(asked.question, axes, asked.model, asked.accelerator, asked.count)) {
      if (!row.ok) return row
      rows.push(rowNumbers(row.value satisfies SweepRow))
      progress.step()
    }
  } finally {
    progress.end()
  }
  return ok(rows)
}

function* csvLines(rows: readonly SweepNumbers[]): Generator<string> {
  const [first] = rows
  if (!first) return
  const names = Object.keys(first)
  yield `${csvLine(names)}\n`
  for (const row of rows) yield `${csvLine(names.map((name) => row[name] ?? null))}\n`
}

/** Few large pieces instead of many small ones. */
function* inPieces(lines: Iterable<string>, size = 65_536): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length >= size) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

/** What held at every point: the defaults, and what was asked in their place; the axes vary. */
function fixedQuestion(asked: Asked, axes: readonly Axis[]): Question {
  const defaults = Object.entries(FIELDS).flatMap(([name, field]) =>
    'default' in field ? [[name, field.default]] : [],
  )
  const all = { ...Object.fromEntries(defaults), ...asked.question }
  const swept = axes.map((axis): string => axis.name)
  return Object.fromEntries(Object.entries(all).filter(([name]) => !swept.includes(name)))
}

export interface SweepBasis {
  readonly id: Basis
  readonly engine: EngineId | null
  readonly text: string
}

/** What times come from at each point, once: several where the basis or the engine is an axis. */
export function basesOf(asked: Asked, axes: readonly Axis[]): SweepBasis[] {
  const valuesOf = (name: 'basis' | 'engine') =>
    axes.find((axis) => axis.name === name)?.values ?? [asked.question[name] ?? FIELDS[name].default]
  const all = valuesOf('basis').flatMap((basis) =>
    valuesOf('engine').map((engine): SweepBasis => {
      const [id, own] = [basis as Basis, engine as EngineId]
      return { id, engine: id === 'roofline' ? null : own, text: basisText(id, own) }
    }),
  )
  return [...new Map(all.map((one) => [one.text, one])).values()]
}

/** The whole as one JSON document, a row to a line: a million points would not fit in one string. */
function* jsonLines(asked: Asked, axes: readonly Axis[], rows: readonly SweepNumbers[]): Generator<string> {
  const bases = basesOf(asked, axes)
  const head = {
    schema: 'capline.sweep/1',
    model: { id: asked.model.id, name: asked.model.name },
    accelerator: { id: asked.accelerator.id, name: asked.accelerator.name },
    basis: bases.length === 1 ? bases[0] : null,
    question: fixedQuestion(asked, axes),
    axes,
  }
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[\n`
  let separator = ''
  for (const row of rows) {
    yield separator + JSON.stringify(row)
    separator = ',\n'
  }
  yield '\n]}\n'
}

export function runSweep(invocation: Invocation): Result<Answer> {
  const { options, terminal } = invocation
  const form = chosenForm(options, ['json', 'csv'])
  if (!form.ok) return form
  const axes = readAxes(options.over)
  if (!axes.ok) return axes
  const asked = readAsked(invocation)
  if (!asked.ok) return asked
  const rows = collect(asked.value, axes.value, terminal)
  if (!rows.ok) return rows
  if (form.value === 'json') return ok({ text: inPieces(jsonLines(asked.value, axes.value, rows.value)) })
  if (form.value === 'csv') return ok({ text: inPieces(csvLines(rows.value)) })
  return ok({
    text: inPieces(renderSweep(asked.value, axes.value, rows.value, basesOf(asked.value, axes.value), terminal)),
  })
}
