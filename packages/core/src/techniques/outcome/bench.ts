/**
 * Benches, remembered: making a network ready costs a millisecond, pricing a step on it a microsecond, and thousands of
 * plans share few networks. The key is everything of a scenario that its prices depend on, by content for data and by
 * identity for rewrites (`intern.ts`); workload, memory share and price are taken from the scenario at hand.
 */
import type { Rewrite } from '../../architecture/network.ts'
import { type Bench, prepare } from '../../scenario/bench.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Result } from '../../units/result.ts'
import { rewriteNumber } from '../intern.ts'

/** Least recently used benches beyond so many are dropped. */
const MOST = 150

const benches = new Map<string, Result<Bench>>()
const texts = new Map<string, number>()
const numbers = new WeakMap<object, number>()
let nextNumber = 1

/** A short number for a piece of data: equal content, equal number. Data is immutable, so each object is read once. */
function numberOf(data: object): number {
  let number = numbers.get(data)
  if (number === undefined) {
    const text = JSON.stringify(data)
    if (texts.size > 50_000) texts.clear()
    number = texts.get(text) ?? nextNumber++
    texts.set(text, number)
    numbers.set(data, number)
  }
  return number
}

/** Parts of a scenario that no price of a step depends on. */
const APART: ReadonlySet<string> = new Set(['workload', 'memoryUtilization', 'priceUsdPerHour', 'step'])

/** Parts that hold functions. */
const BY_IDENTITY: ReadonlySet<string> = new Set(['kernels'])

const identities = new WeakMap<object, number>()

function identityOf(value: object): number {
  const number = identities.get(value) ?? nextNumber++
  identities.set(value, number)
  return number
}

/** Names the priced network of a scenario. */
export function networkKey(scenario: Scenario): string {
  let key = ''
  for (const [name, value] of Object.entries(scenario)) {
    if (APART.has(name) || value === undefined) continue
    if (name === 'rewrites') key += `;${(value as readonly Rewrite[]).map(rewriteNumber).join()}`
    else if (BY_IDENTITY.has(name)) key += `;${name}=${identityOf(value as object)}`
    else key += `;${name}=${typeof value === 'object' ? numberOf(value as object) : String(value)}`
  }
  return key
}

/** The bench of a scenario, shared with every scenario of the same network and hardware. */
export function benchOf(scenario: Scenario): Result<Bench> {
  const key = networkKey(scenario)
  let bench = benches.get(key)
  if (bench) benches.delete(key)
  else bench = prepare(scenario)
  benches.set(key, bench)
  if (benches.size > MOST) {
    for (const oldest of benches.keys()) {
      benches.delete(oldest)
      break
    }
  }
  if (!bench.ok || bench.value.scenario === scenario) return bench
  return { ok: true, value: { ...bench.value, scenario } }
}
