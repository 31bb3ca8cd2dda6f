/** The batch at which a technique stops paying is the one at which the desk itself says so. */
import { describe, expect, it } from 'vitest'
import { device } from '../../scenario/scenario.testkit.ts'
import { catalogueModel } from '../techniques.testkit.ts'
import { answerTo, testDesk } from './cap.testkit.ts'
import { payingWords } from './paying.ts'

const at = (batchSize: number) => testDesk({ batchSize, promptTokens: 128 })
const words = (text: string) => payingWords(at(1), answerTo(at(1), text))

describe('the batches at which a set pays', () => {
  it('speculation pays up to a batch, and one more does not', () => {
    const found = words('speculative-decoding')
    const last = Number(/^time per token: pays up to batch (\d+) of this request$/.exec(found ?? '')?.[1])
    expect(last, found ?? 'no words').toBeGreaterThan(1)
    const factor = (batch: number) => answerTo(at(batch), 'speculative-decoding').performance.factors.tpot ?? 1
    // Within one part in a hundred it is even.
    expect(factor(last)).toBeGreaterThan(1.01)
    expect(factor(last + 1)).toBeLessThanOrEqual(1.01)
  })

  it('is not said of what pays everywhere that memory holds, or nowhere, or sets the batch itself', () => {
    const long = testDesk({ batchSize: 1, promptTokens: 8192 })
    expect(payingWords(long, answerTo(long, 'kv4'))).toBeUndefined()
    for (const text of ['flexgen', 'none']) expect(words(text), text).toBeUndefined()
  })

  it('a tie is no gain: four bits of a short cache save less than one part in a hundred until nine share the weights', () => {
    expect(words('kv4')).toMatch(/^time per token: pays from batch 9 to \d+ of this request, the most that fits$/)
  })
})

describe('weights on the host', () => {
  const small = testDesk(
    { batchSize: 8, promptTokens: 512, outputTokens: 512 },
    {},
    { model: catalogueModel('llama-2-13b'), accelerator: device('a100-sxm-40gb') },
  )
  const most = (text: string) => (text === '' ? small.baseline : answerTo(small, text)).outcome.memory.maxUsers ?? 0

  it('pay from where the baseline no longer fits, as long as they fit', () => {
    const found = payingWords(small, answerTo(small, 'zero-inference'))
    expect(found).toMatch(
      new RegExp(
        `pays from batch ${most('') + 1} to ${most('zero-inference')} of this request, the most that fits, where the baseline`,
      ),
    )
  })

  it('would be hidden by more sequences than fit: 26 GB at 31.5 GB/s are 0.83 s, a sequence about 0.5 ms', () => {
    const found = payingWords(small, answerTo(small, 'zero-inference')) ?? ''
    const batch = Number(
      /would be hidden from batch ~([\d,]+) on, which does not fit \(at most (\d+) do\)/
        .exec(found)?.[1]
        ?.replace(',', ''),
    )
    // 26 Gflop at 312 Tflop/s, and 768 cached tokens of 40 layers · 5120 · 2 · 2 bytes at 1,555 GB/s.
    const sequenceS = 26e9 / 312e12 + (768 * 40 * 5120 * 4) / 1555e9
    expect(batch / (26e9 / 31.5e9 / sequenceS)).toBeGreaterThan(0.9)
    expect(batch / (26e9 / 31.5e9 / sequenceS)).toBeLessThan(1.1)
  })

  it('with the shares of a search: what FlexGen moves is hidden, or it is said from when on', () => {
    const full = testDesk(
      { batchSize: 64, promptTokens: 512, outputTokens: 32 },
      {},
      { model: catalogueModel('llama-2-13b'), accelerator: device('a100-sxm-40gb') },
    )
    const answer = answerTo(full, 'flexgen')
    expect(answer.plan.placed.length).toBeGreaterThan(0)
    expect(payingWords(full, answer)).toMatch(/^transfers: /)
  })
})
