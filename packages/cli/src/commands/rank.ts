/** `capline rank`: what to turn on, over the whole catalogue: singles at once, all pairs that go together on request. */
import {
  CAP_TYPES,
  type CapAnswer,
  type CapLetters,
  capJson,
  cautionsOf,
  closest,
  type Desk,
  fail,
  ok,
  type PairRanking,
  pairJobs,
  parseCount,
  RANK_CHANGES,
  RANK_GOAL_IDS,
  RANK_GOALS,
  type RankChange,
  type Ranked,
  type RankGoal,
  type Ranking,
  type RankOptions,
  type Result,
  rankPairs,
  rankSingles,
  SHORT_EXAMPLES,
  type SingleRanking,
  scoresOf,
  selectionJson,
  show,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { addDesk, askedJson, type DeskAsked, readDesk } from '../input/desk.ts'
import { pricePairJobs } from '../pairWorkers.ts'
import { renderRanking, type Shown } from '../render/rank.ts'

export const rankCommand = {
  name: 'rank',
  arguments: '<model>',
  summary: 'what to turn on: every technique of the catalogue, or every pair that goes together, by one goal',
  options: (command: Command) =>
    addDesk(command)
      .option('--for <GOAL>', `what counts: ${RANK_GOAL_IDS.join(', ')}`)
      .option('--pairs', 'all pairs of techniques that go together, instead of single ones')
      .option(
        '--with <TECHNIQUES>',
        `what is on already, the baseline included: ids and short settings (${SHORT_EXAMPLES})`,
      )
      .option('--type <LETTERS>', `only techniques of a printed type: ${CAP_TYPES.join(', ')}`)
      .option(
        '--include <LIST>',
        `what may change: ${RANK_CHANGES.join(', ')}, or all (default: switch,module,training)`,
      )
      .option('--unproven', 'keep what no evidence decides, where a level is set')
      .option('--all', 'show what gains by formula alone, too: in no engine, not exact, measured by nobody')
      .option('--top <N>', 'how many to show (default: 15)')
      .option('--json', 'print JSON: all of the ranking, the first N in full'),
  examples: [
    'capline rank llama-3.1-8b --on h100-sxm --prompt 16k --batch 16 --for tpot',
    'capline rank llama-3.1-70b --on h100-sxm --count 4 --for cost --keep-accuracy 0.99',
    'capline rank llama-3.1-8b --on l40s --prompt 64k --for context --with fp8 --type CP',
    'capline rank llama-3.1-8b --on h100-sxm --for throughput --pairs --top 20 --json',
  ],
  run: runRank,
} as const

function goalOf(given: unknown): Result<RankGoal> {
  if (given === undefined) return fail('--for', 'is missing', `Say what counts: one of ${RANK_GOAL_IDS.join(', ')}`)
  const wanted = String(given).trim().toLowerCase()
  const found = RANK_GOAL_IDS.find((one) => one === wanted)
  if (found) return ok(found)
  const near = closest(wanted, RANK_GOAL_IDS, 2)
  return fail(
    '--for',
    `${show(given)} is no goal`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `One of ${RANK_GOAL_IDS.join(', ')}`,
  )
}

function changesOf(given: unknown): Result<readonly RankChange[]> {
  if (given === undefined) return ok(['switch', 'module', 'training'])
  const out: RankChange[] = []
  for (const part of String(given).split(',')) {
    const wanted = part.trim().toLowerCase()
    if (wanted === 'all') return ok(RANK_CHANGES)
    const found = RANK_CHANGES.find((one) => one === wanted)
    if (!found) return fail('--include', `${show(part)} is none`, `Any of ${RANK_CHANGES.join(', ')}, or all`)
    out.push(found)
  }
  return ok(out)
}

export function typeOf(given: unknown): Result<CapLetters | undefined> {
  if (given === undefined) return ok(undefined)
  const found = CAP_TYPES.find((one) => one.toLowerCase() === String(given).trim().toLowerCase())
  return found ? ok(found) : fail('--type', `${show(given)} is none`, `One of ${CAP_TYPES.join(', ')}`)
}

interface Wanted extends RankOptions {
  readonly top: number
  readonly isAll: boolean
}

function wantedOf(options: Options): Result<Wanted> {
  const goal = goalOf(options.for)
  if (!goal.ok) return goal
  const changes = changesOf(options.include)
  if (!changes.ok) return changes
  const type = typeOf(options.type)
  if (!type.ok) return type
  const top = options.top === undefined ? ok(15) : parseCount('--top', options.top)
  if (!top.ok) return top
  if (top.value < 1) return fail('--top', `${top.value} is less than 1`, 'Give at least 1')
  return ok({
    goal: goal.value,
    changes: changes.value,
    ...(type.value ? { type: type.value } : {}),
    unproven: options.unproven === true,
    top: top.value,
    isAll: options.all === true,
  })
}

function shownOf(desk: Desk, ranked: readonly Ranked[], known: (one: Ranked) => CapAnswer | undefined): Shown[] {
  return ranked.flatMap((one) => {
    const answer = known(one)
    if (answer) return [{ ranked: one, answer }]
    const made = desk.evaluate(one.selection)
    return made.ok ? [{ ranked: one, answer: made.value }] : []
  })
}

async function rankingOf(
  { desk }: DeskAsked,
  wanted: Wanted,
  isPairs: boolean,
  { terminal }: Invocation,
): Promise<{ readonly singles: SingleRanking; readonly ranking: Ranking | PairRanking }> {
  const singles = rankSingles(desk, wanted)
  if (!isPairs) return { singles, ranking: singles }
  const jobs = pairJobs(singles.candidates, wanted)
  const priced = await pricePairJobs(desk, jobs, terminal)
  return { singles, ranking: rankPairs(desk, jobs, priced, wanted) }
}

const rankedJson = ({ selection, standing, change, scores, factor, same, overBest }: Ranked, rank: number) => ({
  rank,
  ...selectionJson({ selection }),
  standing,
  changes: change,
  factor,
  overBest: overBest ?? null,
  sameAs: same,
  scores,
})

export async function runRank(invocation: Invocation): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  const wanted = wantedOf(options)
  if (!wanted.ok) return wanted
  const asked = await readDesk(invocation, options.with)
  if (!asked.ok) return asked
  const { desk, remarks } = asked.value
  const { goal } = wanted.value
  if (Number.isNaN(RANK_GOALS[goal].of(scoresOf(desk.baseline.outcome)))) {
    const name = asked.value.scenario.model.name
    return fail(
      `--for ${goal}`,
      `${name} has no ${RANK_GOALS[goal].label} here`,
      'Rank for another goal, such as ttft or memory',
    )
  }
  const isPairs = options.pairs === true
  const { singles, ranking } = await rankingOf(asked.value, wanted.value, isPairs, invocation)
  const known = ({ selection }: Ranked) => (isPairs ? undefined : singles.answerOf(selection.members[0]?.id ?? ''))
  const remark = remarks.length > 0 ? { remark: remarks.join('\n') } : {}
  const { top, isAll } = wanted.value
  if (options.json === true) {
    const shown = shownOf(desk, ranking.ranked.slice(0, top), known)
    const text = json({
      schema: 'capline.rank/1',
      ...askedJson(asked.value),
      for: ranking.goal,
      pairs: isPairs,
      include: wanted.value.changes,
      type: wanted.value.type ?? null,
      baseline: ranking.baseline,
      priced: ranking.priced,
      ...('counts' in ranking ? { counts: ranking.counts } : {}),
      ranking: (isPairs ? ranking.ranked.slice(0, Math.max(top, 1000)) : ranking.ranked).map((one, i) =>
        rankedJson(one, i + 1),
      ),
      full: shown.map(({ answer }) => ({
        ...capJson(desk.baseline, answer),
        cautions: cautionsOf(answer.selection.members, asked.value.records),
      })),
      left: isPairs ? [] : ranking.left,
    })
    return ok({ text, ...remark })
  }
  const named = isAll ? ranking.ranked : ranking.ranked.filter(({ standing }) => standing !== 'open')
  // Enough to show `top` lines after techniques that come to the same are put together.
  const shown = shownOf(desk, named.slice(0, isPairs ? top : 3 * top), known)
  return ok({ text: renderRanking(asked.value, ranking, shown, { top, isPairs, isAll }, terminal), ...remark })
}
