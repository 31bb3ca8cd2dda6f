/** The network: the whole of it as a strip, and the operators of every kind of layer as a graph. */
import type { GraphPhase } from '@capline/core'
import { useAsk } from '../app/client.ts'
import { type OpenOperator, update, usePage } from '../app/page.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { Segmented } from '../parts/Segmented.tsx'
import { BasisBadge } from './BasisBadge.tsx'
import { GroupGraph } from './GroupGraph.tsx'
import { NetworkStrip } from './NetworkStrip.tsx'
import { OperatorPanel } from './OperatorPanel.tsx'

export const PHASE_OPTIONS: readonly { readonly id: GraphPhase; readonly name: string }[] = [
  { id: 'prefill', name: 'Prefill' },
  { id: 'decode', name: 'Decode step' },
  { id: 'request', name: 'Whole request' },
]

const open = (operator: OpenOperator): void => update({ operator })
const close = (): void => update({ operator: undefined as never })

export default function NetworkView() {
  const { link, phase, operator } = usePage()
  const { value, problem } = useAsk('graph', { link, phase })
  if (!value) return problem ? <ProblemNote problem={problem} /> : <p className="loading">Drawing the network</p>
  const { graph, layouts } = value
  const heaviest = Math.max(...graph.groups.flatMap((group) => group.nodes.map((node) => node.share)))
  const hasLinks = graph.groups.some((group) => group.nodes.some((node) => node.bound === 'link'))
  return (
    <div className={operator ? 'network with-operator' : 'network'} data-layout-ms={value.layoutMs.toFixed(1)}>
      <div className="view-bar">
        <Segmented label="Phase" options={PHASE_OPTIONS} value={phase} onChange={(id) => update({ phase: id })} />
        <BasisBadge />
        <ul className="key">
          <li>
            <span className="swatch memory" aria-hidden="true" /> memory-bound
          </li>
          <li>
            <span className="swatch compute" aria-hidden="true" /> compute-bound
          </li>
          {hasLinks && (
            <li>
              <span className="swatch link" aria-hidden="true" /> link-bound: sent to other accelerators
            </li>
          )}
          <li className="muted">the fuller a node, the more of the time</li>
        </ul>
      </div>
      {problem && <ProblemNote problem={problem} keeps />}
      <NetworkStrip graph={graph} />
      <div className="network-body">
        <div className="groups">
          {graph.groups.map((group) => {
            const layout = layouts[group.index]
            return layout ? (
              <GroupGraph
                key={group.index}
                group={group}
                layout={layout}
                heaviest={heaviest}
                operator={operator}
                onOpen={open}
              />
            ) : undefined
          })}
        </div>
        {operator && <OperatorPanel operator={operator} onClose={close} />}
      </div>
    </div>
  )
}
