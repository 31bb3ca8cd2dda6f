/** Short makers of parameters, so that the tables read as tables. Limits are inclusive; `identity` changes nothing. */
import type { Parameter, Value } from '../primitive.ts'

type More = { readonly unit?: string; readonly identity?: Value; readonly min?: number; readonly max?: number }

/** Says what a technique is; no number of a plan depends on it, or at these values none does. */
export const described = (parameter: Parameter, at: true | readonly Value[] = true): Parameter => ({
  ...parameter,
  describes: at,
})

/** A real number, at least 0 unless said otherwise. */
export const number = (help: string, preset: number, more: More = {}): Parameter => ({
  kind: 'number',
  help,
  default: preset,
  min: 0,
  ...more,
})

/** A share from 0 to 1. */
export const share = (help: string, preset: number, identity?: number): Parameter =>
  number(help, preset, { max: 1, unit: 'share', ...(identity === undefined ? {} : { identity }) })

/** A whole number, at least 0 unless said otherwise. */
export const count = (help: string, preset: number, more: More = {}): Parameter => ({
  kind: 'count',
  help,
  default: preset,
  min: 0,
  ...more,
})

/** No text, cache or memory is longer than this. */
const MOST_TOKENS = 1e9

/** A number of tokens. */
export const tokens = (help: string, preset: number, more: More = {}): Parameter =>
  count(help, preset, { unit: 'tokens', max: MOST_TOKENS, ...more })

/** One of a few words; the first is the default. */
export const choice = (help: string, choices: readonly string[], identity?: string): Parameter => ({
  kind: 'choice',
  help,
  default: choices[0] as string,
  choices,
  ...(identity === undefined ? {} : { identity }),
})

export const text = (help: string, preset = '', identity?: string): Parameter => ({
  kind: 'text',
  help,
  default: preset,
  ...(identity === undefined ? {} : { identity }),
})

export const flag = (help: string, preset = false, identity?: boolean): Parameter => ({
  kind: 'switch',
  help,
  default: preset,
  ...(identity === undefined ? {} : { identity }),
})
