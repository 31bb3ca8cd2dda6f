import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { format, isFormatId } from '../../architecture/formats.ts'
import { effectiveBits } from './dtype.ts'
import { type MadeId, type Making, madeId, readMade } from './made.ts'
import { DTYPES } from './table.ts'

const bits = fc.integer({ min: 100, max: 3200 }).map((x) => x / 100)
const makings: fc.Arbitrary<Making> = fc.record({
  kind: fc.constantFrom('int', 'fp', 'cb'),
  bits,
  group: fc.oneof(fc.constantFrom('row' as const, 'tensor' as const), fc.integer({ min: 1, max: 4096 })),
  scaleBits: fc.integer({ min: 0, max: 64 }),
  zeroBits: fc.integer({ min: 0, max: 64 }),
  outlierShare: fc.integer({ min: 0, max: 1000 }).map((x) => x / 1000),
  outlierBits: bits,
})

describe('formats made from their ids', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(makings, (making) => {
        const id = madeId(making)
        const read = readMade(id)
        expect(read).toBeDefined()
        const p = making.outlierShare ?? 0
        const wide = p > 0 ? (making.outlierBits ?? 16) : 0
        const stored = making.bits * (1 - p) + wide * p
        const perGroup = (making.scaleBits ?? 16) + (making.zeroBits ?? 0)
        const rows = making.group === 'row' ? 512 : making.group
        const scales = rows === 'tensor' ? 0 : perGroup / rows
        expect(effectiveBits(format(id), 512)).toBeCloseTo(stored + scales, 9)
      }),
    )
  })

  it('count what a hand counts', () => {
    // SpQR: 3 bits in groups of 16, 1 % kept in 16 bit: 3 · 0.99 + 16 · 0.01 + 16/16 = 4.13.
    expect(effectiveBits(format('int3g16o0.01'), 4096)).toBeCloseTo(4.13, 12)
    // GPTQ as the table has it: 4 + (16 + 4)/128.
    expect(effectiveBits(format('int4g128z4'), 4096)).toBe(effectiveBits(format('int4'), 4096))
    expect(effectiveBits(format('fp6t'), 4096)).toBe(6)
    expect(format('cb3r').compute).toBe('fp16')
    expect(format('int3.5g64').compute).toBe('int4')
    expect(format('fp6t').compute).toBe('fp6')
  })

  it('never take the id of a row of the table, and refuse what is not of the language', () => {
    for (const id of Object.keys(DTYPES)) expect(readMade(id)).toBeUndefined()
    for (const id of ['int3', 'int0g128', 'int40r', 'int4g0', 'fp8', 'cb4', 'int4g128o2', 'int4r ', 'xx4r', '']) {
      expect(readMade(id)).toBeUndefined()
      if (!Object.hasOwn(DTYPES, id)) expect(isFormatId(id)).toBe(false)
    }
    expect(() => format('int99r' as MadeId)).toThrow()
  })
})
