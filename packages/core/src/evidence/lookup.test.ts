/** Look-ups worked out by hand from the data, and the laws of effect, distance, spread and crossover. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidenceByTechnique } from './byTechnique.ts'
import { findCrossovers } from './crossover.ts'
import { distanceOf } from './distance.ts'
import { effectOf, spreadOf } from './effect.ts'
import { committed, record } from './evidence.testkit.ts'
import { type EvidenceRow, lookUp } from './lookup.ts'
import { parseModelName } from './models.ts'
import type { Bound, EvidenceQuestion } from './record.ts'
import { TECHNIQUES } from './techniques.ts'
import { crossoverText } from './words.ts'

const { records } = committed()

function rowOf(question: EvidenceQuestion, metric: string, benchmark?: string): EvidenceRow {
  const { rows } = lookUp(records, question)
  const row = rows.find((one) => one.metric === metric && (benchmark === undefined || one.benchmark === benchmark))
  if (!row) throw new Error(`no row of ${metric}`)
  return row
}

describe('golden look-ups', () => {
  it('MInference: TTFT at 128k is 18.0 s against 34.5 s', () => {
    const row = rowOf({ technique: 'minference', contextTokens: 131072, benchmark: 'prefill' }, 'ttft')
    expect(row.nearest.effect).toMatchObject({ baseline: 34.5, direction: 'better', against: 'without' })
    expect(row.nearest.effect?.ratio).toBeCloseTo(18 / 34.5, 12)
    // From 64k up: 10.1/11.2, 12.3/15.9, 13.4/21.3, 15.9/27.5, 18/34.5.
    expect(row.spread).toMatchObject({ n: 5, min: 18 / 34.5, max: 10.1 / 11.2, median: 13.4 / 21.3 })
  })

  it('KIVI at 2 bits: LongBench −0.42 on LongChat and −1.11 on Mistral, apart from 4 bits', () => {
    const row = rowOf({ technique: 'kivi', setting: { kvBits: '2' }, benchmark: 'longbench' }, 'score', 'longbench')
    expect(row.records).toBe(2)
    expect(row.spread?.max).toBeCloseTo(-0.42, 9)
    expect(row.spread?.min).toBeCloseTo(-1.11, 9)
    expect(row.dose).toEqual({ kvBits: '2' })
  })

  it('GPTQ at 3 bits without groups: LLaMA-7B from 5.68 to 8.07', () => {
    const question = { technique: 'gptq', model: 'llama-7b', benchmark: 'wikitext-2', setting: { weightBits: '3' } }
    const row = lookUp(records, question).rows.find(({ dose }) => dose.group === undefined)
    expect(row?.nearest.record).toMatchObject({ value: 8.07, baseline: { value: 5.68, name: 'FP16' } })
    expect(row?.nearest.effect?.change).toBeCloseTo(8.07 / 5.68, 12)
  })

  it('Wanda 2:4: Llama-2-7B from 5.12 to 11.02', () => {
    const row = rowOf({ technique: 'wanda', model: 'Llama-2-7B', setting: { pattern: '2:4' } }, 'perplexity')
    expect(row.nearest.effect).toMatchObject({ baseline: 5.12, direction: 'worse' })
    expect(row.nearest.record.value).toBe(11.02)
  })

  it('Medusa on Vicuna-7B: 1.44× on one accelerator and 1.71× on another', () => {
    const row = rowOf(
      { technique: 'medusa', model: 'vicuna-7b-v1.3', benchmark: 'spec-bench' },
      'speed-up',
      'spec-bench',
    )
    expect(row.spread).toMatchObject({ n: 2, min: 1.44, max: 1.71 })
    expect(row.varying).toContain('hardware')
  })

  it('LLMLingua on GSM8K: +0.23 points at 5×', () => {
    const question = {
      technique: 'llmlingua',
      model: 'GPT-3.5-Turbo',
      benchmark: 'gsm8k',
      setting: { compression: '5x' },
    }
    const row = rowOf(question, 'exact-match', 'gsm8k')
    expect(row.nearest.record).toMatchObject({ value: 79.08, baseline: { value: 78.85 } })
    expect(row.grades.B).toBeGreaterThan(0)
  })

  it('MemGPT: 92.5 % against 32.1 % with GPT-4', () => {
    const row = rowOf({ technique: 'memgpt', model: 'gpt-4' }, 'accuracy')
    expect(lookUp(records, { technique: 'memgpt', model: 'gpt-4' }).matches.map(({ record: { id } }) => id)).toEqual([
      'E03839',
      'E03840',
    ])
    expect(row.nearest.effect?.difference).toBeCloseTo(60.4, 9)
  })

  it('GGUF Q4_K_M on Llama-2-70B: perplexity 1.012×', () => {
    const row = rowOf({ technique: 'gguf', setting: { format: 'q4_k_m' }, model: 'llama-2-70b' }, 'perplexity')
    expect(row.nearest.effect?.ratio).toBeCloseTo(3.4725 / 3.4313, 12)
  })

  it('tensor parallelism is measured against fewer devices, never called a gain of its absence', () => {
    const { rows } = lookUp(records, { technique: 'tensor-parallelism' })
    expect(rows.filter(({ against }) => against === 'without')).toEqual([])
    expect(new Set(rows.map(({ against }) => against))).toEqual(new Set(['width', undefined]))
    // Eight devices against one, 14171.43 from 426.32 tokens/s, and against four are two rows.
    const fromOne = lookUp(records, { technique: 'tensor-parallelism', model: 'llama-3.1-70b', setting: { tp: '8' } })
    expect(new Set(fromOne.rows.map(({ nearest }) => nearest.effect?.baselineName)).size).toBe(3)
    expect(Math.max(...fromOne.rows.map(({ spread }) => spread?.max ?? 0))).toBeCloseTo(14171.43 / 426.32, 9)
  })
})

describe('no evidence', () => {
  it('says so for a technique nobody measured', () => {
    const { status, words, rows } = lookUp(records, { technique: 'snapkv' })
    expect([status, rows.length]).toEqual(['none', 0])
    expect(words).toContain('No evidence for SnapKV')
  })

  it('names what is nearest and how it differs', () => {
    const { status, words, rows } = lookUp(records, { technique: 'kivi', model: 'qwen3-8b', benchmark: 'longbench' })
    expect(status).toBe('nearest')
    expect(words).toContain('No evidence for KIVI on qwen3-8b at longbench')
    expect(words).toContain('another family, like size')
    expect(rows.every((row) => !row.nearest.distance.answers)).toBe(true)
  })

  it.each(['__proto__', '\u001b[31mred', '', ' ', '../x', 'a'.repeat(10_000)])(
    'survives the model and benchmark %j',
    (name) => {
      const { status } = lookUp(records, { technique: 'awq', model: name, benchmark: name })
      expect(['nearest', 'found']).toContain(status)
    },
  )
})

describe('crossovers', () => {
  const of = (technique: string) => findCrossovers(records.filter((one) => one.technique === technique))

  it('MInference pays between 48k and 64k tokens', () => {
    const [one, ...others] = of('minference').filter(({ before }) => before.record.metric === 'ttft')
    expect(others).toEqual([])
    expect([one?.before.at, one?.after.at, one?.turns, one?.flips]).toEqual([49152, 65536, 'better', 1])
    expect([one?.before.record.value, one?.before.record.baseline?.value]).toEqual([7.8, 7.3])
    expect([one?.after.record.value, one?.after.record.baseline?.value]).toEqual([10.1, 11.2])
  })

  it.each(['speculative-decoding', 'prompt-lookup'])('%s loses at high load', (technique) => {
    const [one] = of(technique)
    expect([one?.axis, one?.before.at, one?.after.label, one?.turns]).toEqual(['requestsPerS', 1, 'high', 'worse'])
  })

  it('an FP8 cache has a stated break-even length per model and version', () => {
    const stated = of('kv-fp8').filter(({ kind }) => kind === 'stated')
    expect(stated.map(({ after }) => after.at).sort((a, b) => a - b)).toEqual([7010, 7659, 22109, 24889, 741565])
    expect(crossoverText(stated[1] as (typeof stated)[number])).toContain('pays from 7,010 tokens')
  })

  it('does not take noise for a turn: scores within a point are even', () => {
    const ruler = of('minference').filter(({ before }) => before.record.benchmark === 'ruler')
    expect(ruler).toEqual([])
  })

  it('lies between neighbours of opposite sign within one source', () => {
    for (const { before, after, kind, series, turns } of findCrossovers(records)) {
      expect(before.record.source).toBe(after.record.source)
      if (kind === 'stated') continue
      expect(before.at).toBeLessThan(after.at)
      expect(effectOf(after.record)?.direction).toBe(turns)
      expect(effectOf(before.record)?.direction).not.toBe(turns)
      expect(new Set(series.map((point) => point.record.model)).size).toBe(1)
    }
  })
})

describe('effects', () => {
  it('come only from the record’s own baseline', () => {
    for (const one of records) {
      const effect = effectOf(one)
      if (!one.baseline) expect(effect).toBeUndefined()
      else if (effect) {
        expect(effect.baseline).toBe(one.baseline.value)
        expect(effect.difference).toBeCloseTo(one.value - one.baseline.value, 6)
      }
    }
  })

  it('have no direction where a bound leaves it open', () => {
    const bounded = (bound: Bound, value: number, base: Bound, metric = 'perplexity') =>
      effectOf(record({ metric, value, bound, baseline: { value: 10, bound: base, name: 'FP16', against: 'without' } }))
    expect(bounded('=', 5, '>')).toMatchObject({ direction: 'better', bound: '<' })
    expect(bounded('=', 20, '>')?.direction).toBeUndefined()
    expect(bounded('>', 20, '>')).toBeUndefined()
    expect(bounded('>', 20, '=')).toMatchObject({ direction: 'worse', bound: '>' })
    expect(bounded('<', 20, '=', 'speed-up')).toMatchObject({ direction: 'better', bound: '<' })
  })

  it('spread: least, median and greatest, whatever the order', () => {
    expect(spreadOf([])).toBeUndefined()
    expect(spreadOf([3, 1, 2])).toEqual({ n: 3, min: 1, median: 2, max: 3 })
    expect(spreadOf([4, 1, 2, 3])).toEqual({ n: 4, min: 1, median: 2.5, max: 4 })
  })
})

const QUESTIONS: fc.Arbitrary<EvidenceQuestion> = fc.record(
  {
    technique: fc.constantFrom('awq', 'gguf', 'kivi', 'minference', 'yarn', 'eagle', 'llmlingua', 'streamingllm'),
    model: fc.constantFrom('llama-2-7b', 'llama-3.1-8b', 'qwen3-8b', 'mistral-7b', 'nobody-1b'),
    benchmark: fc.constantFrom('wikitext-2', 'mmlu', 'longbench', 'prefill', 'spec-bench', 'nothing'),
    contextTokens: fc.integer({ min: 1, max: 2_000_000 }),
    setting: fc.constantFrom({ kvBits: '2' }, { weightBits: '4' }, { format: 'q4_k_m' }),
  },
  { requiredKeys: ['technique'] },
)

describe('laws of the look-up', () => {
  it('ranks by distance and never crosses into another technique', () => {
    fc.assert(
      fc.property(QUESTIONS, (question) => {
        const { matches, beyond, status } = lookUp(records, question)
        const totals = matches.map(({ distance }) => distance.total)
        expect(totals).toEqual([...totals].sort((a, b) => a - b))
        expect(new Set(matches.map((match) => match.record.technique)).size).toBeLessThanOrEqual(1)
        expect(matches.length + beyond).toBe(records.filter((one) => one.technique === question.technique).length)
        expect(matches.every(({ distance }) => distance.answers)).toBe(status === 'found')
      }),
      { numRuns: 60 },
    )
  })

  it('keeps in a row one benchmark, quantity, unit, baseline kind and dose, and only exact changes in its spread', () => {
    fc.assert(
      fc.property(QUESTIONS, (question) => {
        const { rows, matches } = lookUp(records, question)
        expect(rows.reduce((sum, row) => sum + row.records, 0)).toBe(matches.length)
        const keys = rows.map(({ benchmark, metric, unit, against, dose, nearest }) =>
          JSON.stringify([
            benchmark,
            metric,
            unit,
            against,
            dose,
            against !== 'without' && nearest.effect?.baselineName,
          ]),
        )
        expect(new Set(keys).size).toBe(rows.length)
        for (const { spread, bounded, records: n } of rows) expect((spread?.n ?? 0) + bounded).toBeLessThanOrEqual(n)
      }),
      { numRuns: 40 },
    )
  })

  it('an asked dimension never brings a record nearer', () => {
    const model = parseModelName('llama-2-7b')
    for (const one of records.slice(0, 500)) {
      const open = distanceOf({ question: { technique: one.technique } }, one)
      const narrow = distanceOf(
        { question: { technique: one.technique, model: 'llama-2-7b' }, ...(model ? { model } : {}) },
        one,
      )
      expect(open.total).toBe(0)
      expect(narrow.total).toBeGreaterThanOrEqual(open.total)
    }
  })

  it('counts every record once in the list of techniques', () => {
    const list = evidenceByTechnique(records)
    expect(list.length).toBe(TECHNIQUES.size)
    expect(list.reduce((sum, one) => sum + one.records, 0)).toBe(records.length)
    for (const { grades, axes, records: n } of list) {
      expect(grades.A + grades.B + grades.C).toBe(n)
      expect(axes.C + axes.A + axes.P).toBe(n)
    }
  })
})
