/**
 * "What should I turn on?" over the whole catalogue: every technique with its default parameters in one scenario, ranked for
 * one goal. Techniques that come to the same plan are priced once and shown together; what only observes, changes or gains
 * nothing, does not run here, or breaks a level is counted with its reason and not ranked. The order is total: what fits, then
 * how far one can have it (`standing.ts`), then the goal, then the price, fewer members, and the name.
 */
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import type { CapLetters } from '../catalog/row.ts'
import type { Outcome } from '../evaluate.ts'
import { networkKey } from '../outcome/bench.ts'
import type { Plan } from '../plan.ts'
import type { CapAnswer, Desk } from './desk.ts'
import { isUnpublished } from './exactness.ts'
import { compareScores, goalFactor, type RankGoal, type Scores, scoresOf, wholeScores } from './goals.ts'
import { type Change, changeOf, largerChange, needsMore } from './needs.ts'
import { type Member, memberOf, type Selection, selectionOf } from './selection.ts'
import { compareStandings, type Standing, standingOf } from './standing.ts'
import { type Check, checksOf } from './verdict.ts'

/** Less is rounding. */
const GAINS = 1.001

export interface RankOptions {
  readonly goal: RankGoal
  /** What turning it on may change; absent: everything. */
  readonly changes?: readonly Change[]
  /** Printed type of the technique, or of one of a pair. */
  readonly type?: CapLetters
  /** Keeps what no evidence decides. */
  readonly unproven?: boolean
}

export interface Ranked {
  readonly selection: Selection
  readonly standing: Standing
  readonly change: Change
  readonly scores: Scores
  /** Improvement of the goal over the baseline. */
  readonly factor: number
  /** Others that come to the same plan. */
  readonly same: readonly string[]
  /** Of a pair: improvement over its better half. */
  readonly overBest?: number
}

export type LeftWhy =
  | 'observes'
  | 'sizes not published'
  | 'changes nothing here'
  | 'gains nothing'
  | 'cannot run here'
  | 'breaks a level'
  | 'unproven'
  | 'not asked for'

export interface Left {
  readonly id: string
  readonly why: LeftWhy
  readonly words?: string
}

export interface Candidate {
  readonly member: Member
  readonly standing: Standing
  readonly change: Change
  readonly scores: Scores
  readonly same: readonly string[]
  /** Names its network: equal networks share their prices. */
  readonly network: string
}

/** Its standing is looked up in the evidence when somebody asks: what gains nothing needs none. */
class PricedCandidate implements Candidate {
  readonly member: Member
  readonly change: Change
  readonly scores: Scores
  readonly same: readonly string[]
  readonly network: string
  readonly #desk: Desk
  #standing: Standing | undefined

  constructor(desk: Desk, of: Omit<Candidate, 'standing'>) {
    this.#desk = desk
    this.member = of.member
    this.change = of.change
    this.scores = of.scores
    this.same = of.same
    this.network = of.network
  }

  get standing(): Standing {
    this.#standing ??= standingOf(this.#desk, this.member)
    return this.#standing
  }
}

export interface Ranking {
  readonly goal: RankGoal
  readonly baseline: Scores
  readonly ranked: readonly Ranked[]
  readonly left: readonly Left[]
  /** How many were priced. */
  readonly priced: number
}

/** Names a plan by content: two techniques of one key come to the same. Remarks and training cost nothing. */
function planKey({ scenario, remarks, offline, ...rest }: Plan, network: string): string {
  const text = JSON.stringify([scenario.workload, rest], (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? '∞' : value,
  )
  return `${network};${scenario.priceUsdPerHour ?? ''};${text}`
}

/** Techniques that come to the same plan. */
interface Group {
  readonly plan: Plan
  readonly network: string
  readonly members: { readonly member: Member; readonly change: Change }[]
}

interface Priced {
  readonly candidates: readonly Candidate[]
  readonly left: readonly Left[]
  readonly answers: ReadonlyMap<string, () => CapAnswer>
}

/** Every row of the catalogue that may change what it changes, priced once per distinct plan. */
function priceCatalogue(desk: Desk, changes?: readonly Change[]): Priced {
  const left: Left[] = []
  const groups = new Map<string, Group>()
  const { plan: basePlan } = desk.baseline
  const baseKey = planKey(basePlan, networkKey(basePlan.scenario))
  for (const row of TECHNIQUE_ROWS) {
    if (row.observes) {
      left.push({ id: row.id, why: 'observes' })
      continue
    }
    if (isUnpublished(row.uses)) {
      left.push({ id: row.id, why: 'sizes not published' })
      continue
    }
    const member = memberOf(row)
    if (desk.fixed.members.some(({ id }) => id === row.id)) {
      left.push({ id: row.id, why: 'changes nothing here', words: 'already on' })
      continue
    }
    const change = changeOf([member])
    if (changes && !changes.includes(change)) {
      left.push({ id: row.id, why: 'not asked for', words: change })
      continue
    }
    const plan = desk.plan(selectionOf([member]))
    if (!plan.ok) {
      left.push({ id: row.id, why: 'cannot run here', words: `${plan.problem.path}: ${plan.problem.reason}` })
      continue
    }
    const network = networkKey(plan.value.scenario)
    const key = planKey(plan.value, network)
    if (key === baseKey) {
      left.push({ id: row.id, why: 'changes nothing here' })
      continue
    }
    const group = groups.get(key)
    if (group) group.members.push({ member, change })
    else groups.set(key, { plan: plan.value, network, members: [{ member, change }] })
  }
  const candidates: Candidate[] = []
  const answers = new Map<string, () => CapAnswer>()
  for (const group of groups.values()) {
    const outcome = desk.outcome(group.plan)
    if (!outcome.ok) {
      const words = `${outcome.problem.path}: ${outcome.problem.reason}`
      left.push(...group.members.map(({ member: { id } }): Left => ({ id, why: 'cannot run here', words })))
      continue
    }
    add(candidates, answers, desk, group, outcome.value)
  }
  return { candidates, left, answers }
}

function add(
  candidates: Candidate[],
  answers: Map<string, () => CapAnswer>,
  desk: Desk,
  { plan, network, members }: Group,
  outcome: Outcome,
): void {
  const isMore = needsMore(outcome.performance.accelerators, desk.baseline.outcome.performance.accelerators)
  for (const { member, change: own } of members) {
    const same = members.filter((other) => other.member !== member).map(({ member: { id } }) => id)
    const change = largerChange(own, isMore ? 'accelerators' : 'switch')
    const scores = wholeScores(plan, outcome, desk.baseline.outcome)
    candidates.push(new PricedCandidate(desk, { member, change, scores, same, network }))
    answers.set(member.id, () => desk.answer(selectionOf([member]), plan, outcome))
  }
}

const heldOf = (desk: Desk, selection: Selection, { ttftS, tpotS, tokensPerS, usd, contextTokens }: Scores) => ({
  context: { tokens: contextTokens },
  accuracy: desk.accuracy(selection),
  performance: {
    values: {
      ttftS,
      outputTokensPerS: tokensPerS,
      ...(Number.isNaN(tpotS) ? {} : { tpotS }),
      ...(Number.isNaN(usd) ? {} : { priceUsdPerMillionOutputTokens: usd }),
    },
  },
})

/** Why levels leave a selection out; undefined where they do not. */
export function leftByLevels(desk: Desk, selection: Selection, scores: Scores, unproven: boolean): Left | undefined {
  if (Object.keys(desk.levels).length === 0) return undefined
  const checks = checksOf(heldOf(desk, selection, scores), desk.levels)
  const words = ({ key, words: own }: Check) => `${key}${own ? `: ${own}` : ''}`
  const broken = checks.find(({ holds }) => holds === 'fails')
  if (broken) return { id: selection.label, why: 'breaks a level', words: words(broken) }
  const open = unproven ? undefined : checks.find(({ holds }) => holds === 'undecided')
  return open ? { id: selection.label, why: 'unproven', words: words(open) } : undefined
}

export function hasType({ members }: Selection, type: CapLetters | undefined): boolean {
  return type === undefined || members.some(({ row }) => row?.types.some((one) => one.type === type))
}

/** Whether it is worth a line: better by the goal, or it fits where the baseline does not. */
export function gains(factor: number, scores: Scores, baseline: Scores): boolean {
  return factor > GAINS || (baseline.fits === 0 && scores.fits === 1)
}

/** What fits, then by standing, by the goal, by price, fewer members, and by name: no two of a ranking are equal. */
export function compareRanked(goal: RankGoal, a: Ranked, b: Ranked): number {
  return (
    Number(a.scores.fits === 0) - Number(b.scores.fits === 0) ||
    compareStandings(a.standing, b.standing) ||
    compareScores(goal, a.scores, b.scores) ||
    compareScores('cost', a.scores, b.scores) ||
    a.selection.members.length - b.selection.members.length ||
    (a.selection.label < b.selection.label ? -1 : a.selection.label > b.selection.label ? 1 : 0)
  )
}

export interface SingleRanking extends Ranking {
  readonly candidates: readonly Candidate[]
  /** The whole answer of one technique. */
  answerOf(id: string): CapAnswer | undefined
}

export function rankSingles(desk: Desk, options: RankOptions): SingleRanking {
  const { goal, changes, type, unproven = false } = options
  const { candidates, left, answers } = priceCatalogue(desk, changes)
  const out: Left[] = [...left]
  const ranked: Ranked[] = []
  const baseline = scoresOf(desk.baseline.outcome)
  for (const candidate of candidates) {
    const { member, change, scores, same } = candidate
    const selection = selectionOf([member])
    if ((changes && !changes.includes(change)) || !hasType(selection, type)) {
      out.push({ id: member.id, why: 'not asked for', words: change })
      continue
    }
    const own = leftByLevels(desk, selection, scores, unproven)
    const factor = goalFactor(goal, scores, baseline)
    if (own) out.push(own)
    else if (!gains(factor, scores, baseline)) out.push({ id: member.id, why: 'gains nothing' })
    else ranked.push({ selection, standing: candidate.standing, change, scores, factor, same })
  }
  ranked.sort((a, b) => compareRanked(goal, a, b))
  const answerOf = (id: string) => answers.get(id)?.()
  return { goal, baseline, ranked, left: out, priced: candidates.length, candidates, answerOf }
}
