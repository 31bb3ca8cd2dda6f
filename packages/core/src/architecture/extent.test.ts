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
    case 'sparse': {
      const { local, dilation, global, stride, chosen, share } = pattern
      const rule = (q: number) =>
        q <= global ||
        ((p - q) % dilation === 0 && (p - q) / dilation < local) ||
        (stride > 0 && q <= p - local * dilation && q % stride === 0)
      const seen = Array.from({ length: p }, (_, i) => i + 1).filter(rule)
      const rest = Array.from({ length: p }, (_, i) => i + 1).filter((q) => !rule(q))
      // Which are chosen does not matter for the count; a share of them is an expected number.
      const most = Math.floor(Math.min(rest.length, chosen + share * rest.length) + 1e-9)
      return new Set([...seen, ...rest.slice(0, most)].map((q) => `t${q}`))
    }
    case 'kept':
      return new Set(raw(p - Math.min(p, pattern.tokens) + 1, p))
    case 'segments': {
      const j = Math.floor((p - 1) / pattern.segment)
      const came = pattern.carry * j
      const second = Math.min(pattern.bank2, Math.max(0, came - pattern.bank) / pattern.compress)
      const held = Math.min(pattern.bank, came) + second
      const entries = Array.from({ length: Math.min(held, pattern.read ?? held) }, (_, i) => `m${i}`)
      return new Set([...raw(j * pattern.segment + 1, p), ...entries])
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
const few = fc.integer({ min: 0, max: 12 })
const patterns: fc.Arbitrary<Pattern> = fc.oneof(
  fc.constant<Pattern>({ kind: 'causal' }),
  fc.constant<Pattern>({ kind: 'bidirectional' }),
  size.map((block): Pattern => ({ kind: 'bidirectional', block })),
  size.map((window): Pattern => ({ kind: 'sliding', window })),
  size.map((chunk): Pattern => ({ kind: 'chunked', chunk })),
  size.map((topK): Pattern => ({ kind: 'selected', topK })),
  fc.tuple(size, size).map(([ratio, window]): Pattern => ({ kind: 'compressed', ratio, window })),
  fc.tuple(size, size, size).map(([ratio, window, topK]): Pattern => ({ kind: 'compressed', ratio, window, topK })),
  fc
    .record({ local: size, global: few, stride: few, chosen: few, share: fc.constantFrom(0, 1), wide: few })
    .map(({ wide, ...s }): Pattern => ({ kind: 'sparse', dilation: s.stride > 0 ? 1 : wide + 1, ...s })),
  size.map((tokens): Pattern => ({ kind: 'kept', tokens, share: 0, prunes: 'by-token' })),
  fc.record({ segment: size, bank: few, carry: few, bank2: few, read: fc.option(few, { nil: undefined }) }).map(
    ({ read, ...s }): Pattern => ({
      kind: 'segments',
      compress: 1,
      ...s,
      ...(read === undefined ? {} : { read }),
    }),
  ),
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

describe('patterns of techniques', () => {
  const BIGBIRD: Pattern = { kind: 'sparse', local: 192, dilation: 1, global: 128, stride: 0, chosen: 192, share: 0 }

  it('count what a hand counts', () => {
    // 192 local, 128 global and 192 random keys: 512 for every token from the 512th on.
    expect(attendedPairs(BIGBIRD, 1, 9999)).toBe(512)
    expect(attendedPairs(BIGBIRD, 4096, 0)).toBe((512 * 513) / 2 + 512 * (4096 - 512))
    // Sparse Transformer, window and stride of 128: token 1024 sees 128 neighbours and 7 of the 896 before them.
    const strided: Pattern = { ...BIGBIRD, local: 128, global: 0, chosen: 0, stride: 128 }
    expect(attendedPairs(strided, 1, 1023)).toBe(128 + 7)
    expect(cachedTokens(strided, 1024)).toBe(128 + 7)
    // A tenth of what a window of 64 leaves over: 64 + 0.1 · 936.
    expect(attendedPairs({ ...BIGBIRD, local: 64, global: 0, chosen: 0, share: 0.1 }, 1, 999)).toBeCloseTo(157.6, 9)
  })

  it('of a kept share: 20 % of the context, but never fewer than the tokens that always stay', () => {
    const h2o: Pattern = { kind: 'kept', tokens: 16, share: 0.2, prunes: 'after-pass' }
    expect(cachedTokens(h2o, 10)).toBe(10)
    expect(cachedTokens(h2o, 50)).toBe(16)
    expect(cachedTokens(h2o, 1000)).toBe(200)
    // The prompt attends all of itself; a step then reads what is kept and itself.
    expect(attendedPairs(h2o, 1000, 0)).toBe((1000 * 1001) / 2)
    expect(attendedPairs(h2o, 1, 1000)).toBe(201)
    const by: Pattern = { ...h2o, prunes: 'by-token' }
    let slow = 0
    for (let p = 1; p <= 400; p++) slow += Math.min(p, Math.max(16, 0.2 * p))
    expect(attendedPairs(by, 400, 0)).toBeCloseTo(slow, 6)
  })

  it('of segments: memory stays the same however long the context', () => {
    const xl: Pattern = { kind: 'segments', segment: 512, bank: 512, carry: 512, bank2: 0, compress: 1 }
    expect(cachedTokens(xl, 10_000)).toBe(1024)
    expect(cachedTokens(xl, 1_000_000)).toBe(1024)
    // Two segments: the second sees the first whole: 512 · 513/2 twice, and 512 · 512.
    expect(attendedPairs(xl, 1024, 0)).toBe(512 * 513 + 512 * 512)
    const compressive: Pattern = { ...xl, bank2: 512, compress: 3 }
    // After 3 segments: 512 in the first memory, 1024/3 in the second.
    expect(cachedTokens(compressive, 1536)).toBeCloseTo(512 + 512 + 1024 / 3, 9)
  })

  it('grow from one sum to the next by what one token sees', () => {
    const sparse = fc.record({
      local: size,
      global: few,
      stride: few,
      chosen: few,
      share: fc.constantFrom(0, 0.05, 0.5, 0.9),
    })
    const kept = fc.record({ tokens: size, share: fc.constantFrom(0, 0.1, 0.33, 0.8) })
    const any = fc.oneof(
      sparse.map((s): Pattern => ({ kind: 'sparse', dilation: 1, ...s })),
      kept.map((k): Pattern => ({ kind: 'kept', prunes: 'by-token', ...k })),
    )
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 300 }), (pattern, q, c) => {
        let slow = 0
        for (let p = c; p < c + q; p++) slow += attendedPairs(pattern, 1, p)
        expect(attendedPairs(pattern, q, c)).toBeCloseTo(slow, 6)
        expect(visibleKeys(pattern, 1, c)).toBeCloseTo(attendedPairs(pattern, 1, c), 6)
      }),
    )
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
