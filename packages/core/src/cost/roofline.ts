/**
 * The ideal roofline (Williams et al. 2009; "LLM Inference Unveiled", arXiv 2402.16363, section 2.2): an operator takes
 * the longest of its matrix work at the matrix roof, its vector work at the vector roof, and its bytes at the memory
 * bandwidth. Seconds, flop, bytes. Leaves out launch overhead, tiles, waves and everything else real kernels add:
 * calibrated costs implement the same `CostModel`.
 */
import type { Convention } from '../architecture/convention.ts'
import { format } from '../architecture/formats.ts'
import type { Operator } from '../architecture/operator.ts'
import type { ComputeDtype } from '../catalog/accelerators/accelerator.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { matrixPeak, type Roofs, vectorPeak } from './peaks.ts'

export type Bound = 'compute' | 'memory'

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
}

/** Rates that turn an operator's work into seconds; the seam for calibrated and measured costs. */
export interface Rates {
  readonly matrixFlopPerS: number
  /** Infinity when the catalogue has no vector peak: such work is then bound by memory only. */
  readonly vectorFlopPerS: number
  readonly bandwidthBytePerS: number
  readonly dtype?: ComputeDtype
}

export interface CostModel {
  readonly basis: 'roofline' | 'calibrated' | 'measured'
  /** The rates of an operator whose operands have these formats. */
  rates(operands: readonly DtypeId[]): Rates
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
    dtype: small ? 'int8' : 'fp16',
  }
}

export function rooflineCost(roofs: Roofs, options: RooflineOptions): CostModel {
  // Operands of one operator are one array for all of its steps, so its identity is the key.
  const known = new Map<readonly DtypeId[], Rates>()
  const vector = vectorPeak(roofs) ?? Number.POSITIVE_INFINITY
  const single = options.convention.roof === 'all-int8' ? singleRoof(roofs, options) : undefined
  const find = (operands: readonly DtypeId[]): Rates => {
    const peak = matrixPeak(roofs, operands)
    if (!peak) throw new MissingPeak(operands)
    return {
      matrixFlopPerS: peak.flopPerS,
      vectorFlopPerS: vector,
      bandwidthBytePerS: roofs.bandwidthBytePerS,
      dtype: peak.dtype,
    }
  }
  return {
    basis: 'roofline',
    rates: (operands) => {
      if (single) return single
      let rates = known.get(operands)
      if (!rates) {
        rates = find(operands)
        known.set(operands, rates)
      }
      return rates
    },
  }
}

export function operatorBytes(o: Operator): number {
  return o.weightBytes + o.activationReadBytes + o.activationWriteBytes + o.kvReadBytes + o.kvWriteBytes
}

/** Time and bound of one operator. `shareRoof`: vector work counts under the matrix roof (paper convention). */
export function costOperator(o: Operator, cost: CostModel, shareRoof: boolean): OperatorCost {
  const rates = cost.rates(o.operands)
  const bytes = operatorBytes(o)
  const together = o.flop + o.vectorFlop
  const flop = shareRoof ? together : o.flop > 0 ? o.flop : o.vectorFlop
  const computeS = shareRoof
    ? together / rates.matrixFlopPerS
    : Math.max(o.flop / rates.matrixFlopPerS, o.vectorFlop / rates.vectorFlopPerS)
  const memoryS = bytes / rates.bandwidthBytePerS
  const timeS = Math.max(computeS, memoryS)
  return {
    timeS,
    bound: memoryS >= computeS ? 'memory' : 'compute',
    flop,
    bytes,
    arithmeticIntensity: bytes > 0 ? flop / bytes : 0,
    attainableFlopPerS: timeS > 0 ? flop / timeS : 0,
    computeDtype: o.flop > 0 ? rates.dtype : undefined,
  }
}
