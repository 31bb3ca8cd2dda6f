/**
 * Pinned scenarios side by side where any has techniques on: each column's answers are of its own question with its own
 * techniques. What others measured of a technique is a part of its own: it enters no number of the model's.
 */
import {
  type CapAnswer,
  type ComparisonCell,
  type ComparisonRow,
  type Contender,
  type Desk,
  measuredSpeedsOf,
  ok,
  type Problem,
  type Result,
  type Selection,
  type SpeedEvidence,
  sourcesText,
  speedText,
  whyOf,
} from '@capline/core'
import type { Pin } from '../../app/pins.ts'
import { type Compared, comparedOf } from '../compared.ts'
import { resolve } from '../resolve.ts'
import { deskFor, selectionIn } from './desks.ts'
import { toldOf } from './told.ts'

interface Column {
  readonly contender: Contender
  readonly selection: Selection
  readonly lines: readonly string[]
  readonly speeds: readonly SpeedEvidence[]
  readonly without?: string
}

const MOST_LINES = 5

function withTechniques(contender: Contender, desk: Desk, answer: CapAnswer, without: string | undefined): Column {
  const { selection } = answer
  return {
    contender: { ...contender, told: toldOf(answer) },
    selection,
    lines: whyOf(desk.baseline, answer, MOST_LINES),
    speeds: measuredSpeedsOf(desk.records, selection),
    ...(without === undefined ? {} : { without }),
  }
}

async function columnOf({ link, with: text }: Pin): Promise<Result<Column>> {
  const ready = resolve(link)
  if (!ready.ok) return ready
  const { analysis, fit } = ready.value
  const contender: Contender = { analysis, fit: fit() }
  const selection = selectionIn(text)
  if (!selection.ok) return selection
  if (selection.value.members.length === 0) {
    return ok({ contender, selection: selection.value, lines: [], speeds: [] })
  }
  const at = await deskFor(link)
  if (!at.ok) return at
  const answer = at.value.desk.evaluate(selection.value)
  return answer.ok ? ok(withTechniques(contender, at.value.desk, answer.value, at.value.without)) : answer
}

/** A row for each technique of any column; a column without it says nothing. */
export function measuredRows(columns: readonly Pick<Column, 'speeds' | 'without'>[]): ComparisonRow[] {
  const members = [...new Set(columns.flatMap(({ speeds }) => speeds.map(({ member }) => member)))]
  return members.map((label) => ({
    label,
    cells: columns.map(({ speeds, without }): ComparisonCell => {
      const own = speeds.find(({ member }) => member === label)
      if (!own) return { text: '' }
      if (!own.speed) return { text: without === undefined ? speedText(own) : 'evidence not loaded' }
      return { text: speedText(own), range: sourcesText(own), difference: own.settings }
    }),
  }))
}

const nameOf = (i: number, n: number) => (i === n - 1 ? 'now' : String.fromCharCode(65 + i))

const inColumn = (name: string, problem: Problem): Problem => ({ ...problem, path: `${name}: ${problem.path}` })

/** The last one is the question that is asked now. */
export async function compareTechniques(pins: readonly Pin[]): Promise<Result<Compared>> {
  const columns: Column[] = []
  for (const [i, pin] of pins.entries()) {
    const column = await columnOf(pin)
    if (!column.ok) return { ok: false, problem: inColumn(nameOf(i, pins.length), column.problem) }
    columns.push(column.value)
  }
  const labels = columns.map(({ selection }) => (selection.members.length > 0 ? selection.label : ''))
  const compared = comparedOf(
    columns.map(({ contender }) => contender),
    labels,
  )
  const first = JSON.stringify(pins[0]?.link)
  const remark = columns.find(({ without }) => without !== undefined)?.without
  const techniques: ComparisonRow = {
    label: 'Techniques',
    cells: labels.map((label, i) => ({
      text: label || 'none',
      ...(i > 0 && label !== labels[0] ? { difference: 'changed' } : {}),
    })),
  }
  return ok({
    ...compared,
    asked: [...compared.asked, techniques],
    // What the questions differ in is explained without techniques; where they are the same there is nothing to explain.
    why: compared.why.map(({ title, lines }, i) => {
      const isSame = JSON.stringify(pins[i + 1]?.link) === first
      return { title, lines: isSame ? [] : lines.slice(0, -1).map((line) => `Before techniques: ${line}`) }
    }),
    changes: columns.map(({ lines }) => lines),
    measured: measuredRows(columns),
    ...(remark === undefined ? {} : { remark }),
  })
}
