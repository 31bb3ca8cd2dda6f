/**
 * The parameters of a figure, read: defaults, and what was given as text (`model=llama-3.1-8b`, `batch=1..128:log`).
 * Models and accelerators are looked up by the caller, who may know files; numbers are lists or ranges in base units.
 */

import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { findAccelerator, suggestAccelerators } from '../catalog/accelerators/index.ts'
import { findModel, suggestModels } from '../catalog/models/index.ts'
import { closest } from '../units/closest.ts'
import { formatByteRate, formatCount, formatFlopRate, formatNumber, formatSeconds } from '../units/format.ts'
import { parseByteRate, parseCount, parseDuration, parseFlopRate, parseNumber } from '../units/parse.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import type { NumberParameter, Parameter, Settings } from './figure.ts'

/** Longest list of a parameter that states none. */
const MOST_VALUES = 2000

type NumberKind = NumberParameter['kind']

const READERS: { readonly [K in NumberKind]: (path: string, raw: unknown) => Result<number> } = {
  tokens: parseCount,
  batch: parseCount,
  byteRate: parseByteRate,
  flopRate: parseFlopRate,
  number: parseNumber,
  seconds: parseDuration,
}

const TEXTS: { readonly [K in NumberKind]: (x: number) => string } = {
  tokens: formatCount,
  batch: formatCount,
  byteRate: formatByteRate,
  flopRate: formatFlopRate,
  number: (x) => formatNumber(x),
  seconds: formatSeconds,
}

/** A parameter's default as people read it. */
export function defaultText(parameter: Parameter): string {
  if (!('range' in parameter)) return parameter.default
  const text = TEXTS[parameter.kind]
  const values = parameter.default
  const [first, last] = [values[0], values.at(-1)]
  if (values.length <= 6 || first === undefined || last === undefined) return values.map(text).join(' ')
  return `${text(first)} … ${text(last)} (${values.length} values)`
}

/** How names become models and accelerators: the catalogue's, or a caller's that also reads files. */
export interface Lookup {
  readonly model: (name: string) => Result<ModelSpec>
  readonly accelerator: (name: string) => Result<Accelerator>
}

function unknownName(path: string, name: string, what: string, near: readonly string[]) {
  const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `\`capline ${what}s\` lists them`
  return fail(path, `${show(name)} is not a known ${what}`, remedy)
}

export const CATALOGUE_LOOKUP: Lookup = {
  model: (name) => {
    const row = findModel(name)
    return row ? ok(row.spec) : unknownName('model', name, 'model', suggestModels(name))
  },
  accelerator: (name) => {
    const found = findAccelerator(name)
    return found ? ok(found) : unknownName('accelerator', name, 'accelerator', suggestAccelerators(name))
  },
}

function rangeValues(parameter: NumberParameter, path: string, text: string): Result<number[]> {
  const [, from = '', to = '', rule = ''] = /^(.+?)\.\.([^:]+)(?::(.*))?$/.exec(text) ?? []
  const read = READERS[parameter.kind]
  const first = read(path, from.trim())
  if (!first.ok) return first
  const last = read(path, to.trim())
  if (!last.ok) return last
  const doubling = rule.trim() === 'log'
  const step = doubling ? ok(1) : rule.trim() === '' ? ok(1) : read(path, rule.trim())
  if (!step.ok) return step
  if (last.value < first.value || step.value <= 0 || (doubling && first.value <= 0)) {
    return fail(path, `${show(text)} is not a range`, 'Write a..b, a..b:step or a..b:log (doubling), small to large')
  }
  const out: number[] = []
  const most = parameter.most ?? MOST_VALUES
  const next = doubling ? (x: number) => 2 * x : (_: number, i: number) => first.value + i * step.value
  for (let x = first.value, i = 1; x <= last.value * (1 + 1e-12) && out.length <= most; x = next(x, i), i++) {
    out.push(Number(x.toPrecision(10)))
  }
  return ok(out)
}

function numbersOf(parameter: NumberParameter, path: string, text: string): Result<readonly number[]> {
  const out: number[] = []
  const most = parameter.most ?? MOST_VALUES
  for (const part of text.split(',')) {
    const one = part.includes('..')
      ? rangeValues(parameter, path, part.trim())
      : READERS[parameter.kind](path, part.trim())
    if (!one.ok) return one
    out.push(...(typeof one.value === 'number' ? [one.value] : one.value))
    if (out.length > most) return fail(path, `has more than ${most} values`, `Give at most ${most}`)
  }
  const [least, largest] = parameter.range
  const text0 = TEXTS[parameter.kind]
  const beyond = out.find((x) => !(x >= least && x <= largest))
  if (beyond !== undefined) {
    return fail(path, `${text0(beyond)} is outside ${text0(least)} … ${text0(largest)}`, 'Give values between them')
  }
  return ok([...new Set(out)].sort((a, b) => a - b))
}

/** Values of the parameters: what is given, else their defaults. An unknown name is a problem. */
export function readSettings(
  parameters: readonly Parameter[],
  given: Readonly<Record<string, string>> = {},
  lookup: Lookup = CATALOGUE_LOOKUP,
): Result<Settings> {
  const models: Record<string, ModelSpec> = {}
  const accelerators: Record<string, Accelerator> = {}
  const numbers: Record<string, readonly number[]> = {}
  const choices: Record<string, string> = {}
  for (const name of Object.keys(given)) {
    if (parameters.some((parameter) => parameter.id === name)) continue
    const known = parameters.map((parameter) => parameter.id)
    const near = closest(name, known, 2)
    const remedy = known.length === 0 ? 'It takes none' : `It takes ${(near.length > 0 ? near : known).join(', ')}`
    return fail(name.slice(0, 40), 'is no parameter of this figure', remedy)
  }
  for (const parameter of parameters) {
    const { id } = parameter
    const text = given[id]
    if ('range' in parameter) {
      const values = text === undefined ? ok(parameter.default) : numbersOf(parameter, id, text)
      if (!values.ok) return values
      numbers[id] = values.value
    } else if (parameter.kind === 'choice') {
      const choice = (text ?? parameter.default).trim().toLowerCase()
      if (!parameter.choices.includes(choice)) {
        return fail(id, `${show(choice)} is not a known choice`, `Choose one of ${parameter.choices.join(', ')}`)
      }
      choices[id] = choice
    } else if (parameter.kind === 'model') {
      const model = lookup.model(text ?? parameter.default)
      if (!model.ok) return model
      models[id] = model.value
    } else {
      const accelerator = lookup.accelerator(text ?? parameter.default)
      if (!accelerator.ok) return accelerator
      accelerators[id] = accelerator.value
    }
  }
  return ok({ models, accelerators, numbers, choices })
}

function present<T>(value: T | undefined, id: string): T {
  // A figure that asks for what it did not declare is a bug.
  if (value === undefined) throw new Error(`no parameter ${id}`)
  return value
}

export const modelOf = (settings: Settings, id = 'model'): ModelSpec => present(settings.models[id], id)
export const acceleratorOf = (settings: Settings, id = 'accelerator'): Accelerator =>
  present(settings.accelerators[id], id)
export const numbersAt = (settings: Settings, id: string): readonly number[] => present(settings.numbers[id], id)
export const numberAt = (settings: Settings, id: string): number => present(settings.numbers[id]?.[0], id)
export const choiceOf = (settings: Settings, id: string): string => present(settings.choices[id], id)
