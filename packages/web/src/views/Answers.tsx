/** The answers first: verdict, inverse answers, times, price; the memory bar with its context slider; what binds. */
import type { Answers as AnswersData, Explanation, Problem } from '@capline/core'
import { memo } from 'react'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { plain } from '../parts/plain.ts'
import { BasisBadge, Cautions } from './BasisBadge.tsx'
import { LayoutPanel } from './LayoutPanel.tsx'
import { MemoryBar } from './MemoryBar.tsx'
import { NumberButton } from './NumberButton.tsx'

interface Props {
  readonly answers: AnswersData | undefined
  readonly why: readonly Explanation[] | undefined
  readonly problem: Problem | undefined
}

const MARKS = { fits: '✓', 'too-big': '✕', unknown: '?' } as const

function Why({ why }: { readonly why: readonly Explanation[] }) {
  return (
    <section className="why" aria-label="What binds">
      <h2>What binds</h2>
      <ul>
        {why.map((one) => (
          <li key={one.phase}>
            <span className={`bound ${one.bound}`}>{one.bound}</span>
            <span>{one.text.charAt(0).toUpperCase() + one.text.slice(1)}</span>
            {one.remedies.length > 0 && (
              <ul>
                {one.remedies.map((remedy) => (
                  <li key={remedy.name}>{remedy.text}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Drawn again when there are new answers, not while they are being worked out. */
export const Answers = memo(function Answers({ answers, why, problem }: Props) {
  return (
    <section className="answers" aria-label="Answers">
      {problem && <ProblemNote problem={problem} keeps={answers !== undefined} />}
      {!answers && <h1 className="hidden">{problem ? 'No answer yet' : 'Capline'}</h1>}
      {!answers && !problem && <p className="loading">Working out the first answers</p>}
      {answers && (
        <>
          <header>
            <h1>{answers.title}</h1>
            <p className="muted">{answers.subtitle}</p>
            <p className="basis-line">
              <BasisBadge />
              <Cautions marks={answers.marks} />
            </p>
            <p className={`verdict ${answers.verdict}`} aria-live="polite">
              <span aria-hidden="true">{MARKS[answers.verdict]}</span>
              {plain(answers.headline)}
            </p>
          </header>
          <div className="tiles">
            {answers.tiles.map((tile) => (
              <NumberButton key={tile.id} id={tile.id} className={tile.alarm ? 'tile alarm' : 'tile'}>
                <span className="tile-label">{tile.label}</span>
                <span className="tile-value">{tile.value}</span>
                {tile.range && <span className="tile-range">{tile.range}</span>}
                {tile.note && <span className="tile-note">{tile.note}</span>}
                {tile.marks && (
                  <span className="tile-marks">
                    <Cautions marks={tile.marks} />
                  </span>
                )}
              </NumberButton>
            ))}
          </div>
          {answers.problem && <ProblemNote problem={answers.problem} />}
          <MemoryBar answers={answers} />
          <LayoutPanel layout={answers.layout} />
          {why && <Why why={why} />}
          <details className="notes">
            <summary>How far to trust these numbers</summary>
            <ul>
              {answers.notes.map((note) => (
                <li key={note}>{plain(note)}</li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  )
})
