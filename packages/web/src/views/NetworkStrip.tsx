/** The whole network in order: what comes before the layers, every layer as a cell of its kind, what comes after. */
import { endsText, formatCount, formatSeconds, type GraphGroup, type NetworkGraph, shareText } from '@capline/core'
import { memo } from 'react'
import { Range } from '../parts/Range.tsx'

/** Kinds beyond these share the last tone; their names still differ. */
const TONES = 6

function jump(index: number): void {
  document.getElementById(`group-${index}`)?.scrollIntoView({ block: 'nearest', behavior: 'auto' })
  document.getElementById(`group-${index}`)?.focus({ preventScroll: true })
}

/** Kernels were priced: the engine's own time comes on top of a pass. */
function isPriced(graph: NetworkGraph): boolean {
  return graph.groups.some((group) => group.nodes.some((node) => node.range))
}

function Outside({ seconds }: { readonly seconds: number }) {
  if (seconds === 0) return undefined
  return seconds > 0 ? (
    <small title="Scheduling, sampling and gaps of the engine; stages of a pipeline that fill one after another.">
      {formatSeconds(seconds)} of it beyond the kernels
    </small>
  ) : (
    <small title="Exchange and work overlap: a step takes the longer of the two, so the shares add up to more than all.">
      {formatSeconds(-seconds)} of the operators hidden
    </small>
  )
}

function Block({ group }: { readonly group: GraphGroup }) {
  return (
    <button type="button" className="strip-block" onClick={() => jump(group.index)}>
      <span>
        {group.name}
        {group.repeat > 1 ? ` × ${formatCount(group.repeat)}` : ''}
      </span>
      <small>{shareText(group.share)}</small>
    </button>
  )
}

/** `5 × sliding, 1 × full` … as runs, for readers who cannot see the cells. */
function spokenOrder(graph: NetworkGraph): string {
  const names = new Map(graph.groups.map((group) => [group.index, group.name]))
  const runs: { name: string; count: number }[] = []
  for (const index of graph.layerOrder) {
    const name = names.get(index) ?? 'layer'
    const last = runs.at(-1)
    if (last?.name === name) last.count++
    else runs.push({ name, count: 1 })
  }
  return runs
    .slice(0, 40)
    .map((run) => `${run.count} × ${run.name}`)
    .join(', ')
}

export const NetworkStrip = memo(function NetworkStrip({ graph }: { readonly graph: NetworkGraph }) {
  const layers = graph.groups.filter((group) => group.part === 'layer')
  const first = graph.groups.findIndex((group) => group.part === 'layer')
  const before = graph.groups.filter((group, i) => group.part !== 'layer' && i < first)
  const after = graph.groups.filter((group, i) => group.part !== 'layer' && i > first)
  const tone = new Map(layers.map((group, i) => [group.index, Math.min(i, TONES - 1)]))
  return (
    <section className="strip" aria-label="Whole network">
      {before.map((group) => (
        <Block key={group.index} group={group} />
      ))}
      <div className="strip-layers">
        <div
          className="cells"
          role="img"
          aria-label={`${formatCount(graph.layerOrder.length)} layers in order: ${spokenOrder(graph)}`}
        >
          {graph.layerOrder.map((index, layer) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its place
            <span key={layer} className={`cell kind-${tone.get(index) ?? 0}`} />
          ))}
        </div>
        <div className="strip-kinds">
          {layers.map((group) => (
            <button key={group.index} type="button" className="strip-kind" onClick={() => jump(group.index)}>
              <span className={`swatch kind-${tone.get(group.index) ?? 0}`} aria-hidden="true" />
              {formatCount(group.repeat)} × {group.name}
              <small>{shareText(group.share)}</small>
            </button>
          ))}
        </div>
      </div>
      {after.map((group) => (
        <Block key={group.index} group={group} />
      ))}
      <p className="strip-total">
        <strong>{formatSeconds(graph.timeS)}</strong>
        <Range of={graph.range && endsText(graph.range)} />
        <small>
          {graph.phase === 'request' ? 'whole request' : graph.phase === 'decode' ? 'one decode step' : 'prefill'}
          {graph.phase !== 'request' && isPriced(graph) && ', kernels alone'}
        </small>
        <Outside seconds={graph.outsideS ?? 0} />
      </p>
    </section>
  )
})
