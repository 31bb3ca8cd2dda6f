/** Measured speed-ups of a selection: an entry a member, counted and graded by its own records, absent where nobody measured. */
import { describe, expect, it } from 'vitest'
import { RECORDS } from './cap.testkit.ts'
import { measuredSpeedsJson, measuredSpeedsOf, sourcesText, speedLine, speedText } from './measuredSpeeds.ts'
import { parseSelection } from './selection.ts'

function speedsOf(text: string) {
  const selection = parseSelection(text)
  if (!selection.ok) throw new Error(selection.problem.reason)
  return measuredSpeedsOf(RECORDS, selection.value)
}

describe('measured speed-ups of a selection', () => {
  it('say range, sources, grade and the batch they were measured at', () => {
    const [one] = speedsOf('lookahead-decoding')
    if (!one) throw new Error('none')
    expect(speedText(one)).toBe('1.13× to 1.34×')
    expect(sourcesText(one)).toBe('1 source, grade A')
    expect(speedLine(one)).toMatch(
      /^lookahead-decoding: 1\.13× to 1\.34× \(1 source, grade A; spec-bench; batch 1; vicuna-7b/,
    )
    expect(one.sources).toBe(new Set(one.speed?.records.map(({ source }) => source.key)).size)
  })

  it('are no evidence where nobody measured, and never a factor of the whole', () => {
    const all = speedsOf('eagle,w4')
    expect(all.map(({ member }) => member)).toEqual(['eagle', 'w4'])
    expect(all.map(speedText)).toEqual(['2.03× to 3×', 'no evidence'])
    expect(speedLine(all[1] ?? { member: '', isWhole: false, sources: 0, grades: '', settings: '' })).toBe(
      'w4: no evidence',
    )
    const [, none] = measuredSpeedsJson(all)
    expect(none).toEqual({
      member: 'w4',
      isWhole: false,
      low: null,
      high: null,
      atLeast: null,
      atMost: null,
      sources: 0,
      grades: '',
      settings: '',
      records: [],
    })
  })

  it('of members measured as one come first, as the whole', () => {
    const [whole, ...parts] = speedsOf('w8,a8')
    expect(whole).toMatchObject({ member: 'w8, a8', isWhole: true })
    expect(whole && speedText(whole)).toBe('1.3× to 1.47×')
    expect(parts.map(speedText)).toEqual(['no evidence', 'no evidence'])
  })

  it('are a bound where only a bound is published, and name it beside figures', () => {
    const [one] = speedsOf('h2o')
    expect(one && speedText(one)).toBe('at most 1.9×')
    expect(measuredSpeedsJson(speedsOf('h2o'))).toMatchObject([{ low: null, high: null, atLeast: null, atMost: 1.9 }])
    const [draft] = speedsOf('speculative-decoding')
    expect(draft && speedLine(draft)).toMatch(/: 0\.714× \(.*high load.*\); at most 1\.5× \(.*1 request\/s.*\)$/)
  })

  it('of nothing are none', () => {
    expect(measuredSpeedsOf(RECORDS, { label: '', members: [], uses: [] })).toEqual([])
  })
})
