/**
 * One operator's work and bytes as affine forms in the features of a step (`template.ts`), found by what its builder makes of
 * one feature at a time: constant = with none of them, coefficient = with that one − constant.
 */
import type { Operator } from '../architecture/operator.ts'

/** The quantities of an operator that depend on the step. */
const QUANTITIES = [
  'flop',
  'vectorFlop',
  'weightBytes',
  'activationReadBytes',
  'activationWriteBytes',
  'kvReadBytes',
  'kvWriteBytes',
  'linkBytes',
] as const

export const WRITES = QUANTITIES.indexOf('activationWriteBytes')

/** Beside them, the rows of its matrix product. */
const WIDTH = QUANTITIES.length + 1
export const quantityCount = WIDTH

/** In the order of `QUANTITIES`. */
function readQuantities(o: Operator, into: Float64Array): void {
  into[0] = o.flop
  into[1] = o.vectorFlop
  into[2] = o.weightBytes
  into[3] = o.activationReadBytes
  into[4] = o.activationWriteBytes
  into[5] = o.kvReadBytes
  into[6] = o.kvWriteBytes
  into[7] = o.linkBytes
  into[8] = o.shape.m
}

export interface OperatorTemplate {
  /** The operator in a step where nothing happens; its step-independent fields hold for every step. */
  readonly idle: Operator
  readonly constants: Float64Array
  /** Parallel arrays: this coefficient of that feature adds to that quantity. */
  readonly quantity: Uint8Array
  readonly feature: Uint16Array
  readonly coefficient: Float64Array
  /** The entries that add to activationWriteBytes, for liveness alone. */
  readonly writes: Uint16Array
  /** The same operator before rewrites (`Operator.plain`). */
  readonly plain?: OperatorTemplate
}

/** Numbers of one section in few buffers: a buffer for every operator costs more than what is in it. */
export class Pool {
  #free = new Float64Array(512)

  take(count: number): Float64Array {
    if (this.#free.length < count) this.#free = new Float64Array(Math.max(512, count))
    const own = this.#free.subarray(0, count)
    this.#free = this.#free.subarray(count)
    return own
  }

  keep(numbers: readonly number[]): Float64Array {
    const own = this.take(numbers.length)
    own.set(numbers)
    return own
  }
}

/** An operator when one feature is there. */
interface Lit {
  readonly feature: number
  readonly operator: Operator
}

function writesOf(quantity: readonly number[]): Uint16Array {
  const out: number[] = []
  for (let j = 0; j < quantity.length; j++) if (quantity[j] === WRITES) out.push(j)
  return Uint16Array.from(out)
}

const atFeature = new Float64Array(WIDTH)

/** The affine forms of one operator from what it is when nothing, or one feature, is there. `used` numbers the features. */
export function formOf(idle: Operator, lit: readonly Lit[], used: Map<number, number>, pool: Pool): OperatorTemplate {
  const constants = pool.take(WIDTH)
  readQuantities(idle, constants)
  const quantity: number[] = []
  const feature: number[] = []
  const coefficient: number[] = []
  for (const { feature: f, operator } of lit) {
    if (operator === idle) continue
    readQuantities(operator, atFeature)
    for (let q = 0; q < WIDTH; q++) {
      const slope = (atFeature[q] as number) - (constants[q] as number)
      if (slope === 0) continue
      if (!used.has(f)) used.set(f, used.size)
      quantity.push(q)
      feature.push(used.get(f) as number)
      coefficient.push(slope)
    }
  }
  const { plain } = idle
  return {
    idle,
    constants,
    quantity: Uint8Array.from(quantity),
    feature: Uint16Array.from(feature),
    coefficient: pool.keep(coefficient),
    writes: writesOf(quantity),
    ...(plain
      ? {
          plain: formOf(
            plain,
            lit.map(({ feature: f, operator }) => ({ feature: f, operator: operator.plain ?? plain })),
            used,
            pool,
          ),
        }
      : {}),
  }
}
