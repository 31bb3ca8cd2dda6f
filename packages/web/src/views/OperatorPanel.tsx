/** One operator in full: shape, formula with numbers put in, bytes by role, and its dot on the roofline. */
import { formatPercent, type PhaseSheet } from '@capline/core'
import { useEffect, useRef } from 'react'
import { useAsk } from '../app/client.ts'
import { type OpenOperator, usePage } from '../app/page.ts'
import { Formulas } from '../parts/Formulas.tsx'
import { Plot } from '../parts/Plot.tsx'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { Cautions } from './BasisBadge.tsx'

function Phase({ sheet }: { readonly sheet: PhaseSheet }) {
  return (
    <section className="phase-sheet" aria-label={sheet.title}>
      <h4>
        {sheet.title} <span className={`bound ${sheet.bound}`}>{sheet.bound}-bound</span>
        <Cautions marks={sheet.marks} />
      </h4>
      <dl className="facts">
        {sheet.facts.map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>
              {fact.value}
              {fact.note && <small>{fact.note}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {sheet.bytes.length > 0 && (
        <ul className="byte-roles" aria-label="Bytes by role">
          {sheet.bytes.map((role) => (
            <li key={role.role}>
              <span>{role.role}</span>
              <span>{role.text}</span>
              <span className="byte-share" aria-hidden="true">
                <span style={{ width: `${100 * role.share}%` }} />
              </span>
              <span className="hidden">{formatPercent(role.share)}</span>
            </li>
          ))}
        </ul>
      )}
      <Formulas formulas={sheet.formulas} />
    </section>
  )
}

interface Props {
  readonly operator: OpenOperator
  readonly onClose: () => void
}

export function OperatorPanel({ operator, onClose }: Props) {
  const { link, phase } = usePage()
  const { value, problem } = useAsk('operator', { link, phase, group: operator.group, name: operator.name })
  const roofline = useAsk('roofline', { link })
  const heading = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus moves when another operator is opened
  useEffect(() => {
    heading.current?.focus({ preventScroll: window.matchMedia('(min-width: 1100px)').matches })
  }, [operator.group, operator.name])
  const chart = roofline.value?.[0]
  const points = value?.phases.flatMap((sheet) => (sheet.point ? [{ ...sheet.point, tone: sheet.phase }] : [])) ?? []
  return (
    <aside
      className="operator"
      aria-label="Operator"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header>
        <h3 ref={heading} tabIndex={-1}>
          {operator.name}
        </h3>
        <button type="button" className="quiet" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {value && (
        <>
          <p className="muted">
            {value.about}, in {value.layer}
            {value.repeat > 1 && ` × ${value.repeat}`}. Reads {value.reads.join(', ')}. Numbers are of one instance.
          </p>
          {value.phases.map((sheet) => (
            <Phase key={sheet.phase} sheet={sheet} />
          ))}
          {value.phases.length === 0 && <p>It does nothing in this phase.</p>}
          <dl className="facts">
            {value.facts.map((fact) => (
              <div key={fact.label}>
                <dt>{fact.label}</dt>
                <dd>
                  {fact.value}
                  {fact.note && <small>{fact.note}</small>}
                </dd>
              </div>
            ))}
          </dl>
          {chart && points.length > 0 && <Plot chart={chart} height={260} highlights={points} isSmall />}
        </>
      )}
    </aside>
  )
}
