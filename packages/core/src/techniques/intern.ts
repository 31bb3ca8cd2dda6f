/**
 * One function for one description: networks are remembered by the identity of their rewrites (`evaluate.ts`), so that two
 * plans with the same rewrite share one priced network. A key says everything a rewrite depends on; with the same key the
 * function made first is handed out again. Rewrites are pure, so nothing but time depends on this table.
 */
import type { Rewrite } from '../architecture/network.ts'

const known = new Map<string, Rewrite>()
const numbers = new WeakMap<Rewrite, number>()
let next = 1

/** Beyond this many the table starts anew: old rewrites still work, they are only no longer found. */
const MOST = 20_000

export function intern(key: string, make: () => Rewrite): Rewrite {
  const found = known.get(key)
  if (found) return found
  if (known.size >= MOST) known.clear()
  const made = make()
  known.set(key, made)
  return made
}

/** A number for a rewrite, the same for as long as it lives. */
export function rewriteNumber(rewrite: Rewrite): number {
  let number = numbers.get(rewrite)
  if (number === undefined) {
    number = next++
    numbers.set(rewrite, number)
  }
  return number
}
