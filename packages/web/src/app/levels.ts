/** Thresholds for context, accuracy and performance as text of the address: `keepAccuracy=0.99,maxTpot=20ms`. */
import { closest, fail, type Result, readThresholds, show, THRESHOLD_FLAGS, type Thresholds } from '@capline/core'

/** Names and values as written; what has no value is left out. */
export function levelPairs(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((part) => {
    const cut = Math.max(0, part.indexOf('='))
    return [part.slice(0, cut).trim(), part.slice(cut + 1).trim()] as const
  })
  return Object.fromEntries(pairs.filter(([name, value]) => name !== '' && value !== ''))
}

export function withLevel(text: string, name: string, value: string | undefined): string {
  const { [name]: _, ...rest } = levelPairs(text)
  const pairs = Object.entries(value === undefined ? rest : { ...rest, [name]: value })
  return pairs.map(([key, own]) => `${key}=${own}`).join(',')
}

/** As the command line reads its flags. */
export function readLevels(text: string): Result<Thresholds> {
  const pairs = levelPairs(text)
  const known = THRESHOLD_FLAGS.map(({ flag }) => flag)
  const stray = Object.keys(pairs).find((name) => !known.includes(name))
  if (stray === undefined) return readThresholds(pairs)
  const near = closest(stray, known, 1)[0]
  return fail('levels', `${show(stray)} is none`, near ? `Did you mean ${near}?` : `One of: ${known.join(', ')}`)
}
