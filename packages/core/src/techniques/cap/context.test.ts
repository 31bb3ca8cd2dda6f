/** C is the least of its parts, each with a source; measured lengths are not carried to models they were not measured on. */
import { describe, expect, it } from 'vitest'
import { catalogueModel } from '../techniques.testkit.ts'
import { answerTo, RECORDS, testDesk } from './cap.testkit.ts'
import { effectiveLengths, effectiveTokens } from './context.ts'
import { positionEvidence } from './positions.ts'

const limits = ({ context }: ReturnType<typeof answerTo>) =>
  context.parts.filter(({ limiting }) => limiting).map(({ name, value }) => [name, value])

describe('what limits', () => {
  it('is the measured length where it is shortest: RULER says 32k of 128k', () => {
    const { baseline } = testDesk()
    expect(baseline.context.tokens).toBe(32768)
    expect(limits(baseline)).toEqual([['effective length', 32768]])
    expect(baseline.context.windowTokens).toBe(131072)
    expect(baseline.context.parts.find(({ name }) => name === 'effective length')?.source).toMatch(/RULER.*as asked/)
  })

  it('is the measure that was chosen, for measures are not comparable', () => {
    expect(testDesk({}, { measure: 'nolima' }).baseline.context.tokens).toBe(1024)
    const none = testDesk({}, { measure: 'none' }).baseline
    expect(limits(none)).toEqual([['positions', 131072]])
  })

  it('is memory when the users are many', () => {
    const { baseline } = testDesk({ batchSize: 64 })
    expect(baseline.context.limitedBy).toBe('memory')
    expect(baseline.context.tokens).toBe(baseline.outcome.memory.maxContextTokens)
  })

  it('multiplies by compression and adds what a store holds', () => {
    const desk = testDesk()
    expect(answerTo(desk, 'llmlingua:ratio=4').context.tokens).toBe(4 * 32768)
    expect(answerTo(desk, 'memgpt').context.tokens).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('positions inside a segment and its memory', () => {
  const long = testDesk({ promptTokens: 262_144, outputTokens: 100 })

  it('set no limit: each pass sees 512 + 512 of the 131,072 that they reach', () => {
    const { context, plan } = answerTo(long, 'transformer-xl')
    expect(long.baseline.context.pastTokens).toBe(131_072)
    expect(context.pastTokens).toBeUndefined()
    expect(plan.positionSpanTokens).toBe(1024)
    expect(context.windowTokens).toBe(Number.POSITIVE_INFINITY)
    // What the model is measured to use stays what it is.
    expect(context).toMatchObject({ tokens: 32768, limitedBy: 'effective length' })
    // 32 layers hand on 512 states each: 512 + 32 · 512 tokens.
    expect(plan.remarks.map(({ text }) => text).join()).toMatch(/at most 16,896 tokens back/)
  })

  it('set the limit that they set before where the span is longer than they reach', () => {
    const { context, plan } = answerTo(long, 'transformer-xl:segment=131072:bank=512')
    expect(plan.positionSpanTokens).toBe(131_584)
    expect(context.pastTokens).toBe(131_072)
    expect(plan.remarks.map(({ text }) => text).join()).toMatch(/more than positions reach/)
    // A map that stretches them covers the span again.
    const stretched = answerTo(long, 'transformer-xl:segment=131072:bank=512,yarn')
    expect(stretched.context.pastTokens).toBeUndefined()
  })

  it('leaves memory as the limit: a bank of 130,000 entries for 64 users', () => {
    const { context } = answerTo(testDesk({ batchSize: 64, promptTokens: 2048 }), 'transformer-xl:bank=130000')
    expect(context.limitedBy).toBe('memory')
  })
})

describe('measured lengths', () => {
  it('of a far model are shown and limit nothing', () => {
    const far = effectiveLengths(RECORDS, 'falcon-7b')
    expect(far.length).toBe(2)
    expect(far.every(({ applies }) => !applies)).toBe(true)
    expect(effectiveTokens(far, 'ruler')).toBeUndefined()
    const { baseline } = testDesk({}, {}, { model: catalogueModel('falcon-7b') })
    expect(baseline.context.limitedBy).not.toBe('effective length')
  })

  it('that are only bounds limit nothing', () => {
    const [ruler] = effectiveLengths(RECORDS, 'qwen3-235b-a22b')
    expect(ruler).toMatchObject({ measure: 'ruler', atLeast: true, applies: true })
    expect(effectiveTokens([...(ruler ? [ruler] : [])], 'ruler')).toBeUndefined()
  })

  it('come with what the place of the answer costs, of the nearest model', () => {
    const found = positionEvidence(RECORDS, 'longchat-13b-16k')
    expect(found?.worstPoints).toBeLessThan(-10)
    expect(found?.distance).toBe('as asked')
  })

  it('says where a request is longer than positions reach, of the baseline and of each set', () => {
    const long = testDesk({ promptTokens: 200_000, outputTokens: 100 })
    expect(long.baseline.context).toMatchObject({ requestTokens: 200_100, pastTokens: 131_072 })
    expect(answerTo(long, 'streamingllm').context.pastTokens).toBeUndefined()
    expect(answerTo(long, 'w4').context.pastTokens).toBe(131_072)
    expect(testDesk({ promptTokens: 100_000 }).baseline.context.pastTokens).toBeUndefined()
  })
})
