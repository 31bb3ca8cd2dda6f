/**
 * One operator of a layer, with the work and traffic of one pass: flop (a multiply-accumulate is 2), bytes by role, the
 * parameters it holds, and the operators whose outputs it reads. All sizes are of one instance; `repeat` is the
 * caller's (layers of that kind). Builders below make the common ones; the field's names are LLM-Viewer's.
 *
 * Work and bytes are affine in the features of a pass (`pass.ts`): no builder may branch on how many tokens there are.
 */
import type { DtypeId } from '../catalog/dtypes/table.ts'
import type { KernelCall } from './kernelCall.ts'
import type { WeightClass } from './model.ts'
import type { Pass } from './pass.ts'

export type OperatorKind =
  /** Dense matrix product. */
  | 'gemm'
  /** One product per expert, over the tokens routed to it. */
  | 'grouped-gemm'
  /** Scores, weighted values, or both fused. */
  | 'attention'
  /** State-form mixing: linear attention, state-space scan. */
  | 'scan'
  | 'softmax'
  | 'norm'
  | 'elementwise'
  | 'gather'
  | 'conv'
  /** Data that goes to other accelerators. */
  | 'collective'

export interface Operator {
  readonly name: string
  readonly kind: OperatorKind
  /** Operators whose outputs it reads; `input` is the layer's input. */
  readonly after: readonly string[]
  /** Work of the matrix unit. */
  readonly flop: number
  /** Work of the vector units. */
  readonly vectorFlop: number
  /** Weights read in this pass. */
  readonly weightBytes: number
  readonly activationReadBytes: number
  readonly activationWriteBytes: number
  readonly kvReadBytes: number
  readonly kvWriteBytes: number
  /** Bytes that leave this accelerator for others, one direction. */
  readonly linkBytes: number
  /** Formats of the operands that meet in the matrix unit. */
  readonly operands: readonly DtypeId[]
  /** Parameters it holds, whether this pass reads them or not. */
  readonly parameters: number
  /** Parameters one token uses (differs from `parameters` for routed experts and look-up tables). */
  readonly activeParameters: number
  /** Bytes its parameters take at rest. */
  readonly storedBytes: number
  readonly weightClass: WeightClass
  /** Rows × inner × columns of one product and how many products, for people and for calibrated costs. */
  readonly shape: { readonly m: number; readonly k: number; readonly n: number; readonly count: number }
  readonly kernel?: KernelCall | undefined
  /** Itself before a rewrite changed its work: what its kernel was measured doing. */
  readonly plain?: Operator | undefined
}

const GEMM: KernelCall = { kind: 'gemm' }
export const WITHIN: KernelCall = { kind: 'within' }

/** A linear layer [k → n] over m rows: reads its input and weights, writes its output. */
export function linear(
  pass: Pass,
  name: string,
  after: readonly string[],
  of: WeightClass,
  m: number,
  k: number,
  n: number,
  /** `kvRow`: the output goes to the KV cache, in rows (heads) of that width. */
  options: { readonly bias?: boolean; readonly kvRow?: number } = {},
): Operator {
  const f = pass.formats
  const biased = options.bias === true && pass.convention.smallOperators
  const weights = k * n
  const weightBytes = weights * f.weightBytes(of, k) + (biased ? n * f.weightBytes('norm', n) : 0)
  const cached = options.kvRow !== undefined
  const out = m * n * (options.kvRow !== undefined ? f.kvBytes(options.kvRow) : f.activationBytes(n))
  const parameters = weights + (options.bias ? n : 0)
  return {
    name,
    kind: 'gemm',
    after,
    flop: 2 * m * k * n,
    vectorFlop: biased ? m * n : 0,
    weightBytes,
    activationReadBytes: m * k * f.inputBytes(of, k),
    activationWriteBytes: cached ? 0 : out,
    kvReadBytes: 0,
    kvWriteBytes: cached ? out : 0,
    linkBytes: 0,
    operands: [f.weights[of].id, f.input(of).id],
    parameters,
    activeParameters: parameters,
    storedBytes: weightBytes,
    weightClass: of,
    shape: { m, k, n, count: 1 },
    kernel: GEMM,
  }
}

/** Elementwise work on rows of `width`: `reads` tensors in, `writes` out, `flop` per output element. */
export function elementwise(
  pass: Pass,
  name: string,
  after: readonly string[],
  rows: number,
  width: number,
  work: { readonly reads: number; readonly writes: number; readonly flop: number; readonly kind?: OperatorKind },
  held: { readonly parameters: number; readonly of?: WeightClass } = { parameters: 0 },
): Operator {
  const f = pass.formats
  const element = f.activationBytes(width)
  const of = held.of ?? 'norm'
  const storedBytes = held.parameters * f.weightBytes(of, width)
  return {
    name,
    kind: work.kind ?? 'elementwise',
    after,
    flop: 0,
    vectorFlop: rows * width * work.flop,
    weightBytes: pass.convention.smallOperators ? storedBytes : 0,
    activationReadBytes: rows * width * work.reads * element,
    activationWriteBytes: rows * width * work.writes * element,
    kvReadBytes: 0,
    kvWriteBytes: 0,
    linkBytes: 0,
    operands: [f.stored.id],
    parameters: held.parameters,
    activeParameters: held.parameters,
    storedBytes,
    weightClass: of,
    shape: { m: rows, k: width, n: width, count: 1 },
  }
}

/** The same operator with some figures replaced. */
export function alter(operator: Operator, change: Partial<Operator>): Operator {
  return { ...operator, ...change }
}

/**
 * So many of an operator told as one: modules side by side, or a share of the layers as a mean layer. All that is counted
 * scales, its work, its traffic of every role (a cache is read and written by each) and what it holds; formats, class and
 * kernel are of one. Of the shape the rows scale: its kernel is asked for as much work on the same weights.
 */
export function scaleOperator(o: Operator, factor: number): Operator {
  if (factor === 1) return o
  return alter(o, {
    flop: o.flop * factor,
    vectorFlop: o.vectorFlop * factor,
    weightBytes: o.weightBytes * factor,
    activationReadBytes: o.activationReadBytes * factor,
    activationWriteBytes: o.activationWriteBytes * factor,
    kvReadBytes: o.kvReadBytes * factor,
    kvWriteBytes: o.kvWriteBytes * factor,
    linkBytes: o.linkBytes * factor,
    parameters: o.parameters * factor,
    activeParameters: o.activeParameters * factor,
    storedBytes: o.storedBytes * factor,
    shape: { ...o.shape, m: o.shape.m * factor },
  })
}
