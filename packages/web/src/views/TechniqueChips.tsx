/** The techniques that are on: each a chip with its parameters, what is wrong with it, and how it goes with the others. */
import { memberParts, ok, type Result } from '@capline/core'
import { useAsk } from '../app/client.ts'
import { currentPage, update, usePart } from '../app/page.ts'
import { withoutMember, withParameter } from '../app/with.ts'
import { Choice } from '../parts/Choice.tsx'
import { plain } from '../parts/plain.ts'
import { TextField } from '../parts/TextField.tsx'
import type { ChosenMember, ChosenParameter, PairNote } from '../worker/techniques/protocol.ts'
import '../styles/techniques.css'

const SWITCH = [
  { id: 'on', name: 'on' },
  { id: 'off', name: 'off' },
]

/** The worker reads the value; the text of the address holds any. */
const readPlain = (text: string): Result<string> => ok(text)

/** The first clause: the rest is for those who point at it. */
const firstClause = (help: string) => help.split(/[;:(]/)[0]?.trim() ?? ''

function Parameter({ of, at }: { readonly of: ChosenParameter; readonly at: number }) {
  const { key, kind, name, unit, value, choices, help, assumed } = of
  if (key === undefined) return undefined
  const change = (next: string | undefined) => update({ with: withParameter(currentPage().with ?? '', at, key, next) })
  const label = `${name}${unit && unit !== 'share' && unit !== name ? `, ${unit}` : ''}`
  return (
    <div className="parameter" title={help}>
      {kind === 'choice' || kind === 'switch' ? (
        <Choice
          label={label}
          value={value}
          options={kind === 'switch' ? SWITCH : choices.map((id) => ({ id, name: id }))}
          onChange={change}
        />
      ) : (
        <TextField label={label} value={value} read={readPlain} onChange={change} />
      )}
      <p className="field-help">
        {assumed && (
          <span className="assumed" title="General knowledge: no document states it. Set it to what you know.">
            assumed
          </span>
        )}{' '}
        {firstClause(help)}
      </p>
    </div>
  )
}

function Notes({
  pairs,
  members,
  at,
}: {
  readonly pairs: readonly PairNote[]
  readonly members: readonly ChosenMember[]
  readonly at: number
}) {
  // Said at the later of the two: it is the one that was added.
  const own = pairs.filter(({ b }) => b === at)
  return own.map(({ a, kind, reasons, remedy }) => (
    <div key={a} className={`pair-note ${kind}`} role={kind === 'conflicting' ? 'alert' : undefined}>
      <strong>
        {kind === 'conflicting' ? 'Not with ' : 'Order matters with '}
        {members[a]?.id}
      </strong>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {kind === 'conflicting' ? remedy : 'They are applied in the one order that holds, whichever is named first.'}
    </div>
  ))
}

function Chip({
  member,
  at,
  pairs,
  members,
}: {
  readonly member: ChosenMember
  readonly at: number
  readonly pairs: readonly PairNote[]
  readonly members: readonly ChosenMember[]
}) {
  const { id, name, text, isShort, parameters, problem } = member
  const own = parameters.filter((one) => one.own)
  const rest = parameters.filter((one) => !one.own && one.key !== undefined)
  const set = memberParts(text).pieces.join(', ')
  const assumed = own.filter((one) => one.assumed).length
  const isBad =
    problem !== undefined || pairs.some(({ a, b, kind }) => kind === 'conflicting' && (a === at || b === at))
  return (
    <li className={isBad ? 'chip bad' : 'chip'}>
      <details>
        <summary>
          <span className="chip-name">{isShort ? id : name}</span> <small>{isShort ? name : set || id}</small>
        </summary>
        <div className="chip-body">
          {!isShort && (
            <button type="button" className="link" onClick={() => update({ view: 'techniques', technique: id }, true)}>
              About {name}
            </button>
          )}
          {assumed > 0 && (
            <p className="field-help">{assumed === 1 ? 'One value is' : `${assumed} values are`} assumed.</p>
          )}
          {own.map((one) => (
            <Parameter key={`${one.primitive}.${one.name}`} of={one} at={at} />
          ))}
          {rest.length > 0 && (
            <details className="more-parameters">
              <summary>{rest.length} more, at their defaults</summary>
              {rest.map((one) => (
                <Parameter key={`${one.primitive}.${one.name}`} of={one} at={at} />
              ))}
            </details>
          )}
        </div>
      </details>
      <button
        type="button"
        className="quiet"
        aria-label={`Turn off ${name}`}
        onClick={() => update({ with: withoutMember(currentPage().with ?? '', at) }, true)}
      >
        ×
      </button>
      {problem && (
        <p className="field-problem" role="alert">
          {plain(problem.reason)}. {plain(problem.remedy)}
        </p>
      )}
      <Notes pairs={pairs} members={members} at={at} />
    </li>
  )
}

export default function TechniqueChips() {
  const text = usePart((page) => page.with ?? '')
  const { value } = useAsk('chosen', text)
  if (!value) return <p className="field-help">Reading the techniques</p>
  return (
    <ul className="chips" aria-label="Techniques that are on">
      {value.members.map((member, at) => (
        <Chip key={member.id} member={member} at={at} pairs={value.pairs} members={value.members} />
      ))}
    </ul>
  )
}
