/** Figure 5 of the CAP survey: attention of one decode step whose cache lies on several workers. */

import { logDomain, type Point, type SeriesTone } from '../../report/chart.ts'
import { formatByteRate, formatBytes, formatCount, formatSeconds } from '../../units/format.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { DataRow, Figure, Settings } from '../figure.ts'
import type { DiagramBox, DiagramPanel } from '../panel.ts'
import { acceleratorOf, modelOf, numberAt, numbersAt } from '../settings.ts'
import { doublings, roofsFor } from '../viewer/bench.ts'
import { ELEMENT_BYTES, type Heads, headsOf, LINK, linkOf, RING_ACCELERATOR, RING_MODEL } from './ring.ts'
import { type DistributedDecode, distributedDecode } from './ringSchedule.ts'

const TONES: readonly SeriesTone[] = ['s1', 's2', 's3', 's4', 's5', 's6']

/** Maximum and sum of a head's softmax, in 32 bit. */
const SOFTMAX_BYTES = 8

interface Setting {
  readonly heads: Heads
  readonly layers: number
  readonly memoryBytePerS: number
  readonly linkBytePerS: number
  readonly latencyS: number
}

function settingOf(settings: Settings): Result<Setting & { readonly linkName: string }> {
  const model = modelOf(settings)
  const heads = headsOf(model)
  if (!heads.ok) return heads
  const link = linkOf(settings)
  if (!link.ok) return link
  const roofs = roofsFor({ ...settings, choices: { convention: 'exact' } })
  if (!roofs.ok) return roofs
  const layers = model.stack.order.filter((kind) => {
    const mixer = model.stack.kinds[kind]?.mixer
    return mixer?.kind === 'attention' && mixer.pattern.kind === 'causal'
  }).length
  if (layers === 0) return fail('model', `${model.name} has no attention layer`, 'Choose another model')
  return ok({
    heads: heads.value,
    layers,
    memoryBytePerS: roofs.value.bandwidthBytePerS,
    linkBytePerS: link.value.bandwidthBytePerS,
    linkName: link.value.name,
    latencyS: numberAt(settings, 'latency'),
  })
}

function decodeAt(setting: Setting, workers: number, contextTokens: number): DistributedDecode {
  const { heads, layers, memoryBytePerS, linkBytePerS, latencyS } = setting
  const queryBytes = heads.numQHeads * heads.headDim * ELEMENT_BYTES
  return distributedDecode({
    workers,
    layers,
    sequences: 1,
    contextTokens,
    kvBytesPerToken: 2 * heads.numKvHeads * heads.headDim * ELEMENT_BYTES,
    queryBytes,
    partialBytes: queryBytes + heads.numQHeads * SOFTMAX_BYTES,
    memoryBandwidthBytePerS: memoryBytePerS,
    linkBandwidthBytePerS: linkBytePerS,
    linkLatencyS: latencyS,
  })
}

/** The step as the figure shows it, with the bytes of one layer. */
function workflow(setting: Setting, shown: number): DiagramPanel {
  const { heads } = setting
  const query = heads.numQHeads * heads.headDim * ELEMENT_BYTES
  const middle = (shown - 1) / 2
  const workers = Array.from({ length: shown }, (_, i) => `w${i}`)
  const boxes: DiagramBox[] = [
    { id: 'query', lines: ['query of one token', formatBytes(query)], column: middle, row: 0, tone: 's2' },
    ...workers.map((id, i) => ({
      id,
      lines: [`worker ${i}`, 'its keys and values'],
      column: i,
      row: 1.1,
      tone: 's1' as const,
    })),
    {
      id: 'merge',
      lines: ['merge by maxima and sums', `${formatBytes(query + heads.numQHeads * SOFTMAX_BYTES)} from each`],
      column: middle - 0.15,
      row: 2.2,
      width: 1.3,
      tone: 's3',
    },
  ]
  return {
    kind: 'diagram',
    title: 'One layer of one decode step',
    columns: shown,
    rows: 3.2,
    boxes,
    edges: workers.flatMap((id) => [
      { from: 'query', to: id, text: 'the query is sent', straight: true },
      { from: id, to: 'merge', text: 'partial output, maximum and sum come back', straight: true },
    ]),
  }
}

export const CAP_FIGURE_5: Figure = {
  id: 'cap-5',
  document: 'cap',
  number: '5',
  title: 'Distributed attention in decode: the query goes to the keys',
  section: '2.4.3',
  caption:
    'The query is one token long and the cache already lies on several workers, so the query travels and the cache stays: each ' +
    'worker attends its own keys, and the partial softmaxes are merged. What crosses the link does not depend on the context.',
  parameters: [
    RING_MODEL,
    RING_ACCELERATOR,
    LINK,
    {
      id: 'workers',
      kind: 'batch',
      default: doublings(1, 512, 1),
      range: [1, 4096],
      help: 'workers that hold the cache',
    },
    {
      id: 'context',
      kind: 'tokens',
      default: [32_768, 131_072, 1_048_576],
      range: [1, 1e9],
      most: 6,
      help: 'cached tokens',
    },
    {
      id: 'latency',
      kind: 'seconds',
      default: [5e-6],
      range: [0, 1],
      most: 1,
      help: 'of one message, one way (assumed)',
    },
  ],
  flags: [
    'The survey fixes no model or hardware; the defaults are ours.',
    'Times and bytes only: whether a worker’s memory holds its share of the cache is not asked here, and one kind of link joins however many.',
  ],
  compute(settings) {
    const setting = settingOf(settings)
    if (!setting.ok) return setting
    const workers = numbersAt(settings, 'workers')
    const contexts = numbersAt(settings, 'context')
    const rows: DataRow[] = contexts.flatMap((contextTokens) =>
      workers.map((count) => ({ contextTokens, workers: count, ...decodeAt(setting.value, count, contextTokens) })),
    )
    const reference = workers.find((count) => count >= 8) ?? workers.at(-1) ?? 1
    const longest = contexts.at(-1) ?? 1
    const lengths = doublings(1024, Math.max(longest, 2048), 1)
    const over = (pick: 'linkBytes' | 'movedKvBytes') =>
      lengths.map(
        (tokens): Point => [tokens, Math.max(1, decodeAt(setting.value, Math.max(reference, 2), tokens)[pick])],
      )
    const best = contexts.map((context) => {
      const own = rows.filter((row) => row.contextTokens === context)
      const row = own.reduce((a, b) => (Number(b.totalS) < Number(a.totalS) ? b : a), own[0] ?? {})
      return `${formatCount(context)} tokens: ${formatCount(Number(row.workers))} workers, ${formatSeconds(Number(row.totalS))}`
    })
    const at = decodeAt(setting.value, Math.max(reference, 2), longest)
    const { linkName, linkBytePerS, latencyS, layers } = setting.value
    return ok({
      settings: [
        modelOf(settings).name,
        acceleratorOf(settings).name,
        `${linkName} ${formatByteRate(linkBytePerS)}, ${formatSeconds(latencyS)} a message (assumed)`,
        `${layers} layers of attention, one sequence, 16 bit`,
      ],
      rows,
      columns: 1,
      panels: [
        workflow(setting.value, 4),
        {
          kind: 'chart',
          title: `Bytes over the link per step, ${Math.max(reference, 2)} workers`,
          height: 260,
          chart: {
            id: 'cap-5-bytes',
            title: 'Bytes over the link',
            description: 'Bytes that cross the link in one decode step, all layers.',
            x: {
              label: 'cached tokens',
              quantity: 'tokens',
              scale: 'log',
              base: 2,
              domain: [lengths[0] ?? 1, lengths.at(-1) ?? 2],
            },
            y: {
              label: 'bytes',
              quantity: 'bytes',
              scale: 'log',
              base: 2,
              domain: logDomain(
                [...over('linkBytes'), ...over('movedKvBytes')].map((p) => p[1]),
                2,
              ),
            },
            lines: [
              { label: 'the query goes to the keys', tone: 's1', points: over('linkBytes') },
              { label: 'the keys come to the query', tone: 's2', points: over('movedKvBytes') },
            ],
            marks: [],
            rules: [],
          },
        },
        {
          kind: 'chart',
          title: 'Attention of one decode step over the workers',
          height: 300,
          chart: {
            id: 'cap-5-time',
            title: 'Time over the workers',
            description: 'Reading the cache, and sending queries and partial results, of one decode step.',
            x: {
              label: 'workers',
              quantity: 'count',
              scale: 'log',
              base: 2,
              domain: [workers[0] ?? 1, Math.max(workers.at(-1) ?? 2, (workers[0] ?? 1) * 2)],
            },
            y: {
              label: 'time',
              quantity: 'seconds',
              scale: 'log',
              base: 10,
              domain: logDomain(
                rows.map((row) => Number(row.totalS)),
                1.5,
              ),
            },
            lines: contexts.map((context, i) => ({
              label: `${formatCount(context)} tokens`,
              tone: TONES[i % TONES.length] ?? 's1',
              points: rows
                .filter((row) => row.contextTokens === context)
                .map((row): Point => [Number(row.workers), Number(row.totalS)]),
            })),
            marks: [],
            rules: [],
          },
        },
      ],
      findings: [
        `At ${formatCount(longest)} tokens on ${formatCount(Math.max(reference, 2))} workers, ${formatBytes(at.linkBytes)} cross the link per step instead of ${formatBytes(at.movedKvBytes)} ` +
          `(${formatCount(at.movedKvBytes / at.linkBytes)} times as much). Fastest drawn: ${best.join('; ')}.`,
      ],
    })
  },
}
