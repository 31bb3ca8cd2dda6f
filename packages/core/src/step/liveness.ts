/**
 * Peak of live activations by liveness over the dependency graph (LLM-Viewer's paper, section 2.3 step 5): operators
 * run in list order; an output lives from its operator to the last operator that reads it. The layer's input lives
 * until its last reader (the residual addition). Bytes of one layer's schedule; layers run one after another.
 * Leaves out: in-place updates, allocator rounding, workspaces inside a kernel.
 */

/** What liveness needs of an operator: its name and what it reads. */
export interface Scheduled {
  readonly name: string
  readonly after: readonly string[]
}

/** When outputs die, worked out once for a list of operators. */
export interface LivenessSchedule {
  /** For each operator, the outputs (by index) that no later operator reads. */
  readonly dies: readonly (readonly number[])[]
  /** Index of the last reader of the layer's input; −1 when nothing reads it. */
  readonly inputDiesAt: number
}

export function livenessSchedule(operators: readonly Scheduled[]): LivenessSchedule {
  const index = new Map<string, number>()
  const lastReader: number[] = []
  let inputDiesAt = -1
  operators.forEach((operator, i) => {
    for (const name of operator.after) {
      const producer = index.get(name)
      if (producer !== undefined) lastReader[producer] = i
      else if (name === 'input') inputDiesAt = i
    }
    lastReader[i] = i
    index.set(operator.name, i)
  })
  const dies: number[][] = operators.map(() => [])
  // The last output is the layer's own and outlives the schedule.
  lastReader.slice(0, -1).forEach((at, i) => {
    dies[at]?.push(i)
  })
  return { dies, inputDiesAt }
}

/** Peak bytes of live activations when output i takes `outputs[i]` and the input `inputBytes`. */
export function livenessPeak(schedule: LivenessSchedule, inputBytes: number, outputs: readonly number[]): number {
  let live = inputBytes
  let peak = live
  for (let i = 0; i < schedule.dies.length; i++) {
    live += outputs[i] as number
    if (live > peak) peak = live
    if (schedule.inputDiesAt === i) live -= inputBytes
    for (const dead of schedule.dies[i] as readonly number[]) live -= outputs[dead] as number
  }
  return peak
}
