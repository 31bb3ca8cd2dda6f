/** A ranking is a total order over the whole catalogue, fast; pairs come out the same however they are shared out. */
import { describe, expect, it } from 'vitest'
import { cpuSeconds } from '../../cpu.testkit.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import { catalogueModel } from '../techniques.testkit.ts'
import { answerTo, testDesk } from './cap.testkit.ts'
import { goalFactor, RANK_GOAL_IDS, RANK_GOALS, SCORE_NAMES, scoresOf } from './goals.ts'
import { pairJobs, pricePairs, rankPairs } from './pairs.ts'
import { compareRanked, type Ranked, rankSingles } from './rank.ts'
import { conflictBetween, memberOf, selectionOf } from './selection.ts'
import { compareStandings } from './standing.ts'
import { readThresholds } from './verdict.ts'

const desk = testDesk({ batchSize: 16, promptTokens: 8192 })

describe('singles', () => {
  for (const goal of RANK_GOAL_IDS) {
    it(`by ${goal}: no two are equal, and each is at least as good as the next`, () => {
      const { ranked, left } = rankSingles(desk, { goal })
      expect(ranked.length + left.length).toBe(TECHNIQUE_ROWS.length)
      const { of, less } = RANK_GOALS[goal]
      ranked.forEach((one, i) => {
        const next = ranked[i + 1]
        if (!next) return
        expect(compareRanked(goal, one, next)).toBeLessThan(0)
        expect(compareRanked(goal, next, one)).toBeGreaterThan(0)
        const [x, y] = [of(one.scores), of(next.scores)]
        if (one.scores.fits !== next.scores.fits || compareStandings(one.standing, next.standing) !== 0) return
        expect(less ? x <= y : x >= y).toBe(true)
      })
    })
  }

  it('is transitive', () => {
    const { ranked } = rankSingles(desk, { goal: 'ttft' })
    const some = ranked.filter((_, i) => i % 9 === 0)
    for (const a of some)
      for (const b of some)
        for (const c of some) {
          if (compareRanked('ttft', a, b) < 0 && compareRanked('ttft', b, c) < 0)
            expect(compareRanked('ttft', a, c)).toBeLessThan(0)
        }
  })

  it('knows who was measured without putting the evidence together', () => {
    for (const own of [desk, testDesk({ promptTokens: 200_000 })]) {
      for (const row of TECHNIQUE_ROWS) {
        const member = memberOf(row)
        const { basis } = own.accuracy(selectionOf([member]))
        if (basis !== 'construction') expect(own.isMeasured(member), row.id).toBe(basis !== 'none')
      }
    }
  })

  it('stands by what can be had: engines and exact, then measured, then formulas alone; every line gains', () => {
    const { ranked, left } = rankSingles(desk, { goal: 'tpot' })
    const at = (id: string) => ranked.find(({ selection }) => selection.label === id)
    expect(at('awq')?.standing).toBe('offered')
    expect(at('spectr')?.standing ?? 'exact').toBe('exact')
    expect(at('kivi')?.standing).toBe('measured')
    expect(at('bnn')?.standing).toBe('open')
    expect(compareStandings(ranked[0]?.standing ?? 'open', 'offered')).toBe(0)
    for (const { factor } of ranked) expect(factor).toBeGreaterThan(1)
    expect(left.some(({ why }) => why === 'gains nothing')).toBe(true)
    // Llama is no mixture, has no idle neurons, and reads no source.
    for (const id of ['deja-vu', 'mask-predict', 'bon-nat'])
      expect(left.find((one) => one.id === id)?.why).toBe('cannot run here')
  })

  it('leaves the workload as it is: nobody wins by a larger batch', () => {
    const { candidates } = rankSingles(desk, { goal: 'throughput' })
    for (const { member } of candidates) {
      const plan = desk.plan(selectionOf([member]))
      if (plan.ok) expect(plan.value.scenario.workload.batchSize, member.id).toBe(16)
    }
  })

  it('names nothing where nothing gains: the context of a model without attention', () => {
    const mamba = testDesk({}, {}, { model: catalogueModel('mamba-2.8b') })
    for (const { factor } of rankSingles(mamba, { goal: 'context' }).ranked) expect(factor).toBeGreaterThan(1)
  })

  it('counts the tokens before an answer branches', () => {
    const long = rankSingles(testDesk({ outputTokens: 128 }), { goal: 'tpot' }).candidates
    const outline = long.find(({ member }) => member.id === 'skeleton-of-thought')
    const base = scoresOf(testDesk({ outputTokens: 128 }).baseline.outcome)
    if (!outline) throw new Error('skeleton-of-thought')
    // 60 tokens of outline and a fifth of the answer: no five times as fast.
    expect(outline.scores.tpotS).toBeGreaterThan((60 / 128) * base.tpotS)
  })

  it('prices a row as compare does', () => {
    const { ranked } = rankSingles(desk, { goal: 'tpot' })
    const h2o = ranked.find(({ selection }) => selection.label === 'h2o') as Ranked
    expect(h2o.scores).toEqual(scoresOf(answerTo(desk, 'h2o').outcome))
    expect(h2o.factor).toBeCloseTo(goalFactor('tpot', h2o.scores, scoresOf(desk.baseline.outcome)), 12)
  })

  it('counts what it leaves out, with the reason', () => {
    const { left, ranked } = rankSingles(desk, { goal: 'tpot', changes: ['switch'], type: 'CP' })
    expect(ranked.every(({ change }) => change === 'switch')).toBe(true)
    expect(ranked.every(({ selection }) => selection.members[0]?.row?.types.some(({ type }) => type === 'CP'))).toBe(
      true,
    )
    expect(left.filter(({ why }) => why === 'observes')).toHaveLength(12)
    expect(left.some(({ why, words }) => why === 'not asked for' && words === 'hardware')).toBe(true)
  })

  it('keeps to the levels, and never passes what nobody measured', () => {
    const levels = readThresholds({ keepAccuracy: 0.99 })
    if (!levels.ok) throw new Error('levels')
    const strict = testDesk({ batchSize: 16, promptTokens: 8192 }, { levels: levels.value })
    const { ranked, left } = rankSingles(strict, { goal: 'tpot' })
    for (const { selection } of ranked) expect(strict.accuracy(selection).basis).not.toBe('none')
    expect(left.some(({ id, why }) => id === 'h2o' && why === 'unproven')).toBe(true)
    const open = rankSingles(strict, { goal: 'tpot', unproven: true })
    expect(open.ranked.some(({ selection }) => selection.label === 'h2o')).toBe(true)
  })

  it('has the whole catalogue in about a second', () => {
    const fresh = testDesk({ batchSize: 12, promptTokens: 4000 })
    // 0.7 s; a slow machine gets several times that.
    expect(cpuSeconds(() => rankSingles(fresh, { goal: 'tpot' }))).toBeLessThan(4)
  })
})

describe('pairs', () => {
  const singles = rankSingles(desk, { goal: 'tpot' })
  const some = singles.candidates.filter((_, i) => i % 17 === 0)
  const jobs = pairJobs(some, {})

  it('come out the same however the list is cut', () => {
    const count = jobs.pairs.length / 2
    expect(count).toBeGreaterThan(50)
    const whole = pricePairs(desk, jobs, 0, count)
    const middle = Math.floor(count / 3)
    const [a, b] = [pricePairs(desk, jobs, middle, count), pricePairs(desk, jobs, 0, middle)]
    expect([...b, ...a]).toEqual([...whole])
    expect(whole).toHaveLength(count * SCORE_NAMES.length)
  })

  it('are ranked totally, and priced as compare prices them', () => {
    const { ranked } = rankPairs(desk, jobs, pricePairs(desk, jobs, 0, jobs.pairs.length / 2), { goal: 'tpot' })
    ranked.forEach((one, i) => {
      const next = ranked[i + 1]
      if (next) expect(compareRanked('tpot', one, next)).toBeLessThan(0)
    })
    const [first] = ranked
    if (!first) throw new Error('nothing ranked')
    expect(first.scores).toEqual(scoresOf(answerTo(desk, first.selection.label).outcome))
  })

  it('are those that compare takes, too', () => {
    const every = singles.candidates.filter((_, i) => i % 7 === 0)
    const { candidates, pairs } = pairJobs(every, {})
    const kept = new Set<string>()
    for (let k = 0; 2 * k < pairs.length; k++) kept.add(`${pairs[2 * k]} ${pairs[2 * k + 1]}`)
    candidates.forEach(({ member: a }, i) => {
      candidates.forEach(({ member: b }, j) => {
        if (j <= i) return
        expect(conflictBetween(a, b) === undefined, `${a.id} with ${b.id}`).toBe(kept.has(`${i} ${j}`))
      })
    })
  })

  it('leave out conflicts and what does one thing twice', () => {
    const of = (...ids: readonly string[]) => singles.candidates.filter(({ member }) => ids.includes(member.id))
    expect(pairJobs(of('memorizing-transformer', 'longformer'), {}).counts.conflicting).toBe(1)
    expect(pairJobs(of('awq', 'gptq'), {}).pairs).toHaveLength(0)
    expect(pairJobs(of('tensor-parallelism', 'pipeline-parallelism'), {}).pairs).toHaveLength(2)
    expect(pairJobs(of('h2o', 'awq'), {}).pairs).toHaveLength(2)
  })
})
