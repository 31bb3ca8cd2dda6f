/** The batch at which a technique stops paying is the one at which the desk itself says so. */
import { describe, expect, it } from 'vitest'
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
    expect(factor(last)).toBeGreaterThan(1)
    expect(factor(last + 1)).toBeLessThanOrEqual(1)
  })

  it('is not said of what pays everywhere, or nowhere, or sets the batch itself', () => {
    for (const text of ['kv4', 'flexgen', 'none']) expect(words(text), text).toBeUndefined()
  })
})
