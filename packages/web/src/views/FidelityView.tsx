/** How far predictions are from measurements: error per kind, device, engine and regime, ours beside the plain roofline. */
import { useEffect, useState } from 'react'
import { usePage } from '../app/page.ts'
import {
  type FidelityFile,
  type FidelityRow,
  type FidelitySkip,
  groupingsOf,
  rooflineNearer,
  sameKey,
  skipReasons,
} from '../fidelity/file.ts'
import { Choice } from '../parts/Choice.tsx'
import { ErrorTable, pct } from './FidelityErrors.tsx'
import { FidelityPlot } from './FidelityPlot.tsx'
import { fidelity } from './fidelityData.ts'

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

/** Where calibration does not pay: said here, not left to be found. */
function Nearer({ rows }: { readonly rows: readonly FidelityRow[] }) {
  const nearer = rooflineNearer(rows)
  if (nearer.length === 0) return undefined
  return (
    <section aria-label="Where the roofline is nearer">
      <h3>Where the plain roofline is nearer</h3>
      <ErrorTable
        label="Where the roofline is nearer: errors"
        rows={nearer}
        name={(row) => (row.key ? `${row.title}, ${row.key}` : row.title)}
      />
    </section>
  )
}

const WHAT_TITLES: Readonly<Record<string, string>> = { tpot: 'TPOT', ttft: 'TTFT', throughput: 'throughput' }

/** What the tables above leave out: a figure that is not predicted has no error. */
function Skipped({ skips, rows }: { readonly skips: readonly FidelitySkip[]; readonly rows: readonly FidelityRow[] }) {
  const reasons = skipReasons(skips)
  if (reasons.length === 0) return undefined
  const total = reasons.reduce((sum, { n }) => sum + n, 0)
  const kernels = rows.filter(({ set, by }) => set === 'kernels' && by === 'all')
  const allKernels = kernels.length > 0 && reasons.every(({ set }) => set !== 'kernels')
  return (
    <section aria-label="Not predicted">
      <h3>Not predicted, and why</h3>
      <p>
        {total.toLocaleString('en')} measured figures, of all tables and modes, have no prediction and count in no error
        above.{allKernels && ' Of the kernels every row is predicted.'}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <section className="scroll" tabIndex={0} aria-label="Reasons">
        <table className="wrapping skips">
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" className="right">
                Figures
              </th>
              <th scope="col">Of these</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ set, reason, n, parts }) => (
              <tr key={`${set} ${reason}`}>
                <th scope="row">{reason}</th>
                <td className="right">{n.toLocaleString('en')}</td>
                <td>{parts.map(({ what, n: own }) => `${own} ${WHAT_TITLES[what] ?? what}`).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
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
      <Nearer rows={file.rows} />
      <Detail file={file} />
      <Skipped skips={file.skips} rows={file.rows} />
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
