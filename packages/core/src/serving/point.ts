/**
 * A measured end-to-end point of a serving engine: what ran, on what, how spread out, under which load, and what was
 * measured. Seconds, tokens, tokens per second; ids are those of the catalogues. Every measured table is read into this.
 */
import type { DtypeId } from '../catalog/dtypes/table.ts'
import type { EngineId } from '../engine/profile.ts'
import { regimeOfSequences } from '../engine/table.ts'
import { type Layout, ONE_ACCELERATOR } from '../layout/layout.ts'

export type ServingEngine = EngineId

/** How one worker is spread over its ranks; its devices are tp × pp × attentionDp, times `dp` whole copies. */
export interface ServingLayout {
  /** Ranks that share the heads of one attention. */
  readonly tp: number
  readonly pp: number
  /** Whole copies of the model, each with its share of the requests. */
  readonly dp: number
  /** Ranks that hold whole sequences of their own in attention, and share the experts. */
  readonly attentionDp: number
  /** Ranks over which every expert is cut, and over which experts are handed out. */
  readonly moeTp: number
  readonly moeEp: number
}

export const ONE_WORKER: ServingLayout = { tp: 1, pp: 1, dp: 1, attentionDp: 1, moeTp: 1, moeEp: 1 }

/** Accelerators of one worker. */
export const worldOf = (layout: ServingLayout): number => layout.tp * layout.pp * layout.attentionDp

/** Batches of one worker that are under way at once: each attention rank, each stage of a pipeline has its own. */
export const batchesOf = (layout: ServingLayout): number => layout.attentionDp * layout.pp

/** One copy, as the rest of the house lays it out. */
export const rankLayout = ({ tp, pp, attentionDp, moeEp }: ServingLayout): Layout => ({
  ...ONE_ACCELERATOR,
  tp,
  pp,
  attentionDp,
  ep: moeEp,
})

export interface ServingPool {
  readonly workers: number
  readonly layout: ServingLayout
}

/** Formats that were served; absent: as the checkpoint has it. */
export interface ServingFormats {
  readonly weights?: DtypeId
  readonly experts?: DtypeId
  readonly attention?: DtypeId
  readonly activations?: DtypeId
  readonly kv?: DtypeId
}

export interface MeasuredThroughput {
  readonly perS: number
  readonly per: 'gpu' | 'system'
  readonly of: 'output' | 'total'
}

export interface Measured {
  readonly ttftS?: number
  readonly tpotS?: number
  readonly throughput?: MeasuredThroughput
}

/** Requests held in flight, requests that arrive by the clock, or as many as memory holds. */
export type Load =
  | { readonly kind: 'concurrency'; readonly requests: number }
  | { readonly kind: 'rate'; readonly requestsPerS: number }
  | {
      readonly kind: 'saturated'
      readonly mostTpotS?: number
      /** All requests of the run, submitted at once; absent: more than end effects could show in. */
      readonly requests?: number
    }

export interface ServingPoint {
  /** Unique within its table. */
  readonly id: string
  /** Line of the table (the header is line 1), or row of a binary one. */
  readonly line: number
  readonly source: ServingTable
  readonly engine: ServingEngine
  readonly engineVersion: string
  /** Catalogue ids. */
  readonly model: string
  readonly accelerator: string
  readonly mode: 'aggregated' | 'disaggregated'
  /** Means over the requests. */
  readonly promptTokens: number
  readonly outputTokens: number
  /** Lengths were drawn evenly from this share below the longest up to it; 0: all requests alike. */
  readonly lengthSpread: number
  readonly load: Load
  /** Where the client stood: behind the engine's server, or in its process. */
  readonly client: 'server' | 'process'
  /** Layout of an aggregated worker. */
  readonly layout: ServingLayout
  /** Pools of a disaggregated deployment. */
  readonly prefill?: ServingPool
  readonly decode?: ServingPool
  readonly formats: ServingFormats
  readonly measured: Measured
  /** What one may group by: the table's own columns, and ours (`device`, `model`, `regime`, …). */
  readonly columns: Readonly<Record<string, string>>
}

const SERVING_TABLES = ['points', 'trtllm_perf', 'mlperf', 'trtllm_online_serving'] as const
export type ServingTable = (typeof SERVING_TABLES)[number]

/** A row that gives no point: it cannot be (`fault`), or nothing models it. */
export interface UnusedRow {
  readonly line: number
  readonly id: string
  readonly reason: string
  readonly isFault: boolean
  readonly metrics: readonly ServingMetric[]
  readonly columns: Readonly<Record<string, string>>
}

export type ServingMetric = 'tpot' | 'ttft' | 'throughput'

export interface ReadServing {
  readonly table: ServingTable
  readonly rows: number
  readonly points: readonly ServingPoint[]
  readonly unused: readonly UnusedRow[]
  readonly missingColumns: readonly string[]
}

/** Metrics a row has a measurement of. */
export function metricsOf(measured: Measured): ServingMetric[] {
  const out: ServingMetric[] = []
  if (measured.tpotS !== undefined) out.push('tpot')
  if (measured.ttftS !== undefined) out.push('ttft')
  if (measured.throughput !== undefined) out.push('throughput')
  return out
}

/** Sequences per attention rank: few (up to 4), some (up to 32), many. */
export function regimeOf(load: Load, ranks: number): string {
  if (load.kind !== 'concurrency') return load.kind
  return regimeOfSequences(load.requests / Math.max(1, ranks))
}
