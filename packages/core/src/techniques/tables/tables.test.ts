/**
 * The tables made from the rows against the documents: against a transcription beside the repository cell by cell, and
 * against a small committed expectation. Rows that change must change the tables.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { tableEntry } from '../../figures/gallery.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import { SLIPS } from '../catalog/slips.ts'
import { documentTables, printedText, TABLE_CAPTION, tableFlags } from './index.ts'
import { surveyTables } from './survey.ts'
import type { DocumentTable } from './table.ts'

const tables = documentTables()
const table = (id: string) => tables.find((one) => one.id === id) as DocumentTable
const texts = (id: string) => table(id).rows.map((row) => row.map(({ text }) => text))

describe('the tables of the documents', () => {
  it('are seven of the survey and three of the viewer paper, every row as wide as its head', () => {
    expect(tables.map(({ id }) => id)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => `cap-table-${n}`),
      ...[2, 3, 4].map((n) => `viewer-table-${n}`),
    ])
    for (const { id, columns, rows } of tables) for (const row of rows) expect(row.length, id).toBe(columns.length)
  })

  it('hold these numbers of works', () => {
    const counts = Object.fromEntries(tables.map(({ id, rows }) => [id, rows.length]))
    expect(counts).toMatchObject({ 'cap-table-2': 8, 'cap-table-3': 8, 'cap-table-5': 22, 'cap-table-7': 9 })
  })

  it('say what the documents say, where anyone can read it here', () => {
    expect(texts('cap-table-1')).toEqual([
      ['C', 'Model Memory, Positional Embedding'],
      ['A', 'Found-in-the-middle'],
      ['P', 'Sparse Attention, Linear Attention, Distributed Accl., Quantization, Model Pruning'],
      ['CP', 'Prompt Compression'],
      ['CA', 'Agent Memory'],
      ['AP', 'N/A'],
    ])
    expect(texts('cap-table-2')[7]).toEqual(['Infini-Attention', 'learned gate', 'random', 'linear', 'Yes', 'Yes'])
    expect(texts('cap-table-3')[3]).toEqual(['Linear Interpolation', 'Before QK multiply', 'no', 'no', 'Multiply'])
    expect(texts('cap-table-4')).toEqual([
      ['Dynamic sparsity', '(1)', '(4)'],
      ['Static sparsity', '(2)', '(3)'],
    ])
    expect(texts('cap-table-5')[13]).toEqual(['Landmark Attention', 'Dynamic', 'Block + Topk', 'no', 'yes'])
    expect(texts('viewer-table-2')).toEqual([
      ['Technology', 'DDR4', 'HBM2', 'GDDR6'],
      ['PIM unit', 'RISC core', 'FP16 MAC', 'BF16 MAC'],
      ['Peak bandwidth', '80.4 GB/s per DIMM', '2 TB/s per cube', '1 TB/s per chip'],
      ['Peak throughput', '43.8 GOP/s per DIMM', '1.2 TFLOPS', '1 TFLOPS'],
    ])
    expect(texts('viewer-table-3')[2]).toEqual(['Hardware efficiency', 'Poor', 'Good', 'Poor'])
  })

  it('flag the printed slips instead of repeating them', () => {
    const flagged = tables.flatMap(({ id, slips }) => slips.map((slip) => `${id} ${slip.id}`))
    expect(flagged).toEqual([
      'cap-table-1 prompt-pruning',
      'cap-table-2 learned-gate',
      'cap-table-5 adaptively-name',
      'cap-table-5 lankmark',
      'cap-table-5 lm-infinite-training',
      'cap-table-6 block-box',
    ])
    for (const { rows } of tables) {
      for (const { text } of rows.flat()) expect(text).not.toMatch(/Block-Box|Lankmark|Prompt Pruning/)
    }
    expect(new Set(SLIPS.map(({ id }) => id)).size).toBe(SLIPS.length)
  })

  it('fit into the gallery of figures and tables', () => {
    const entries = tables.map((one) => tableEntry(one, TABLE_CAPTION, tableFlags(one)))
    const types = entries[0]?.render({ models: {}, accelerators: {}, numbers: {}, choices: {} })
    expect(types?.ok && types.value.rows[3]).toEqual({ Type: 'CP', Optimizations: 'Prompt Compression' })
    expect(entries[0]?.flags).toEqual(['The document prints “Prompt Pruning”: Prompt Compression, as the text has it.'])
    for (const { columns } of tables) expect(columns.every((column) => column !== '')).toBe(true)
  })

  it('come from the rows: a changed row changes its cell, a missing one its line', () => {
    const changed = TECHNIQUE_ROWS.filter(({ id }) => id !== 'yarn').map((row) =>
      row.id === 'fire' ? { ...row, cells: row.cells.map((one) => ({ ...one, adaptive: false })) } : row,
    )
    const [, , positions] = surveyTables(changed as typeof TECHNIQUE_ROWS)
    const lines = positions?.rows.map((row) => row.map(({ text }) => text).join(' ')) ?? []
    expect(lines.some((line) => line.startsWith('YaRN'))).toBe(false)
    expect(lines).toContain('FIRE After QK multiply yes no Add')
    const types = surveyTables(TECHNIQUE_ROWS.filter(({ family }) => family !== 'agent-memory'))[0]
    expect(types?.rows[4]?.[1]?.text).toBe('N/A')
  })
})

const TRANSCRIPTION = new URL('../../../../../../shared/catalogue/FIGURES.md', import.meta.url)
const isPresent = existsSync(TRANSCRIPTION)

/** Headings of the transcription, in its order, and the tables under them. */
const HEADINGS: readonly (readonly [heading: string, id: string])[] = [
  ['### Table 1: six types', 'cap-table-1'],
  ['### Table 2: model memory', 'cap-table-2'],
  ['### Table 3: positional embedding', 'cap-table-3'],
  ['### Table 4: matrix', 'cap-table-4'],
  ['### Table 5: sparsity', 'cap-table-5'],
  ['### Table 6: prompt compression', 'cap-table-6'],
  ['### Table 7: agent memory', 'cap-table-7'],
  ['### Table 2: commodity', 'viewer-table-2'],
  ['### Table 3: float', 'viewer-table-3'],
  ['### Table 4: data format', 'viewer-table-4'],
]

/** The first Markdown table after a heading: its rows without head and rule; remarks in brackets are the transcriber's. */
function transcribed(heading: string): string[][] {
  const text = readFileSync(TRANSCRIPTION, 'utf8')
  const from = text.slice(text.indexOf(heading))
  const lines = from.split('\n').slice(1)
  const start = lines.findIndex((line) => line.startsWith('|'))
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'))
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split('|')
      .map((one) => one.replace(/\s*\((?:sic|v1)[^)]*\)/, '').trim()),
  )
}

describe(`the transcription${isPresent ? '' : ' (skipped: no shared/catalogue/FIGURES.md beside the repository)'}`, () => {
  it.skipIf(!isPresent).each(HEADINGS)('%s agrees cell by cell with what is printed', (heading, id) => {
    const ours = table(id).rows.map((row) => row.map(printedText))
    const theirs = transcribed(heading)
    expect(theirs.length).toBeGreaterThan(1)
    expect(ours).toEqual(theirs)
  })
})
