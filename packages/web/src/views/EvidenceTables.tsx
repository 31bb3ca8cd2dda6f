/** Published measurements of one technique, those nearest to this model first, each with the place it was read. */
import { useState } from 'react'
import { useAsk } from '../app/client.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import type { EvidenceTable } from '../worker/techniques/protocol.ts'
import { Reasons, SourceLink } from './EffectParts.tsx'

const FIRST = 25

function Table({ table }: { readonly table: EvidenceTable }) {
  const [isAll, setAll] = useState(false)
  const { technique, words, lines, crossovers, beyond } = table
  const shown = isAll ? lines : lines.slice(0, FIRST)
  return (
    <section className="evidence">
      <p>{words}.</p>
      <Reasons title="Where it turns" lines={crossovers} />
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
        <section className="scroll tall" tabIndex={0} aria-label={`Measurements of ${technique}`}>
          <table className="wrapping">
            <thead>
              <tr>
                <th scope="col">Benchmark</th>
                <th scope="col">Quantity</th>
                <th scope="col">Change</th>
                <th scope="col">Nearest record</th>
                <th scope="col">Setting</th>
                <th scope="col">Models</th>
                <th scope="col" className="right">
                  Records
                </th>
                <th scope="col">Grade</th>
                <th scope="col">Source</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((line, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of one answer stay where they are
                <tr key={i} title={line.distance || 'as asked'}>
                  <th scope="row">{line.benchmark}</th>
                  <td>
                    {line.quantity} <small className="muted">{line.axis}</small>
                  </td>
                  <td>{line.change || '–'}</td>
                  <td>{line.values}</td>
                  <td className="help">{line.setting}</td>
                  <td className="help">{line.models}</td>
                  <td className="right">{line.records}</td>
                  <td>{line.grade}</td>
                  <td className="help">
                    <SourceLink {...line.source} /> <small>{line.source.place}</small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {!isAll && lines.length > FIRST && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {lines.length}
        </button>
      )}
      {isAll && beyond > 0 && <p className="muted">{beyond} more are in the data.</p>}
    </section>
  )
}

export function EvidenceTables({ id, model }: { readonly id: string; readonly model: string }) {
  const { value, problem } = useAsk('techniqueEvidence', { id, model })
  return (
    <section>
      <h3>
        Evidence{' '}
        <small>
          changes against the same source’s own baseline; grade A: a project’s own file at a commit, B: a paper or
          claim, C: second hand
        </small>
      </h3>
      {problem && <ProblemNote problem={problem} />}
      {!value && !problem && <p className="loading">Fetching the published measurements</p>}
      {value?.length === 0 && <p className="muted">No evidence: no published measurement was found.</p>}
      {value?.map((table) => (
        <Table key={table.technique} table={table} />
      ))}
    </section>
  )
}
