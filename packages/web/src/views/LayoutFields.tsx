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

const ON_OFF = [
  { id: 'off', name: 'off' },
  { id: 'on', name: 'on' },
]

/** What goes with a layout; the first choice is the default. `split`: of a context that is split. */
const SWITCHES = [
  { name: 'sequenceParallel', label: 'Norms split too', split: false, options: ON_OFF },
  { name: 'overlap', label: 'Exchange overlaps', split: false, options: ON_OFF },
  {
    name: 'cpExchange',
    label: 'Context exchange',
    split: true,
    options: [
      { id: 'ring', name: 'ring' },
      { id: 'two-level-ring', name: 'two-level ring' },
      { id: 'query', name: 'queries travel' },
      { id: 'all-to-all', name: 'all-to-all' },
    ],
  },
  {
    name: 'cpOrder',
    label: 'Order of tokens',
    split: true,
    options: [
      { id: 'striped', name: 'striped' },
      { id: 'contiguous', name: 'contiguous' },
    ],
  },
] as const

type SwitchProps = Pick<(typeof SWITCHES)[number], 'name' | 'label' | 'options'>

function Switch({ name, label, options }: SwitchProps) {
  const value = usePart(({ link }) => String(link.question[name] ?? options[0]?.id))
  return (
    <Choice
      label={label}
      title={FIELDS[name].help}
      value={value}
      options={options}
      problem={useProblemOf(name)}
      onChange={(id) => setField(name, id === options[0]?.id ? undefined : id)}
    />
  )
}

/** What the fold holds besides the axes. */
const BESIDE = ['nodes', 'network', ...SWITCHES.map(({ name }) => name)] as const

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
  const isSplit = usePart(({ link }) => (link.question.cp ?? 1) !== 1)
  const made = usePart(({ link }) =>
    SWITCHES.filter(({ name }) => link.question[name] !== undefined)
      .map(({ name }) => name)
      .join(),
  )
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
          {/* A choice that was made stays in sight where the context is whole again. */}
          {SWITCHES.filter(({ name, split }) => !split || isSplit || made.split(',').includes(name)).map(
            ({ name, label, options }) => (
              <Switch key={name} name={name} label={label} options={options} />
            ),
          )}
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
