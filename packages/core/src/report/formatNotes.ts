/**
 * What an answer must say of narrow formats: that the accelerator lacks the matrix rate asked for, so that the products
 * run in a wider format; and that weights alone are narrow where the inputs could be too.
 */
import { format } from '../architecture/formats.ts'
import type { Accelerator, ComputeDtype } from '../catalog/accelerators/accelerator.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { chipOf } from '../cost/kernels/chip.ts'
import { matrixPeak, roofsOf } from '../cost/peaks.ts'
import { productFormat } from '../cost/pricing/formats.ts'
import type { Analysis } from '../scenario/analyze.ts'

/** Weight formats with a matrix rate of their own, and the inputs that use it. */
const INPUTS: Readonly<Partial<Record<DtypeId, DtypeId>>> = {
  fp8: 'fp8',
  'fp8-block': 'fp8',
  mxfp8: 'fp8',
  int8: 'int8',
  nvfp4: 'nvfp4',
}
const WIDE_BITS = 16

function rateOf({ matrixFlopPerS: rates }: Accelerator, dtype: ComputeDtype): number {
  return rates[dtype]?.value ?? 0
}

/** What products of narrow weights and narrow inputs are multiplied in, where it is not their own format. */
function widened({ basis, scenario, precision }: Analysis): string | undefined {
  const { accelerator } = scenario
  const operands = [precision.weights, precision.activations] as const
  const own = operands.map((id) => format(id).compute)
  if (basis === 'roofline') {
    const roofs = roofsOf(accelerator)
    const peak = roofs && matrixPeak(roofs, operands)
    return peak && !own.includes(peak.dtype) ? `in ${peak.dtype}` : undefined
  }
  const chip = chipOf(accelerator)
  if (!chip) return undefined
  const has = { fp8: chip.fp8 > chip.bf16, fp4: chip.fp4 > chip.fp8 }
  const isWeightOnly = productFormat(operands, has, false).format.endsWith('_wo')
  return isWeightOnly ? 'in 16 bit, by weight-only kernels' : undefined
}

export function formatNotes(analysis: Analysis): string[] {
  const { accelerator } = analysis.scenario
  const { weights, activations } = analysis.precision
  if (format(weights).bits >= WIDE_BITS) return []
  if (format(activations).bits < WIDE_BITS) {
    const how = widened(analysis)
    if (!how) return []
    const lacking = format(activations).compute.toUpperCase()
    return [
      `${accelerator.name} has no ${lacking} matrix rate: products of ${weights} weights and ${activations} inputs run ${how}. ` +
        'Narrow weights save bytes there, narrow inputs nothing.',
    ]
  }
  const inputs = INPUTS[weights]
  const isFaster = rateOf(accelerator, format(weights).compute) > rateOf(accelerator, 'bf16')
  if (!inputs || !isFaster) return []
  const bits = Math.round(format(inputs).bits)
  return [
    `Only the weights are ${weights}: products run in 16 bit, by weight-only kernels. Add --activations ${inputs} for ${bits}-bit products.`,
  ]
}
