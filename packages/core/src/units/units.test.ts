import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDollars,
  formatFlopRate,
  formatNumber,
  formatPercent,
  formatSeconds,
} from './format.ts'
import {
  parseByteRate,
  parseBytes,
  parseCount,
  parseDuration,
  parseFlopRate,
  parseFrequency,
  parseNumber,
} from './parse.ts'
import type { Result } from './result.ts'

const value = (read: Result<number>) => (read.ok ? read.value : read.problem.reason)

describe('quantities as people write them', () => {
  it.each([
    [parseCount, '128k', 131072],
    [parseCount, '1M', 1048576],
    [parseCount, '131,072', 131072],
    [parseCount, 2048, 2048],
    [parseBytes, '2GiB', 2 ** 31],
    [parseBytes, '48GB', 48e9],
    [parseByteRate, '3.35TB/s', 3.35e12],
    [parseByteRate, '768GBps', 768e9],
    [parseFlopRate, '312TFLOPS', 312e12],
    [parseFlopRate, '1.98e15', 1.98e15],
    [parseDuration, '1.5ms', 1.5e-3],
    [parseDuration, '200us', 2e-4],
    [parseDuration, '2h', 7200],
    [parseFrequency, '1980MHz', 1.98e9],
    [parseNumber, '92%', 0.92],
  ] as const)('%o reads %s', (read, text, expected) => {
    expect(value(read('x', text))).toBeCloseTo(expected, 9)
  })

  it.each([
    [parseCount, '1.5'],
    [parseCount, 'NaN'],
    [parseCount, Number.NaN],
    [parseCount, '1e400'],
    [parseCount, ''],
    [parseCount, '__proto__'],
    [parseBytes, '2G'],
    [parseBytes, '1constructor'],
    [parseByteRate, 'fast'],
    [parseDuration, '1 fortnight'],
    [parseDuration, '20'],
    [parseNumber, null],
  ] as const)('%o refuses %s, with what to write instead', (read, text) => {
    const answer = read('--flag', text)
    expect(answer).toMatchObject({ ok: false, problem: { path: '--flag', remedy: expect.stringMatching(/^Write /) } })
  })

  it('a time without a unit is refused with its two readings; data in seconds are numbers', () => {
    const answer = parseDuration('--max-tpot', '20')
    expect(answer).toMatchObject({ problem: { reason: '"20" has no unit', remedy: 'Write 20ms or 20s' } })
    expect(value(parseDuration('x', 0.02))).toBe(0.02)
    expect(value(parseDuration('x', '0'))).toBe(0)
  })

  it('never throw and never give a number that is not finite', () => {
    const readers = [parseCount, parseBytes, parseByteRate, parseFlopRate, parseDuration, parseFrequency, parseNumber]
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        for (const read of readers) {
          const answer = read('x', raw)
          if (answer.ok) expect(Number.isFinite(answer.value)).toBe(true)
        }
      }),
    )
  })
})

describe('quantities for people', () => {
  it.each([
    [formatNumber(0), '0'],
    [formatNumber(1234.5), '1235'],
    [formatNumber(0.0012345), '0.00123'],
    [formatNumber(1.2e7), '1.20e+7'],
    [formatBytes(80 * 2 ** 30), '80 GiB'],
    [formatBytes(1023.9 * 2 ** 20), '1 GiB'],
    [formatFlopRate(989e12), '989 Tflop/s'],
    [formatSeconds(0.00748), '7.48 ms'],
    [formatSeconds(5e-8), '50 ns'],
    [formatSeconds(3600), '60 min'],
    [formatCount(131072), '131,072'],
    [formatCount(Number.POSITIVE_INFINITY), 'unbounded'],
    [formatDollars(0.25), '$0.25'],
    [formatDollars(1234), '$1,234'],
    [formatPercent(0.999), '>99 %'],
    [formatPercent(1), '100 %'],
    [formatPercent(0.089), '9 %'],
  ])('%s', (shown, expected) => {
    expect(shown).toBe(expected)
  })
})
