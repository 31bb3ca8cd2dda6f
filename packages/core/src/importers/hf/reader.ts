/**
 * A typed view of a foreign configuration object: every getter names its key (or the synonyms it goes by), its bounds and
 * what an absent key means, and answers with a value that is safe to compute with.
 *
 * Nothing throws. The first bad value is kept as a Problem with the field's path; the getter then answers with the smallest
 * allowed value so that the caller can go on, and the importer refuses the whole file at the end. Only own data properties
 * are read (`__proto__`, `constructor` and getters are inert). A JSON null counts as absent, except where a caller says
 * that null means "none" (`optionalInt`).
 *
 * Keys that change an architecture and that nobody read are reported too (`unread`): an importer that does not know a key
 * must not pretend that the key is not there.
 */
import { type Problem, show } from '../../units/result.ts'

type Scalar = number | boolean | string
export type ClassDefaults = { readonly [key: string]: Scalar }

export interface NumberRule {
  readonly min?: number
  readonly max: number
}

/** Bounds no published model comes near, but that keep every later product far from overflow. */
export const BOUNDS = {
  layers: { min: 1, max: 1000 },
  size: { min: 1, max: 1e6 },
  heads: { min: 1, max: 65_536 },
  ffn: { min: 1, max: 1e7 },
  experts: { min: 1, max: 1e5 },
  vocab: { min: 1, max: 1e8 },
  tokens: { min: 1, max: 1e9 },
  count: { min: 0, max: 1000 },
  optionalSize: { min: 0, max: 1e7 },
  factor: { min: 1e-6, max: 1e6 },
} as const satisfies Record<string, NumberRule>

const MAX_DEPTH = 24
const MAX_NODES = 2_000_000

export type Keys = string | readonly string[]

export class Reader {
  /** `text_config.` or empty. */
  readonly prefix: string
  readonly source: object
  readonly defaults: ClassDefaults
  readonly problems: Problem[]
  readonly #seen = new Set<string>()

  constructor(source: object, prefix = '', defaults: ClassDefaults = {}, problems: Problem[] = []) {
    this.source = source
    this.prefix = prefix
    this.defaults = defaults
    this.problems = problems
  }

  /** The own data property, or undefined. */
  raw(key: string): unknown {
    this.#seen.add(key)
    return ownValue(this.source, key)
  }

  has(key: string): boolean {
    const value = this.raw(key)
    return value !== undefined && value !== null
  }

  /** Marks keys as known and without effect on the architecture. */
  ignore(...keys: string[]): void {
    for (const key of keys) this.#seen.add(key)
  }

  refuse(key: string, reason: string, remedy: string): void {
    this.problems.push({ path: `${this.prefix}${key}`, reason, remedy })
  }

  /** The same object seen with other class defaults. */
  withDefaults(defaults: ClassDefaults): Reader {
    return new Reader(this.source, this.prefix, defaults, this.problems)
  }

  /** The value under the first present key, or the class default; synonyms that disagree are refused. */
  #find(keys: Keys): { readonly key: string; readonly value: unknown } | undefined {
    const names = typeof keys === 'string' ? [keys] : keys
    let found: { readonly key: string; readonly value: unknown } | undefined
    for (const key of names) {
      const value = this.raw(key)
      if (value === undefined || value === null) continue
      if (!found) found = { key, value }
      else if (found.value !== value && typeof found.value !== 'object')
        this.refuse(
          key,
          `${show(value)} disagrees with ${found.key} = ${show(found.value)}`,
          'The two names mean the same size: keep one of them, or make them equal.',
        )
    }
    if (found) return found
    for (const key of names) {
      if (Object.hasOwn(this.defaults, key)) return { key, value: this.defaults[key] }
    }
    return undefined
  }

  #missing(keys: Keys, what: string): void {
    const names = typeof keys === 'string' ? [keys] : keys
    this.refuse(
      names[0] ?? '',
      `missing, and this model type has no default for it`,
      `Add ${names.length > 1 ? `one of ${names.join(', ')}` : (names[0] ?? '')} (${what}).`,
    )
  }

  #checkInt(key: string, value: unknown, rule: NumberRule): number {
    const min = rule.min ?? 0
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= rule.max) return value
    this.refuse(key, `${show(value)} is not a whole number from ${min} to ${rule.max}`, 'Give the published value.')
    return min
  }

  /** A required whole number; `fallback` is what the family means when key and class default are absent. */
  int(keys: Keys, rule: NumberRule, fallback?: number): number {
    const found = this.#find(keys)
    if (found) return this.#checkInt(found.key, found.value, rule)
    if (fallback !== undefined) return fallback
    this.#missing(keys, `a whole number from ${rule.min ?? 0} to ${rule.max}`)
    return rule.min ?? 0
  }

  /** A whole number that may be none: an explicit null is none, an absent key is the class default, if any. */
  optionalInt(keys: Keys, rule: NumberRule): number | undefined {
    const names = typeof keys === 'string' ? [keys] : keys
    const set = names.some((key) => this.has(key))
    if (!set && names.some((key) => this.raw(key) === null)) return undefined
    const found = this.#find(keys)
    return found ? this.#checkInt(found.key, found.value, rule) : undefined
  }

  float(keys: Keys, rule: NumberRule, fallback?: number): number {
    const found = this.#find(keys)
    const min = rule.min ?? 0
    if (!found) {
      if (fallback !== undefined) return fallback
      this.#missing(keys, `a number from ${min} to ${rule.max}`)
      return min
    }
    const value = found.value
    if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= rule.max) return value
    this.refuse(found.key, `${show(value)} is not a number from ${min} to ${rule.max}`, 'Give the published value.')
    return min
  }

  bool(keys: Keys, fallback?: boolean): boolean {
    const found = this.#find(keys)
    if (!found) {
      if (fallback !== undefined) return fallback
      this.#missing(keys, 'true or false')
      return false
    }
    if (typeof found.value === 'boolean') return found.value
    this.refuse(found.key, `${show(found.value)} is not true or false`, 'Give true or false.')
    return false
  }

  string(keys: Keys, fallback = ''): string {
    const found = this.#find(keys)
    if (!found) return fallback
    if (typeof found.value === 'string' && found.value.length <= 1000) return found.value
    this.refuse(found.key, `${show(found.value)} is not a short text`, 'Give the published value.')
    return fallback
  }

  /** One of the table's keys, translated; anything else is refused by name. */
  choice<T>(keys: Keys, table: { readonly [name: string]: T }, fallback: T): T {
    const found = this.#find(keys)
    if (!found) return fallback
    const value = found.value
    if (typeof value === 'string' && Object.hasOwn(table, value)) return table[value] as T
    this.refuse(found.key, `${show(value)} is not known here`, `Known: ${Object.keys(table).join(', ')}.`)
    return fallback
  }

  /** A list of `length` items each accepted by `item`; absent or null: undefined. */
  list<T>(
    key: string,
    length: number,
    item: (value: unknown) => T | undefined,
    expected: string,
  ): readonly T[] | undefined {
    const value = this.raw(key)
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) {
      this.refuse(key, `${show(value)} is not a list`, `Give ${length} values, each ${expected}.`)
      return undefined
    }
    if (value.length !== length) {
      this.refuse(key, `has ${value.length} entries for ${length} layers`, `Give ${length} values, each ${expected}.`)
      return undefined
    }
    const items: T[] = []
    for (let i = 0; i < length; i++) {
      const one = item(value[i])
      if (one === undefined) {
        this.refuse(`${key}[${i}]`, `${show(value[i])} is not understood`, `Each value must be ${expected}.`)
        return undefined
      }
      items.push(one)
    }
    return items
  }

  /** A list of texts of any length up to `max`. */
  strings(key: string, max = 50_000): readonly string[] {
    const value = this.raw(key)
    if (value === undefined || value === null) return []
    if (Array.isArray(value) && value.length <= max && value.every((x) => typeof x === 'string' && x.length <= 500))
      return value
    this.refuse(key, `${show(value)} is not a list of at most ${max} short texts`, 'Give a list of module names.')
    return []
  }

  /** A nested object as a reader of its own; its problems are this reader's. */
  object(key: string, defaults: ClassDefaults = {}): Reader | undefined {
    const value = this.raw(key)
    if (value === undefined || value === null) return undefined
    if (isObject(value)) return new Reader(value, `${this.prefix}${key}.`, defaults, this.problems)
    this.refuse(key, `${show(value)} is not an object`, 'Give an object, or leave the key out.')
    return undefined
  }

  /** The first of `keys` that is set to something other than null, false, 0 or an empty list and that nobody read. */
  unread(keys: readonly string[]): string | undefined {
    return keys.find((key) => {
      if (this.#seen.has(key)) return false
      const value = ownValue(this.source, key)
      if (value === undefined || value === null || value === false || value === 0) return false
      return !(Array.isArray(value) && value.length === 0)
    })
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own data property; accessors and inherited properties count as absent. */
export function ownValue(source: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(source, key)?.value
}

/** Why a foreign value is too deep or too large to look at, or undefined. */
export function oversize(value: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  let nodes = 0
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    if (next.depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`
    const keys = Object.keys(next.value)
    nodes += keys.length
    if (nodes > MAX_NODES) return `holds more than ${MAX_NODES} values`
    for (const key of keys) open.push({ value: ownValue(next.value, key), depth: next.depth + 1 })
  }
  return undefined
}
