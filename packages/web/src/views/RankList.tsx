/** All techniques ranked for one goal, worked out beside the page; filters are of what is shown. A click turns one on. */
import { useState } from 'react'
import { useAsk } from '../app/client.ts'
import { update, usePart } from '../app/page.ts'
import { useRested } from '../app/useRested.ts'
import { hasMember, turnOff, turnOn } from '../app/with.ts'
import { Choice } from '../parts/Choice.tsx'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { Range } from '../parts/Range.tsx'
import type { RankAnswer, RankRow } from '../worker/techniques/protocol.ts'
import { Movements } from './EffectParts.tsx'
import { Levels } from './Levels.tsx'

const GOALS = [
  { id: 'tpot', name: 'Time per output token' },
  { id: 'ttft', name: 'Time to first token' },
  { id: 'throughput', name: 'Throughput' },
  { id: 'context', name: 'Context' },
  { id: 'cost', name: 'Price' },
  { id: 'memory', name: 'Memory' },
]
const FIRST_GOAL = 'tpot'

const ANY = { id: '', name: 'any' }
const TYPES = [
  ANY,
  ...['C', 'A', 'P', 'CP', 'CA', 'AP', 'CAP'].map((id) => ({ id, name: id })),
  { id: 'none', name: 'none' },
]
const CHANGES = [
  { id: 'switch', name: 'no training' },
  { id: 'module', name: 'something trained beside the model' },
  { id: 'training', name: 'training' },
  { id: 'model', name: 'another model' },
  { id: 'hardware', name: 'other hardware' },
  ANY,
]
const PROOF = [ANY, { id: 'kept', name: 'kept or measured' }, { id: 'measured', name: 'measured' }]

interface Filter {
  readonly type: string
  readonly family: string
  readonly change: string
  readonly engine: string
  readonly proof: string
}

const FIRST_FILTER: Filter = { type: '', family: '', change: 'switch', engine: '', proof: '' }

function isShown(row: RankRow, { type, family, change, engine, proof }: Filter): boolean {
  return (
    (type === '' || row.types.some((one) => one === type)) &&
    (family === '' || row.family === family) &&
    (change === '' || row.change === change) &&
    (engine === '' || (engine === 'any engine' ? row.engines.length > 0 : row.engines.includes(engine))) &&
    (proof === '' || (row.evidence !== 'no evidence' && (proof === 'kept' || row.records > 0)))
  )
}

const open = (id: string) => update({ technique: id }, true)

function Row({ row, place, isOn }: { readonly row: RankRow; readonly place: number; readonly isOn: boolean }) {
  return (
    <li className="rank-row">
      <span className="rank-place">{place}</span>
      <div className="rank-name">
        <button type="button" className="link" onClick={() => open(row.id)}>
          {row.name}
        </button>{' '}
        <small className="muted">
          {row.familyTitle} · printed {row.type}
        </small>
      </div>
      <div className="rank-value">
        {row.value}{' '}
        <span className={row.factor > 1.005 ? 'better' : row.factor < 0.995 ? 'worse' : 'muted'}>{row.factorText}</span>
        {!row.fits && <span className="worse"> does not fit</span>}
        <Range of={row.range} />
      </div>
      <Movements of={row.movements} texts={row.texts} />
      <button
        type="button"
        aria-pressed={isOn}
        aria-label={`${isOn ? 'Turn off' : 'Turn on'} ${row.name}`}
        onClick={() => (isOn ? turnOff(row.id) : turnOn(row.id))}
      >
        {isOn ? 'On' : 'Turn on'}
      </button>
      <div className="rank-more">
        {row.why.length > 0 && <p>{row.why.join('; ')}</p>}
        <p className="muted">
          Accuracy: {row.evidence}
          {row.records > 0 &&
            ` (${row.records} ${row.records === 1 ? 'measurement' : 'measurements'} of ${row.evidence === 'no evidence' ? 'other quantities' : 'it'})`}
          {row.needs.length > 0 && ` · needs ${row.needs.join('; ')}`}
          {row.engines.length > 0 && ` · in ${row.engines.join(', ')}`}
        </p>
        {row.same.length > 0 && (
          <p className="muted">
            The same here:{' '}
            {row.same.map(({ id, name }, i) => (
              <span key={id}>
                {i > 0 && ', '}
                <button type="button" className="link" onClick={() => open(id)}>
                  {name}
                </button>
              </span>
            ))}
          </p>
        )}
      </div>
    </li>
  )
}

function Left({ left }: { readonly left: RankAnswer['left'] }) {
  if (left.length === 0) return undefined
  return (
    <details>
      <summary>Not ranked: {left.map(({ why, ids }) => `${ids.length} ${why}`).join(', ')}</summary>
      {left.map(({ why, ids, words }) => (
        <p key={why}>
          <strong>{why}</strong>:{' '}
          {ids.map((id, i) => (
            <span key={id}>
              {i > 0 && ', '}
              <button type="button" className="link" onClick={() => open(id)}>
                {id}
              </button>
            </span>
          ))}
          {words && <small className="muted"> ({words})</small>}
        </p>
      ))}
    </details>
  )
}

const PAGE = 30
const RESTS_MS = 350

export function RankList() {
  const link = useRested(
    usePart((page) => page.link),
    RESTS_MS,
  )
  const text = usePart((page) => page.with ?? '')
  const goal = usePart((page) => page.goal ?? FIRST_GOAL)
  const levels = usePart((page) => page.levels ?? '')
  const [filter, setFilter] = useState(FIRST_FILTER)
  const [most, setMost] = useState(PAGE)
  const { value, problem, isPending, done } = useAsk('rank', link && { link, with: text, levels, goal })
  const choose = (change: Partial<Filter>) => {
    setFilter({ ...filter, ...change })
    setMost(PAGE)
  }
  const rows = value?.rows.filter((row) => isShown(row, filter)) ?? []
  const families = [ANY, ...(value?.families ?? [])]
  const engines = [
    ANY,
    { id: 'any engine', name: 'any engine' },
    ...(value?.engines ?? []).map((id) => ({ id, name: id })),
  ]
  return (
    <div className="rank" aria-busy={isPending}>
      <div className="rank-bar">
        <Choice label="Best for" value={goal} options={GOALS} onChange={(id) => update({ goal: id })} />
        <Choice label="Needs" value={filter.change} options={CHANGES} onChange={(change) => choose({ change })} />
        <Choice label="Type as printed" value={filter.type} options={TYPES} onChange={(type) => choose({ type })} />
        <Choice label="Family" value={filter.family} options={families} onChange={(family) => choose({ family })} />
        <Choice label="Offered by" value={filter.engine} options={engines} onChange={(engine) => choose({ engine })} />
        <Choice label="Accuracy" value={filter.proof} options={PROOF} onChange={(proof) => choose({ proof })} />
      </div>
      <Levels />
      {isPending && (
        <p className="rank-progress" role="status">
          <progress value={done ?? 0} max={1} aria-label="Ranking" /> Pricing every technique of the catalogue in this
          question
        </p>
      )}
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {value && (
        <>
          <p className="muted">
            {text === '' ? 'Baseline' : `With ${text}`}: {value.goalLabel} {value.baseline}
            {value.baselineRange && ` (${value.baselineRange})`}. Each line turns one technique on, with its usual
            parameters; {rows.length} of {value.rows.length} shown.
          </p>
          <ol className="rank-list">
            {rows.slice(0, most).map((row, i) => (
              <Row key={row.id} row={row} place={i + 1} isOn={hasMember(text, row.id)} />
            ))}
          </ol>
          {rows.length > most && (
            <button type="button" onClick={() => setMost(most + 3 * PAGE)}>
              Show more
            </button>
          )}
          {rows.length === 0 && <p>Nothing of the catalogue passes these filters.</p>}
          <Left left={value.left} />
        </>
      )}
    </div>
  )
}
