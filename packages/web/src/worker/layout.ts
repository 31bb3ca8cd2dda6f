/**
 * Places the operators of a layer kind: dagre's layered layout, top to bottom, remembered by structure, so that a turned
 * knob changes colours and numbers but moves nothing.
 */

import type { GraphGroup } from '@capline/core'
import dagre from '@dagrejs/dagre'
import type { GroupLayout, Placed } from './protocol.ts'

const WIDTH = 138
/** Name and time; where kernels are priced, the interval of the time under it. */
const HEIGHTS = { plain: 42, ranged: 56 } as const
const PORT = { width: 64, height: 24 } as const

const MARGIN = 8

const known = new Map<string, GroupLayout>()

/** dagre's own size leaves out edges that bulge past the nodes: the frame is drawn around everything. */
function framed(
  nodes: Readonly<Record<string, Placed>>,
  edges: readonly (readonly Placed[])[],
  nodeHeight: number,
): GroupLayout {
  const half = { x: WIDTH / 2, y: nodeHeight / 2 }
  const corners = Object.values(nodes).flatMap(({ x, y }) => [
    { x: x - half.x, y: y - half.y },
    { x: x + half.x, y: y + half.y },
  ])
  const all = [...edges.flat(), ...corners]
  const left = Math.min(...all.map(({ x }) => x)) - MARGIN
  const top = Math.min(...all.map(({ y }) => y)) - MARGIN
  const move = ({ x, y }: Placed): Placed => ({ x: x - left, y: y - top })
  return {
    nodeHeight,
    width: Math.ceil(Math.max(...all.map(({ x }) => x)) + MARGIN - left),
    height: Math.ceil(Math.max(...all.map(({ y }) => y)) + MARGIN - top),
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, at]) => [id, move(at)])),
    edges: edges.map((points) => points.map(move)),
  }
}

export function layoutGroup(group: GraphGroup): GroupLayout {
  const height = group.nodes.some((node) => node.range) ? HEIGHTS.ranged : HEIGHTS.plain
  const key = JSON.stringify([height, group.nodes.map((node) => node.id), group.edges])
  const found = known.get(key)
  if (found) return found
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: 12, ranksep: 24, edgesep: 8, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of group.nodes) graph.setNode(node.id, node.kind === 'port' ? { ...PORT } : { width: WIDTH, height })
  for (const edge of group.edges) graph.setEdge(edge.from, edge.to)
  dagre.layout(graph)
  const nodes: Record<string, Placed> = {}
  for (const id of graph.nodes()) {
    const { x, y } = graph.node(id)
    nodes[id] = { x: Math.round(x), y: Math.round(y) }
  }
  const edges = group.edges.map((edge) =>
    graph.edge(edge.from, edge.to).points.map(({ x, y }: Placed): Placed => ({ x: Math.round(x), y: Math.round(y) })),
  )
  const layout = framed(nodes, edges, height)
  known.set(key, layout)
  return layout
}
