/**
 * Sweeps: every combination of values along one or more fields of a question. Ranges: `a..b` by one, `a..b:step`,
 * `a..b:log` doubling, or a list `a,b,c`. One row per point, in order, the last axis fastest.
 */

import { closest } from '../units/closest.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import { FIELDS, type Field, type FieldName, flagOf, isFieldName, readField, readQuantity } from './fields.ts'
import type { Question } from './question.ts'

export interface Axis {
  readonly name: FieldName
  readonly values: readonly (number | string)[]
}

/** More points than this are a slip of the pen. */
const MAX_POINTS = 1_000_000

function sweepable(): string[] {
  return (Object.keys(FIELDS) as FieldName[]).filter((name) => FIELDS[name].sweeps)
}

/** Ten digits: 0.85, not 0.8500000000000001. */
const tidy = (value: number): number => Number(value.toPrecision(10))

function rangeValues(path: string, name: FieldName, from: number, to: number, rule: string): Result<number[]> {
  const field: Field = FIELDS[name]
  if (to < from)
    return fail(path, `the range ends (${to}) before it begins (${from})`, 'Write a range from small to large')
  const out: number[] = []
  if (rule === 'log') {
    if (from <= 0) return fail(path, 'a doubling range cannot begin at 0', 'Begin at 1 or more')
    for (let x = from; x <= to && out.length <= MAX_POINTS; x *= 2) out.push(x)
    return ok(out)
  }
  // A step is written like the field's own values (1k, 1TB/s), but has bounds of its own.
  const read = rule === '' ? ok(1) : readQuantity(name, path, rule)
  if (!read.ok) return read
  const step = read.value
  if (step <= 0) return fail(path, `${show(rule)} is not a step`, 'Write a..b:step with a positive step, or a..b:log')
  if (field.kind === 'count' && !Number.isInteger(step))
    return fail(path, `${show(rule)} is not a whole step`, 'Counts go by whole steps')
  if ((to - from) / step > MAX_POINTS)
    return fail(path, `has more than ${MAX_POINTS} points`, 'Take a larger step, or :log')
  for (let i = 0; from + i * step <= to * (1 + 1e-12); i++) out.push(tidy(from + i * step))
  return ok(out)
}

/** `batch=1..256:log`, `prompt=1k,8k,128k`, `kv=bf16,fp8`. */
export function parseAxis(text: string): Result<Axis> {
  const cut = text.indexOf('=')
  const key = cut < 0 ? text : text.slice(0, cut).trim()
  const camel = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const path = `--over ${key.slice(0, 40)}`
  if (!isFieldName(camel) || !FIELDS[camel].sweeps) {
    const near = closest(camel, sweepable(), 2)
    return fail(
      path,
      'is not a parameter that can be swept',
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Choose among ${sweepable().map(flagOf).join(', ')}`,
    )
  }
  if (cut < 0 || text.slice(cut + 1).trim() === '')
    return fail(path, 'has no values', `Write ${key}=1..256:log or ${key}=1,2,4`)
  const values: (number | string)[] = []
  for (const part of text.slice(cut + 1).split(',')) {
    const range = /^(.+?)\.\.([^:]+)(?::(.*))?$/.exec(part.trim())
    if (!range) {
      const read = readField(camel, path, part.trim())
      if (!read.ok) return read
      values.push(read.value)
      continue
    }
    const from = readField(camel, path, range[1])
    if (!from.ok) return from
    const to = readField(camel, path, range[2])
    if (!to.ok) return to
    if (typeof from.value !== 'number' || typeof to.value !== 'number') {
      return fail(path, `${show(part)} is a range of names`, 'List them: kv=bf16,fp8')
    }
    const list = rangeValues(path, camel, from.value, to.value, range[3]?.trim() ?? '')
    if (!list.ok) return list
    for (const value of list.value) values.push(value)
  }
  return ok({ name: camel, values })
}

/** Number of points of a sweep. */
export function countPoints(axes: readonly Axis[]): number {
  return axes.reduce((n, axis) => n * axis.values.length, 1)
}

/** Checks that axes are of different fields and the points few enough. */
export function checkAxes(axes: readonly Axis[]): Result<readonly Axis[]> {
  const names = axes.map((axis) => axis.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice) return fail(`--over ${flagOf(twice)}`, 'is given twice', 'Put all its values in one list')
  if (axes.length === 0) return fail('--over', 'is missing', 'Name what to vary, such as --over batch=1..256:log')
  const points = countPoints(axes)
  return points <= MAX_POINTS ? ok(axes) : fail('--over', `${points} points are too many`, `Stay under ${MAX_POINTS}`)
}

/** The questions of a sweep, one per point, the last axis fastest. */
export function* sweepQuestions(base: Question, axes: readonly Axis[]): Generator<Question> {
  const [first, ...rest] = axes
  if (!first) {
    yield base
    return
  }
  for (const value of first.values) yield* sweepQuestions({ ...base, [first.name]: value }, rest)
}
