/** Intervals of answers: none on the roofline, those of `analyze` without techniques, around every value with them. */
import { describe, expect, it } from 'vitest'
import { analyze } from '../../scenario/analyze.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { answerTo, testDesk } from './cap.testkit.ts'
import { timeIntervals } from './intervals.ts'

const priced = testDesk({ batchSize: 4, promptTokens: 4096, outputTokens: 64 }, {}, { basis: 'calibrated' })

describe('intervals of an answer', () => {
  it('are none on the roofline: it is a floor', () => {
    const { plan, outcome } = testDesk({ promptTokens: 1024 }).baseline
    expect(timeIntervals(plan, outcome.performance)).toBeUndefined()
  })

  it('of the baseline are those of analyze', () => {
    const { plan, outcome } = priced.baseline
    const { request } = unwrap(analyze(priced.scenario))
    const found = timeIntervals(plan, outcome.performance)
    expect(found?.ttftS.low).toBeCloseTo(request.ttftRange?.low ?? Number.NaN, 9)
    expect(found?.ttftS.high).toBeCloseTo(request.ttftRange?.high ?? Number.NaN, 9)
    expect(found?.tpotS?.low).toBeCloseTo(request.tpotRange?.low ?? Number.NaN, 9)
  })

  for (const text of ['w4', 'h2o:budget=0.2', 'speculative-decoding', 'orca']) {
    it(`of ${text} enclose its times`, () => {
      const { plan, outcome } = answerTo(priced, text)
      const { ttftS, tpotS = Number.NaN } = outcome.performance
      const found = timeIntervals(plan, outcome.performance)
      expect(found?.ttftS.low).toBeLessThan(ttftS)
      expect(found?.ttftS.high).toBeGreaterThan(ttftS)
      expect(found?.tpotS?.low).toBeLessThan(tpotS)
      expect(found?.tpotS?.high).toBeGreaterThan(tpotS)
    })
  }
})
