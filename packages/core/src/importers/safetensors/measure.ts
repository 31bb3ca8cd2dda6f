/**
 * Sums over stored tensors: exact bytes per class of weights and per format, and the one format per class (and per range
 * of layers) that comes nearest. Bytes as in the file, scales and zero-points included; elements are logical weights.
 *
 * The nearest format of a class is the one that holds most of its elements: a format that is really in the file, rather
 * than another one whose width happens to lie near the average. What the choice loses, `MeasuredWeights` still says.
 */

import {
  type CheckpointPrecision,
  type MeasuredWeights,
  type StoredClass,
  WEIGHT_CLASSES,
  type WeightClass,
} from '../../architecture/model.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'

export interface StoredTensor {
  readonly weightClass: WeightClass
  /** Decoder layer it belongs to; absent outside the layers. */
  readonly layer?: number
  /** Absent: no weight format. */
  readonly dtype?: DtypeId
  readonly bytes: number
  /** Weights it holds: 0 for scales and zero-points; absent when the header cannot tell. */
  readonly elements?: number
}

type Classes = { readonly [C in WeightClass]?: DtypeId }

/** Classes whose formats make the `weights` of a precision: the matrices of the layers. */
const MATRICES: readonly WeightClass[] = ['attention', 'ffn', 'experts', 'shared']

export function measureWeights(tensors: readonly StoredTensor[]): MeasuredWeights {
  const byClass: { [C in WeightClass]?: StoredClass } = {}
  const byDtype: { [D in DtypeId]?: number } = {}
  let totalBytes = 0
  let otherBytes = 0
  for (const [name, members] of groupBy(tensors, (tensor) => tensor.weightClass)) {
    const bytes = sum(members, (tensor) => tensor.bytes)
    const known = members.every((tensor) => tensor.elements !== undefined)
    const dtype = mainDtype(members)
    byClass[name] = {
      bytes,
      ...(known && { elements: sum(members, (tensor) => tensor.elements ?? 0) }),
      ...(dtype && { dtype }),
    }
    totalBytes += bytes
  }
  for (const { dtype, bytes } of tensors) {
    if (dtype) byDtype[dtype] = (byDtype[dtype] ?? 0) + bytes
    else otherBytes += bytes
  }
  return { totalBytes, byClass, byDtype, otherBytes }
}

/** The nearest precision: one format per class, and ranges of layers whose nearest format is another one. */
export function nearestPrecision(
  tensors: readonly StoredTensor[],
  layers: number,
): Pick<CheckpointPrecision, 'weights' | 'classes' | 'layers'> {
  const classes = classesOf(tensors)
  const matrices = tensors.filter((tensor) => MATRICES.includes(tensor.weightClass))
  const weights = mainDtype(matrices) ?? mainDtype(tensors) ?? 'fp16'
  const byLayer = groupBy(
    tensors.filter((tensor) => tensor.layer !== undefined),
    (tensor) => tensor.layer,
  )
  const ranges: { from: number; to: number; classes: Classes }[] = []
  for (let layer = 0; layer < layers; layer++) {
    const own = classesOf(byLayer.get(layer) ?? [])
    const other: { [C in WeightClass]?: DtypeId } = {}
    for (const name of WEIGHT_CLASSES) if (own[name] && own[name] !== classes[name]) other[name] = own[name]
    if (Object.keys(other).length === 0) continue
    const last = ranges.at(-1)
    if (last && last.to === layer - 1 && JSON.stringify(last.classes) === JSON.stringify(other)) last.to = layer
    else ranges.push({ from: layer, to: layer, classes: other })
  }
  return { weights, classes, ...(ranges.length > 0 && { layers: ranges }) }
}

function classesOf(tensors: readonly StoredTensor[]): Classes {
  const classes: { [C in WeightClass]?: DtypeId } = {}
  const groups = groupBy(tensors, (tensor) => tensor.weightClass)
  for (const name of WEIGHT_CLASSES) {
    const dtype = mainDtype(groups.get(name) ?? [])
    if (dtype) classes[name] = dtype
  }
  return classes
}

/** The format that holds most elements (bytes, where elements are not known). */
function mainDtype(tensors: readonly StoredTensor[]): DtypeId | undefined {
  const held = new Map<DtypeId, number>()
  for (const { dtype, elements, bytes } of tensors) {
    if (dtype) held.set(dtype, (held.get(dtype) ?? 0) + (elements ?? bytes))
  }
  let best: DtypeId | undefined
  for (const [dtype, count] of held) if (best === undefined || count > (held.get(best) ?? 0)) best = dtype
  return best
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const name = key(item)
    const group = groups.get(name)
    if (group) group.push(item)
    else groups.set(name, [item])
  }
  return groups
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0
  for (const item of items) total += value(item)
  return total
}
