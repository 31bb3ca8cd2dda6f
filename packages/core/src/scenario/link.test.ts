import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DTYPES } from '../catalog/dtypes/table.ts'
import { FIELDS, type Field, type FieldName } from './fields.ts'
import {
  fieldText,
  linkCommand,
  linkQuery,
  packLink,
  type QuestionLink,
  queryPairs,
  readLink,
  unpackLink,
} from './link.ts'

const BASE: QuestionLink = { model: 'llama-3.1-8b', accelerator: 'h100-sxm', count: 1, question: {}, hardware: {} }

const anyLink: fc.Arbitrary<QuestionLink> = fc.record({
  model: fc.oneof(fc.constant('llama-2-7b'), fc.string({ minLength: 1, maxLength: 40 })),
  accelerator: fc.oneof(fc.constant('rtx-a6000'), fc.string({ minLength: 1, maxLength: 40 })),
  count: fc.integer({ min: 1, max: 1024 }),
  question: fc.record(
    {
      batch: fc.integer({ min: 1, max: 1e6 }),
      prompt: fc.integer({ min: 1, max: 1e8 }),
      utilization: fc.double({ min: 0.01, max: 1, noNaN: true }),
      bandwidth: fc.double({ min: 1e6, max: 1e18, noNaN: true }),
      memory: fc.integer({ min: 1e6, max: 1e15 }),
      kv: fc.constantFrom(...Object.keys(DTYPES)),
      weightsOf: fc.constantFrom('head=int4,experts=mxfp4', 'a & b ~ c % d'),
    },
    { requiredKeys: [] },
  ),
  hardware: fc.constantFrom({}, { power: '300', 'matrix.fp8': '1979TFLOPS' }),
})

/** What is at its default is not written, so it is not read either. */
function withoutDefaults(link: QuestionLink): QuestionLink {
  const kept = Object.entries(link.question).filter(([name, value]) => {
    const field: Field = FIELDS[name as FieldName]
    return value !== undefined && value !== field.default
  })
  return { ...link, question: Object.fromEntries(kept) }
}

describe('a link', () => {
  it('is short and readable', () => {
    const link = {
      ...BASE,
      count: 4,
      question: { batch: 32, prompt: 131_072, output: 128, kv: 'fp8', memory: 80 * 2 ** 30 },
    }
    expect(linkQuery(link)).toBe('model=llama-3.1-8b&on=h100-sxm&count=4&batch=32&prompt=128k&kv=fp8&memory=80GiB&v=1')
    expect(linkQuery({ ...BASE, question: { weightsOf: 'head=int4,experts=mxfp4', bandwidth: 3.35e12 } })).toBe(
      'model=llama-3.1-8b&on=h100-sxm&weights-of=head=int4,experts=mxfp4&bandwidth=3.35TB/s&v=1',
    )
    expect(linkCommand({ ...BASE, question: { batch: 32, prompt: 8192 } })).toBe(
      'capline analyze llama-3.1-8b --on h100-sxm --batch 32 --prompt 8k',
    )
    expect(linkCommand({ ...BASE, count: 8, question: { basis: 'calibrated', layout: 'tensor' } })).toBe(
      'capline analyze llama-3.1-8b --on h100-sxm --count 8 --basis calibrated --layout tensor',
    )
  })

  it('reads back as it was written, as a query and packed', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        const wanted = { link: withoutDefaults(link), problems: [] }
        expect(readLink(`?${linkQuery(link)}`, BASE)).toEqual(wanted)
        expect(unpackLink(packLink(link), BASE)).toEqual(wanted)
        const nested = queryPairs(linkQuery(BASE, [['pin', packLink(link)]])).find(([key]) => key === 'pin')
        expect(unpackLink(nested?.[1] ?? '', BASE)).toEqual(wanted)
      }),
    )
  })

  it('explains what it cannot read and keeps the rest', () => {
    const read = readLink(
      'model=x&on=&batch=-3&promt=8k&kv=fp9&count=0&v=7&prompt=4k&hw=nonsense&%zz&__proto__=1',
      BASE,
    )
    expect(read.link).toEqual({ ...BASE, model: 'x', question: { prompt: 4096 } })
    expect(read.problems.map((p) => p.path)).toEqual([
      'link: on',
      'link: batch',
      'link: "promt"',
      'link: kv',
      'link: count',
      'link: v',
      'link: hw',
      'link: "%zz"',
      'link: "__proto__"',
    ])
    expect(read.problems[2]?.remedy).toContain('prompt')
  })

  it('leaves the keys of the page to the page', () => {
    expect(readLink('view=table&batch=2', BASE, ['view'])).toEqual({
      link: { ...BASE, question: { batch: 2 } },
      problems: [],
    })
  })

  it('refuses what is too long, and never throws', () => {
    expect(readLink(`model=${'x'.repeat(20_000)}`, BASE).problems).toHaveLength(1)
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        readLink(text, BASE)
        unpackLink(text, BASE)
      }),
    )
  })

  it('writes the shortest text that is exact', () => {
    expect(fieldText('prompt', 2000)).toBe('2000')
    expect(fieldText('prompt', 3072)).toBe('3k')
    expect(fieldText('memory', 48e9)).toBe('48GB')
    expect(fieldText('peak', 312e12)).toBe('312TFLOPS')
    expect(fieldText('price', 2.5)).toBe('2.5')
  })
})
