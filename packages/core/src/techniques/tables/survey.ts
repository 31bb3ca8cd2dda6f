/**
 * Tables 1 to 7 of The CAP Principle for LLM Serving, from the rows of the catalogue. Nothing of them is stored: types come
 * from the rows' types, works from the rows' cells. Words as the document prints them, slips flagged.
 */
import { capitalised } from '../../units/text.ts'
import { FAMILIES, FAMILY_IDS, type Family } from '../catalog/families.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import type { CapLetters, TechniqueRow } from '../catalog/row.ts'
import { cell, type DocumentTable, documentTable, listed } from './table.ts'

const TYPES: readonly CapLetters[] = ['C', 'A', 'P', 'CP', 'CA', 'AP']

/** Lines of Table 1, in the order of the families, with their rows. */
function headings(rows: readonly TechniqueRow[]): ReadonlyMap<string, readonly TechniqueRow[]> {
  const out = new Map<string, readonly TechniqueRow[]>()
  for (const family of FAMILY_IDS) {
    const { heading } = FAMILIES[family] as Family
    if (heading === undefined) continue
    out.set(heading, [...(out.get(heading) ?? []), ...rows.filter((row) => row.family === family)])
  }
  return out
}

/** The type most of the rows have; a row with two types counts with its first. */
function commonType(rows: readonly TechniqueRow[]): CapLetters | undefined {
  const counts = new Map<CapLetters, number>()
  for (const { types } of rows) {
    const type = types[0]?.type
    if (type !== undefined && type !== 'none') counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

function types(rows: readonly TechniqueRow[]): DocumentTable {
  const groups = [...headings(rows)].map(([heading, own]) => ({ heading, own, type: commonType(own) }))
  return documentTable({
    id: 'cap-table-1',
    document: 'cap',
    number: '1',
    title: 'Six types of optimizations',
    section: '2.1',
    columns: ['Type', 'Optimizations'],
    rows: TYPES.map((type) => {
      const own = groups.filter((group) => group.type === type)
      const names = own.map(({ heading }) => heading).join(', ')
      const techniques = own.flatMap((group) => group.own.map((row) => row.id))
      return [cell(type), cell(names || 'N/A', techniques, type === 'CP' ? 'prompt-pruning' : undefined)]
    }),
  })
}

function memory(rows: readonly TechniqueRow[]): DocumentTable {
  return documentTable({
    id: 'cap-table-2',
    document: 'cap',
    number: '2',
    title: 'Model memory',
    section: '2.2.1',
    columns: ['Work', 'Aggregation', 'Organisation', 'Retrieval', 'Update', 'Eviction'],
    rows: listed(rows, 'memory').map(({ row, cells, name }) => [
      cell(name, [row.id]),
      cell(cells.aggregation, [], row.id === 'memorizing-transformer' ? 'learned-gate' : undefined),
      cell(cells.organization),
      cell(cells.retrieval),
      cell(cells.update ? 'Yes' : 'None'),
      cell(capitalised(cells.eviction)),
    ]),
  })
}

const yes = (value: boolean) => (value ? 'yes' : 'no')

function positions(rows: readonly TechniqueRow[]): DocumentTable {
  return documentTable({
    id: 'cap-table-3',
    document: 'cap',
    number: '3',
    title: 'Positional embedding',
    section: '2.2.2',
    columns: ['Work', 'Location', 'Require training', 'Adaptive', 'Integration'],
    rows: listed(rows, 'position').map(({ row, cells, name }) => [
      cell(name, [row.id]),
      cell(`${capitalised(cells.location)} QK multiply`),
      cell(yes(cells.training)),
      cell(yes(cells.adaptive)),
      cell(capitalised(cells.integration)),
    ]),
  })
}

/** Quadrants in the order the text discusses them. */
const QUADRANTS = [
  ['dynamic', 'encoder-decoder'],
  ['static', 'encoder-decoder'],
  ['static', 'decoder-only'],
  ['dynamic', 'decoder-only'],
] as const

function quadrants(rows: readonly TechniqueRow[]): DocumentTable {
  const quadrant = (strategy: string, architecture: string) => {
    const number = 1 + QUADRANTS.findIndex((one) => one[0] === strategy && one[1] === architecture)
    const own = rows.filter(({ cells }) =>
      cells.some(
        (one) =>
          one.of === 'sparsity' &&
          (one.strategy === strategy || one.strategy === 'both') &&
          one.architecture === architecture,
      ),
    )
    return cell(
      `(${number})`,
      own.map(({ id }) => id),
    )
  }
  return documentTable({
    id: 'cap-table-4',
    document: 'cap',
    number: '4',
    title: 'Matrix for the discussion of sparsity',
    section: '2.4.1',
    columns: ['Strategy', 'Encoder-Decoder', 'Decoder-only'],
    rows: ['dynamic', 'static'].map((strategy) => [
      cell(`${capitalised(strategy)} sparsity`),
      quadrant(strategy, 'encoder-decoder'),
      quadrant(strategy, 'decoder-only'),
    ]),
  })
}

const SPARSITY_SLIPS: Readonly<Record<string, string>> = {
  'adaptively-sparse-transformers': 'adaptively-name',
  'landmark-attention': 'lankmark',
}

function sparsity(rows: readonly TechniqueRow[]): DocumentTable {
  return documentTable({
    id: 'cap-table-5',
    document: 'cap',
    number: '5',
    title: 'Sparsity',
    section: '2.4.1',
    columns: ['Work', 'Strategy', 'Pattern', 'Compensate', 'Training'],
    rows: listed(rows, 'sparsity').map(({ row, cells, name }) => [
      cell(name, [row.id], SPARSITY_SLIPS[row.id]),
      cell(capitalised(cells.strategy)),
      cell(cells.pattern ?? ''),
      cell(yes(cells.compensates)),
      cell(yes(cells.training), [], row.id === 'lm-infinite' ? 'lm-infinite-training' : undefined),
    ]),
  })
}

function compression(rows: readonly TechniqueRow[]): DocumentTable {
  const works = listed(rows, 'compression')
  const order = [...works].sort(
    (a, b) => Number(a.row.family === 'model-memory') - Number(b.row.family === 'model-memory'),
  )
  return documentTable({
    id: 'cap-table-6',
    document: 'cap',
    number: '6',
    title: 'Prompt compression',
    section: '2.5.1',
    columns: ['Type', 'Work'],
    rows: (['black', 'white'] as const).map((box) => {
      const own = order.filter(({ cells }) => cells.box === box)
      return [
        cell(`${capitalised(box)}-Box`, [], box === 'black' ? 'block-box' : undefined),
        cell(
          own.map(({ name }) => name).join(', '),
          own.map(({ row }) => row.id),
        ),
      ]
    }),
  })
}

function agents(rows: readonly TechniqueRow[]): DocumentTable {
  return documentTable({
    id: 'cap-table-7',
    document: 'cap',
    number: '7',
    title: 'Agent memory',
    section: '2.6.1',
    columns: ['Work', 'Online memory management', 'Offline memory reflection'],
    rows: listed(rows, 'agent').map(({ row, cells, name }) => [
      cell(name, [row.id]),
      cell(cells.online ? 'yes' : '/'),
      cell(cells.offline ? 'yes' : '/'),
    ]),
  })
}

const SURVEY_TABLES: readonly ((rows: readonly TechniqueRow[]) => DocumentTable)[] = [
  types,
  memory,
  positions,
  quadrants,
  sparsity,
  compression,
  agents,
]

export function surveyTables(rows: readonly TechniqueRow[] = TECHNIQUE_ROWS): readonly DocumentTable[] {
  return SURVEY_TABLES.map((table) => table(rows))
}
