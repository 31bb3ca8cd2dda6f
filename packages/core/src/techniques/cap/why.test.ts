/** Reasons are read off the priced operators, and needs off the rows and the plan. */
import { describe, expect, it } from 'vitest'
import { ONE_ACCELERATOR } from '../../layout/layout.ts'
import { besideWords } from './beside.ts'
import { answerTo, testDesk } from './cap.testkit.ts'
import { changeOf, needsOf } from './needs.ts'
import { whyOf } from './why.ts'

const desk = testDesk({ batchSize: 8, promptTokens: 32768 })
const why = (text: string) => whyOf(desk.baseline, answerTo(desk, text), 6).join('; ')

describe('why', () => {
  it('of a cache budget of a fifth is a fifth of the reads, in the attention', () => {
    expect(why('h2o:budget=0.2')).toMatch(/cache read a step .* \(5× less\).*fused_attention.*memory-bound/)
  })
  it('of four-bit weights is their bytes: 4.25 bits with scales of groups', () => {
    expect(why('w4')).toMatch(/weights read a step 14 GiB → 4\.33 GiB/)
  })
  it('of speculation is tokens a pass and drafts', () => {
    expect(why('speculative-decoding')).toMatch(/tokens a pass 1 → 2\.28, 5 checked; 4 draft passes/)
  })
  it('of compression is the prompt', () => {
    expect(why('llmlingua:ratio=4')).toMatch(/prompt tokens computed 32,768 → 8,192 \(4× less\)/)
  })
  it('counts accelerators from those the baseline has', () => {
    const four = testDesk({ batchSize: 8 }, {}, { layout: { ...ONE_ACCELERATOR, tp: 4 } })
    expect(whyOf(four.baseline, answerTo(four, 'w4'), 9).join('; ')).not.toMatch(/accelerators/)
    expect(why('tensor-parallelism')).toMatch(/accelerators 1 → 8/)
  })
  it('of memory that computes is the attention it takes over', () => {
    expect(why('gpu-hbm-pim')).toMatch(/100 % of the kv worked on in the memory/)
  })
  it('of nothing is nothing', () => {
    expect(why('none')).toBe('')
  })
})

describe('needs', () => {
  const words = (text: string) => needsOf(desk.baseline, answerTo(desk, text)).map(({ kind }) => kind)
  const change = (text: string) => changeOf(answerTo(desk, text).selection.members)

  it('name training, engines and machines', () => {
    expect(words('medusa')).toEqual(expect.arrayContaining(['training']))
    expect(words('tensor-parallelism')).toEqual(expect.arrayContaining(['engine', 'hardware']))
    expect(words('w4')).toEqual([])
  })

  it('tell what turning it on changes', () => {
    expect(change('h2o')).toBe('switch')
    // Heads are trained, the served model is not.
    expect(change('medusa')).toBe('module')
    expect(change('distillspec')).toBe('module')
    expect(change('tensor-train')).toBe('training')
    expect(change('promptmix')).toBe('model')
    expect(change('infini-attention')).toBe('training')
    expect(change('nvidia-h100')).toBe('hardware')
    expect(change('h2o,infini-attention')).toBe('training')
  })
})

describe('what operators do not show', () => {
  it('is said in words', () => {
    expect(besideWords(answerTo(desk, 'speculative-decoding').plan).join()).toMatch(
      /a pass yields 2\.28 tokens and checks 5/,
    )
    expect(besideWords(desk.baseline.plan)).toEqual([])
  })
})
