/**
 * Curves around the question: what more sequences or a longer context would do to speed and memory. Everything else is
 * held as asked. The batch that memory allows is exact.
 */
import { largest } from '../memory/fit.ts'
import { kvBytes, MEMORY_UTILIZATION, requestMemory } from '../memory/plan.ts'
import { type Analysis, analyzeBench } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import { layoutOf } from '../scenario/scenario.ts'
import { decodes, sourceTokens } from '../step/phases.ts'
import { formatBytes, formatCount } from '../units/format.ts'
import { type Chart, type ChartRule, linearDomain, logDomain, type Point } from './chart.ts'

/** Longest axis of a batch: beyond it nothing new is seen. */
const MOST_BATCH = 4096

function doublings(from: number, to: number): number[] {
  const out: number[] = []
  for (let x = from; x <= to; x *= 2) out.push(x)
  return out
}

/** Sequences that fit beside the weights; undefined when the memory is not known. */
function batchLimit(bench: Bench): number | undefined {
  const { scenario } = bench
  const capacityBytes = scenario.accelerator.memoryBytes?.value
  if (capacityBytes === undefined) return undefined
  const utilization = scenario.memoryUtilization ?? MEMORY_UTILIZATION
  const layout = layoutOf(scenario)
  const stages = bench.stagesOf(layout)
  const device = { capacityBytes, utilization, layout }
  return largest((batchSize) => requestMemory(stages, { ...scenario.workload, batchSize }, device).fits === true)
}

function limitRule(limit: number | undefined, most: number): ChartRule[] {
  if (limit === undefined || !(limit <= most)) return []
  if (limit === 0) return [{ axis: 'x', at: 1, label: 'memory: none fits', tone: 'limit' }]
  return [{ axis: 'x', at: limit, label: `memory: ${formatCount(limit)}`, tone: 'limit' }]
}

function batchCharts(bench: Bench, analysis: Analysis): Chart[] {
  const { scenario } = bench
  const { workload, model } = scenario
  const limit = batchLimit(bench)
  const wanted = Math.max(64, workload.batchSize * 2, (limit ?? 0) * 2)
  const most = Math.min(Math.max(MOST_BATCH, workload.batchSize), 2 ** Math.ceil(Math.log2(wanted)))
  const batches = [
    ...new Set([...doublings(1, most), workload.batchSize, ...(limit && limit <= most ? [limit] : []), most]),
  ]
  const at = batches
    .filter((batch) => batch <= most)
    .sort((a, b) => a - b)
    .map((batchSize) => ({
      batchSize,
      request: analyzeBench({ ...bench, scenario: { ...scenario, workload: { ...workload, batchSize } } }).request,
    }))
  const answers = decodes(model)
  const x = { label: 'sequences at once', quantity: 'count', scale: 'log', base: 2, domain: [1, most] } as const
  const here: ChartRule = {
    axis: 'x',
    at: workload.batchSize,
    label: `asked: ${formatCount(workload.batchSize)}`,
    tone: 'here',
  }
  const rules = [here, ...limitRule(limit, most)]
  const throughput = at.map(({ batchSize, request }): Point => [batchSize, request.outputTokensPerS])
  const latency = at.map(({ batchSize, request }): Point => [batchSize, request.tpotS ?? request.ttftS])
  const name = answers && analysis.request.tpotS !== undefined ? 'Time per output token' : 'Time to first token'
  return [
    {
      id: 'throughput-over-batch',
      title: 'Throughput over batch',
      description: 'Output tokens per second of all sequences, whole requests, over the number of sequences at once.',
      x,
      y: {
        label: 'tokens/s',
        quantity: 'tokenRate',
        scale: 'linear',
        domain: linearDomain(throughput.map((p) => p[1])),
      },
      lines: [{ label: 'tokens/s', tone: 'decode', points: throughput }],
      marks: [],
      rules,
    },
    {
      id: 'latency-over-batch',
      title: `${name} over batch`,
      description: `${name} over the number of sequences at once.`,
      x,
      y: { label: 'time', quantity: 'seconds', scale: 'linear', domain: linearDomain(latency.map((p) => p[1])) },
      lines: [{ label: name, tone: 'decode', points: latency }],
      marks: [],
      rules,
    },
  ]
}

function contextCharts(bench: Bench, analysis: Analysis): Chart[] {
  const { scenario, compiled } = bench
  const { network } = bench.template
  const { workload, model } = scenario
  if (!decodes(model)) return []
  const source = sourceTokens(model, workload)
  const trained = model.extendedContextTokens ?? model.trainedContextTokens ?? 8192
  const asked = analysis.memory.contextTokens
  const most = Math.max(trained, asked, 2048)
  const contexts = [...new Set([...doublings(Math.max(1, Math.min(1024, asked, most / 32)), most), most])].sort(
    (a, b) => a - b,
  )
  const prefix = workload.sharedPrefixTokens
  const step = contexts.map((c): Point => [c, compiled.sumDecodeS(workload.batchSize, c, c, source)])
  const cache = contexts.map(
    (c): Point => [c, kvBytes(network, c, workload.batchSize, { source, prefix: Math.min(prefix, c) })],
  )
  const x = {
    label: 'tokens of context',
    quantity: 'tokens',
    scale: 'log',
    base: 2,
    domain: [contexts[0] as number, most],
  } as const
  const here: ChartRule = { axis: 'x', at: asked, label: `asked: ${formatCount(asked)}`, tone: 'here' }
  const { capacityBytes, totalBytes, kvBytes: held } = analysis.memory
  const room = capacityBytes === undefined ? undefined : capacityBytes - (totalBytes - held)
  const rules: ChartRule[] = [here]
  if (room !== undefined && room > 0)
    rules.push({ axis: 'y', at: room, label: `room: ${formatBytes(room)}`, tone: 'limit' })
  const sequences = `${formatCount(workload.batchSize)} sequence${workload.batchSize === 1 ? '' : 's'}`
  const seconds = step.map((p) => p[1])
  const bytes = cache.map((p) => p[1])
  const charts: Chart[] = [
    {
      id: 'step-over-context',
      title: 'Decode step over context',
      description: `Time of one decode step of ${sequences} over the context each has in the cache.`,
      x,
      y: { label: 'time', quantity: 'seconds', scale: 'linear', domain: linearDomain(seconds) },
      lines: [{ label: 'decode step', tone: 'decode', points: step }],
      marks: [],
      rules: [here],
    },
  ]
  if (bytes.some((b) => b > 0)) {
    charts.push({
      id: 'kv-over-context',
      title: 'KV cache over context',
      description: `Cache and states of ${sequences} over the context of each, and the room beside weights, activations and reserve.`,
      x,
      y: {
        label: 'bytes',
        quantity: 'bytes',
        scale: 'log',
        base: 2,
        domain: logDomain(room && room > 0 ? [...bytes, room] : bytes, 2),
      },
      lines: [{ label: 'KV cache', tone: 'kv', points: cache }],
      marks: [],
      rules,
    })
  }
  return charts
}

export function curveCharts(bench: Bench, analysis: Analysis): Chart[] {
  return [...batchCharts(bench, analysis), ...contextCharts(bench, analysis)]
}
