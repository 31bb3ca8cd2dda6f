/** Accuracy is what measurements say: intervals per benchmark, never a mean over them, never a number of ours. */
import { describe, expect, it } from 'vitest'
import { record } from '../../evidence/evidence.testkit.ts'
import type { EvidenceRecord } from '../../evidence/record.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { AccuracyOf, indexAccuracy } from './accuracy.ts'
import { RECORDS } from './cap.testkit.ts'
import { parseSelection } from './selection.ts'

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

  it('a suite speaks with its own overall score, not with its parts beside it', () => {
    const suite = (id: string, benchmark: string, value: number) => one(id, { benchmark, metric: 'score', value })
    const rows = [suite('1', 'longbench', 52), suite('2', 'longbench/qasper', 40), suite('3', 'longbench/lcc', 60)]
    expect(ask(rows, 'kivi').movement).toBe('improves')
    expect(ask(rows.slice(1), 'kivi').movement).toBe('mixed')
  })

  it('of another model are the nearest, and say how far', () => {
    const found = ask([one('1', { value: 49 })], 'kivi', 'qwen3-8b')
    expect(found.basis).toBe('nearest')
    expect(found.words).toMatch(/No evidence for KIVI on qwen3-8b/)
    expect(found.rows[0]?.distance).toMatch(/like size/)
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
