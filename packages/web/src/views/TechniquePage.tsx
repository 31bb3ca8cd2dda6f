/** One technique: how it works, where it is from, what is claimed and measured of it, and what it does in this question. */
import { useEffect, useRef } from 'react'
import { useAsk } from '../app/client.ts'
import { update, usePart } from '../app/page.ts'
import { useRested } from '../app/useRested.ts'
import { hasMember, turnOff, turnOn } from '../app/with.ts'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import type { ClaimLine, TechniqueAnswer } from '../worker/techniques/protocol.ts'
import { EffectBody, Reasons } from './EffectParts.tsx'
import { EvidenceTables } from './EvidenceTables.tsx'
import { GraphChanges } from './GraphChanges.tsx'

function Facts({ value }: { readonly value: TechniqueAnswer }) {
  const { sheet, typeText, placesText, citations, cells } = value
  return (
    <dl className="facts technique-facts">
      <div>
        <dt>Type, as printed</dt>
        <dd>{typeText}</dd>
      </div>
      <div>
        <dt>Family, layer</dt>
        <dd>
          {sheet.familyTitle}, {sheet.layer}
        </dd>
      </div>
      <div>
        <dt>In the documents</dt>
        <dd>{placesText}</dd>
      </div>
      {citations.length > 0 && (
        <div>
          <dt>Cited as</dt>
          <dd>
            {citations.map(({ text, url }) => (
              <span key={text} className="citation">
                {url ? (
                  <a href={url} target="_blank" rel="noreferrer noopener">
                    {text}
                  </a>
                ) : (
                  text
                )}
              </span>
            ))}
          </dd>
        </div>
      )}
      {cells.length > 0 && (
        <div>
          <dt>Taxonomy</dt>
          <dd>
            {cells.map((text) => (
              <span key={text} className="citation">
                {text}
              </span>
            ))}
          </dd>
        </div>
      )}
      <div>
        <dt>Training</dt>
        <dd>{sheet.training ?? 'none'}</dd>
      </div>
      {sheet.observes && (
        <div>
          <dt>Only observes</dt>
          <dd>
            measures {sheet.observes.measures}; needs {sheet.observes.needs}
          </dd>
        </div>
      )}
    </dl>
  )
}

const valueText = (value: string | number | boolean) =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

function Primitives({ sheet }: Pick<TechniqueAnswer, 'sheet'>) {
  if (sheet.primitives.length === 0) return undefined
  return (
    <section>
      <h3>
        Primitives <small>what it changes, and with which values; assumed ones can be set where it is turned on</small>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <section className="scroll" tabIndex={0} aria-label="Primitives">
        <table className="wrapping">
          <tbody>
            {sheet.primitives.flatMap(({ primitive, parameters }, at) =>
              (parameters.length > 0 ? parameters : [undefined]).map((one, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: one primitive may be used twice
                <tr key={`${at}.${one?.name ?? ''}`}>
                  {i === 0 ? <th scope="row">{primitive}</th> : <td />}
                  <td>{one?.name ?? 'at its defaults'}</td>
                  <td className="right">
                    {one && valueText(one.value)} {one?.unit && one.unit !== 'share' ? one.unit : ''}
                  </td>
                  <td>
                    {one?.assumed && <span className="assumed">assumed</span>}
                    {one?.describes && <small className="muted">describes, not priced</small>}
                  </td>
                  <td className="help">{one?.help}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Engines({ sheet }: Pick<TechniqueAnswer, 'sheet'>) {
  return (
    <section>
      <h3>Engines</h3>
      {sheet.engines.length === 0 ? (
        <p className="muted">No engine is known to offer it.</p>
      ) : (
        <ul className="plain-list">
          {sheet.engines.map(({ engine, flag, note }) => (
            <li key={engine + flag}>
              {engine}: <code>{flag}</code> {note && <small className="muted">{note}</small>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const VERDICTS: Readonly<Record<ClaimLine['verdict'], string>> = {
  'as stated': 'better',
  'not as stated': 'worse',
  'not computed': 'muted',
  'an input': 'muted',
}

function Claims({ claims }: { readonly claims: readonly ClaimLine[] }) {
  if (claims.length === 0) return undefined
  return (
    <section>
      <h3>
        Claims <small>what the documents state, and what the model makes of it</small>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <section className="scroll" tabIndex={0} aria-label="Claims">
        <table className="wrapping">
          <thead>
            <tr>
              <th scope="col">Claim</th>
              <th scope="col">Stated</th>
              <th scope="col">Computed</th>
              <th scope="col">How</th>
            </tr>
          </thead>
          <tbody>
            {claims.map((claim) => (
              <tr key={claim.text + claim.stated}>
                <td className="help">{claim.text}</td>
                <td>{claim.stated || 'no number'}</td>
                <td className={VERDICTS[claim.verdict]}>
                  {claim.computed} {claim.verdict}
                </td>
                <td className="help">{claim.how}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

export function TechniquePage({ id }: { readonly id: string }) {
  const link = useRested(
    usePart((page) => page.link),
    250,
  )
  const text = usePart((page) => page.with ?? '')
  const { value, problem, isPending } = useAsk('technique', link && { link, id })
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = value?.sheet.id
  useEffect(() => {
    if (shown) heading.current?.closest('.views')?.scrollIntoView()
  }, [shown])
  const isOn = hasMember(text, value?.sheet.id ?? id)
  return (
    <article className="technique" aria-busy={isPending}>
      <div className="view-bar">
        <button type="button" onClick={() => update({ technique: '' }, true)}>
          ← All techniques
        </button>
        {value && !value.sheet.observes && (
          <button
            type="button"
            className={isOn ? '' : 'primary'}
            onClick={() => (isOn ? turnOff(value.sheet.id) : turnOn(value.sheet.id))}
          >
            {isOn ? 'Turn off' : 'Turn on'}
          </button>
        )}
      </div>
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {!value && !problem && <p className="loading">Opening its page</p>}
      {value && (
        <>
          <header>
            <h2 ref={heading}>{value.sheet.name}</h2>
            <p>
              {value.sheet.mechanism}
              {value.sheet.onlyNamed && (
                <span className="assumed" title="The documents name it without saying how it works.">
                  general knowledge
                </span>
              )}
            </p>
          </header>
          <Facts value={value} />
          <Reasons
            title="Notes"
            lines={[
              ...value.sheet.notes,
              ...value.sheet.slips.map(({ printed, instead }) => `A slip: “${printed}” is printed; ${instead}.`),
            ]}
          />
          <Primitives sheet={value.sheet} />
          <Engines sheet={value.sheet} />
          <Claims claims={value.claims} />
          <section className="technique-here">
            <h3>
              In this question <small>by itself, with these values, beside the baseline</small>
            </h3>
            {value.problem && <ProblemNote problem={value.problem} />}
            {value.effect && (
              <>
                <Reasons title="Against its printed type" lines={value.audit} />
                <EffectBody effect={value.effect} label="With it" />
              </>
            )}
          </section>
          {value.effect && <GraphChanges graph={value.effect.graph} />}
          {link && <EvidenceTables id={value.sheet.id} model={link.model} />}
        </>
      )}
    </article>
  )
}
