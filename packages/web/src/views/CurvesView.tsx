/** Any quantity over any knob, with the point asked, the knee and the limit of memory. */
import { CURVE_FIELDS, CURVE_QUANTITIES, type FieldName, flagOf } from '@capline/core'
import { useAsk } from '../app/client.ts'
import { update, usePage } from '../app/page.ts'
import { Choice } from '../parts/Choice.tsx'
import { Plot } from '../parts/Plot.tsx'
import { ProblemNote } from '../parts/ProblemNote.tsx'
import { BasisBadge } from './BasisBadge.tsx'
import { NumberButton } from './NumberButton.tsx'

const NAMES: { readonly [F in FieldName]?: string } = {
  batch: 'sequences at once',
  prompt: 'prompt tokens',
  output: 'output tokens',
  prefix: 'shared prefix',
  items: 'pictures or clips',
  batchTokens: 'prefill chunk',
  weights: 'format of weights',
  activations: 'format of activations',
  kv: 'format of the KV cache',
  attention: 'attention kernel',
  bandwidth: 'memory bandwidth',
  peak: 'matrix peak',
  memory: 'memory size',
  utilization: 'usable share of memory',
  price: 'rent per hour',
  basis: 'basis',
  engine: 'engine',
  layout: 'layout',
  tp: 'tensor parallel',
  pp: 'pipeline stages',
  dp: 'whole copies',
  ep: 'expert parallel',
  attentionDp: 'attention-data groups',
  cp: 'context parallel',
  sequenceParallel: 'norms split too',
  overlap: 'exchange overlaps',
  cpExchange: 'context exchange',
  cpOrder: 'order of tokens',
  nodes: 'nodes',
}

const OVER = CURVE_FIELDS.map((id) => ({ id, name: NAMES[id] ?? flagOf(id) }))
const QUANTITIES = Object.entries(CURVE_QUANTITIES).map(([id, { label }]) => ({ id, name: label }))

export default function CurvesView() {
  const { link, over, quantity } = usePage()
  const { value, problem } = useAsk('curve', { link, over, quantity })
  return (
    <div className="curves">
      <div className="view-bar">
        <Choice label="Show" value={quantity} options={QUANTITIES} onChange={(id) => update({ quantity: id })} />
        <Choice label="over" value={over} options={OVER} onChange={(id) => update({ over: id as FieldName })} />
        <BasisBadge />
      </div>
      {problem && <ProblemNote problem={problem} keeps={value !== undefined} />}
      {value ? (
        <>
          <Plot chart={value} height={440} />
          <p className="muted">
            {value.description}
            {value.rules.some((rule) => rule.label.startsWith('knee')) &&
              ' The knee is where doubling what is below moves what is at the left by a factor of √2.'}{' '}
            <NumberButton id={quantity} className="link">
              How this number is made
            </NumberButton>
          </p>
        </>
      ) : (
        !problem && <p className="loading">Sweeping</p>
      )}
    </div>
  )
}
