/**
 * Two ends of an interval as people read them: `6.1 to 7.4 ms` in running text, `6.1–7.4 ms` in a cell, and
 * `6.8 ms (6.1–7.4)` beside the value; the unit once where all have it.
 */
import { formatSeconds } from './format.ts'

export interface Ends {
  readonly low: number
  readonly high: number
}

const unitOf = (text: string): string => /[^\d.]+$/.exec(text)?.[0] ?? ''

/** Without the unit, where it is this one. */
const without = (text: string, unit: string): string =>
  unit !== '' && unitOf(text) === unit ? text.slice(0, -unit.length) : text

function joined({ low, high }: Ends, text: (x: number) => string, between: string): string {
  const to = text(high)
  return `${without(text(low), unitOf(to))}${between}${to}`
}

/** `6.1 to 7.4 ms`, in one unit where both ends have it. */
export function intervalText(low: number, high: number, text: (x: number) => string = formatSeconds): string {
  return joined({ low, high }, text, ' to ')
}

/** `6.1–7.4 ms`. */
export function endsText(ends: Ends, text: (x: number) => string = formatSeconds): string {
  return joined(ends, text, '–')
}

/** `6.1–7.4`, to stand beside a value of the same unit; ends in other units keep theirs, or the value's would be read. */
export function endsBeside(value: number, ends: Ends, text: (x: number) => string = formatSeconds): string {
  const unit = unitOf(text(value))
  const isOne = [ends.low, ends.high].every((end) => unitOf(text(end)) === unit)
  return isOne ? without(endsText(ends, text), unit) : endsText(ends, text)
}

/** `6.8 ms (6.1–7.4)`; the plain value where there is no interval. */
export function rangedText(value: number, ends: Ends | undefined, text: (x: number) => string = formatSeconds): string {
  return ends ? `${text(value)} (${endsBeside(value, ends, text)})` : text(value)
}
