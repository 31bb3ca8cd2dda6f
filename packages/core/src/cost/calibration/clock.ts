/**
 * What constants of a class, fitted over several architectures, mean on a chip of another clock. The latencies of decode
 * attention (starting a block, a token of a chunk, joining the parts) are counted in clocks, and they decide most of its
 * calls: held at one clock they are a third too long on an L40S (2.52 GHz) and a quarter too short on an A100 (1.41 GHz).
 * In the other classes throughput decides, and scaling changes nothing that leaving architectures out could tell.
 */
import { constantsOf, type OpClass } from '../kernels/dispatch.ts'

/** Hz at which the times among the constants of a class hold. */
export const CLASS_CLOCK = 1.8e9

const COUNTED_IN_CLOCKS: ReadonlySet<OpClass> = new Set(['generation_attention'])

/** The constants of a class as a chip of that clock has them, in `into`; seconds go with the inverse of the clock. */
export function atClock(op: OpClass, constants: Float64Array, clock: number, into: Float64Array): Float64Array {
  if (into !== constants) into.set(constants)
  if (!COUNTED_IN_CLOCKS.has(op)) return into
  constantsOf(op).forEach(({ unit }, i) => {
    if (unit === 's') into[i] = (into[i] as number) * (CLASS_CLOCK / clock)
  })
  return into
}
