import { describe, expect, it } from 'vitest'
import { formatDollars } from './format.ts'
import { endsText, intervalText, rangedText } from './interval.ts'

describe('intervals', () => {
  it('say a unit once, and both where they differ', () => {
    expect(intervalText(0.0061, 0.0074)).toBe('6.1 to 7.4 ms')
    expect(intervalText(0.9, 1.1)).toBe('900 ms to 1.1 s')
    expect(endsText({ low: 0.0061, high: 0.0074 })).toBe('6.1–7.4 ms')
    expect(rangedText(0.0068, { low: 0.0061, high: 0.0074 })).toBe('6.8 ms (6.1–7.4)')
    expect(rangedText(0.95, { low: 0.9, high: 1.1 })).toBe('950 ms (900 ms–1.1 s)')
    expect(rangedText(1.05, { low: 0.9, high: 1.1 })).toBe('1.05 s (900 ms–1.1 s)')
    expect(rangedText(0.0068, undefined)).toBe('6.8 ms')
  })
  it('of numbers and dollars have no unit at the end', () => {
    expect(endsText({ low: 0.1, high: 0.2 }, formatDollars)).toBe('$0.10–$0.20')
    expect(rangedText(150, { low: 100, high: 200 }, String)).toBe('150 (100–200)')
  })
})
