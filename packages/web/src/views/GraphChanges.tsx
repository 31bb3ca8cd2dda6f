/** What techniques changed in this network's graph: every operator that differs, before → after. */
import type { GraphLines, OperatorLine } from '../worker/techniques/protocol.ts'

export function GraphChanges({ graph }: { readonly graph: GraphLines }) {
  const { operators, same, passes } = graph
  const line = ({ phase, name, state, work, bytes, time, factor }: OperatorLine) => (
    <tr key={`${phase} ${name}`}>
      <th scope="row">
        {phase} <code>{name}</code>
      </th>
      <td>{state}</td>
      <td className="right">{work}</td>
      <td className="right">{bytes}</td>
      <td className="right">{time}</td>
      <td className={factor.better === undefined ? '' : factor.better ? 'better' : 'worse'}>{factor.text}</td>
    </tr>
  )
  return (
    <section>
      <h3>
        What it changed in this network’s graph{' '}
        <small>
          {passes || 'nothing is computed here'}; {same} operators stay as they are
        </small>
      </h3>
      {operators.length === 0 ? (
        <p className="muted">
          No operator of a pass changes: what it changes is how many passes there are, what enters them, or where things
          lie.
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable
        <section className="scroll tall" tabIndex={0} aria-label="Operators changed">
          <table>
            <thead>
              <tr>
                <th scope="col">Operator, all layers</th>
                <th scope="col">State</th>
                <th scope="col" className="right">
                  Work
                </th>
                <th scope="col" className="right">
                  Bytes
                </th>
                <th scope="col" className="right">
                  Time
                </th>
                <th scope="col">Time changes</th>
              </tr>
            </thead>
            <tbody>{operators.map(line)}</tbody>
          </table>
        </section>
      )}
    </section>
  )
}
