/**
 * Every parameter of a question, once: command-line flags, URL keys, JSON files and sweeps are all made from this table.
 * A field has a kind (how it is read and shown), bounds, a default and a help text. Counts are tokens or sequences.
 */
import { isFormatId } from '../architecture/formats.ts'
import { DTYPES } from '../catalog/dtypes/table.ts'
import { ENGINE_IDS } from '../engine/profile.ts'
import { CONTEXT_EXCHANGES, CONTEXT_ORDERS } from '../layout/layout.ts'
import { closest } from '../units/closest.ts'
import { parseByteRate, parseBytes, parseCount, parseFlopRate, parseNumber } from '../units/parse.ts'
import { fail, ok, type Result, show } from '../units/result.ts'

export type FieldKind = 'count' | 'bytes' | 'byteRate' | 'flopRate' | 'number' | 'dtype' | 'choice' | 'text'

export interface Field {
  readonly kind: FieldKind
  readonly help: string
  /** What stands in the help after the flag. */
  readonly placeholder: string
  readonly default?: number | string
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  /** Other names of choices, which links and answers do not use. */
  readonly aliases?: Readonly<Record<string, string>>
  /** May be an axis of a sweep. */
  readonly sweeps: boolean
}

const count = (help: string, min: number, max: number, fallback?: number): Field => ({
  kind: 'count',
  help,
  placeholder: 'N',
  min,
  max,
  sweeps: true,
  ...(fallback === undefined ? {} : { default: fallback }),
})
const dtype = (help: string): Field => ({ kind: 'dtype', help, placeholder: 'DTYPE', sweeps: true })

export const FIELDS = {
  basis: {
    kind: 'choice',
    help: 'what times come from: the roofline (a floor), or calibrated kernel models with an interval (the command line also takes measured:DIR)',
    placeholder: 'NAME',
    choices: ['roofline', 'calibrated'],
    default: 'roofline',
    sweeps: true,
  },
  engine: {
    kind: 'choice',
    help: 'serving engine whose kernels and host time the calibrated basis takes',
    placeholder: 'NAME',
    choices: ENGINE_IDS,
    default: 'generic',
    sweeps: true,
  },
  layout: {
    kind: 'choice',
    help: 'how --count accelerators share the model: auto tries every legal way and takes the fastest that fits',
    placeholder: 'NAME',
    choices: ['auto', 'tensor', 'pipeline', 'data', 'expert'],
    sweeps: true,
  },
  tp: count('accelerators that split heads and FFN columns (tensor parallel)', 1, 1024),
  pp: count('stages of a pipeline', 1, 1024),
  dp: count('whole copies of the model', 1, 1024),
  ep: count('accelerators that split the experts by number (expert parallel)', 1, 1024),
  attentionDp: count('groups that keep their own sequences in attention and share the experts', 1, 1024),
  cp: count('accelerators that split prompts and keys (context parallel; see --cp-exchange, --cp-order)', 1, 1024),
  sequenceParallel: {
    kind: 'choice',
    help: 'norms on a share of the tokens: reduce-scatter and all-gather instead of all-reduce',
    placeholder: 'on|off',
    choices: ['on', 'off'],
    default: 'off',
    sweeps: true,
  },
  overlap: {
    kind: 'choice',
    help: 'exchanges run beside computation: a step is halved where that is quicker, one half computes while the other travels',
    placeholder: 'on|off',
    choices: ['on', 'off'],
    default: 'off',
    sweeps: true,
  },
  cpExchange: {
    kind: 'choice',
    help: 'how --cp brings queries and keys together: keys round one ring, or round two (in a node and between nodes: burst), queries to the keys (dist), or tokens for heads (all-to-all: ulysses)',
    placeholder: 'NAME',
    choices: CONTEXT_EXCHANGES,
    aliases: { burst: 'two-level-ring', dist: 'query', ulysses: 'all-to-all' },
    default: 'ring',
    sweeps: true,
  },
  cpOrder: {
    kind: 'choice',
    help: 'how --cp deals a prompt out: striped, also called zigzag (two pieces from both ends: as balanced), or contiguous pieces, of which one has nearly twice the work',
    placeholder: 'NAME',
    choices: CONTEXT_ORDERS,
    aliases: { zigzag: 'striped' },
    default: 'striped',
    sweeps: true,
  },
  nodes: count('nodes the accelerators stand in (default: as few as hold them)', 1, 1024),
  network: {
    kind: 'text',
    help: 'network between nodes, per adapter: 400Gb/s, ib-ndr, roce-400, 100GbE, or 8x400Gb/s for eight adapters a node',
    placeholder: 'NAME',
    sweeps: false,
  },
  batch: count('sequences in flight', 1, 1e6, 1),
  prompt: count('tokens of one prompt (128k = 131072)', 1, 1e8, 2048),
  output: count('tokens of one answer', 1, 1e8, 128),
  prefix: count('leading prompt tokens that all sequences share', 0, 1e8, 0),
  items: count('pictures or audio clips per request (models with a tower)', 0, 1e5, 0),
  batchTokens: count('most prompt tokens that one prefill step takes when memory is planned', 1, 1e8, 8192),
  step: {
    kind: 'text',
    help: 'also analyse one step of any mix: SEQUENCESxNEW@CACHED, e.g. 1x512@0,32x1@2k (a prefill chunk and 32 decodes)',
    placeholder: 'LIST',
    sweeps: false,
  },
  weights: dtype('format of the weights (default: as published)'),
  activations: dtype('format of the activations (default: as published)'),
  kv: dtype('format of the KV cache (default: as published)'),
  weightsOf: {
    kind: 'text',
    help: 'formats of single weight classes: head=int4,experts=mxfp4 (attention, ffn, experts, shared, router, norm, embedding, head, tower)',
    placeholder: 'LIST',
    sweeps: false,
  },
  layerWeights: {
    kind: 'text',
    help: 'formats of single layers: 0-3=bf16,31=int8',
    placeholder: 'LIST',
    sweeps: false,
  },
  attention: {
    kind: 'choice',
    help: 'attention kernel: eager writes the scores to memory, flash does not (default: flash; eager under --convention paper)',
    placeholder: 'KERNEL',
    choices: ['eager', 'flash'],
    sweeps: true,
  },
  convention: {
    kind: 'choice',
    help: 'what is counted: exact, or as the paper and LLM-Viewer count',
    placeholder: 'NAME',
    choices: ['exact', 'paper'],
    default: 'exact',
    sweeps: false,
  },
  utilization: {
    kind: 'number',
    help: 'share of the memory an engine may use',
    placeholder: 'FRACTION',
    min: 0.01,
    max: 1,
    default: 0.92,
    sweeps: true,
  },
  bandwidth: {
    kind: 'byteRate',
    help: "memory bandwidth instead of the catalogue's, e.g. 2TB/s",
    placeholder: 'RATE',
    min: 1e6,
    max: 1e18,
    sweeps: true,
  },
  peak: {
    kind: 'flopRate',
    help: "matrix peak for 16-bit operands instead of the catalogue's, e.g. 312TFLOPS; narrower formats keep their ratio to it",
    placeholder: 'RATE',
    min: 1e6,
    max: 1e21,
    sweeps: true,
  },
  memory: {
    kind: 'bytes',
    help: "memory of one accelerator instead of the catalogue's, e.g. 80GiB",
    placeholder: 'BYTES',
    min: 1e6,
    max: 1e18,
    sweeps: true,
  },
  price: {
    kind: 'number',
    help: 'US dollars per accelerator-hour',
    placeholder: 'DOLLARS',
    min: 0,
    max: 1e6,
    sweeps: true,
  },
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof FIELDS

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name)
}

/** `batchTokens` → `batch-tokens`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

const READERS = {
  count: parseCount,
  bytes: parseBytes,
  byteRate: parseByteRate,
  flopRate: parseFlopRate,
  number: parseNumber,
}

/** A quantity written like a field's own values, without the field's bounds: the step of a range. */
export function readQuantity(name: FieldName, path: string, raw: unknown): Result<number> {
  const { kind } = FIELDS[name]
  if (kind === 'dtype' || kind === 'choice' || kind === 'text') return fail(path, 'has no steps', 'List the values')
  return READERS[kind](path, raw)
}

/** Reads one value of a field; `path` names the place for the error (`--batch`, `batch`). */
export function readField(name: FieldName, path: string, raw: unknown): Result<number | string> {
  const field: Field = FIELDS[name]
  if (field.kind === 'dtype' || field.kind === 'choice') {
    const allowed = field.kind === 'dtype' ? Object.keys(DTYPES) : (field.choices ?? [])
    const text = typeof raw === 'string' ? raw.trim().toLowerCase() : raw
    const known = (id: string) => allowed.includes(id) || (field.kind === 'dtype' && isFormatId(id))
    if (typeof text === 'string' && known(text)) return ok(text)
    const { aliases = {} } = field
    if (typeof text === 'string' && Object.hasOwn(aliases, text)) return ok(aliases[text] as string)
    const named = [...allowed, ...Object.keys(aliases)]
    const near = typeof text === 'string' ? closest(text, named, 3) : []
    const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Choose one of ${named.join(', ')}`
    return fail(path, `${show(raw)} is not a known ${field.kind === 'dtype' ? 'format' : 'choice'}`, remedy)
  }
  if (field.kind === 'text') {
    if (typeof raw === 'string' && raw.length <= 2000) return ok(raw)
    return fail(path, `${show(raw)} is not text`, `Write ${field.help}`)
  }
  const read = READERS[field.kind](path, raw)
  if (!read.ok) return read
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field
  if (read.value < min) return fail(path, `${show(raw)} is less than ${min}`, `Give at least ${min}`)
  if (read.value > max) return fail(path, `${show(raw)} is more than ${max}`, `Give at most ${max}`)
  return ok(read.value)
}
