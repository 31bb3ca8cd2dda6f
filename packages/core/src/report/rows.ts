/**
 * An analysis as flat rows, one per operator, layer kind and phase: what every form of output (terminal, JSON, CSV,
 * Markdown, HTML) is made of. Seconds, bytes, flop of one instance; `repeat` counts instances.
 */
import type { GroupPart } from '../architecture/group.ts'
import type { ComputeDtype } from '../catalog/accelerators/accelerator.ts'
import type { Bound } from '../cost/roofline.ts'
import type { Analysis, AnalyzedGroup, Phase } from '../scenario/analyze.ts'
import { formatCount } from '../units/format.ts'

export type PhaseId = 'prefill' | 'decode' | 'step'

export interface OperatorRow {
  readonly phase: PhaseId
  readonly part: GroupPart
  /** The layer kind's name, or what the group is. */
  readonly layer: string
  readonly name: string
  readonly kind: string
  readonly repeat: number
  readonly m: number
  readonly k: number
  readonly n: number
  readonly count: number
  readonly flop: number
  readonly bytes: number
  readonly weightBytes: number
  readonly activationReadBytes: number
  readonly activationWriteBytes: number
  readonly kvReadBytes: number
  readonly kvWriteBytes: number
  /** Bytes that leave this accelerator for others. */
  readonly linkBytes: number
  readonly arithmeticIntensity: number
  readonly attainableFlopPerS: number
  readonly bound: Bound
  /** Absent for pure vector work. */
  readonly computeDtype?: ComputeDtype
  readonly timeS: number
  /** Interval of the time, where kernels were priced. */
  readonly lowS?: number
  readonly highS?: number
  /** Constants of another device; outside what was measured. Absent: not, or nothing was priced. */
  readonly borrowed?: true
  readonly extrapolated?: true
  /** Of the phase, all instances: 0 to 1. */
  readonly share: number
}

export interface GroupRow {
  readonly phase: PhaseId
  readonly part: GroupPart
  readonly layer: string
  readonly repeat: number
  /** Of all instances. */
  readonly flop: number
  readonly bytes: number
  readonly timeS: number
  /** Interval of the time, where kernels were priced: the operators' own, as if they erred together. */
  readonly lowS?: number
  readonly highS?: number
  readonly share: number
  readonly operators: readonly OperatorRow[]
}

export interface PhaseRows {
  readonly id: PhaseId
  readonly phase: Phase
  readonly groups: readonly GroupRow[]
}

function groupRow(id: PhaseId, phase: Phase, group: AnalyzedGroup): GroupRow {
  const { part, repeat } = group
  let flop = 0
  let bytes = 0
  const ends = { lowS: 0, highS: 0 }
  const isPriced = phase.range !== undefined
  const operators = group.operators.map(({ operator, cost }): OperatorRow => {
    flop += repeat * cost.flop
    bytes += repeat * cost.bytes
    ends.lowS += repeat * (cost.range?.low ?? cost.timeS)
    ends.highS += repeat * (cost.range?.high ?? cost.timeS)
    return {
      phase: id,
      part,
      layer: group.name,
      name: operator.name,
      kind: operator.kind,
      repeat,
      ...operator.shape,
      flop: cost.flop,
      bytes: cost.bytes,
      weightBytes: operator.weightBytes,
      activationReadBytes: operator.activationReadBytes,
      activationWriteBytes: operator.activationWriteBytes,
      kvReadBytes: operator.kvReadBytes,
      kvWriteBytes: operator.kvWriteBytes,
      linkBytes: operator.linkBytes,
      arithmeticIntensity: cost.arithmeticIntensity,
      attainableFlopPerS: cost.attainableFlopPerS,
      bound: cost.bound,
      ...(cost.computeDtype ? { computeDtype: cost.computeDtype } : {}),
      timeS: cost.timeS,
      ...(cost.range ? { lowS: cost.range.low, highS: cost.range.high } : {}),
      ...(cost.range?.borrowed ? { borrowed: true as const } : {}),
      ...(cost.range?.extrapolated ? { extrapolated: true as const } : {}),
      share: phase.timeS > 0 ? (repeat * cost.timeS) / phase.timeS : 0,
    }
  })
  const timeS = repeat * group.timeS
  const share = phase.timeS > 0 ? timeS / phase.timeS : 0
  return { phase: id, part, layer: group.name, repeat, flop, bytes, timeS, ...(isPriced ? ends : {}), share, operators }
}

export function phaseRows(analysis: Analysis): PhaseRows[] {
  const make = (id: PhaseId, phase: Phase): PhaseRows => ({
    id,
    phase,
    groups: phase.groups.map((group) => groupRow(id, phase, group)),
  })
  const { prefill, decode, step } = analysis
  return [make('prefill', prefill), ...(decode ? [make('decode', decode)] : []), ...(step ? [make('step', step)] : [])]
}

/** What a phase is called, over its table. */
export function phaseTitle(id: PhaseId, analysis: Analysis): string {
  if (id === 'decode') return 'Decode, one step'
  if (id === 'step') return 'The step asked for'
  return analysis.decode ? 'Prefill' : 'One pass'
}

/** The tokens a phase brings, and what is cached before them. */
export function phaseTokens(id: PhaseId, phase: Phase, analysis: Analysis): string {
  const tokens = `${formatCount(phase.tokens)} ${phase.tokens === 1 ? 'token' : 'tokens'}`
  if (id === 'decode') return `${tokens} after ${formatCount(analysis.decodeContextTokens)} in the cache`
  const groups = analysis.scenario.step ?? []
  if (id !== 'step') return tokens
  const mix = groups.map((g) => `${g.sequences} × ${formatCount(g.newTokens)} after ${formatCount(g.contextTokens)}`)
  return `${tokens}: ${mix.join(', ')}`
}

export function operatorRows(analysis: Analysis): OperatorRow[] {
  return phaseRows(analysis).flatMap(({ groups }) => groups.flatMap((group) => group.operators))
}
