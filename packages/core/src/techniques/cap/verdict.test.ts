/** Verdicts turn exactly at the levels, and only there. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import type { AccuracyAnswer, AccuracyRow } from './accuracy.ts'
import { answerTo, testDesk } from './cap.testkit.ts'
import { checksOf, type Held, lowestRetained, readThresholds, type Thresholds, verdictOf } from './verdict.ts'

const row = (low: number, high: number) =>
  ({
    benchmark: 'b',
    metric: 'score',
    movement: 'mixed',
    nearest: { distance: { total: 5, answers: false, gaps: [] } },
    retained: { low, high, median: (low + high) / 2, n: 2 },
  }) as unknown as AccuracyRow

const accuracy = (intervals: readonly (readonly [number, number])[]): AccuracyAnswer => ({
  basis: 'evidence',
  movement: 'mixed',
  words: '',
  rows: intervals.map(([low, high]) => row(low, high)),
  members: [],
})

const held = (
  change: Partial<{ tokens: number; ttftS: number; tpotS: number; rate: number; rows: AccuracyAnswer }> = {},
): Held => ({
  context: { tokens: change.tokens ?? 1000 },
  accuracy: change.rows ?? accuracy([[0.9, 1]]),
  performance: {
    values: { ttftS: change.ttftS ?? 1, tpotS: change.tpotS ?? 0.01, outputTokensPerS: change.rate ?? 100 },
  },
})

const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true })

describe('levels', () => {
  it('hold up to and including themselves, and nowhere else', () => {
    const only = (levels: Thresholds, one: Held) => checksOf(one, levels).map(({ holds }) => holds)
    fc.assert(
      fc.property(positive, positive, (value, level) => {
        expect(only({ minContextTokens: level }, held({ tokens: value }))).toEqual([value >= level ? 'holds' : 'fails'])
        expect(only({ maxTtftS: level }, held({ ttftS: value }))).toEqual([value <= level ? 'holds' : 'fails'])
        expect(only({ maxTpotS: level }, held({ tpotS: value }))).toEqual([value <= level ? 'holds' : 'fails'])
        expect(only({ minTokensPerS: level }, held({ rate: value }))).toEqual([value >= level ? 'holds' : 'fails'])
        expect(only({ maxTtftS: value }, held({ ttftS: value }))).toEqual(['holds'])
      }),
    )
  })

  it('of accuracy hold up to the lowest end of all intervals, fail above the highest end of any', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true })
    const interval = fc.tuple(share, share).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 5 }), share, (intervals, level) => {
        const [check] = checksOf(held({ rows: accuracy(intervals) }), { keepAccuracy: level })
        const lows = Math.min(...intervals.map(([low]) => low))
        const highs = Math.min(...intervals.map(([, high]) => high))
        expect(check?.holds).toBe(level <= lows ? 'holds' : level > highs ? 'fails' : 'undecided')
        // Turning at the end itself.
        expect(checksOf(held({ rows: accuracy(intervals) }), { keepAccuracy: lows })[0]?.holds).toBe('holds')
      }),
    )
  })

  it('without evidence decide nothing', () => {
    const none: AccuracyAnswer = { basis: 'none', movement: 'unknown', words: '', rows: [], members: [] }
    expect(checksOf(held({ rows: none }), { keepAccuracy: 0.5 })[0]).toMatchObject({ holds: 'undecided' })
    expect(lowestRetained(none)).toBeUndefined()
    expect(lowestRetained({ ...none, basis: 'construction' })).toBe(1)
  })

  it('of accuracy are at best undecided by the nearest evidence, and broken only by the dose asked for', () => {
    const nearest = (low: number, high: number, aside?: AccuracyRow['aside']): AccuracyAnswer => ({
      ...accuracy([]),
      basis: 'nearest',
      rows: [{ ...row(low, high), ...(aside ? { aside } : {}) }],
    })
    const holds = (rows: AccuracyAnswer) => checksOf(held({ rows }), { keepAccuracy: 0.9 })[0]?.holds
    expect(holds(nearest(1, 1.6))).toBe('undecided')
    expect(holds(nearest(0.5, 0.6))).toBe('fails')
    expect(holds(nearest(0.5, 0.6, 'another dose'))).toBe('undecided')
    expect(lowestRetained(nearest(0.5, 0.6, 'another dose'))).toBeUndefined()
  })

  it('are read with their units', () => {
    expect(
      unwrap(readThresholds({ minContext: '128k', keepAccuracy: '99%', maxTtft: '500ms', maxTpot: '20ms' })),
    ).toEqual({
      minContextTokens: 131072,
      keepAccuracy: 0.99,
      maxTtftS: 0.5,
      maxTpotS: 0.02,
    })
    for (const bad of [{ keepAccuracy: '1.2' }, { maxTtft: 'soon' }, { minContext: '0' }, { maxTpot: '-1ms' }]) {
      expect(readThresholds(bad).ok).toBe(false)
    }
  })
})

describe('a verdict', () => {
  const desk = testDesk({ batchSize: 8, promptTokens: 65536 }, { measure: 'none' })

  it('of a CP technique whose accuracy stays above the level counts all three', () => {
    const near = answerTo(desk, 'kivi')
    const kivi = { ...near, accuracy: { ...near.accuracy, basis: 'evidence' as const } }
    const low = lowestRetained(kivi.accuracy) ?? Number.NaN
    expect(kivi.verdict.gains).toBe('CP')
    const counts = (keepAccuracy: number) => verdictOf(kivi, desk.baseline.context, { keepAccuracy }).counts
    expect(counts(low)).toBe('CAP')
    expect(counts(low + 1e-6)).toBe('CP')
    // Of other lengths than the one asked, it holds nothing.
    expect(near.accuracy.basis).toBe('nearest')
    expect(verdictOf(near, desk.baseline.context, { keepAccuracy: low }).counts).toBe('CP')
  })

  it('of nothing changes nothing, whatever the scenario', () => {
    for (const text of ['none', 'w16']) {
      const { verdict, performance } = answerTo(desk, text)
      expect(verdict.movements).toEqual({ C: 'keeps', A: 'keeps', P: 'keeps' })
      expect(Object.values(performance.factors).every((factor) => factor === 1)).toBe(true)
      expect(verdict.gains).toBe('')
    }
  })
})
