import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttentionShape, attendedPairs, cachedTokens, tiledKeys, tileRows, visibleKeys } from './extent.ts'
import type { Pattern } from './model.ts'

const blockStart = (p: number, block: number) => p - ((p - 1) % block)

/** Keys that the token at position p (1-based) of a pass ending at `end` may see, one by one. */
function seenBy(pattern: Pattern, p: number, end: number): Set<string> {
  const raw = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => `t${from + i}`)
  switch (pattern.kind) {
    case 'causal':
      return new Set(raw(1, p))
    case 'bidirectional':
      if (pattern.block === undefined) return new Set(raw(1, end))
      return new Set(raw(blockStart(p, pattern.block), Math.min(end, blockStart(p, pattern.block) + pattern.block - 1)))
    case 'sliding':
      return new Set(raw(Math.max(1, p - pattern.window + 1), p))
    case 'chunked':
      return new Set(raw(p - ((p - 1) % pattern.chunk), p))
    case 'selected':
      // Which ones does not matter for the count.
      return new Set(raw(Math.max(1, p - pattern.topK + 1), p))
    case 'compressed': {
      const entries = Math.floor(p / pattern.ratio)
      const read = Math.min(entries, pattern.topK ?? entries)
      const compressed = Array.from({ length: read }, (_, i) => `c${entries - i}`)
      return new Set([...raw(Math.max(1, p - pattern.window + 1), p), ...compressed])
    }
  }
}

function countPairs(pattern: Pattern, newTokens: number, contextTokens: number): number {
  let pairs = 0
  const end = contextTokens + newTokens
  for (let p = contextTokens + 1; p <= end; p++) pairs += seenBy(pattern, p, end).size
  return pairs
}

const size = fc.integer({ min: 1, max: 40 })
const patterns: fc.Arbitrary<Pattern> = fc.oneof(
  fc.constant<Pattern>({ kind: 'causal' }),
  fc.constant<Pattern>({ kind: 'bidirectional' }),
  size.map((block): Pattern => ({ kind: 'bidirectional', block })),
  size.map((window): Pattern => ({ kind: 'sliding', window })),
  size.map((chunk): Pattern => ({ kind: 'chunked', chunk })),
  size.map((topK): Pattern => ({ kind: 'selected', topK })),
  fc.tuple(size, size).map(([ratio, window]): Pattern => ({ kind: 'compressed', ratio, window })),
  fc.tuple(size, size, size).map(([ratio, window, topK]): Pattern => ({ kind: 'compressed', ratio, window, topK })),
)

describe('extents', () => {
  it('count what counting token by token counts', () => {
    fc.assert(
      fc.property(patterns, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 90 }), (pattern, q, c) => {
        expect(attendedPairs(pattern, q, c)).toBe(countPairs(pattern, q, c))
      }),
      { numRuns: 500 },
    )
  })

  it('a prompt in chunks attends the pairs of the whole prompt, wherever it is cut', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 })
    const backward = patterns.filter(({ kind }) => kind !== 'bidirectional')
    fc.assert(
      fc.property(backward, chunks, fc.integer({ min: 0, max: 50 }), (pattern, parts, from) => {
        let [at, pairs] = [from, 0]
        for (const part of parts) {
          pairs += attendedPairs(pattern, part, at)
          at += part
        }
        expect(pairs).toBe(attendedPairs(pattern, at - from, from))
      }),
      { numRuns: 300 },
    )
  })

  it('a chunk of a windowed prompt reads its window and itself, whatever came before', () => {
    const window: Pattern = { kind: 'sliding', window: 128 }
    expect(visibleKeys(window, 2048, 30_000)).toBe(128 + 2047)
    expect(visibleKeys(window, 2048, 0)).toBe(2048)
    expect(attendedPairs(window, 2048, 30_000)).toBe(2048 * 128)
    expect(attendedPairs({ kind: 'chunked', chunk: 8192 }, 8192, 8192)).toBe((8192 * 8193) / 2)
    expect(visibleKeys({ kind: 'chunked', chunk: 8192 }, 2048, 8192 + 1024)).toBe(1024 + 2048)
    expect(visibleKeys({ kind: 'selected', topK: 2048 }, 1, 100_000)).toBe(2048)
  })

  it('read at least the keys that any token sees, and never more than one set of keys per token', () => {
    fc.assert(
      fc.property(patterns, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 60 }), (pattern, q, c) => {
        const keys = visibleKeys(pattern, q, c)
        const last = seenBy(pattern, c + q, c + q).size
        expect(keys).toBeGreaterThanOrEqual(last)
        expect(attendedPairs(pattern, q, c)).toBeLessThanOrEqual(q * keys)
      }),
    )
  })

  it('hold in the cache what a next token reads', () => {
    const grown: [Pattern, number, number][] = [
      [{ kind: 'causal' }, 5000, 5000],
      [{ kind: 'sliding', window: 4096 }, 5000, 4096],
      [{ kind: 'sliding', window: 4096 }, 100, 100],
      [{ kind: 'chunked', chunk: 8192 }, 10000, 8192],
      [{ kind: 'compressed', ratio: 4, window: 128 }, 1000, 128 + 250],
      [{ kind: 'selected', topK: 2048 }, 5000, 5000],
      [{ kind: 'bidirectional' }, 512, 0],
    ]
    for (const [pattern, context, held] of grown) expect(cachedTokens(pattern, context)).toBe(held)
  })
})

describe('tiles of a fused kernel', () => {
  const shape: AttentionShape = {
    pattern: { kind: 'causal' },
    queryHeadsPerKvHead: 1,
    keyValueBytes: 512,
    queryBytes: 256,
  }

  it('take FlashAttention-2 rows where shared memory allows, fewer where it does not', () => {
    // (163 KiB − 64 · 512 B) / 256 B = 524 rows: capped at 128. At 48 KiB: 64 rows. At 36 KiB: 16.
    expect(tileRows(shape, 163 * 1024)).toBe(128)
    expect(tileRows(shape, 48 * 1024)).toBe(64)
    expect(tileRows(shape, 36 * 1024)).toBe(16)
  })

  it('read keys once while one head fits in L2; beyond, what does not fit once more per wave of tiles', () => {
    // Ten units with tiles of 128 rows: waves of 1280 tokens. L2 holds the keys and values of 1024.
    const tile = { sharedMemoryBytes: 163 * 1024, l2Bytes: 1024 * 512, computeUnits: 10 }
    expect(tiledKeys(shape, 1024, 0, tile)).toBe(1024)
    expect(tiledKeys(shape, 1200, 0, tile)).toBe(1200)
    // 2560 tokens: two waves read 1280 and 2560 keys; 60 % of a head does not stay in L2.
    expect(tiledKeys(shape, 2560, 0, tile)).toBeCloseTo(2560 + 0.6 * 1280, 9)
    expect(tiledKeys(shape, 2560, 0, {})).toBe(2560)
    // A decode step packs the heads of a group into one tile: one read whatever the context.
    expect(tiledKeys({ ...shape, queryHeadsPerKvHead: 8 }, 1, 100_000, tile)).toBe(100_001)
  })

  it('grow without a jump where a head outgrows L2', () => {
    const tile = { sharedMemoryBytes: 227 * 1024, l2Bytes: 50 * 2 ** 20, computeUnits: 132 }
    const limit = tile.l2Bytes / shape.keyValueBytes
    const at = (tokens: number) => tiledKeys({ ...shape, queryHeadsPerKvHead: 4 }, tokens, 0, tile)
    expect(at(limit + 1) / at(limit)).toBeLessThan(1.001)
    expect(at(2 * limit)).toBeGreaterThan(3 * limit)
  })

  it('never read less when queries or context grow', () => {
    const tile = { sharedMemoryBytes: 100 * 1024, l2Bytes: 40 * 512, computeUnits: 2 }
    fc.assert(
      fc.property(
        patterns,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        size,
        (pattern, q, c, g) => {
          const own = { ...shape, pattern, queryHeadsPerKvHead: g }
          const base = tiledKeys(own, q, c, tile)
          expect(tiledKeys(own, q + 1, c, tile)).toBeGreaterThanOrEqual(base)
          // Chunked and compressed patterns may let go of keys as the context moves on.
          if (pattern.kind === 'causal' || pattern.kind === 'sliding') {
            expect(tiledKeys(own, q, c + 1, tile)).toBeGreaterThanOrEqual(base)
          }
        },
      ),
    )
  })
})
