/** The answers with the chosen techniques, beside the baseline's, which stay where they are. */
import { useAsk } from '../app/client.ts'
import { usePart } from '../app/page.ts'
import { commandOf } from '../app/with.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { EffectBody } from './EffectParts.tsx'
import { GraphChanges } from './GraphChanges.tsx'
import '../styles/techniques.css'

export default function EffectSection() {
  const link = usePart((page) => page.link)
  const text = usePart((page) => page.with ?? '')
  const { value, problem, isPending } = useAsk('effect', { link, with: text })
  return (
    <section className="effect" aria-label="With techniques" aria-busy={isPending}>
      <header>
        <h2>
          With {value?.title ?? text} <small>beside the baseline above</small>
        </h2>
        {value && <p className="muted">{value.gains}</p>}
      </header>
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {!value && !problem && <p className="loading">Composing the techniques and pricing the operators again</p>}
      {value && (
        <>
          <EffectBody effect={value} label="With them" />
          <details>
            <summary>What they change in this network’s graph: {value.graph.operators.length} operators</summary>
            <GraphChanges graph={value.graph} />
          </details>
          <p className="command">
            In a terminal: <code>{commandOf(link, text)}</code>
          </p>
        </>
      )}
    </section>
  )
}
