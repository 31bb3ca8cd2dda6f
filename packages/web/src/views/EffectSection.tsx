/** The answers with the chosen techniques, beside the baseline's, which stay where they are. */
import { useAsk } from '../app/client.ts'
import { usePart } from '../app/page.ts'
import { commandOf } from '../app/with.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { EffectBody } from './EffectParts.tsx'
import { GraphChanges } from './GraphChanges.tsx'
import { Levels } from './Levels.tsx'
import '../styles/techniques.css'

const LEVEL_MARKS = { holds: '✓', fails: '✕', undecided: '?' } as const
const LEVEL_TONES = { holds: 'better', fails: 'worse', undecided: 'muted' } as const

export default function EffectSection() {
  const link = usePart((page) => page.link)
  const text = usePart((page) => page.with ?? '')
  const levels = usePart((page) => page.levels ?? '')
  const { value, problem, isPending } = useAsk('effect', { link, with: text, levels })
  return (
    <section className="effect" aria-label="With techniques" aria-busy={isPending}>
      <header>
        <h2>
          With {value?.title ?? text} <small>beside the baseline above</small>
        </h2>
        {value && <p className="muted">{value.gains}</p>}
      </header>
      <Levels />
      {value && value.levels.length > 0 && (
        <ul className="level-lines" aria-label="Whether the levels hold">
          {value.levels.map(({ text: line, holds }) => (
            <li key={line} className={LEVEL_TONES[holds]}>
              <span aria-hidden="true">{LEVEL_MARKS[holds]}</span> <span className="hidden">{holds}: </span>
              {line}
            </li>
          ))}
        </ul>
      )}
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
