/** Measured speeds: the suite's overall figure, contradictions said, and rows set so that they yield what was measured. */
import { describe, expect, it } from 'vitest'
import { TECHNIQUE_ROWS, techniqueById } from '../catalog/index.ts'
import { answerTo, RECORDS, testDesk } from './cap.testkit.ts'
import { measuredSpeedOf, measuredSpeedWords } from './measuredSpeed.ts'
import { memberOf } from './selection.ts'

const speedOf = (id: string) => {
  const row = techniqueById(id)
  if (!row) throw new Error(id)
  return measuredSpeedOf(RECORDS, memberOf(row))
}

describe('measured speed', () => {
  it('of lookahead decoding is 1.13 to 1.34 times, far from what a formula makes of it', () => {
    const found = speedOf('lookahead-decoding')
    expect(found?.low).toBe(1.13)
    expect(found?.records.every(({ benchmark }) => !/spec-bench\/(?!overall)/.test(benchmark))).toBe(true)
    if (!found) return
    expect(measuredSpeedWords(found, 1.5)).toMatch(/^measured 1\.13× to 1\.34× \(/)
    expect(measuredSpeedWords(found, 4.4)).toContain('less than the 4.4× modelled')
  })

  it('is absent where nobody measured it', () => {
    expect(speedOf('jacobi-gs-parallel')).toBeUndefined()
  })
})

describe('tokens a pass', () => {
  it('of rows that cite a record are the record’s', () => {
    const desk = testDesk()
    let cited = 0
    for (const { id, notes } of TECHNIQUE_ROWS) {
      const [, tokens, record] = /yields ([\d.]+) tokens, .*record (E\d+)\)/.exec(notes.join(' ')) ?? []
      if (!record) continue
      cited++
      const found = RECORDS.find((one) => one.id === record)
      expect(found, id).toMatchObject({ metric: 'accepted-tokens', value: Number(tokens) })
      const { tokensPerPass } = answerTo(desk, id).plan.decoding
      expect(Math.abs(tokensPerPass / Number(tokens) - 1), id).toBeLessThan(0.005)
    }
    expect(cited).toBe(7)
  })
})
