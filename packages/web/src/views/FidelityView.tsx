/** How far predictions are from measurements: error per kind, device, engine and regime, ours beside the plain roofline. */
import { type ReactNode, useEffect, useState } from 'react'
import { usePage } from '../app/page.ts'
import { type FidelityFile, type FidelityRow, groupingsOf, sameKey } from '../fidelity/file.ts'
import { Choice } from '../parts/Choice.tsx'
import { FidelityPlot } from './FidelityPlot.tsx'
import { fidelity } from './fidelityData.ts'

const pct = (x: number | undefined) => (x === undefined ? '–' : x >= 99.5 ? x.toFixed(0) : x.toFixed(1))

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

const COLUMNS: readonly Column[] = [
  { title: 'rows', help: 'Measurements compared.', of: (row) => row.n?.toLocaleString('en') ?? '–' },
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
    help: 'A device left out with its whole architecture.',
    of: (row) => pct(row.unseenArchitecturePct),
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

function ErrorTable({
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

/** Ours beside the roofline as two dots on one line: the distance is what calibration brings. */
function Dumbbells({ rows }: { readonly rows: readonly FidelityRow[] }) {
  const shown = rows.filter((row) => row.rooflinePct !== undefined && row.oursPct !== undefined)
  if (shown.length === 0) return undefined
  const most = Math.max(100, ...shown.flatMap((row) => [row.rooflinePct ?? 0, row.oursPct ?? 0]))
  const place = (x: number | undefined) => `${((100 * (x ?? 0)) / most).toFixed(2)}%`
  return (
    <ul className="dumbbells" aria-label="Median error, ours and the roofline’s">
      {shown.map((row) => (
        <li key={`${row.set} ${row.what}`}>
          <span>{row.title}</span>
          <span className="dumbbell" aria-hidden="true">
            <span className="dot roofline" style={{ insetInlineStart: place(row.rooflinePct) }} />
            <span className="dot ours" style={{ insetInlineStart: place(row.oursPct) }} />
          </span>
          <span className="dumbbell-text">
            {pct(row.oursPct)} %, roofline {pct(row.rooflinePct)} %
          </span>
        </li>
      ))}
    </ul>
  )
}

const SET_TITLES = {
  kernels: 'Kernels',
  serving: 'Served requests',
  foreign: 'Devices outside the tables, measured by others',
} as const

function Detail({ file }: { readonly file: FidelityFile }) {
  const { link } = usePage()
  const parts = file.rows.filter((row) => row.by !== 'all' && row.set !== 'foreign')
  const groupings = groupingsOf(parts)
  const [by, setBy] = useState(groupings[0] ?? 'device')
  const whats = [...new Map(parts.map((row) => [row.what, row.title]))]
  const [what, setWhat] = useState('')
  const rows = parts.filter((row) => row.by === by && (what === '' || row.what === what))
  const own = by === 'device' ? link.accelerator : by === 'engine' ? String(link.question.engine ?? '') : ''
  if (parts.length === 0) return undefined
  return (
    <section aria-label="In parts">
      <div className="view-bar">
        <h3>In parts</h3>
        <Choice label="by" value={by} options={groupings.map((id) => ({ id, name: id }))} onChange={setBy} />
        <Choice
          label="of"
          value={what}
          options={[{ id: '', name: 'everything' }, ...whats.map(([id, name]) => ({ id, name }))]}
          onChange={setWhat}
        />
      </div>
      <ErrorTable
        label={`Errors by ${by}`}
        rows={rows}
        name={(row) => `${row.title}, ${row.key}`}
        isMarked={(row) => own !== '' && sameKey(row.key, own)}
      />
    </section>
  )
}

export default function FidelityView() {
  const [file, setFile] = useState<FidelityFile | undefined | null>(undefined)
  useEffect(() => {
    let isGone = false
    fidelity().then(
      (read) => isGone || setFile(read ?? null),
      () => isGone || setFile(null),
    )
    return () => {
      isGone = true
    }
  }, [])
  if (file === undefined) return <p className="loading">Fetching the error tables</p>
  if (file === null) return <p className="loading">The error tables cannot be read. Reload the page to try again.</p>
  return (
    <div className="fidelity">
      <p>
        How far predictions are from what was measured: median absolute error in per cent. <b>Ours</b> is the calibrated
        basis, <b>roofline</b> the plain floor. Nothing is fitted here: the constants are the committed ones, and what
        is called unseen was left out of their fit.
      </p>
      {(['kernels', 'serving', 'foreign'] as const).map((set) => {
        const rows = file.rows.filter((row) => row.set === set && (row.by === 'all' || set === 'foreign'))
        if (rows.length === 0) return undefined
        return (
          <section key={set} aria-label={SET_TITLES[set]}>
            <h3>{SET_TITLES[set]}</h3>
            {set !== 'foreign' && <Dumbbells rows={rows} />}
            <ErrorTable
              label={`${SET_TITLES[set]}: errors`}
              rows={rows}
              name={(row) => (row.key ? `${row.title}, ${row.key}` : row.title)}
            />
          </section>
        )
      })}
      <Detail file={file} />
      {file.plots.length > 0 && (
        <section aria-label="Predicted against measured">
          <h3>Predicted against measured</h3>
          <ul className="key">
            <li>
              <span className="swatch round ours" aria-hidden="true" /> ours
            </li>
            <li>
              <span className="swatch round ideal" aria-hidden="true" /> roofline
            </li>
            <li className="muted">on the dashed line both agree; below it we say faster than measured</li>
          </ul>
          <div className="fidelity-plots">
            {file.plots.map((plot) => (
              <FidelityPlot key={`${plot.set} ${plot.what}`} plot={plot} />
            ))}
          </div>
        </section>
      )}
      <ul className="sources">
        {file.sources.map((source) => (
          <li key={source}>{source}</li>
        ))}
      </ul>
    </div>
  )
}
