/**
 * All pairs that can stand together, ranked: techniques that come to the same plan stand for each other, pairs with a
 * conflict are left out with it (`compatibility.ts`), and so are pairs that set one thing twice (`twice.ts`, the rule by
 * which `compare` refuses them). The rest are composed and priced like anything else; their
 * scores are plain numbers, so that the pricing can be shared out among workers and put together again.
 *
 * Jobs are in the order of their networks, for equal networks share their prices.
 */
import { compatibilityOf } from '../compatibility.ts'
import type { Desk } from './desk.ts'
import { goalFactor, readScores, SCORE_NAMES, type Scores, scoresOf, wholeScores, writeScores } from './goals.ts'
import { largerChange } from './needs.ts'
import {
  type Candidate,
  compareRanked,
  gains,
  hasType,
  type Left,
  leftByLevels,
  type Ranked,
  type Ranking,
  type RankOptions,
} from './rank.ts'
import { selectionOf } from './selection.ts'
import { worseStanding } from './standing.ts'
import { type Step, stepsOf } from './steps.ts'
import { bothSet } from './twice.ts'

export interface PairJobs {
  readonly candidates: readonly Candidate[]
  /** Indices of candidates, two a pair, by network. */
  readonly pairs: Uint16Array
  readonly counts: {
    readonly conflicting: number
    readonly twice: number
    readonly dependent: number
    readonly free: number
  }
}

type PairKind = 'free' | 'dependent' | 'twice' | 'conflicting'

function pairKind(a: readonly Step[], b: readonly Step[]): PairKind {
  let kind: PairKind = 'free'
  for (const x of a) {
    for (const y of b) {
      if (x.id === y.id && bothSet(x.id, x.values, y.values) !== undefined) {
        kind = 'twice'
        continue
      }
      const one = compatibilityOf(x.id, y.id, x.values, y.values).kind
      if (one === 'conflicting') return 'conflicting'
      if (one === 'order-dependent' && kind === 'free') kind = 'dependent'
    }
  }
  return kind
}

/** One candidate for each plan, of the changes asked for, and every pair of them that goes together. */
export function pairJobs(all: readonly Candidate[], { changes }: Pick<RankOptions, 'changes'>): PairJobs {
  const asked = all.filter(({ change }) => !changes || changes.includes(change))
  const shown = new Set<string>()
  const candidates = asked.filter(({ member, same }) => {
    if (same.some((id) => shown.has(id))) return false
    shown.add(member.id)
    return true
  })
  candidates.sort((a, b) => (a.network < b.network ? -1 : a.network > b.network ? 1 : 0))
  const steps = candidates.map(({ member }) => stepsOf(member.uses))
  const counts = { conflicting: 0, twice: 0, dependent: 0, free: 0 }
  const network = candidates.map((one) => one.network)
  const found: { i: number; j: number; key: string }[] = []
  for (let i = 0; i < candidates.length; i++) {
    for (let j = i + 1; j < candidates.length; j++) {
      const kind = pairKind(steps[i] ?? [], steps[j] ?? [])
      counts[kind]++
      if (kind === 'free' || kind === 'dependent') found.push({ i, j, key: `${network[i]}\n${network[j]}` })
    }
  }
  // Candidates stand by network already: a stable order by the first's, then the second's.
  const firsts = new Map<string, number>()
  for (const one of network) if (!firsts.has(one)) firsts.set(one, firsts.size)
  const at = (index: number) => firsts.get(network[index] ?? '') ?? 0
  found.sort((a, b) => at(a.i) - at(b.i) || at(a.j) - at(b.j) || a.i - b.i || a.j - b.j)
  const pairs = new Uint16Array(2 * found.length)
  found.forEach(({ i, j }, k) => {
    pairs[2 * k] = i
    pairs[2 * k + 1] = j
  })
  return { candidates, pairs, counts }
}

/** As much of the jobs as pricing needs: a worker has no scores of singles. */
interface PricedPairs {
  readonly candidates: readonly Pick<Candidate, 'member'>[]
  readonly pairs: Uint16Array
}

const pairSelection = (candidates: readonly Pick<Candidate, 'member'>[], i: number, j: number) =>
  selectionOf([candidates[i], candidates[j]].flatMap((one) => (one ? [one.member] : [])))

/** Prices pairs `from` to `to`; a pair that cannot run has NaN in all of its scores. */
export function pricePairs(desk: Desk, jobs: PricedPairs, from: number, to: number, step?: () => void): Float64Array {
  const out = new Float64Array((to - from) * SCORE_NAMES.length).fill(Number.NaN)
  for (let k = from; k < to; k++) {
    const selection = pairSelection(jobs.candidates, jobs.pairs[2 * k] ?? 0, jobs.pairs[2 * k + 1] ?? 0)
    const plan = desk.plan(selection)
    const outcome = plan.ok ? desk.outcome(plan.value) : plan
    if (plan.ok && outcome.ok) {
      writeScores(wholeScores(plan.value, outcome.value, desk.baseline.outcome), out, k - from)
    }
    step?.()
  }
  return out
}

export interface PairRanking extends Ranking {
  readonly counts: PairJobs['counts']
}

/** Priced pairs in order. */
export function rankPairs(desk: Desk, jobs: PairJobs, priced: Float64Array, options: RankOptions): PairRanking {
  const { goal, type, unproven = false } = options
  const { candidates, pairs, counts } = jobs
  const baseline = scoresOf(desk.baseline.outcome)
  const ranked: Ranked[] = []
  const left: Left[] = []
  for (let k = 0; 2 * k < pairs.length; k++) {
    const [i, j] = [pairs[2 * k] ?? 0, pairs[2 * k + 1] ?? 0]
    const [a, b] = [candidates[i], candidates[j]]
    if (!a || !b) continue
    const selection = pairSelection(candidates, i, j)
    const scores: Scores = readScores(priced, k)
    if (Number.isNaN(scores.ttftS)) {
      left.push({ id: selection.label, why: 'cannot run here' })
      continue
    }
    if (!hasType(selection, type)) continue
    const own = leftByLevels(desk, selection, scores, unproven)
    if (own) {
      left.push(own)
      continue
    }
    const factor = goalFactor(goal, scores, baseline)
    if (!gains(factor, scores, baseline)) {
      left.push({ id: selection.label, why: 'gains nothing' })
      continue
    }
    const standing = worseStanding(a.standing, b.standing)
    const best = Math.max(goalFactor(goal, a.scores, baseline), goalFactor(goal, b.scores, baseline))
    const change = largerChange(a.change, b.change)
    const overBest = factor === best ? 1 : factor / best
    ranked.push({ selection, standing, change, scores, factor, same: [], overBest })
  }
  ranked.sort((x, y) => compareRanked(goal, x, y))
  return { goal, baseline, ranked, left, priced: pairs.length / 2, counts }
}
