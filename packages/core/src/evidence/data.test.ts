/** The committed data file: every record is sourced and graded, names are in their normal form, the file writes back as read. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findBenchmark } from './benchmarks.ts'
import { committed, TEXT } from './evidence.testkit.ts'
import { metricOf } from './metrics.ts'
import { parseModelName } from './models.ts'
import { normaliseSetting } from './settings.ts'
import { readEvidence, writeEvidence } from './table.ts'
import { TECHNIQUES } from './techniques.ts'

const { records, sources } = committed()

describe('the evidence data', () => {
  it('holds what was collected but the eight rows dropped by rule', () => {
    expect(records.length).toBe(4811)
    expect(new Set(records.map(({ id }) => id)).size).toBe(4811)
    const report = readFileSync(new URL('../../../../docs/evidence.md', import.meta.url), 'utf8')
    expect(report).toContain('4819 collected rows = 4811 records + 8 dropped.')
  })

  it('names for every record a commit and file, or a paper, and a grade', () => {
    for (const { id, source, grade, place } of records) {
      const isPinned = /^[0-9a-f]{40}$/.test(source.commit ?? '') && (source.path ?? '') !== ''
      const isPaper = /^https:\/\/(?:arxiv\.org\/abs\/\d{4}\.\d{5}|www\.usenix\.org\/)/.test(source.url)
      expect(isPinned || isPaper, id).toBe(true)
      if (isPinned) expect(source.url, id).toContain(`/blob/${source.commit}/`)
      expect(['A', 'B', 'C'], id).toContain(grade)
      expect(place, id).not.toBe('')
    }
  })

  it('is possible: shares within 0–100 %, perplexities from 1, rates and sizes above 0', () => {
    for (const { id, metric, unit, value } of records) {
      const known = metricOf(metric)
      if (metric === 'perplexity') expect(value, id).toBeGreaterThanOrEqual(1)
      if (known?.change === 'ratio') expect(value, id).toBeGreaterThan(0)
      if (known?.change === 'points' && unit === '%') expect(value >= 0 && value <= 100, id).toBe(true)
    }
  })

  it('writes every name in its normal form', () => {
    for (const { id, technique, benchmark, model, setting } of records) {
      expect(TECHNIQUES.has(technique), id).toBe(true)
      expect(findBenchmark(benchmark).id, id).toBe(benchmark)
      if (model !== undefined) expect(parseModelName(model)?.name, id).toBe(model)
      expect(normaliseSetting(setting), id).toEqual(setting)
    }
  })

  it('lists no source twice and none without a record', () => {
    const used = new Set(records.map(({ source }) => source.key))
    expect(sources.map(({ key }) => key).filter((key) => !used.has(key))).toEqual([])
    expect(new Set(sources.map(({ url }) => url)).size).toBe(sources.length)
  })

  it('writes back as it was read, and stays small', () => {
    expect(writeEvidence({ sources, records })).toBe(TEXT)
    expect(TEXT.length).toBeLessThan(1_000_000)
  })
})

describe('reading a damaged file', () => {
  const lines = TEXT.split('\n')
  const at = lines.findIndex((line) => line.startsWith('E0'))
  const damaged = (change: (cells: string[]) => void) => {
    const cells = (lines[at] as string).split('\t')
    change(cells)
    return readEvidence([...lines.slice(0, at), cells.join('\t')].join('\n'), 'evidence.tsv')
  }

  it.each([
    ['another schema', () => readEvidence('capline.evidence/9\n\n\n\n')],
    ['nothing', () => readEvidence('')],
    ['a table cut short', () => readEvidence(TEXT.slice(0, 100_000))],
    ['a missing cell', () => damaged((cells) => cells.pop())],
    ['a value that is no number', () => damaged((cells) => cells.splice(8, 1, 'many'))],
    ['an unknown technique', () => damaged((cells) => cells.splice(1, 1, 'magic'))],
    ['an unknown source', () => damaged((cells) => cells.splice(16, 1, 'S9999'))],
    ['a baseline without its kind', () => damaged((cells) => cells.splice(10, 4, '5', '=', 'FP16', ''))],
  ])('%s is one clear problem', (_, read) => {
    const result = read()
    expect(result.ok).toBe(false)
    if (!result.ok) expect(result.problem.remedy).not.toBe('')
  })

  it('accepts the undamaged line', () => {
    expect(damaged(() => {}).ok).toBe(true)
    expect(existsSync(new URL('../../data/evidence/evidence.tsv', import.meta.url))).toBe(true)
  })
})
