/**
 * EFF: what share of the roofs kernels reach, by operator class, and how narrow weights get to the matrix unit. The shares
 * change the rates that price operators (`Scenario.efficiency`), never their work; widening weights is work.
 *
 *   t = max(flop / (η_c · peak), bytes / (η_m · bandwidth))
 *   overlapped   decoding runs on the vector units beside the matrix unit: + w flop per weight of vector work
 *   cuda-core    weights are widened into memory first: written and read once more in the activations' format
 *   lut          products become look-ups on the vector units: bits / 8 of the multiplications (LUT-GEMM, Park et al. 2022,
 *                section 3: one look-up per 8 weights and bit plane), no matrix work
 */

import { format } from '../../architecture/formats.ts'
import type { Rewrite } from '../../architecture/network.ts'
import { alter, type Operator } from '../../architecture/operator.ts'
import type { Efficiency } from '../../cost/efficiency.ts'
import { ok } from '../../units/result.ts'
import { intern } from '../intern.ts'
import type { Plan } from '../plan.ts'
import { primitiveOf } from './readings.ts'

const KINDS: Readonly<Record<string, Efficiency['kinds']>> = {
  all: undefined,
  attention: ['attention'],
  linear: ['gemm'],
  experts: ['grouped-gemm'],
  elementwise: ['elementwise', 'norm', 'softmax', 'gather'],
}

/** Weights of a look-up table's group: one look-up stands for so many multiplications of one bit plane. */
const LUT_GROUP = 8

/** Products with narrow weights and wider inputs: only they have weights to widen. */
function isWidened(o: Operator): boolean {
  const [weights, input] = o.operands
  if ((o.kind !== 'gemm' && o.kind !== 'grouped-gemm') || weights === undefined || input === undefined) return false
  return format(weights).bits < format(input).bits
}

function widening(path: string, flopPerWeight: number): Rewrite {
  const change = (o: Operator, activation: number): Operator => {
    const [id] = o.operands
    if (id === undefined || !isWidened(o)) return o
    const bits = format(id).bits
    const weights = o.storedBytes > 0 ? (o.parameters * o.weightBytes) / o.storedBytes : 0
    const vectorFlop = o.vectorFlop + flopPerWeight * weights
    if (path === 'overlapped') return alter(o, { vectorFlop })
    if (path === 'lut') return alter(o, { flop: 0, vectorFlop: o.vectorFlop + (o.flop * bits) / LUT_GROUP })
    const widened = weights * activation
    return alter(o, {
      vectorFlop,
      activationReadBytes: o.activationReadBytes + widened,
      activationWriteBytes: o.activationWriteBytes + widened,
    })
  }
  return (group, pass) => ({
    ...group,
    operators: group.operators.map((o) => change(o, pass.formats.activationBytes(o.shape.k))),
  })
}

export const EFF = primitiveOf(
  'EFF',
  'Kernel efficiency',
  'kernels',
  't = max(flop / (η_c · peak), bytes / (η_m · bandwidth)) for a class of operators',
  (plan, values) => {
    const occupancy = values.number('occupancy')
    const compute = values.number('computeEfficiency') * occupancy
    const memory = values.number('memoryEfficiency') * occupancy
    const path = values.text('dequant')
    const flopPerWeight = values.number('dequantFlopPerWeight')
    let next: Plan = plan
    if (compute !== 1 || memory !== 1) {
      const kinds = KINDS[values.text('operators')]
      const own: Efficiency = { compute, memory, ...(kinds ? { kinds } : {}) }
      const { scenario } = next
      next = { ...next, scenario: { ...scenario, efficiency: [...(scenario.efficiency ?? []), own] } }
    }
    if (path !== 'none') {
      const rewrite = intern(`EFF ${path} ${flopPerWeight}`, () => widening(path, flopPerWeight))
      const { scenario } = next
      next = { ...next, scenario: { ...scenario, rewrites: [...(scenario.rewrites ?? []), rewrite] } }
    }
    return ok(next)
  },
)
