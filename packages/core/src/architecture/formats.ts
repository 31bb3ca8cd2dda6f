/**
 * Which number format each tensor has: a precision (what the checkpoint says, or the user wants) resolved per class of
 * weights, and the bytes of an element in it. Units: bytes per element, scales counted (unless the convention leaves
 * them out). Formats wider than a model's default never appear by themselves: norms, router, embedding and head keep
 * the checkpoint's format when only `weights` is changed, as quantised checkpoints do.
 */
import { type Dtype, effectiveBits } from '../catalog/dtypes/dtype.ts'
import { readMade } from '../catalog/dtypes/made.ts'
import { DTYPES, type DtypeId } from '../catalog/dtypes/table.ts'
import type { Convention } from './convention.ts'
import { type CheckpointPrecision, WEIGHT_CLASSES, type WeightClass } from './model.ts'

export interface Format extends Dtype {
  readonly id: DtypeId
}

const FORMATS: ReadonlyMap<string, Format> = new Map(
  Object.entries(DTYPES).map(([id, row]) => [id, { id: id as DtypeId, ...row }]),
)

/** Formats written in the language of `made.ts`, as they come; a full table starts anew. */
const made = new Map<string, Format>()
const MOST_MADE = 4096

function findFormat(id: string): Format | undefined {
  const found = FORMATS.get(id) ?? made.get(id)
  if (found) return found
  const row = readMade(id)
  if (!row) return undefined
  if (made.size >= MOST_MADE) made.clear()
  const own = { ...row, id: id as DtypeId }
  made.set(id, own)
  return own
}

/** Whether an id names a format: a row of the table, or one made from its id. */
export function isFormatId(id: string): id is DtypeId {
  return findFormat(id) !== undefined
}

/** The format of that id; throws on an unknown one (ids from users are checked where they enter). */
export function format(id: DtypeId): Format {
  const found = findFormat(id)
  if (!found) throw new Error(`no such dtype: ${id}`)
  return found
}

export interface Formats {
  readonly weights: Readonly<Record<WeightClass, Format>>
  /** What queries and matrix inputs are quantised to. */
  readonly activations: Format
  /** What activations are kept in between operators: quantised inputs are made from 16 bit on the way in. */
  readonly stored: Format
  readonly kv: Format
  /** Format of a linear layer's input: quantised only where its weights are. */
  input(of: WeightClass): Format
  /** Bytes of one weight of that class, in rows of `rowLength`. */
  weightBytes(of: WeightClass, rowLength: number): number
  /** Bytes of one kept activation element; `rowLength` = the width of a token's vector. */
  activationBytes(rowLength: number): number
  /** Bytes of one element of a linear layer's input. */
  inputBytes(of: WeightClass, rowLength: number): number
  /** Bytes of one cached element; `rowLength` = the width of one head. */
  kvBytes(rowLength: number): number
}

/** The formats where keys and values are activations of one pass, never a cache: encoders, towers, denoisers. */
export function uncached(formats: Formats): Formats {
  return { ...formats, kv: formats.stored, kvBytes: formats.activationBytes }
}

/** Classes that quantised checkpoints leave in the base format unless they say otherwise. */
const KEPT: readonly WeightClass[] = ['router', 'norm', 'embedding', 'head', 'tower', 'mtp']

/** What a user may change: everything absent stays as the checkpoint has it. */
export interface PrecisionChange {
  readonly weights?: DtypeId
  readonly activations?: DtypeId
  readonly kv?: DtypeId
  readonly classes?: { readonly [C in WeightClass]?: DtypeId }
  readonly layers?: CheckpointPrecision['layers']
}

/**
 * The precision after a user's change. A new `weights` format replaces every quantised class and every per-layer
 * exception; the kept classes stay as they are unless named in `classes`.
 */
export function changePrecision(base: CheckpointPrecision, change: PrecisionChange): CheckpointPrecision {
  const classes: { [C in WeightClass]?: DtypeId } = {}
  for (const name of WEIGHT_CLASSES) {
    const was = base.classes?.[name]
    if (change.classes?.[name]) classes[name] = change.classes[name]
    else if (!change.weights && was) classes[name] = was
    else if (KEPT.includes(name)) classes[name] = was ?? keptFormat(base)
  }
  const layers = change.layers ?? (change.weights ? undefined : base.layers)
  return {
    weights: change.weights ?? base.weights,
    activations: change.activations ?? base.activations,
    kv: change.kv ?? base.kv,
    classes,
    ...(layers ? { layers } : {}),
  }
}

/** The 16- or 32-bit format that unquantised parts of a checkpoint have. */
function keptFormat(base: CheckpointPrecision): DtypeId {
  if (format(base.weights).bits >= 16) return base.weights
  return format(base.activations).bits >= 16 ? base.activations : 'bf16'
}

/** The formats of one decoder layer (or of everything outside the layers: `layer` undefined). */
export function resolveFormats(precision: CheckpointPrecision, convention: Convention, layer?: number): Formats {
  const override =
    layer === undefined ? undefined : precision.layers?.find((range) => layer >= range.from && layer <= range.to)
  const kept = keptFormat(precision)
  const weights = {} as Record<WeightClass, Format>
  for (const name of WEIGHT_CLASSES) {
    const own = override?.classes[name] ?? precision.classes?.[name] ?? (KEPT.includes(name) ? kept : precision.weights)
    const id = convention.oneWeightFormat ? precision.weights : own
    weights[name] = format(id)
  }
  const activations = format(precision.activations)
  const stored = convention.quantizedActivationsKept || activations.bits >= 16 ? activations : format(kept)
  const kv = format(precision.kv)
  const input = (of: WeightClass) => (weights[of].bits >= 16 ? stored : activations)
  const bytes = convention.scales
    ? (f: Format, rowLength: number) => effectiveBits(f, rowLength) / 8
    : (f: Format) => f.bits / 8
  return {
    weights,
    activations,
    stored,
    kv,
    input,
    weightBytes: (of, rowLength) => bytes(weights[of], rowLength),
    activationBytes: (rowLength) => bytes(stored, rowLength),
    inputBytes: (of, rowLength) => bytes(input(of), rowLength),
    kvBytes: (rowLength) => bytes(kv, rowLength),
  }
}
