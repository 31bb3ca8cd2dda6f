/**
 * The ideal roofline (Williams et al. 2009; "LLM Inference Unveiled", arXiv 2402.16363, section 2.2): an operator takes
 * the longest of its matrix work at the matrix roof, its vector work at the vector roof, and its bytes at the memory
 * bandwidth. Seconds, flop, bytes. Leaves out launch overhead, tiles, waves and everything else real kernels add:
 * calibrated costs implement the same `CostModel`.
 */
import type { Convention } from '../architecture/convention.ts'
import type { StepGroup } from '../architecture/extent.ts'
import { format } from '../architecture/formats.ts'
import type { KernelCall } from '../architecture/kernelCall.ts'
import type { Operator } from '../architecture/operator.ts'
import type { ComputeDtype } from '../catalog/accelerators/accelerator.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { matrixPeak, type Roofs, vectorPeak } from './peaks.ts'
import type { Load, Pricer, Range } from './pricing/price.ts'
import { kernelLeaders, stackedColumns } from './pricing/stack.ts'

export type Bound = 'compute' | 'memory' | 'link'

export interface OperatorCost {
  readonly timeS: number
  readonly bound: Bound
  /** Matrix flop of an operator that does any, else its vector flop; both together where they share a roof. */
  readonly flop: number
  readonly bytes: number
  /** flop per byte. */
  readonly arithmeticIntensity: number
  /** flop/s it can reach under the roofs. */
  readonly attainableFlopPerS: number
  /** Format its matrix work is done in; undefined for pure vector work. */
  readonly computeDtype: ComputeDtype | undefined
  /** Of `timeS`, where a kernel-wise cost priced it. */
  readonly range?: Range
}

/** Rates that turn an operator's work into seconds; the seam for calibrated and measured costs. */
export interface Rates {
  readonly matrixFlopPerS: number
  /** Infinity when the catalogue has no vector peak: such work is then bound by memory only. */
  readonly vectorFlopPerS: number
  readonly bandwidthBytePerS: number
  /** What leaves the accelerator, one direction; of the collective at hand, else of the link to its siblings. */
  readonly linkBytePerS: number
  readonly dtype?: ComputeDtype
}

export interface CostModel {
  readonly basis: 'roofline' | 'calibrated' | 'measured'
  /** The rates of an operator: by the formats of its operands, and for a collective by its ranks. */
  rates(operator: Operator): Rates
  /** Exchanges run beside computation, two halves of a step against each other (`stepSeconds`). */
  readonly overlapsExchange?: boolean
  /** Prices operators by the kernels that run them; absent: by the rates alone. */
  readonly pricer?: Pricer
}

/** Why an accelerator cannot price a network: the formats no roof is wide enough for. */
export class MissingPeak extends Error {
  readonly operands: readonly DtypeId[]
  constructor(operands: readonly DtypeId[]) {
    super(`no peak for ${operands.join(' × ')}`)
    this.operands = operands
  }
}

export interface RooflineOptions {
  readonly convention: Convention
  /** Formats of the whole network: decide the one roof of the paper convention. */
  readonly weights: DtypeId
  readonly activations: DtypeId
  readonly kv: DtypeId
  /** byte/s of one rank's link in a collective, or to its siblings; absent: nothing is sent. */
  readonly link?: (call: KernelCall | undefined) => number
}

/** The paper's roof: INT8 when everything has at most 8 bits, else 16 bit (LLM-Viewer, model_analyzer.py). */
function singleRoof(roofs: Roofs, options: RooflineOptions): Rates {
  const small = [options.weights, options.activations, options.kv].every((id) => format(id).bits <= 8)
  const flopPerS = small ? roofs.matrix.int8 : (roofs.matrix.fp16 ?? roofs.matrix.bf16)
  if (flopPerS === undefined) throw new MissingPeak([small ? 'int8' : 'fp16'])
  return {
    matrixFlopPerS: flopPerS,
    vectorFlopPerS: flopPerS,
    bandwidthBytePerS: roofs.bandwidthBytePerS,
    linkBytePerS: Number.POSITIVE_INFINITY,
    dtype: small ? 'int8' : 'fp16',
  }
}

/** Rates (flop/s, B/s) and so the ideal seconds of operators under roofs. A format without a sourced peak throws `MissingPeak`. */
export function rooflineCost(roofs: Roofs, options: RooflineOptions): CostModel {
  // Operands of one operator are one array for all of its steps, so its identity is the key.
  const known = new Map<readonly DtypeId[], Rates>()
  const vector = vectorPeak(roofs) ?? Number.POSITIVE_INFINITY
  const single = options.convention.roof === 'all-int8' ? singleRoof(roofs, options) : undefined
  const find = (operands: readonly DtypeId[], call: KernelCall | undefined): Rates => {
    const peak = operands.length === 0 ? undefined : matrixPeak(roofs, operands)
    if (!peak && operands.length > 0) throw new MissingPeak(operands)
    return {
      matrixFlopPerS: peak?.flopPerS ?? Number.POSITIVE_INFINITY,
      vectorFlopPerS: vector,
      bandwidthBytePerS: roofs.bandwidthBytePerS,
      linkBytePerS: options.link?.(call) ?? Number.POSITIVE_INFINITY,
      ...(peak ? { dtype: peak.dtype } : {}),
    }
  }
  return {
    basis: 'roofline',
    rates: ({ operands, kernel }) => {
      if (single) return single
      const travels =
        kernel?.kind === 'collective' ||
        ((kernel?.kind === 'attention' || kernel?.kind === 'mla') && kernel.keyRanks > 1)
      if (travels) return find(operands, kernel)
      let rates = known.get(operands)
      if (!rates) {
        rates = find(operands, undefined)
        known.set(operands, rates)
      }
      return rates
    },
  }
}

/** What the kernels of a step take, and what its exchanges. */
export interface Sides {
  readonly computeS: number
  readonly exchangeS: number
}

/**
 * Seconds of a step: its two sides in turn; with halves (`step/halves.ts`) the longer sum of theirs, where that is quicker:
 * engines split a step from a number of tokens on, because every half reads the weights again.
 */
export function stepSeconds({ computeS, exchangeS }: Sides, halves?: readonly [Sides, Sides]): number {
  const inTurn = computeS + exchangeS
  if (!halves) return inTurn
  const [a, b] = halves
  return Math.min(inTurn, Math.max(a.computeS + b.computeS, a.exchangeS + b.exchangeS))
}

export function operatorBytes(o: Operator): number {
  return o.weightBytes + o.activationReadBytes + o.activationWriteBytes + o.kvReadBytes + o.kvWriteBytes
}

/** Time and bound of one operator under the roofs. `shareRoof`: vector work counts under the matrix roof (paper convention). */
export function costOperator(o: Operator, cost: CostModel, shareRoof: boolean): OperatorCost {
  const rates = cost.rates(o)
  const bytes = operatorBytes(o)
  const together = o.flop + o.vectorFlop
  const flop = shareRoof ? together : o.flop > 0 ? o.flop : o.vectorFlop
  const computeS = shareRoof
    ? together / rates.matrixFlopPerS
    : Math.max(o.flop / rates.matrixFlopPerS, o.vectorFlop / rates.vectorFlopPerS)
  const memoryS = bytes / rates.bandwidthBytePerS
  const linkS = o.linkBytes / rates.linkBytePerS
  const timeS = Math.max(computeS, memoryS, linkS)
  return {
    timeS,
    bound: linkS > Math.max(computeS, memoryS) ? 'link' : memoryS >= computeS ? 'memory' : 'compute',
    flop,
    bytes,
    arithmeticIntensity: bytes > 0 ? flop / bytes : 0,
    attainableFlopPerS: timeS > 0 ? flop / timeS : 0,
    computeDtype: o.flop > 0 ? rates.dtype : undefined,
  }
}

/**
 * Every operator of one group. The roofs say what bounds it; a kernel-wise cost then says how long it takes. A kernel that
 * runs several of them is shared out: stacked products by columns, since one product has one rate (by floors q would be
 * quicker than the peak where k and v, counting an input that is read once, are memory-bound); fused experts by floors.
 */
export function costGroup(
  operators: readonly Operator[],
  cost: CostModel,
  shareRoof: boolean,
  groups: readonly StepGroup[],
): OperatorCost[] {
  const ideal = operators.map((o) => costOperator(o, cost, shareRoof))
  const { pricer } = cost
  if (!pricer) return ideal
  const columns = stackedColumns(operators)
  const leaders = kernelLeaders(operators)
  const parts = operators.map((o, i) => (o.kernel?.kind === 'gemm' ? o.shape.n : (ideal[i]?.timeS ?? 0)))
  const together = new Float64Array(operators.length)
  leaders.forEach((leader, i) => {
    together[leader] = (together[leader] as number) + (parts[i] as number)
  })
  const priced = operators.map((o, i) => {
    const plain = o.plain ?? o
    const price = pricer.price(plain, columns[i] as number)
    // A rewritten operator reaches the share of the roofs that its kernel was measured to reach.
    const share = o.plain ? idealRatio(o, plain, cost, shareRoof) : 1
    const load = { ...loadOf(plain), share }
    const kernelS = price.seconds(load, groups)
    const range = price.range(load, groups, kernelS)
    return { timeS: kernelS * share, range: { ...range, low: range.low * share, high: range.high * share } }
  })
  return ideal.map((own, i) => {
    const leader = leaders[i] as number
    const { timeS, range } = priced[leader] as { timeS: number; range: Range }
    const whole = together[leader] as number
    const share = whole > 0 ? (parts[i] as number) / whole : Number(leader === i)
    const time = timeS * share
    return {
      ...own,
      timeS: time,
      attainableFlopPerS: time > 0 ? own.flop / time : 0,
      range: { ...range, low: range.low * share, high: range.high * share },
    }
  })
}

/** Time under the roofs over that of the plain operator; links apart. */
function idealRatio(o: Operator, plain: Operator, cost: CostModel, shareRoof: boolean): number {
  const ideal = (of: Operator) => costOperator({ ...of, linkBytes: 0 }, cost, shareRoof).timeS
  const before = ideal(plain)
  return before > 0 ? ideal(o) / before : 1
}

export function loadOf(o: Operator): Load {
  const { flop, vectorFlop, linkBytes } = o
  return { rows: o.shape.m, flop, vectorFlop, bytes: operatorBytes(o), linkBytes, share: 1 }
}
