/**
 * The figures of a GGUF file that several parts of the model need, read once: metadata under the architecture's prefix,
 * per-layer lists, and the tensors by name. Problems go to the reader of the metadata; the first one refuses the file.
 * Keys: ggml-org/ggml `docs/gguf.md`, ggml-org/llama.cpp `src/llama-arch.cpp` (LLM_KV_NAMES).
 */
import { showName } from '../../units/result.ts'
import type { Context } from '../hf/build.ts'
import { BOUNDS, type NumberRule, Reader } from '../hf/reader.ts'
import type { Family } from './families.ts'
import type { GgufTensor } from './header.ts'
import type { GgufValue } from './value.ts'

export class Facts {
  readonly reader: Reader
  readonly family: Family
  readonly architecture: string
  readonly tensors: ReadonlyMap<string, GgufTensor>
  /** Blocks in the file: decoder layers, then layers that predict further tokens. */
  readonly blocks: number
  readonly layers: number
  readonly hidden: number
  readonly context: Context
  readonly heads: readonly number[]
  readonly kvHeads: readonly number[]
  readonly topK: readonly number[]
  /** Tokens of the window (or chunk) of the layers that have one; 0 = none has. */
  readonly windowTokens: number
  readonly #windowed: readonly boolean[]

  constructor(
    architecture: string,
    family: Family,
    metadata: ReadonlyMap<string, GgufValue>,
    tensors: ReadonlyMap<string, GgufTensor>,
  ) {
    this.architecture = architecture
    this.family = family
    this.tensors = tensors
    this.reader = new Reader(Object.fromEntries(metadata))
    this.blocks = this.int('block_count', BOUNDS.layers)
    const ahead = this.int('nextn_predict_layers', { max: Math.max(0, this.blocks - 1) }, 0)
    this.layers = this.blocks - ahead
    this.hidden = this.int('embedding_length', BOUNDS.size)
    this.context = family.noContext ? {} : this.#readContext()
    this.heads = this.ints('attention.head_count', { max: BOUNDS.heads.max }, 0)
    const same = this.heads[0] ?? 0
    this.kvHeads = this.has('attention.head_count_kv')
      ? this.ints('attention.head_count_kv', { max: BOUNDS.heads.max }, same)
      : this.heads
    this.topK = this.ints('expert_used_count', { max: BOUNDS.experts.max }, 0)
    this.windowTokens = this.int('attention.sliding_window', { max: BOUNDS.tokens.max }, family.window?.tokens ?? 0)
    this.#windowed = this.#readWindows()
  }

  key(name: string): string {
    return `${this.architecture}.${name}`
  }

  has(name: string): boolean {
    return this.reader.has(this.key(name))
  }

  int(name: string, rule: NumberRule, fallback?: number): number {
    return this.reader.int(this.key(name), rule, fallback)
  }

  /** One number for all blocks, or a list with one per block. */
  ints(name: string, rule: NumberRule, fallback?: number): readonly number[] {
    const key = this.key(name)
    if (!Array.isArray(this.reader.raw(key))) return new Array(this.blocks).fill(this.int(name, rule, fallback))
    const min = rule.min ?? 0
    const item = (value: unknown) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= rule.max ? value : undefined
    const expected = `a whole number from ${min} to ${rule.max}`
    return this.reader.list(key, this.blocks, item, expected) ?? new Array(this.blocks).fill(min)
  }

  refuse(path: string, reason: string, remedy: string): void {
    this.reader.refuse(path, reason, remedy)
  }

  holds(block: number, stem: string, suffix = 'weight'): boolean {
    return this.tensors.has(tensorName(block, stem, suffix))
  }

  /** [inputs, outputs, count] of a block's matrix; undefined when the file has none. */
  matrix(block: number, stem: string): readonly [number, number, number] | undefined {
    return shape3(this.tensors.get(tensorName(block, stem, 'weight')))
  }

  /** Refuses a tensor whose size is not what the metadata say. */
  expect(block: number, stem: string, what: string, found: number, wanted: number): void {
    this.#compare(tensorName(block, stem), what, found, wanted)
  }

  /** The same for a tensor outside the blocks. */
  expectGlobal(stem: string, what: string, found: number, wanted: number): void {
    this.#compare(tensorName(undefined, stem), what, found, wanted)
  }

  #compare(name: string, what: string, found: number, wanted: number): void {
    if (found === wanted) return
    const remedy = 'The metadata and the tensors disagree: convert the model again.'
    this.refuse(showName(name), `has ${found} ${what}, but the metadata of the file give ${wanted}`, remedy)
  }

  /** Whether a layer sees only a window; layers beyond the decoder see everything, as llama.cpp has it. */
  windowed(block: number): boolean {
    return this.windowTokens > 0 && block < this.layers && this.#windowed[block] === true
  }

  #readWindows(): readonly boolean[] {
    const key = this.key('attention.sliding_window_pattern')
    const value = this.reader.raw(key)
    if (Array.isArray(value)) {
      if (value.length >= this.layers) return value.map((entry) => entry === true || entry === 1)
      this.refuse(key, `has ${value.length} entries for ${this.layers} layers`, 'Give one truth value per layer.')
      return []
    }
    const { window } = this.family
    const longest = this.context.extendedContextTokens ?? this.context.trainedContextTokens
    if (!window && value === undefined) {
      if (this.windowTokens > 0 && !(longest !== undefined && this.windowTokens >= longest)) {
        const reason = `a window of ${this.windowTokens} tokens, but nothing says which layers it is for`
        this.refuse(this.key('attention.sliding_window'), reason, `Add ${key}: one truth value per layer.`)
      }
      return []
    }
    const period = this.int('attention.sliding_window_pattern', BOUNDS.count, window?.period ?? 0)
    return Array.from({ length: this.layers }, (_, layer) => period === 0 || layer % period < period - 1)
  }

  /** YaRN multiplies the original length, linear scaling the stated one; other kinds include their factor (as in `hf/`). */
  #readContext(): Context {
    const longest = this.int('context_length', BOUNDS.tokens)
    const original = this.int('rope.scaling.original_context_length', { max: BOUNDS.tokens.max }, 0)
    const kind = this.reader.string(this.key('rope.scaling.type'), 'none')
    const factor = this.reader.float(this.key('rope.scaling.factor'), { max: BOUNDS.factor.max }, 1)
    const trained = longest
    const scaled =
      kind === 'yarn'
        ? (original > 0 ? Math.min(original, longest) : longest) * factor
        : kind === 'linear'
          ? longest * factor
          : 0
    const extended = Math.min(Math.max(longest, Math.floor(scaled)), BOUNDS.tokens.max)
    return extended > trained
      ? { trainedContextTokens: trained, extendedContextTokens: extended }
      : { trainedContextTokens: trained }
  }
}

export function tensorName(block: number | undefined, stem: string, suffix = 'weight'): string {
  return `${block === undefined ? '' : `blk.${block}.`}${stem}.${suffix}`
}

export function shape3(tensor: GgufTensor | undefined): readonly [number, number, number] | undefined {
  return tensor && [tensor.shape[0] ?? 1, tensor.shape[1] ?? 1, tensor.shape[2] ?? 1]
}
