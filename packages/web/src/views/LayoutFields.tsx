/** How several accelerators share the model: one way for all, the best of all legal ones, or every axis by number. */
import { FIELDS, type FieldName, fieldText, type LayoutAxis, readField } from '@capline/core'
import { namesAxes, withAxis, withLayout } from '../app/layout.ts'
import { ask, currentPage, setField, usePart } from '../app/page.ts'
import { useProblemOf } from '../app/problem.ts'
import { Choice } from '../parts/Choice.tsx'
import { TextField } from '../parts/TextField.tsx'

const WAYS = [
  { id: 'auto', name: 'best of all legal ones' },
  { id: 'tensor', name: 'tensor: heads and columns split' },
  { id: 'pipeline', name: 'pipeline: layers split' },
  { id: 'data', name: 'data: whole copies' },
  { id: 'expert', name: 'expert: experts split' },
]
const NAMED = { id: 'named', name: 'as numbered below' }

const AXES: readonly (readonly [axis: LayoutAxis, label: string])[] = [
  ['tp', 'Tensor'],
  ['pp', 'Pipeline'],
  ['dp', 'Data'],
  ['ep', 'Expert'],
  ['attentionDp', 'Attention-data'],
  ['cp', 'Context'],
]

function read(name: FieldName, text: string | undefined): number | undefined {
  const value = text === undefined ? undefined : readField(name, name, text)
  return value?.ok && typeof value.value === 'number' ? value.value : undefined
}

function Axis({ axis, label }: { readonly axis: LayoutAxis; readonly label: string }) {
  const value = usePart(({ link }) => link.question[axis])
  return (
    <TextField
      label={label}
      title={FIELDS[axis].help}
      value={value === undefined ? '' : String(value)}
      placeholder="1"
      read={(text) => readField(axis, label, text)}
      problem={useProblemOf(axis)}
      onChange={(text) => ask(withAxis(currentPage().link, axis, read(axis, text)))}
    />
  )
}

/** What goes with a layout: two choices each, the first is the default. */
const SWITCHES = [
  ['sequenceParallel', 'Norms split too', ['off', 'on']],
  ['overlap', 'Exchange overlaps', ['off', 'on']],
  ['ring', 'Ring of a prompt', ['striped', 'contiguous']],
] as const

interface SwitchProps {
  readonly name: (typeof SWITCHES)[number][0]
  readonly label: string
  readonly choices: readonly [string, string]
}

function Switch({ name, label, choices }: SwitchProps) {
  const value = usePart(({ link }) => String(link.question[name] ?? choices[0]))
  return (
    <Choice
      label={label}
      title={FIELDS[name].help}
      value={value}
      options={choices.map((id) => ({ id, name: id }))}
      problem={useProblemOf(name)}
      onChange={(id) => setField(name, id === choices[0] ? undefined : id)}
    />
  )
}

/** What the fold holds besides the axes. */
const BESIDE = ['nodes', 'network', 'sequenceParallel', 'overlap', 'ring'] as const

function Nodes() {
  const { nodes, network } = usePart(({ link }) => link.question)
  return (
    <>
      <TextField
        label="Nodes"
        title={FIELDS.nodes.help}
        value={nodes === undefined ? '' : String(nodes)}
        placeholder="as few as hold them"
        read={(text) => readField('nodes', 'nodes', text)}
        problem={useProblemOf('nodes')}
        onChange={(text) => setField('nodes', read('nodes', text))}
      />
      <TextField
        label="Network between nodes"
        value={network === undefined ? '' : fieldText('network', network)}
        placeholder="none"
        help="Per adapter: 400Gb/s, ib-ndr, roce-400, 100GbE; 8x400Gb/s for eight adapters a node"
        read={(text) => readField('network', 'network', text)}
        problem={useProblemOf('network')}
        onChange={(text) => setField('network', text)}
      />
    </>
  )
}

export function LayoutFields() {
  const count = usePart(({ link }) => link.count)
  const isNamed = usePart(({ link }) => namesAxes(link))
  const layout = usePart(({ link }) => String(link.question.layout ?? 'auto'))
  const isSet = usePart(({ link }) => namesAxes(link) || BESIDE.some((name) => link.question[name] !== undefined))
  // Where a network is missing, its field is in sight.
  const asks = useProblemOf('network')
  const refused = useLayoutProblem()
  return (
    <div className="layout-fields">
      {(count > 1 || isNamed) && (
        <Choice
          label="Shared by"
          value={isNamed ? NAMED.id : layout}
          options={isNamed ? [...WAYS, NAMED] : WAYS}
          problem={refused}
          onChange={(id) => {
            if (id !== NAMED.id) ask(withLayout(currentPage().link, id))
          }}
        />
      )}
      <details className="axes" open={isSet || asks !== undefined || undefined}>
        <summary>Axes by number, nodes, network</summary>
        <div className="axes-grid">
          {AXES.map(([axis, label]) => (
            <Axis key={axis} axis={axis} label={label} />
          ))}
        </div>
        <p className="field-help">
          Their product is the count. Expert alone also splits attention, over the sequences.
        </p>
        <div className="axes-grid">
          {SWITCHES.map(([name, label, choices]) => (
            <Switch key={name} name={name} label={label} choices={choices} />
          ))}
        </div>
        <Nodes />
      </details>
    </div>
  )
}

/** A way for all is refused by the axis it stands for. */
function useLayoutProblem() {
  const [own, tp, pp, dp, ep] = [
    useProblemOf('layout'),
    useProblemOf('tp'),
    useProblemOf('pp'),
    useProblemOf('dp'),
    useProblemOf('ep'),
  ]
  const isNamed = usePart(({ link }) => namesAxes(link))
  return own ?? (isNamed ? undefined : (tp ?? pp ?? dp ?? ep))
}
