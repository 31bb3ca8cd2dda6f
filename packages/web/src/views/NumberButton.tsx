/** A number that opens its explanation: formula, terms, sources, basis. */
import type { NumberExplanation } from '@capline/core'
import type { ReactNode } from 'react'
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components'
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

function Explanation({ id }: { readonly id: string }) {
  const { link } = usePage()
  const { value, problem } = useAsk('explain', { link, id })
  if (value) return <Body explanation={value} />
  return problem ? <ProblemNote problem={problem} /> : <Heading slot="title">Looking it up</Heading>
}

interface Props {
  readonly id: string
  readonly className: string
  readonly children: ReactNode
}

export function NumberButton({ id, className, children }: Props) {
  // A place of its own in the page, so that what opens lies in a landmark.
  const overlay = document.getElementById('overlay')
  return (
    <DialogTrigger>
      <Button className={className}>{children}</Button>
      <Popover
        className="popover explain"
        placement="bottom start"
        {...(overlay ? { UNSTABLE_portalContainer: overlay } : {})}
      >
        <Dialog className="dialog">
          <Explanation id={id} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
