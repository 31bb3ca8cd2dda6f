import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attendedPairsPerStep,
  attendedPairsPerWorker,
  blockAt,
  type DistributedDecodeQuestion,
  distributedDecode,
  type RingQuestion,
  ringPrefill,
  type TokenLayout,
} from './ringSchedule.ts'

const LAYOUTS: readonly TokenLayout[] = ['contiguous', 'striped', 'zigzag']

/** Who holds a token, written down the slow way. */
function ownerOf(token: number, tokens: number, workers: number, layout: TokenLayout): number {
  if (layout === 'striped') return token % workers
  const parts = layout === 'contiguous' ? workers : 2 * workers
  let part = 0
  while (Math.floor((tokens * (part + 1)) / parts) <= token) part++
  return layout === 'contiguous' || part < workers ? part : 2 * workers - 1 - part
}

describe('pairs under the causal mask', () => {
  it('are those of a count one by one, for any tokens, workers and layout', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(...LAYOUTS),
        (tokens, workers, layout) => {
          const counted = Array.from({ length: workers }, () => Array<number>(workers).fill(0))
          for (let query = 0; query < tokens; query++) {
            for (let key = 0; key <= query; key++) {
              const row = counted[ownerOf(query, tokens, workers, layout)] as number[]
              const column = ownerOf(key, tokens, workers, layout)
              row[column] = (row[column] as number) + 1
            }
          }
          const steps = attendedPairsPerStep(tokens, workers, layout)
          for (let step = 0; step < workers; step++) {
            for (let worker = 0; worker < workers; worker++) {
              expect(steps[step]?.[worker]).toBe(counted[worker]?.[blockAt(worker, step, workers)])
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('sum to n(n + 1)/2 whatever the layout', () => {
    for (const layout of LAYOUTS) {
      const total = attendedPairsPerWorker(4096, 8, layout).reduce((sum, pairs) => sum + pairs, 0)
      expect(total).toBe((4096 * 4097) / 2)
    }
  })

  it('closed forms for b tokens a worker: contiguous w·b² + b(b+1)/2, striped p·b(b−1)/2 + (w+1)·b, zigzag all alike', () => {
    const [p, b] = [8, 512]
    expect(attendedPairsPerWorker(p * b, p, 'contiguous')).toEqual(
      Array.from({ length: p }, (_, w) => w * b * b + (b * (b + 1)) / 2),
    )
    expect(attendedPairsPerWorker(p * b, p, 'striped')).toEqual(
      Array.from({ length: p }, (_, w) => (p * b * (b - 1)) / 2 + (w + 1) * b),
    )
    expect(new Set(attendedPairsPerWorker(p * b, p, 'zigzag')).size).toBe(1)
  })
})

describe('ring prefill', () => {
  const base: RingQuestion = { tokens: 4096, workers: 4, computeS: 3, transferS: 1, causal: false, overlap: true }

  it('closed forms without a mask: overlapped (p−1)·max(c, x) + c, in turn p·c + (p−1)·x', () => {
    for (const [computeS, transferS] of [
      [3, 1],
      [1, 3],
      [2, 2],
    ] as const) {
      const overlapped = ringPrefill({ ...base, computeS, transferS })
      expect(overlapped.totalS).toBeCloseTo(3 * Math.max(computeS, transferS) + computeS, 12)
      const inTurn = ringPrefill({ ...base, computeS, transferS, overlap: false })
      expect(inTurn.totalS).toBeCloseTo(4 * computeS + 3 * transferS, 12)
      expect(inTurn.waitS).toBeCloseTo(4 * 3 * transferS, 12)
    }
  })

  it('overlap hides every transfer exactly when a block takes longer than its hand-over', () => {
    expect(ringPrefill({ ...base, computeS: 1, transferS: 1 }).waitS).toBeCloseTo(0, 12)
    expect(ringPrefill({ ...base, computeS: 1, transferS: 1.25 }).waitS).toBeCloseTo(4 * 3 * 0.25, 12)
  })

  it('causal: contiguous takes (p − ½)c, striped p·c/2 but for one diagonal', () => {
    const [p, b] = [8, 1024]
    const causal = { ...base, workers: p, tokens: p * b, computeS: 1, transferS: 0, causal: true }
    const contiguous = ringPrefill({ ...causal, layout: 'contiguous' })
    const striped = ringPrefill({ ...causal, layout: 'striped' })
    const half = (b * (b + 1)) / 2 / b ** 2
    expect(contiguous.totalS).toBeCloseTo(p - 1 + half, 9)
    expect(striped.totalS).toBeCloseTo(p * half, 9)
    expect(contiguous.totalS / striped.totalS).toBeCloseTo(2 - 1 / p, 2)
    expect(contiguous.busyS.reduce((a, x) => a + x)).toBeCloseTo(
      striped.busyS.reduce((a, x) => a + x),
      9,
    )
  })

  it('every worker computes one block at a time, on a block that has reached it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(...LAYOUTS),
        (workers, computeS, transferS, causal, overlap, layout) => {
          const { timeline, totalS, busyS, waitS } = ringPrefill({
            tokens: 60,
            workers,
            computeS,
            transferS,
            causal,
            overlap,
            layout,
          })
          for (let worker = 0; worker < workers; worker++) {
            const own = timeline.filter((span) => span.worker === worker && span.kind === 'compute')
            for (const [i, span] of own.entries()) {
              const before = own[i - 1]
              if (before) expect(span.startS).toBeGreaterThanOrEqual(before.endS - 1e-9)
              const from = (worker + workers - 1) % workers
              const arrival = timeline.find(
                (t) => t.kind === 'transfer' && t.worker === from && t.step === span.step - 1,
              )
              if (arrival) {
                expect(arrival.block).toBe(span.block)
                expect(span.startS).toBeGreaterThanOrEqual(arrival.endS - 1e-9)
              }
            }
          }
          expect(waitS).toBeGreaterThanOrEqual(-1e-9)
          expect(totalS).toBeGreaterThanOrEqual(Math.max(...busyS) - 1e-9)
        },
      ),
    )
  })
})

describe('distributed decode', () => {
  const question: DistributedDecodeQuestion = {
    workers: 4,
    layers: 40,
    sequences: 2,
    contextTokens: 100_000,
    kvBytesPerToken: 20_480,
    queryBytes: 10_240,
    partialBytes: 20_800,
    memoryBandwidthBytePerS: 2e12,
    linkBandwidthBytePerS: 3e11,
    linkLatencyS: 5e-6,
  }

  it('sends (p − 1)(q + o) per layer and sequence, whatever the context', () => {
    const answer = distributedDecode(question)
    expect(answer.linkBytes).toBe(40 * 2 * 3 * (10_240 + 20_800))
    expect(distributedDecode({ ...question, contextTokens: 1e6 }).linkBytes).toBe(answer.linkBytes)
    expect(answer.movedKvBytes).toBe((40 * 2 * 100_000 * 20_480 * 3) / 4)
    expect(answer.transferS).toBeCloseTo(40 * 2 * 5e-6 + answer.linkBytes / 3e11, 15)
    expect(answer.readS).toBeCloseTo((40 * 2 * 100_000 * 20_480) / 4 / 2e12, 15)
  })

  it('one worker sends nothing', () => {
    const alone = distributedDecode({ ...question, workers: 1 })
    expect([alone.linkBytes, alone.transferS, alone.movedKvBytes]).toEqual([0, 0, 0])
  })
})
