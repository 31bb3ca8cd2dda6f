/** The memory bar uses its columns exactly and marks the capacity. */
import type { MemoryBar } from '@capline/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryLines, shareColumns } from './memoryBar.ts'
import { painter } from './style.ts'

describe('shareColumns', () => {
  it('gives every part a column and uses them all', () => {
    const bytes = fc.array(fc.double({ min: 1, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(bytes, fc.integer({ min: 10, max: 120 }), (parts, width) => {
        const columns = shareColumns(parts, width)
        expect(columns.reduce((a, b) => a + b, 0)).toBe(width)
        for (const column of columns) expect(column).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})

describe('memoryLines', () => {
  const gib = 2 ** 30
  const bar: MemoryBar = {
    segments: [
      { id: 'weights', label: 'weights', bytes: 60 * gib },
      { id: 'kv', label: 'KV cache', bytes: 40 * gib },
    ],
    totalBytes: 100 * gib,
    capacityBytes: 80 * gib,
  }

  it('marks the capacity where too much is asked', () => {
    const [drawn, mark] = memoryLines(bar, 52, painter(false))
    expect(drawn).toBe(`▕${'█'.repeat(30)}${'▓'.repeat(20)}▏`)
    expect(mark).toContain('▲')
    expect(mark).toContain('capacity 80 GiB')
  })
})
