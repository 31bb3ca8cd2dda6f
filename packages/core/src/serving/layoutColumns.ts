/**
 * Parallel columns of the serving tables → a layout. What is left out follows from tensor ranks × attention ranks =
 * expert ranks. Some files give an expert-parallel deployment of n devices as n × n (tp 64 = moe_tp 8 × moe_ep 8, where
 * other files give the same measurement, to the last digit, as tp 8, moe_ep 8): taken back to n when the row's own name
 * says so (`_tp8_ep8_`), or when n × n devices are more than one board links and n hold the model.
 */
import type { ModelSpec } from '../architecture/model.ts'
import { Fault, isBlank, number, type TableRecord } from '../importers/table/cells.ts'
import { checkLayout } from '../layout/layout.ts'
import { rankLayout, type ServingLayout } from './point.ts'

interface LayoutColumns {
  readonly tp: string
  readonly pp: string
  readonly attentionDp: string
  readonly moeTp: string
  readonly moeEp: string
}

export const LAYOUT_COLUMNS: LayoutColumns = {
  tp: 'tp_size',
  pp: 'pp_size',
  attentionDp: 'attention_dp_size',
  moeTp: 'moe_tp_size',
  moeEp: 'moe_ep_size',
}

export const poolColumns = (pool: 'prefill' | 'decode'): LayoutColumns => ({
  tp: `${pool}_tp_size`,
  pp: `${pool}_pp_size`,
  attentionDp: `${pool}_attention_dp_size`,
  moeTp: `${pool}_moe_tp_size`,
  moeEp: `${pool}_moe_ep_size`,
})

/** A count of ranks; absent, empty and 0 all mean: not said. */
function ranks(record: TableRecord, column: string): number | undefined {
  if (isBlank(record, column)) return undefined
  const value = number(record, column)
  if (!Number.isInteger(value) || value < 0 || value > 4096) throw new Fault(`${column}: ${value} is no count of ranks`)
  return value === 0 ? undefined : value
}

interface LayoutFacts {
  /** The row's own name, which may say `_tp8_ep8_`. */
  readonly id: string
  /** Devices one board or rack links directly. */
  readonly linked: number
  /** Whether so many devices hold the model in the row's formats. */
  readonly holds: (devices: number) => boolean
}

/** n where the columns say n × n devices for a deployment of n; else undefined. */
function countedTwice(layout: ServingLayout, facts: LayoutFacts): number | undefined {
  const { tp, attentionDp, moeTp, moeEp } = layout
  const world = tp * attentionDp
  const n = Math.round(Math.sqrt(world))
  if (n < 2 || n * n !== world || moeTp * moeEp !== world) return undefined
  const isSquare = (moeTp === n && moeEp === n) || (tp === n && attentionDp === n && moeTp === 1)
  if (!isSquare) return undefined
  const said = /_tp(\d+)(?:_0)?_ep(\d+)(?:_|$)/.exec(facts.id)
  if (said) return Number(said[1]) === n && Number(said[2]) === n ? n : undefined
  return world > facts.linked && n <= facts.linked && facts.holds(n) ? n : undefined
}

export function layoutOf(record: TableRecord, columns: LayoutColumns, facts: LayoutFacts): ServingLayout {
  const tp = ranks(record, columns.tp) ?? 1
  const pp = ranks(record, columns.pp) ?? 1
  const moeTp = ranks(record, columns.moeTp)
  const moeEp = ranks(record, columns.moeEp)
  // A dense model's table writes 1 × 1 experts beside any tensor width.
  const experts = (moeTp ?? 1) * (moeEp ?? 1)
  const attentionDp = ranks(record, columns.attentionDp) ?? Math.max(1, Math.floor(experts / tp))
  const world = tp * attentionDp
  const layout: ServingLayout = {
    tp,
    pp,
    dp: 1,
    attentionDp,
    // Experts are spread over all ranks, whatever a table leaves out.
    moeTp: experts === world ? (moeTp ?? 1) : world / Math.min(world, moeEp ?? 1),
    moeEp: Math.min(world, moeEp ?? 1),
  }
  const n = countedTwice(layout, facts)
  if (n === undefined) return layout
  return { ...layout, tp: attentionDp > 1 ? 1 : n, attentionDp: attentionDp > 1 ? n : 1, moeTp: 1, moeEp: n }
}

/** Why no engine can run this layout; undefined when one can. */
export function layoutProblem(layout: ServingLayout, model: ModelSpec): string | undefined {
  const checked = checkLayout(model, rankLayout(layout))
  return checked.ok ? undefined : checked.problem.reason
}

/** Devices of one directly linked group, by the link's kind: a rack for NVL72 parts, else a board of eight. */
export function linkedDevices(accelerator: { readonly id: string; readonly aliases: readonly string[] }): number {
  return accelerator.aliases.some((alias) => /nvl72/i.test(alias)) ? 72 : 8
}
