/**
 * What share of the roofs kernels reach, by class of operator, as a change of the rates that price them: work and bytes stay
 * what they are. t = max(flop / (η_c · peak), bytes / (η_m · bandwidth)).
 */
import type { OperatorKind } from '../architecture/operator.ts'
import type { CostModel, Rates } from './roofline.ts'

export interface Efficiency {
  /** Share of the matrix and vector peaks. */
  readonly compute: number
  /** Share of the memory bandwidth. */
  readonly memory: number
  /** Operators it holds for; absent: all but what goes over links. */
  readonly kinds?: readonly OperatorKind[] | undefined
}

/** A cost model whose operators reach only these shares of their roofs; several that hold for one operator multiply. */
export function withEfficiency(cost: CostModel, efficiency: readonly Efficiency[] = []): CostModel {
  if (efficiency.length === 0) return cost
  return {
    ...cost,
    rates: (operator): Rates => {
      const rates = cost.rates(operator)
      let compute = 1
      let memory = 1
      for (const one of efficiency) {
        if (one.kinds && !one.kinds.includes(operator.kind)) continue
        compute *= one.compute
        memory *= one.memory
      }
      return {
        ...rates,
        matrixFlopPerS: rates.matrixFlopPerS * compute,
        vectorFlopPerS: rates.vectorFlopPerS * compute,
        bandwidthBytePerS: rates.bandwidthBytePerS * memory,
      }
    },
  }
}
