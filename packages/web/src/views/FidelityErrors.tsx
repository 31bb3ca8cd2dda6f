/** A table of errors: ours, the roofline's, and those of what was left out of the fit, each held to its target. */
import type { ReactNode } from 'react'
import type { FidelityRow } from '../fidelity/file.ts'

export const pct = (x: number | undefined) => (x === undefined ? '–' : x >= 99.5 ? x.toFixed(0) : x.toFixed(1))

interface Column {
  readonly title: string
  readonly help: string
  readonly of: (row: FidelityRow) => ReactNode
}

const withTarget = (value: number | undefined, target: number | undefined): ReactNode => {
  if (value === undefined) return '–'
  if (target === undefined) return pct(value)
  return (
    <>
      {pct(value)}{' '}
      <small className={value <= target ? 'reached' : 'missed'}>
        {value <= target ? '≤' : '>'} {target}
      </small>
    </>
  )
}

/** Only served requests are counted in parts; a total that does not say leaves it open. */
const skippedText = ({ skipped, set, by }: FidelityRow): string =>
  skipped?.toLocaleString('en') ?? (set === 'serving' && by !== 'all' ? '0' : '–')

const COLUMNS: readonly Column[] = [
  { title: 'rows', help: 'Measurements compared.', of: (row) => row.n?.toLocaleString('en') ?? '–' },
  {
    title: 'not predicted',
    help: 'Measurements of this kind that are not predicted and count in no error; the reasons are below.',
    of: (row) => skippedText(row),
  },
  {
    title: 'roofline',
    help: 'Median error of the plain maximum of work over peak and bytes over bandwidth.',
    of: (row) => pct(row.rooflinePct),
  },
  { title: 'ours', help: 'Median error with the committed constants.', of: (row) => pct(row.oursPct) },
  { title: 'ours, p90', help: 'Nine of ten rows are nearer than this.', of: (row) => pct(row.oursP90Pct) },
  {
    title: 'unseen shapes',
    help: 'Whole layer shapes left out of the fit, then predicted. After it, what we set out to reach.',
    of: (row) => withTarget(row.unseenShapePct, row.targets?.[0]),
  },
  {
    title: 'unseen models',
    help: 'Whole models left out of the fit, then predicted.',
    of: (row) => withTarget(row.unseenModelPct, row.targets?.[0]),
  },
  {
    title: 'unseen device',
    help: 'A device left out altogether and priced from others of its architecture.',
    of: (row) => withTarget(row.unseenDevicePct, row.targets?.[1]),
  },
  {
    title: 'unseen architecture',
    help: 'A device left out with its whole architecture: nothing of its kind was measured. Held to the same target.',
    of: (row) => withTarget(row.unseenArchitecturePct, row.targets?.[1]),
  },
  {
    title: 'predicted / measured',
    help: 'Median ratio: above 1 we say slower than measured.',
    of: (row) => row.ratio?.toFixed(2) ?? '–',
  },
]

/** Columns in which any of the rows says something. */
function usedColumns(rows: readonly FidelityRow[]): readonly Column[] {
  return COLUMNS.filter((column) => rows.some((row) => column.of(row) !== '–'))
}

export function ErrorTable({
  label,
  rows,
  name,
  isMarked = () => false,
}: {
  readonly label: string
  readonly rows: readonly FidelityRow[]
  readonly name: (row: FidelityRow) => string
  readonly isMarked?: (row: FidelityRow) => boolean
}) {
  const columns = usedColumns(rows)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
    <section className="scroll" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            <td />
            {columns.map(({ title, help }) => (
              <th key={title} scope="col" className="right" title={help}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.set} ${row.what} ${row.by} ${row.key}`} className={isMarked(row) ? 'yours' : ''}>
              <th scope="row">
                {name(row)}
                {isMarked(row) && <small> · yours</small>}
              </th>
              {columns.map((column) => (
                <td key={column.title} className="right">
                  {column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
