/** Accuracy is what measurements say: intervals per benchmark, never a mean over them, never a number of ours. */
import { describe, expect, it } from 'vitest'
import { record } from '../../evidence/evidence.testkit.ts'
import type { EvidenceRecord } from '../../evidence/record.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { AccuracyOf, indexAccuracy, nearestWords } from './accuracy.ts'
import { RECORDS } from './cap.testkit.ts'
import { parseSelection } from './selection.ts'
import { lowestRetained } from './verdict.ts'

const against = (value: number) => ({ value, bound: '=', name: 'FP16', against: 'without' }) as const
const one = (id: string, change: Partial<EvidenceRecord>): EvidenceRecord =>
  record({ id, model: 'llama-3.1-8b', baseline: against(50), ...change })

const ask = (records: readonly EvidenceRecord[], text: string, model = 'llama-3.1-8b', contextTokens = 4096) =>
  new AccuracyOf(indexAccuracy(records), { model, contextTokens }).answer(unwrap(parseSelection(text)))

describe('intervals', () => {
  it('are value over baseline, or baseline perplexity over perplexity, one row per benchmark', () => {
    const found = ask(
      [
        one('1', { value: 49 }),
        one('2', { value: 51 }),
        one('3', { benchmark: 'wikitext-2', metric: 'perplexity', unit: '', value: 5, baseline: against(4) }),
      ],
      'kivi',
    )
    expect(found.basis).toBe('evidence')
    expect(found.rows.map(({ benchmark, retained }) => [benchmark, retained?.low, retained?.high])).toEqual([
      ['mmlu', 0.98, 1.02],
      ['wikitext-2', 0.8, 0.8],
    ])
    expect(found.movement).toBe('mixed')
  })

  it('leave bounds out of the interval; they speak of the direction alone', () => {
    const found = ask([one('1', { value: 40, bound: '<' })], 'kivi')
    expect(found.rows[0]).toMatchObject({ bounded: 1, movement: 'worsens' })
    expect(found.rows[0]?.retained).toBeUndefined()
  })

  it('of a suite whose parts disagree are mixed, whatever its overall score says', () => {
    const suite = (id: string, benchmark: string, value: number) => one(id, { benchmark, metric: 'score', value })
    const rows = [suite('1', 'longbench', 52), suite('2', 'longbench/qasper', 40), suite('3', 'longbench/lcc', 60)]
    expect(ask(rows, 'kivi').movement).toBe('mixed')
    expect(ask(rows.slice(0, 1), 'kivi').movement).toBe('improves')
  })

  it('without a model named move nothing', () => {
    const { model: _, ...unnamed } = one('1', { value: 60 })
    const found = ask([unnamed], 'kivi')
    expect(found).toMatchObject({ basis: 'nearest', movement: 'unknown' })
    expect(found.rows[0]).toMatchObject({ aside: 'no model named' })
  })

  it('of another model are the nearest, and say how far', () => {
    const found = ask([one('1', { value: 49 })], 'kivi', 'qwen3-8b')
    expect(found.basis).toBe('nearest')
    expect(found.words).toMatch(/No evidence for KIVI on qwen3-8b/)
    expect(found.rows[0]?.distance).toMatch(/like size/)
  })
})

describe('the dose', () => {
  const at = (id: string, compression: string, value: number, change: Partial<EvidenceRecord> = {}) =>
    one(id, {
      technique: 'llmlingua2',
      setting: { compression },
      benchmark: 'longbench',
      metric: 'score',
      value,
      ...change,
    })

  it('is asked for even where it is assumed: a nearer model at another dose says nothing of this one', () => {
    const far = { model: 'gpt-3.5-turbo' }
    const found = ask(
      [at('1', '7x', 54), at('2', '3x', 48, far), at('3', '3.0x', 49, { ...far, benchmark: 'gsm8k' })],
      'llmlingua2',
    )
    expect(found).toMatchObject({ basis: 'nearest', movement: 'worsens' })
    expect(found.rows.map(({ benchmark }) => benchmark).sort()).toEqual(['gsm8k', 'longbench'])
    expect(found.rows.map(({ dose }) => dose.compression)).not.toContain('7x')
  })

  it('of others alone is shown with its distance and moves nothing', () => {
    const found = ask([at('1', '7x', 54)], 'llmlingua2')
    expect(found).toMatchObject({ basis: 'nearest', movement: 'unknown' })
    expect(found.rows[0]).toMatchObject({ aside: 'another dose', distance: 'compression 7x' })
    expect(nearestWords(found)).toBe('another dose')
    expect(ask([at('1', '7x', 54)], 'llmlingua2:ratio=7')).toMatchObject({ basis: 'evidence', movement: 'improves' })
  })

  it('of LLMLingua-2 at 3x is that of its own tables, at every length asked', () => {
    for (const tokens of [4096, 8192, 16384, 32768]) {
      const found = ask(RECORDS, 'llmlingua2', 'llama-3.1-8b', tokens)
      expect(found.basis).toBe('nearest')
      expect(nearestWords(found)).toBe('another model')
      const speaking = found.rows.filter(({ aside }) => aside === undefined)
      const names = new Set(speaking.map(({ benchmark }) => benchmark))
      for (const name of ['longbench', 'zeroscrolls', 'bbh']) expect(names.has(name), `${name} at ${tokens}`).toBe(true)
      expect(speaking.every(({ dose }) => Number.parseFloat(dose.compression ?? '') < 3.2)).toBe(true)
      expect(lowestRetained(found)).toBeLessThan(0.98)
    }
  })

  it('of positions is their stretch', () => {
    const { rows } = ask(RECORDS, 'yarn', 'llama-2-7b', 32768)
    expect(rows.length).toBeGreaterThan(0)
    for (const { dose } of rows) expect(dose.scale).toBe('16')
  })
})

describe('a baseline past its trained length', () => {
  const perplexity = {
    technique: 'clex',
    benchmark: 'book',
    metric: 'perplexity',
    unit: '',
    model: 'llama-2-7b-clex-4k',
  }
  const rows = [
    one('1', { ...perplexity, contextTokens: 4096, value: 6, baseline: against(6) }),
    one('2', { ...perplexity, contextTokens: 8192, value: 6, baseline: against(20) }),
  ]
  const asked = (contextTokens: number, own = rows) =>
    new AccuracyOf(indexAccuracy(own), { model: 'llama-2-7b', contextTokens, trainedTokens: 4096 }).answer(
      unwrap(parseSelection('clex')),
    )

  it('speaks only of requests past this model’s', () => {
    expect(asked(4096)).toMatchObject({ movement: 'keeps' })
    expect(asked(4096).rows[0]?.retained?.high).toBe(1)
    expect(asked(8192).rows.some(({ retained }) => (retained?.high ?? 0) > 3)).toBe(true)
  })

  it('is known by its own leap where no trained length is', () => {
    const found = ask(RECORDS, 'streamingllm', 'llama-3.1-8b', 8192)
    expect(found.rows.length).toBeGreaterThan(0)
    for (const { retained } of found.rows) expect(retained?.high ?? 1).toBeLessThan(1.05)
  })

  it('is no evidence where there is nothing else', () => {
    expect(asked(2048, rows.slice(1))).toMatchObject({ basis: 'none', movement: 'unknown' })
    expect(asked(2048, rows.slice(1)).words).toMatch(/past the length/)
  })
})

describe('without measurements', () => {
  it('techniques that keep the output keep accuracy by construction', () => {
    for (const text of [
      'speculative-decoding',
      'tensor-parallelism',
      'flash-attention-2',
      'medusa',
      'orca',
      'paged-attention',
    ]) {
      expect(ask([], text), text).toMatchObject({ basis: 'construction', movement: 'keeps' })
    }
  })

  it('all others say so, and have no number', () => {
    for (const text of ['h2o', 'w4', 'streamingllm', 'llmlingua', 'early-exiting', 'bild']) {
      const read = parseSelection(text)
      if (!read.ok) continue
      expect(ask([], text), text).toMatchObject({ basis: 'none', movement: 'unknown', rows: [] })
    }
  })
})

describe('combinations', () => {
  const kivi = one('1', { value: 45 })

  it('with one that keeps the output are measured by the other', () => {
    const found = ask([kivi], 'kivi,speculative-decoding')
    expect(found.rows[0]?.retained?.median).toBe(0.9)
    expect(found.words).toMatch(/the others keep the output/)
  })

  it('of two that change it have no number unless somebody measured them together', () => {
    const found = ask([kivi, one('2', { technique: 'awq', value: 49 })], 'kivi,awq')
    expect(found).toMatchObject({ basis: 'none', movement: 'unknown', rows: [] })
    expect(found.members.map(({ member, basis }) => [member, basis])).toEqual([
      ['kivi', 'evidence'],
      ['awq', 'evidence'],
    ])
    expect(ask(RECORDS, 'w4,a8,kv4').words).toMatch(/measured together as QServe/)
  })

  it('weights alone do not ask measurements of narrow activations', () => {
    const { rows } = ask(RECORDS, 'w4', 'llama-3-8b')
    expect(rows.length).toBeGreaterThan(0)
    for (const { dose } of rows) expect(dose.activationBits ?? '16').toBe('16')
  })
})
