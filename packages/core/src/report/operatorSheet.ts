/**
 * One operator in full, as data for a sheet: shape, work and bytes by role, the roofline's formula with the numbers put
 * in, and where kernels are priced the estimate over that floor. One instance, one pass; a request shows its prefill and
 * its first decode step beside each other.
 */

import type { KernelCall } from '../architecture/kernelCall.ts'
import type { Operator } from '../architecture/operator.ts'
import { type Bound, costOperator } from '../cost/roofline.ts'
import type { Analysis, AnalyzedOperator } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatFlop,
  formatFlopRate,
  formatNumber,
  formatSeconds,
} from '../units/format.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import { type CautionMark, intervalText, operatorMarks } from './basis.ts'
import { collectiveSheet } from './collectiveSheet.ts'
import type { Formula } from './formula.ts'
import { type GraphPhase, templateGroups } from './graph.ts'
import { shapeText, shareText } from './operators.ts'
import type { Fact } from './summary.ts'

export interface ByteRole {
  readonly role: string
  readonly text: string
  /** Of all bytes the operator moves: 0 to 1. */
  readonly share: number
}

type PhaseId = Exclude<GraphPhase, 'request'>

export interface PhaseSheet {
  readonly phase: PhaseId
  readonly title: string
  readonly bound: Bound
  readonly marks: readonly CautionMark[]
  readonly facts: readonly Fact[]
  readonly formulas: readonly Formula[]
  readonly bytes: readonly ByteRole[]
  /** Its place on the roofline; absent for operators that compute or move nothing. */
  readonly point?: { readonly x: number; readonly y: number }
}

export interface OperatorSheet {
  readonly name: string
  /** `dense matrix product` */
  readonly about: string
  readonly layer: string
  readonly repeat: number
  /** Operators whose outputs it reads. */
  readonly reads: readonly string[]
  readonly facts: readonly Fact[]
  readonly phases: readonly PhaseSheet[]
}

const KINDS: Readonly<Record<Operator['kind'], string>> = {
  gemm: 'dense matrix product',
  'grouped-gemm': 'one matrix product per expert, over the tokens routed to it',
  attention: 'attention: scores, weighted values, or both fused',
  scan: 'state-form mixing: a recurrence over the sequence',
  softmax: 'softmax over the scores',
  norm: 'normalisation',
  elementwise: 'elementwise work',
  gather: 'look-up of table rows',
  collective: 'data exchanged with other accelerators',
  conv: 'convolution',
}

function workFormulas({ operator: o }: AnalyzedOperator): Formula[] {
  const { m, k, n, count } = o.shape
  const out: Formula[] = []
  if (o.flop > 0) {
    const dense = 2 * m * k * n * count
    const part = dense > 0 ? o.flop / dense : 0
    const several = count > 1
    const whole = Math.abs(part - 1) < 1e-9
    const sizes = [...(several ? [count] : []), m, k, n].map((x) => formatNumber(x, 6)).join(' · ')
    out.push({
      of: 'matrix work',
      symbols: `2 · ${several ? 'count · ' : ''}m · k · n${whole || part === 0 ? '' : ' · part'}`,
      numbers:
        part === 0
          ? formatFlop(o.flop)
          : `2 · ${sizes}${whole ? '' : ` · ${formatNumber(part, 4)}`} = ${formatFlop(o.flop)}`,
    })
  }
  if (o.vectorFlop > 0) {
    const outputs = m * n * count
    const each = o.vectorFlop / outputs
    out.push({
      of: 'vector work',
      symbols: 'rows · width · flop per value',
      numbers: `${formatNumber(m * count, 6)} · ${formatNumber(n, 6)} · ${formatNumber(each)} = ${formatFlop(o.vectorFlop)}`,
    })
  }
  return out
}

function timeFormula(bench: Bench, { operator: o, cost }: AnalyzedOperator): Formula[] {
  const rates = bench.cost.rates(o)
  const shared = !bench.template.network.convention.vectorRoof
  const terms: [symbols: string, numbers: string][] = []
  const matrix = shared ? o.flop + o.vectorFlop : o.flop
  if (matrix > 0) {
    const numbers = `${formatFlop(matrix)} / ${formatFlopRate(rates.matrixFlopPerS)} (${rates.dtype ?? 'vector'})`
    terms.push(['matrix work / peak', `${numbers} = ${formatSeconds(matrix / rates.matrixFlopPerS)}`])
  }
  if (!shared && o.vectorFlop > 0 && Number.isFinite(rates.vectorFlopPerS)) {
    const numbers = `${formatFlop(o.vectorFlop)} / ${formatFlopRate(rates.vectorFlopPerS)} (vector)`
    terms.push(['vector work / vector peak', `${numbers} = ${formatSeconds(o.vectorFlop / rates.vectorFlopPerS)}`])
  }
  const bytes = `${formatBytes(cost.bytes)} / ${formatByteRate(rates.bandwidthBytePerS)}`
  terms.push(['bytes / bandwidth', `${bytes} = ${formatSeconds(cost.bytes / rates.bandwidthBytePerS)}`])
  const parts = terms.map(([symbols, numbers]) => ({ of: '', symbols, numbers }))
  const longest = terms.length > 1 ? 'the longest of these' : 'that'
  const { range } = cost
  if (!range) {
    return [...parts, { of: 'time', symbols: longest, numbers: `${formatSeconds(cost.timeS)}, ${cost.bound}-bound` }]
  }
  const ideal = costOperator(o, bench.cost, shared)
  const over = ideal.timeS > 0 && cost.timeS > 0 ? `, ${formatNumber(cost.timeS / ideal.timeS)}× the floor` : ''
  return [
    ...parts,
    { of: 'floor', symbols: longest, numbers: `${formatSeconds(ideal.timeS)}, ${cost.bound}-bound` },
    {
      of: 'time',
      symbols: PRICED[o.kernel?.kind ?? 'small'],
      numbers: `${formatSeconds(cost.timeS)}, ${intervalText(range.low, range.high)}${over}`,
    },
  ]
}

/** How a kernel model makes a time, in words. */
const PRICED = {
  gemm: 'the kernel model of matrix products: launch, tiles and waves; products of one input run as one, shared by columns',
  attention: 'the kernel model of attention: launch, work and bytes at the efficiency of its length and split',
  mla: 'the kernel model of latent attention: launch, work and bytes at the efficiency of its length and split',
  moe: 'the kernel model of fused experts: touched experts, the fullest of them, tiles and waves; shared by floors',
  within: 'its share, by floors, of the kernel of fused experts that runs it',
  collective: 'the model of the collective',
  small: 'no kernel of its own was measured: a launch, and its bytes and work at shares of the roofs',
} as const satisfies Record<KernelCall['kind'] | 'small', string>

const ROLES = [
  ['weights', 'weightBytes'],
  ['activations read', 'activationReadBytes'],
  ['activations written', 'activationWriteBytes'],
  ['KV cache read', 'kvReadBytes'],
  ['KV cache written', 'kvWriteBytes'],
] as const

function phaseSheet(bench: Bench, phase: PhaseId, title: string, own: AnalyzedOperator, share: number): PhaseSheet {
  const { operator, cost } = own
  const { range } = cost
  const time: Fact[] = [
    { label: 'Time', value: formatSeconds(cost.timeS), note: `all instances: ${shareText(share)} of the phase` },
    ...(range
      ? [{ label: 'Interval', value: intervalText(range.low, range.high), note: 'holds 80 % of measurements' }]
      : []),
  ]
  const marks = operatorMarks(range)
  const sent = collectiveSheet(bench, own)
  if (sent) {
    const { formulas } = sent
    return { phase, title, bound: cost.bound, marks, facts: [...sent.facts, ...time], formulas, bytes: [] }
  }
  const facts: Fact[] = [
    { label: 'Shape', value: shapeText({ kind: operator.kind, ...operator.shape }), note: 'rows × inner × columns' },
    { label: 'Work', value: formatFlop(cost.flop) },
    { label: 'Bytes', value: formatBytes(cost.bytes) },
    { label: 'Arithmetic intensity', value: `${formatNumber(cost.arithmeticIntensity)} flop/B` },
    { label: 'Attainable', value: formatFlopRate(cost.attainableFlopPerS) },
    { label: 'Unit', value: cost.computeDtype ? `matrix, ${cost.computeDtype}` : 'vector' },
    ...time,
  ]
  const bytes = ROLES.flatMap(([role, key]): ByteRole[] =>
    operator[key] > 0 ? [{ role, text: formatBytes(operator[key]), share: operator[key] / cost.bytes }] : [],
  )
  const roles = bytes.map((role) => role.text).join(' + ')
  const traffic: Formula = {
    of: 'bytes',
    symbols: bytes.map((role) => role.role).join(' + '),
    numbers: `${roles}${bytes.length > 1 ? ` = ${formatBytes(cost.bytes)}` : ''}`,
  }
  const ratio: Formula = {
    of: 'arithmetic intensity',
    symbols: 'work / bytes',
    numbers: `${formatFlop(cost.flop)} / ${formatBytes(cost.bytes)} = ${formatNumber(cost.arithmeticIntensity)} flop/B`,
  }
  return {
    phase,
    title,
    bound: cost.bound,
    marks,
    facts,
    formulas: [...workFormulas(own), traffic, ratio, ...timeFormula(bench, own)],
    bytes,
    ...(cost.attainableFlopPerS > 0 && cost.bytes > 0
      ? { point: { x: cost.arithmeticIntensity, y: cost.attainableFlopPerS } }
      : {}),
  }
}

/** The sheet of an operator, named by the index of its group (`networkGraph`) and its own name. */
export function operatorSheet(
  bench: Bench,
  analysis: Analysis,
  phase: GraphPhase,
  groupIndex: number,
  name: string,
): Result<OperatorSheet> {
  const group = templateGroups(bench.template)[groupIndex]
  const template = group?.operators.find((o) => o.idle.name === name)
  if (!group || !template) {
    return fail(
      'operator',
      `there is no ${show(name)} in group ${show(groupIndex)} of this model`,
      'Choose one from the network',
    )
  }
  const wanted: PhaseId[] = phase === 'request' ? ['prefill', 'decode'] : [phase]
  const phases = wanted.flatMap((id): PhaseSheet[] => {
    const shown = id === 'prefill' ? analysis.prefill : analysis.decode
    const home = shown?.groups.find((g) => g.part === group.part && g.name === group.name && g.repeat === group.repeat)
    const own = home?.operators.find((o) => o.operator.name === name)
    if (!shown || !home || !own) return []
    const title =
      id === 'decode'
        ? `Decode, one step after ${formatCount(analysis.decodeContextTokens)} tokens`
        : analysis.decode
          ? `Prefill of ${formatCount(shown.tokens)} tokens`
          : `One pass over ${formatCount(shown.tokens)} tokens`
    return [phaseSheet(bench, id, title, own, (home.repeat * own.cost.timeS) / shown.timeS)]
  })
  const { idle } = template
  const facts: Fact[] = [
    ...(idle.parameters > 0
      ? [{ label: 'Parameters', value: formatCount(idle.parameters), note: `at rest ${formatBytes(idle.storedBytes)}` }]
      : []),
    ...(idle.operands.length > 0 ? [{ label: 'Operands', value: idle.operands.join(' × ') }] : []),
  ]
  return ok({
    name,
    about: KINDS[idle.kind],
    layer: group.name,
    repeat: group.repeat,
    reads: idle.after,
    facts,
    phases,
  })
}
