/** A number that opens its explanation: formula, terms, sources, basis. */
import type { NumberExplanation, QuestionLink } from '@capline/core'
import { type ReactNode, useRef, useSyncExternalStore } from 'react'
import { Dialog, Heading, Popover } from 'react-aria-components'
import { useAsk } from '../app/client.ts'
import { usePage } from '../app/page.ts'
import { Formulas } from '../parts/Formulas.tsx'
import { ProblemNote } from '../parts/ProblemNote.tsx'

function Body({ explanation }: { readonly explanation: NumberExplanation }) {
  const { title, meaning, formulas, terms, basis, sources } = explanation
  return (
    <>
      <Heading slot="title">{title}</Heading>
      <p>{meaning}</p>
      <Formulas formulas={formulas} />
      {terms.length > 0 && (
        <dl className="terms">
          {terms.map((term, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: terms may repeat and never move
            <div key={i}>
              <dt>{term.label}</dt>
              <dd>
                {term.value}
                {term.note && <small>{term.note}</small>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="basis">
        <strong>Basis.</strong> {basis}
      </p>
      {sources.length > 0 && (
        <ul className="sources">
          {sources.map((source) => (
            <li key={source.text}>
              {source.url?.startsWith('https://') ? (
                <a href={source.url} rel="noreferrer" target="_blank">
                  {source.text}
                </a>
              ) : (
                source.text
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Explanation({ id, of }: { readonly id: string; readonly of: QuestionLink | undefined }) {
  const page = usePage()
  const link = of ?? page.link
  const { value, problem } = useAsk('explain', { link, id })
  if (value) return <Body explanation={value} />
  return problem ? <ProblemNote problem={problem} /> : <Heading slot="title">Looking it up</Heading>
}

interface Props {
  readonly id: string
  /** The question whose number it is; absent: the page's. */
  readonly of?: QuestionLink
  readonly className: string
  readonly children: ReactNode
}

interface Opened {
  readonly id: string
  readonly of: QuestionLink | undefined
  readonly by: HTMLElement
}

let opened: Opened | undefined
let tell: () => void = () => {}

function setOpened(next: Opened | undefined): void {
  opened = next
  tell()
}

function subscribe(listener: () => void): () => void {
  tell = listener
  return () => {
    tell = () => {}
  }
}

/** A plain button: many of them are drawn again with every answer. What it opens is `Explanations`, once for all. */
export function NumberButton({ id, of, className, children }: Props) {
  return (
    <button
      type="button"
      className={className}
      aria-haspopup="dialog"
      onClick={(event) => setOpened({ id, of, by: event.currentTarget })}
    >
      {children}
    </button>
  )
}

/** The explanation that is open, beside the number it explains. */
export function Explanations() {
  const now = useSyncExternalStore(subscribe, () => opened)
  const by = useRef<HTMLElement>(null)
  by.current = now?.by ?? null
  // A place of its own in the page, so that what opens lies in a landmark.
  const overlay = document.getElementById('overlay')
  return (
    <Popover
      className="popover explain"
      placement="bottom start"
      triggerRef={by}
      isOpen={now !== undefined}
      onOpenChange={(isOpen) => {
        if (!isOpen) setOpened(undefined)
      }}
      {...(overlay ? { UNSTABLE_portalContainer: overlay } : {})}
    >
      <Dialog className="dialog">{now && <Explanation id={now.id} of={now.of} />}</Dialog>
    </Popover>
  )
}
