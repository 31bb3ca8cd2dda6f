/**
 * Peak of live activations by liveness over the dependency graph (LLM-Viewer's paper, section 2.3 step 5): operators
 * run in list order; an output lives from its operator to the last operator that reads it. The layer's input lives
 * until its last reader (the residual addition). Bytes of one layer's schedule; layers run one after another.
 * Leaves out: in-place updates, allocator rounding, workspaces inside a kernel.
 */
import type { Operator } from '../architecture/operator.ts'

/** Index of the last operator that reads each output; its own index when nothing does. */
function lastReaders(operators: readonly Operator[]): { readonly input: number; readonly outputs: number[] } {
  const index = new Map<string, number>()
  const outputs: number[] = []
  let input = -1
  operators.forEach((operator, i) => {
    for (const name of operator.after) {
      const producer = index.get(name)
      if (producer !== undefined) outputs[producer] = i
      else if (name === 'input') input = i
    }
    outputs[i] = i
    index.set(operator.name, i)
  })
  return { input, outputs }
}

/** Peak bytes of live activations of a schedule whose input takes `inputBytes`. The last output stays live to the end. */
export function livenessPeak(operators: readonly Operator[], inputBytes: number): number {
  const { input, outputs } = lastReaders(operators)
  const last = operators.length - 1
  let live = inputBytes
  let peak = live
  operators.forEach((operator, i) => {
    live += operator.activationWriteBytes
    if (live > peak) peak = live
    if (input === i) live -= inputBytes
    for (let j = 0; j <= i; j++) {
      if (outputs[j] === i && j !== last) live -= operators[j]?.activationWriteBytes ?? 0
    }
  })
  return peak
}
