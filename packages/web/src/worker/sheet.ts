/** The accelerator's sheet: every figure with its source, and the key under which the user may replace it. */
import {
  type Accelerator,
  acceleratorFigures,
  editAccelerator,
  fail,
  findAccelerator,
  ok,
  type QuestionLink,
  type Result,
} from '@capline/core'
import type { AcceleratorSheet, SheetFigure } from './protocol.ts'

/** Name of the figure → key of a hardware file. */
const KEYS: Readonly<Record<string, string>> = {
  memory: 'memory',
  'memory bandwidth': 'bandwidth',
  'last-level cache': 'l2',
  'shared memory per unit': 'sharedMemory',
  'compute units': 'computeUnits',
  clock: 'clock',
  power: 'power',
  'rent per hour': 'pricePerHour',
  'purchase price': 'price',
}

function keyOf(figure: string): string | undefined {
  const peak = /^(matrix|vector) (\w+)$/.exec(figure)
  if (figure.startsWith('link ')) return 'link'
  if (figure.startsWith('host link ')) return 'hostLink'
  return peak ? `${peak[1]}.${peak[2]}` : KEYS[figure]
}

/** Fields of the question that stand for figures of the sheet. */
function editsOf({ hardware, question }: QuestionLink): Record<string, string> {
  const { memory, bandwidth, price } = question
  return {
    ...hardware,
    ...(memory === undefined ? {} : { memory: String(memory) }),
    ...(bandwidth === undefined ? {} : { bandwidth: String(bandwidth) }),
    ...(price === undefined ? {} : { pricePerHour: String(price) }),
  }
}

/** Figures nobody sourced can still be given. */
const ASKED_FOR: readonly (readonly [figure: string, key: string])[] = [
  ['memory', 'memory'],
  ['power', 'power'],
  ['rent per hour', 'pricePerHour'],
]

function aboutOf(row: Accelerator): string {
  const parts = [row.architecture, row.year === undefined ? '' : String(row.year), row.memoryKind ?? '']
  return [...parts.filter(Boolean), ...(row.note ? [row.note] : [])].join(' · ')
}

export function sheetOf(link: QuestionLink): Result<AcceleratorSheet> {
  const row = findAccelerator(link.accelerator)
  if (!row) return fail('accelerator', 'is not in the catalogue', 'Choose one of the list')
  const edited = editAccelerator(row, editsOf(link))
  if (!edited.ok) return edited
  const edits = editsOf(link)
  const figures = acceleratorFigures(edited.value).map((figure): SheetFigure => {
    const key = keyOf(figure.figure)
    return { ...figure, ...(key ? { key } : {}), edited: key !== undefined && key in edits }
  })
  const missing = ASKED_FOR.filter(([name]) => !figures.some((figure) => figure.figure === name)).map(
    ([figure, key]): SheetFigure => ({
      figure,
      key,
      value: 0,
      text: '',
      title: 'not sourced',
      url: null,
      read: null,
      note: null,
      edited: false,
    }),
  )
  return ok({ id: row.id, name: row.name, about: aboutOf(row), figures: [...figures, ...missing] })
}
