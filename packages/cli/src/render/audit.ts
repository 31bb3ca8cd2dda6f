/** The audit for the terminal: the cells of the triangle, what differs from print and why, the combinations. */
import {
  AGREEMENTS,
  type Agreement,
  type Audit,
  type AuditRow,
  type Column,
  type CombinationAudit,
  type MeasuredAudit,
  UNAUDITED_WHY,
  type Unaudited,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { DeskAsked } from '../input/desk.ts'
import type { Terminal } from '../terminal.ts'
import { askedLine, contextLines, MARK_LEGEND, MARKS } from './cap.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

export interface AuditAnswer {
  readonly audit: Audit
  readonly measured: readonly MeasuredAudit[]
  readonly combinations: readonly CombinationAudit[]
  readonly cannot: readonly { readonly id: string; readonly why: string }[]
}

const AGREEMENT_WORDS: Readonly<Record<Agreement, string>> = {
  agrees: 'gain what is printed and nothing else',
  'in part': 'are not contradicted: a printed goal is mixed here, or nobody measured it',
  more: 'gain a goal that is not printed',
  less: 'do not gain a goal that is printed',
  differs: 'gain another goal than is printed',
  'no type': 'have no printed type',
}

const CELLS = ['C', 'A', 'P', 'CA', 'CP', 'AP', 'CAP', ''] as const

function cellLines({ cells }: Audit, width: number): string[] {
  return CELLS.flatMap((cell) => {
    const ids = cells[cell]
    const name = (cell === '' ? 'none' : cell).padEnd(4)
    const some = ids.slice(0, 6).join(', ')
    const text = ids.length === 0 ? 'empty' : `${ids.length}: ${some}${ids.length > 6 ? ', …' : ''}`
    return wrap(clean(`${name} ${text}`), width - 2, '     ').map((line) => `  ${line}`)
  })
}

const COLUMNS: readonly Column<AuditRow>[] = [
  { id: 'id', title: 'technique', text: ({ id }) => id },
  { id: 'printed', title: 'printed', text: ({ printedText }) => printedText, keep: 1 },
  { id: 'gains', title: 'gains', text: ({ gains }) => gains || '–' },
  { id: 'c', title: 'C', text: ({ moves }) => MARKS[moves.C] },
  { id: 'a', title: 'A', text: ({ moves }) => MARKS[moves.A] },
  { id: 'p', title: 'P', text: ({ moves }) => MARKS[moves.P] },
  { id: 'agreement', title: 'against print', text: ({ agreement }) => agreement, keep: 1 },
  { id: 'family', title: 'family', text: ({ family }) => family, keep: 2 },
]

/** Disagreements of printed types before those that are only inferred; they are few enough to read. */
const MOST_WORDS = 12

function disagreements(rows: readonly AuditRow[], isAll: boolean): AuditRow[] {
  const differs = rows.filter(
    ({ agreement, explanation }) => explanation.length > 0 && (isAll || agreement !== 'in part'),
  )
  const printed = (row: AuditRow) => (row.printed.some(({ inferred, type }) => !inferred && type !== 'none') ? 0 : 1)
  const special = (row: AuditRow) => (row.gains === 'AP' || row.gains === 'CAP' || row.id === 'streamingllm' ? 0 : 1)
  return [...differs].sort((a, b) => special(a) - special(b) || printed(a) - printed(b))
}

function combinationLines(
  { named, whole, parts, emerges, lost, beyondTwo }: CombinationAudit,
  width: number,
): string[] {
  const marks = ({ C, A, P }: AuditRow['moves']) => `C${MARKS[C]} A${MARKS[A]} P${MARKS[P]}`
  const findings = [
    ...(emerges ? [`${emerges} only together`] : []),
    ...(lost ? [`${lost} of a part is not shown for the whole`] : []),
    ...(beyondTwo ? ['all three improve: beyond two'] : ['within two']),
  ]
  const text = `${named.title} (section ${named.section}; the survey: ${named.claim})`
  return [
    ...wrap(clean(`• ${text}`), width - 2, '  ').map((line) => `  ${line}`),
    ...wrap(clean(`${marks(whole.moves)}  ${whole.text}: ${findings.join('; ')}. ${whole.words}`), width - 4, '  ').map(
      (line) => `    ${line}`,
    ),
    ...parts.flatMap((part) =>
      wrap(clean(`${marks(part.moves)}  ${part.text}`), width - 6, '  ').map((line) => `      ${line}`),
    ),
  ]
}

const UNAUDITED_WORDS: Readonly<Record<Unaudited['kind'], string>> = {
  'observes only': 'only say what to measure',
  'sizes not published': 'are models of their own whose sizes are not published; give one for them (NAME:model=…)',
  'cannot run here': 'cannot run here',
}

/** How many were left out and why; the names where they are few, and with `isAll` the reason of each. */
function unauditedLines(unaudited: Audit['unaudited'], isAll: boolean, width: number): string[] {
  return UNAUDITED_WHY.flatMap((kind) => {
    const own = unaudited.filter((one) => one.kind === kind)
    if (own.length === 0) return []
    const named = own.length <= 4 && !isAll ? `: ${own.map(({ id }) => id).join(', ')}` : ''
    const head = wrap(clean(`  ${String(own.length).padStart(3)} ${UNAUDITED_WORDS[kind]}${named}`), width, '      ')
    if (!isAll) return head
    return [
      ...head,
      ...own.flatMap(({ id, why }) => wrap(clean(`• ${id}: ${why}`), width - 6, '  ').map((line) => `      ${line}`)),
    ]
  })
}

export function renderAudit(
  asked: DeskAsked,
  { audit, measured, combinations, cannot }: AuditAnswer,
  { isAll }: { readonly isAll: boolean },
  terminal: Terminal,
): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const { rows, unaudited } = audit
  const title = (text: string) => ['', paint('bold', text)]
  const out = wrap(clean(askedLine(asked)), width).map((line) => paint('bold', line))
  out.push(...contextLines(asked.desk.baseline, width))
  out.push(...title('What improves here'), ...cellLines(audit, width))
  const counts = AGREEMENTS.map((one) => [one, rows.filter(({ agreement }) => agreement === one).length] as const)
  out.push(...title('Against the printed types'))
  for (const [one, count] of counts) {
    if (count > 0) out.push(...wrap(`  ${String(count).padStart(3)} ${AGREEMENT_WORDS[one]}`, width, '      '))
  }
  if (isAll && rows.length > 0) out.push('', ...tableLines({ columns: COLUMNS, rows }, { width, paint }))
  const own = disagreements(rows, isAll)
  const shown = isAll ? own : own.slice(0, MOST_WORDS)
  if (shown.length > 0) out.push(...title('Why'))
  for (const { id, printedText, gains, explanation } of shown) {
    out.push(
      ...wrap(
        clean(`• ${id}: printed ${printedText}, gains ${gains || 'nothing'}. ${explanation.join('. ')}`),
        width - 2,
        '  ',
      ).map((line) => `  ${line}`),
    )
  }
  if (own.length > shown.length) out.push(paint('dim', `  ${own.length - shown.length} more with --all or --json`))
  const both = measured.filter(({ overallA, P }) => overallA === 'improves' && (P === 'improves' || P === 'mixed'))
  if (measured.length > 0) {
    out.push(...title('AP by measurement alone, beyond the catalogue'))
    for (const { name, A, P, words } of both) {
      out.push(
        ...wrap(clean(`• ${name} A${MARKS[A]} P${MARKS[P]}: ${words.join('; ')}`), width - 2, '  ').map(
          (line) => `  ${line}`,
        ),
      )
    }
    if (both.length === 0) out.push('  empty at this model and length')
  }
  if (combinations.length > 0) {
    out.push(...title('Combinations the survey names'))
    for (const one of combinations) out.push(...combinationLines(one, width))
    for (const { id, why } of cannot)
      out.push(...wrap(clean(`• ${id}: ${why}`), width - 2, '  ').map((line) => `  ${line}`))
  }
  const closing = [MARK_LEGEND, 'C is what the system takes; * marks types that nobody printed.']
  if (unaudited.length > 0) out.push(...title('Not audited'), ...unauditedLines(unaudited, isAll, width))
  out.push('', ...wrap(closing.join(' '), width).map((line) => paint('dim', line)))
  return `${out.join('\n')}\n`
}
