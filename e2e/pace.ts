/**
 * Promises of time, in tests. A test shares its machine with whatever else runs there, which only ever adds: so it measures
 * the best of several tries, says it, and fails when that is many times what is promised, as when a part has become slow
 * by its making. `CAPLINE_PACE=strict` on an idle machine holds the promises themselves.
 */
import { expect } from 'vitest'

/** Four processes to a core, and a core half as fast. */
const ALLOWANCE = process.env.CAPLINE_PACE === 'strict' ? 1 : 8

/** Milliseconds measured against milliseconds promised. */
export function expectPace(what: string, measuredMs: number, promisedMs: number): void {
  console.log(`pace: ${what} ${measuredMs.toFixed(0)} ms of ${promisedMs} ms promised`)
  expect(measuredMs, `${what}, in milliseconds`).toBeLessThan(promisedMs * ALLOWANCE)
}
