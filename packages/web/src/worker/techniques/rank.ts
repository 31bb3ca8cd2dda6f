/**
 * "What should I turn on?": the whole catalogue in this question, ranked for one goal, on top of what is on already. The core
 * prices every technique; its share of the work done is told while it goes.
 */
import {
  type CapAnswer,
  type Desk,
  enginesOf,
  evidenceIdsOf,
  fail,
  goalText,
  type Left,
  needsOf,
  ok,
  RANK_GOAL_IDS,
  RANK_GOALS,
  type Ranked,
  type RankGoal,
  type Result,
  rankSingles,
  TECHNIQUE_ENGINES,
  TECHNIQUE_FAMILIES,
  TECHNIQUE_ROWS,
  techniqueById,
  whyOf,
} from '@capline/core'
import { accuracyText, changeOf, textsOf } from './capWords.ts'
import { deskFor } from './desks.ts'
import { loadEvidence } from './evidence.ts'
import { letters } from './list.ts'
import type { RankAnswer, RankRow, Tell, WithLink } from './protocol.ts'
import { goalRange } from './ranges.ts'

/** Shares of the work: composing all, pricing what differs, and saying why. */
const COMPOSING = 0.15
const PRICING = 0.65
/** Techniques told apart, of those that are composed: a guess that only the bar goes by. */
const DISTINCT = 0.75

/** The desk, telling how far a ranking is. */
function telling(desk: Desk, tell: Tell): Desk {
  const rows = TECHNIQUE_ROWS.length
  let plans = 0
  let outcomes = 0
  const say = () => {
    const share = COMPOSING * Math.min(1, plans / rows) + PRICING * Math.min(1, outcomes / (DISTINCT * rows))
    tell(share)
  }
  return {
    ...desk,
    plan: (selection) => {
      if (++plans % 40 === 0) say()
      return desk.plan(selection)
    },
    outcome: (plan) => {
      if (++outcomes % 8 === 0) say()
      return desk.outcome(plan)
    },
  }
}

const nameOf = (id: string) => techniqueById(id)?.name ?? id

function rowOf(
  desk: Desk,
  goal: RankGoal,
  ranked: Ranked,
  answer: CapAnswer,
  counts: ReadonlyMap<string, number> | undefined,
) {
  const row = ranked.selection.members[0]?.row
  if (!row) return undefined
  const records = evidenceIdsOf(row.id).reduce((sum, id) => sum + (counts?.get(id) ?? 0), 0)
  const range = goalRange(goal, answer, ranked.scores)
  const made: RankRow = {
    id: row.id,
    name: row.name,
    family: row.family,
    familyTitle: TECHNIQUE_FAMILIES[row.family].title,
    types: row.types.map(({ type }) => type),
    type: letters(row),
    change: ranked.change,
    engines: [...new Set(enginesOf(row.id).map(({ engine }) => TECHNIQUE_ENGINES[engine]))],
    value: goalText(goal, ranked.scores),
    ...(range === undefined ? {} : { range }),
    factor: ranked.factor,
    factorText: changeOf(ranked.factor, RANK_GOALS[goal].less).text,
    fits: ranked.scores.fits !== 0,
    movements: answer.verdict.movements,
    texts: textsOf(answer, desk.baseline),
    why: whyOf(desk.baseline, answer),
    needs: needsOf(desk.baseline, answer)
      .filter(({ kind }) => kind !== 'engine')
      .map(({ words }) => words.replace(`${row.id}: `, '')),
    evidence: counts ? accuracyText(answer.accuracy) : 'evidence not loaded',
    records,
    same: ranked.same.map((id) => ({ id, name: nameOf(id) })),
  }
  return made
}

function leftOf(left: readonly Left[]): RankAnswer['left'] {
  const reasons = [...new Set(left.map(({ why }) => why))]
  return reasons.map((why) => {
    const own = left.filter((one) => one.why === why)
    const words = own.flatMap(({ id, words: text }) => (text && why !== 'not asked for' ? [`${id}: ${text}`] : []))
    return { why, ids: own.map(({ id }) => id), words: words.slice(0, 6).join('; ') }
  })
}

export async function rankFor(
  { link, with: fixed, levels, goal: wanted }: WithLink & { readonly goal: string },
  tell: Tell,
): Promise<Result<RankAnswer>> {
  const goal = RANK_GOAL_IDS.find((id) => id === wanted)
  if (!goal) return fail('goal', `${wanted} is none`, `Choose one of ${RANK_GOAL_IDS.join(', ')}`)
  const at = await deskFor(link, fixed, levels)
  if (!at.ok) return at
  const { desk } = at.value
  const ranking = rankSingles(telling(desk, tell), { goal })
  const evidence = await loadEvidence()
  const counts = evidence.ok ? new Map<string, number>() : undefined
  if (evidence.ok) {
    for (const { technique } of evidence.value.records) counts?.set(technique, (counts.get(technique) ?? 0) + 1)
  }
  const rows: RankRow[] = []
  const shown = new Set<string>()
  for (const [i, one] of ranking.ranked.entries()) {
    if (i % 24 === 0) tell(COMPOSING + PRICING + (1 - COMPOSING - PRICING) * (i / ranking.ranked.length))
    const id = one.selection.members[0]?.id
    const answer = id === undefined ? undefined : ranking.answerOf(id)
    // One stands for all that come to the same plan, unless what they ask for differs.
    if (!id || !answer || one.same.some((other) => shown.has(`${other}/${one.change}`))) continue
    shown.add(`${id}/${one.change}`)
    const row = rowOf(desk, goal, one, answer, counts)
    if (row) rows.push(row)
  }
  const baselineRange = goalRange(goal, desk.baseline)
  const families = [...new Map(rows.map(({ family, familyTitle }) => [family, familyTitle]))]
  return ok({
    goal,
    goalLabel: RANK_GOALS[goal].label,
    baseline: goalText(goal, ranking.baseline),
    ...(baselineRange === undefined ? {} : { baselineRange }),
    rows,
    left: leftOf(ranking.left),
    families: families.map(([id, name]) => ({ id, name })),
    engines: [...new Set(rows.flatMap(({ engines }) => engines))],
  })
}
