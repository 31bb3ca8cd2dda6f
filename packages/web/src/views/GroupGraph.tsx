/**
 * One kind of layer as a graph. Nodes are coloured by what binds them and filled by their share of the time. One tab stop:
 * arrow keys go from operator to operator, Enter opens.
 */
import {
  endsText,
  formatCount,
  formatSeconds,
  type GraphGroup,
  type GraphNode,
  intervalText,
  operatorMarks,
  rangedText,
  shareText,
} from '@capline/core'
import { type KeyboardEvent, memo, useRef, useState } from 'react'
import type { OpenOperator } from '../app/page.ts'
import { Quiet } from '../parts/Quiet.tsx'
import type { GroupLayout, Placed } from '../worker/protocol.ts'

const WIDTH = 138
const PORT_WIDTH = 64
const PORT_HEIGHT = 24
/** A drawing shrinks to this before it scrolls. */
const SMALLEST = 0.72
/** Longer names are set narrower. */
const LONGEST_NAME = 15
const SQUEEZED = { textLength: WIDTH - 20, lengthAdjust: 'spacingAndGlyphs' } as const

interface Props {
  readonly group: GraphGroup
  readonly layout: GroupLayout
  /** Largest share of any operator of the network: a full node. */
  readonly heaviest: number
  readonly operator: OpenOperator | undefined
  readonly onOpen: (operator: OpenOperator) => void
}

/** Through the bends of the layout, with rounded corners. */
function pathOf(points: readonly Placed[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  const parts = [`M${first.x} ${first.y}`]
  for (let i = 0; i < rest.length; i++) {
    const at = rest[i] as Placed
    const next = rest[i + 1]
    if (next) parts.push(`Q${at.x} ${at.y} ${(at.x + next.x) / 2} ${(at.y + next.y) / 2}`)
    else parts.push(`L${at.x} ${at.y}`)
  }
  return parts.join('')
}

function Port({ id, at }: { readonly id: string; readonly at: Placed }) {
  return (
    <g className="port" transform={`translate(${at.x - PORT_WIDTH / 2} ${at.y - PORT_HEIGHT / 2})`}>
      <rect width={PORT_WIDTH} height={PORT_HEIGHT} rx={PORT_HEIGHT / 2} />
      <text x={PORT_WIDTH / 2} y={16} textAnchor="middle">
        {id}
      </text>
    </g>
  )
}

interface NodeProps {
  readonly node: GraphNode
  readonly at: Placed
  readonly height: number
  readonly heaviest: number
  readonly isOpen: boolean
  readonly isStop: boolean
  readonly onOpen: () => void
  readonly onFocus: () => void
  readonly onKey: (event: KeyboardEvent) => void
}

/** The interval of a priced time, and its warnings. */
function tale({ range }: GraphNode): string {
  if (!range) return ''
  const marks = operatorMarks(range).map((mark) => mark.text)
  return `, ${[`80 % interval ${intervalText(range.low, range.high)}`, ...marks].join(', ')}`
}

function OperatorNode({ node, at, height, heaviest, isOpen, isStop, onOpen, onFocus, onKey }: NodeProps) {
  const fill = heaviest > 0 ? Math.max(0.015, node.share / heaviest) : 0
  // What is written on it, first: the name people see is the name people say.
  const ends = node.range ? ` ${endsText(node.range)}` : ''
  const said = `${node.id} ${formatSeconds(node.timeS)}${ends} ${shareText(node.share)} of the time, ${node.bound}-bound${tale(node)}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button of HTML cannot stand inside a drawing
    <g
      className={`node ${node.bound ?? ''}${node.kind === 'collective' ? ' collective' : ''}${isOpen ? ' open' : ''}`}
      transform={`translate(${at.x - WIDTH / 2} ${at.y - height / 2})`}
      role="button"
      tabIndex={isStop ? 0 : -1}
      aria-label={said}
      aria-pressed={isOpen}
      data-node={node.id}
      onClick={onOpen}
      onFocus={onFocus}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault()
          onOpen()
        } else onKey(event)
      }}
    >
      <title>{said}</title>
      <rect className="body" width={WIDTH} height={height} rx={6} />
      <rect className="fill" width={WIDTH * fill} height={4} y={height - 4} />
      <rect className="edge" width={4} height={height} />
      <text className="name" x={12} y={18} {...(node.id.length > LONGEST_NAME ? SQUEEZED : {})}>
        {node.id}
      </text>{' '}
      <text className="time" x={12} y={32}>
        {formatSeconds(node.timeS)}
      </text>{' '}
      {node.range && (
        <text className="range" x={12} y={46}>
          {endsText(node.range)}
        </text>
      )}{' '}
      <text className="share" x={WIDTH - 8} y={32} textAnchor="end">
        {shareText(node.share)}
      </text>
    </g>
  )
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

export const GroupGraph = memo(function GroupGraph({ group, layout, heaviest, operator, onOpen }: Props) {
  const drawing = useRef<SVGSVGElement>(null)
  const [stop, setStop] = useState(0)
  const operators = group.nodes.filter((node) => node.kind !== 'port')
  const go = (event: KeyboardEvent, from: number) => {
    const step = STEPS[event.key] ?? 0
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? operators.length - 1 : from + step
    const node = operators[to]
    if (to === from || !node) return
    event.preventDefault()
    setStop(to)
    drawing.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(node.id)}"]`)?.focus()
  }
  const title = `${group.name}${group.repeat > 1 ? ` × ${formatCount(group.repeat)}` : ''}`
  return (
    <section className="group" id={`group-${group.index}`} tabIndex={-1} aria-label={title}>
      <h3>
        {title}
        <small>
          {rangedText(group.timeS, group.range)} · {shareText(group.share)}
        </small>
      </h3>
      <div className="group-drawing" style={{ width: `${layout.width}px` }}>
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing whose nodes are buttons */}
        <svg
          ref={drawing}
          role="group"
          aria-label={`Operators of ${group.name}`}
          style={{ minWidth: `${Math.round(layout.width * SMALLEST)}px` }}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
        >
          <Quiet className="edges">
            {layout.edges.map((points, i) => {
              const edge = group.edges[i]
              return <path key={`${edge?.from}>${edge?.to}`} d={pathOf(points)} />
            })}
          </Quiet>
          {group.nodes.map((node) => {
            const at = layout.nodes[node.id]
            if (!at) return undefined
            if (node.kind === 'port') return <Port key={node.id} id={node.id} at={at} />
            const place = operators.indexOf(node)
            return (
              <OperatorNode
                key={node.id}
                node={node}
                at={at}
                height={layout.nodeHeight}
                heaviest={heaviest}
                isOpen={operator?.group === group.index && operator.name === node.id}
                isStop={place === Math.min(stop, operators.length - 1)}
                onOpen={() => onOpen({ group: group.index, name: node.id })}
                onFocus={() => setStop(place)}
                onKey={(event) => go(event, place)}
              />
            )
          })}
        </svg>
      </div>
    </section>
  )
})
