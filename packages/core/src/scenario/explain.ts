/**
 * The bottleneck in words: what binds each phase and by how much, and what the first-order remedies would do, each
 * with its number from a fresh analysis, never a rule of thumb. A remedy that does not help is left out.
 */
import { format } from '../architecture/formats.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { matrixPeak } from '../cost/peaks.ts'
import type { Bound } from '../cost/roofline.ts'
import { formatBytes, formatFlopRate, formatNumber, formatPercent } from '../units/format.ts'
import { type Ends, rangedText } from '../units/interval.ts'
import { type Analysis, type AnalyzedOperator, analyze, type Phase } from './analyze.ts'
import type { Scenario } from './scenario.ts'

export interface Remedy {
  readonly name: string
  /** Seconds of the phase before and after. */
  readonly beforeS: number
  readonly afterS: number
  /** Interval of the time after, where kernels are priced. */
  readonly afterRange?: Ends
  /** Time before over time after, per token of the phase. */
  readonly gain: number
  readonly text: string
}

export interface Explanation {
  readonly phase: 'prefill' | 'decode'
  readonly bound: Bound
  /** Share of the phase's time in operators with that bound. */
  readonly share: number
  /** flop per byte of the phase, and where the roof turns. */
  readonly arithmeticIntensity: number
  readonly ridgePoint: number
  /** Operators that take the most time, with their share. */
  readonly heaviest: readonly { readonly name: string; readonly share: number }[]
  readonly text: string
  readonly remedies: readonly Remedy[]
}

/** What each remedy changes; `helps`: the bound it addresses. Formats are chosen by what the accelerator multiplies. */
interface Change {
  readonly name: string
  /** The format it changes to: fewer bits lose something, so it is named. */
  readonly to?: (analysis: Analysis) => DtypeId | undefined
  readonly helps: 'memory' | 'compute'
  apply(scenario: Scenario, analysis: Analysis): Scenario | undefined
}

function lowBit(analysis: Analysis): DtypeId | undefined {
  const { roofs } = analysis
  const base = matrixPeak(roofs, [analysis.precision.activations])?.flopPerS ?? 0
  const wider = (id: DtypeId) => format(id).bits < format(analysis.precision.activations).bits
  const options = (['fp8', 'int8'] as const).filter(
    (id) => wider(id) && (matrixPeak(roofs, [id])?.flopPerS ?? 0) > base,
  )
  return options.sort((a, b) => (matrixPeak(roofs, [b])?.flopPerS ?? 0) - (matrixPeak(roofs, [a])?.flopPerS ?? 0))[0]
}

const CHANGES: readonly Change[] = [
  {
    name: '4-bit weights',
    to: () => 'int4',
    helps: 'memory',
    apply: (s, a) =>
      format(a.precision.weights).bits > 4 ? { ...s, precision: { ...s.precision, weights: 'int4' } } : undefined,
  },
  {
    name: '8-bit KV cache',
    to: () => 'fp8',
    helps: 'memory',
    apply: (s, a) => (format(a.precision.kv).bits > 8 ? { ...s, precision: { ...s.precision, kv: 'fp8' } } : undefined),
  },
  {
    name: 'a batch twice as large',
    helps: 'memory',
    apply: (s) => ({ ...s, workload: { ...s.workload, batchSize: s.workload.batchSize * 2 } }),
  },
  {
    name: 'a fused attention kernel',
    helps: 'memory',
    apply: (s) => (s.kernel === 'eager' && s.convention === 'exact' ? { ...s, kernel: 'flash' } : undefined),
  },
  {
    name: '8-bit weights and activations',
    to: lowBit,
    helps: 'compute',
    apply: (s, a) => {
      const id = lowBit(a)
      return id ? { ...s, precision: { ...s.precision, weights: id, activations: id } } : undefined
    },
  },
]

/** A remedy below this is noise, not advice. */
const WORTH_SAYING = 1.02

function phaseOf(analysis: Analysis, name: 'prefill' | 'decode'): Phase | undefined {
  return name === 'prefill' ? analysis.prefill : analysis.decode
}

function allOperators(phase: Phase): { readonly entry: AnalyzedOperator; readonly timeS: number }[] {
  return phase.groups.flatMap((group) =>
    group.operators.map((entry) => ({ entry, timeS: group.repeat * entry.cost.timeS })),
  )
}

function heaviest(phase: Phase): { name: string; share: number }[] {
  const byName = new Map<string, number>()
  for (const { entry, timeS } of allOperators(phase)) {
    byName.set(entry.operator.name, (byName.get(entry.operator.name) ?? 0) + timeS)
  }
  return [...byName]
    .map(([name, timeS]) => ({ name, share: timeS / phase.timeS }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
}

function tryRemedy(change: Change, analysis: Analysis, name: 'prefill' | 'decode', phase: Phase): Remedy | undefined {
  const scenario = change.apply(analysis.scenario, analysis)
  if (!scenario) return undefined
  const answer = analyze(scenario)
  const after = answer.ok ? phaseOf(answer.value, name) : undefined
  if (!answer.ok || !after) return undefined
  // What fitted must still fit, and what does not fit must not grow: anything else is no advice.
  const { fits, totalBytes } = answer.value.memory
  if (fits === false && (analysis.memory.fits !== false || totalBytes > analysis.memory.totalBytes)) return undefined
  const gain = phase.timeS / phase.tokens / (after.timeS / after.tokens)
  if (gain < WORTH_SAYING) return undefined
  const to = change.to?.(analysis)
  const what = to ? `${change.name} (${to}, lossy)` : change.name
  const larger = after.tokens > phase.tokens
  const instead = `${rangedText(after.timeS, after.range)} instead of ${rangedText(phase.timeS, phase.range)}`
  const { low, high } = after.range ?? {}
  return {
    name: change.name,
    beforeS: phase.timeS,
    afterS: after.timeS,
    ...(low === undefined || high === undefined ? {} : { afterRange: { low, high } }),
    gain,
    text: larger
      ? `${what}: ${formatNumber(gain)}× the tokens per second, each step ${instead}`
      : `${what}: ${formatNumber(gain)}× faster, ${instead}`,
  }
}

/** The bound with the most time; memory before compute where they tie. */
function boundsByTime(seconds: Readonly<Record<Bound, number>>): Bound {
  if (seconds.link > Math.max(seconds.memory, seconds.compute)) return 'link'
  return seconds.memory >= seconds.compute ? 'memory' : 'compute'
}

/** What leaves one accelerator in the phase. */
function sentBytes(phase: Phase): number {
  let bytes = 0
  for (const { repeat, operators } of phase.groups) {
    for (const { operator } of operators) bytes += repeat * operator.linkBytes
  }
  return bytes
}

function explainPhase(analysis: Analysis, name: 'prefill' | 'decode'): Explanation | undefined {
  const phase = phaseOf(analysis, name)
  if (!phase || phase.timeS === 0) return undefined
  const boundS = { memory: 0, compute: 0, link: 0 }
  for (const { entry, timeS } of allOperators(phase)) boundS[entry.cost.bound] += timeS
  const bound = boundsByTime(boundS)
  const share = boundS[bound] / phase.timeS
  const { weights, activations } = analysis.precision
  const peak = matrixPeak(analysis.roofs, [weights, activations])
  const ridgePoint = (peak?.flopPerS ?? 0) / analysis.roofs.bandwidthBytePerS
  const intensity = phase.bytes > 0 ? phase.flop / phase.bytes : 0
  const top = heaviest(phase)
  const remedies = CHANGES.filter((change) => change.helps === bound)
    .map((change) => tryRemedy(change, analysis, name, phase))
    .filter((remedy) => remedy !== undefined)
    .sort((a, b) => b.gain - a.gain)
  const roof = peak ? `${formatFlopRate(peak.flopPerS)} (${peak.dtype})` : 'the compute roof'
  const side =
    bound === 'link'
      ? `what the accelerators send each other sets the pace, ${formatBytes(sentBytes(phase))} from each, and the rest waits`
      : bound === 'memory'
        ? `it does ${formatNumber(intensity)} flop per byte where the roof turns at ${formatNumber(ridgePoint)}, so ${roof} stays ${formatPercent(1 - phase.flop / phase.timeS / (peak?.flopPerS ?? Number.POSITIVE_INFINITY))} idle`
        : `${roof} is the limit; it does ${formatNumber(intensity)} flop per byte on the whole, and the roof turns at ${formatNumber(ridgePoint)}`
  const most = top.map((o) => `${o.name} ${formatPercent(o.share)}`).join(', ')
  return {
    phase: name,
    bound,
    share,
    arithmeticIntensity: intensity,
    ridgePoint,
    heaviest: top,
    text: `${name} is ${bound}-bound (${formatPercent(share)} of its time): ${side}. Most time: ${most}.`,
    remedies,
  }
}

export function explain(analysis: Analysis): Explanation[] {
  return (['prefill', 'decode'] as const).map((name) => explainPhase(analysis, name)).filter((e) => e !== undefined)
}
