/** Tables 2 to 4 of LLM Inference Unveiled, from the rows of the catalogue and the figures of the linked accelerators. */
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { capitalised } from '../../units/text.ts'
import { IMPROVEMENTS, type Improvement, type NumberCells } from '../catalog/cells.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import type { TechniqueRow } from '../catalog/row.ts'
import { cell, type DocumentTable, documentTable, listed, type TableCell } from './table.ts'

/** Digits as few as tell the number: 80.4, 2, 1.2. */
const digits = (value: number) => String(Number(value.toPrecision(6)))

/** Fast memory in TB/s, slow in GB/s; floating point in TFLOPS, other work in GOP/s. */
function pimFigures(id: string): { readonly bandwidth: string; readonly throughput: string } {
  const found = ACCELERATORS[id]
  const bandwidth = found?.memoryBandwidthBytePerS?.value
  const flop = Object.values(found?.matrixFlopPerS ?? {})[0]?.value
  const work = Object.values(found?.vectorFlopPerS ?? {})[0]?.value
  const peak = flop ?? work
  if (bandwidth === undefined || peak === undefined) throw new Error(`accelerator ${id} has no figures`)
  return {
    bandwidth: bandwidth < 1e12 ? `${digits(bandwidth / 1e9)} GB/s` : `${digits(bandwidth / 1e12)} TB/s`,
    throughput: flop ? `${digits(peak / 1e12)} TFLOPS` : `${digits(peak / 1e9)} GOP/s`,
  }
}

function pim(rows: readonly TechniqueRow[]): DocumentTable {
  const products = listed(rows, 'pim').map(({ row, cells, name }) => ({
    row,
    cells,
    name,
    ...pimFigures(row.accelerators[0] ?? ''),
  }))
  const line = (title: string, of: (product: (typeof products)[number]) => string): TableCell[] => [
    cell(title),
    ...products.map((product) => cell(of(product))),
  ]
  return documentTable({
    id: 'viewer-table-2',
    document: 'viewer',
    number: '2',
    title: 'Memory with processors, as sold',
    section: '6.2',
    columns: ['Property', ...products.map(({ name }) => name)],
    rows: [
      line('Technology', ({ cells }) => cells.technology),
      line('PIM unit', ({ cells }) => cells.unit),
      line('Peak bandwidth', ({ cells, bandwidth }) => `${bandwidth} per ${cells.per}`),
      line('Peak throughput', ({ cells, throughput }) =>
        cells.perOf === 'both' ? `${throughput} per ${cells.per}` : throughput,
      ),
    ],
  })
}

const ASPECTS: readonly (readonly [title: string, of: Exclude<keyof NumberCells, 'of'>])[] = [
  ['Precision', 'precision'],
  ['Range', 'range'],
  ['Hardware efficiency', 'hardware'],
  ['Conversion effort', 'conversion'],
]

/** Columns in the table's order. */
const KINDS: readonly (readonly [id: string, title: string])[] = [
  ['fp32-fp16-bf16', 'Floating point'],
  ['uniform-quantization', 'Uniform quantization'],
  ['nonuniform-quantization', 'Non-uniform quantization'],
]

function numbers(rows: readonly TechniqueRow[]): DocumentTable {
  const kinds = KINDS.flatMap(([id, title]) => {
    const row = rows.find((one) => one.id === id)
    const cells = row?.cells.find((one) => one.of === 'numbers')
    return row && cells ? [{ row, cells, title }] : []
  })
  return documentTable({
    id: 'viewer-table-3',
    document: 'viewer',
    number: '3',
    title: 'Floating point, uniform and non-uniform quantization',
    section: '6.3',
    columns: ['Aspect', ...kinds.map(({ title }) => title)],
    rows: ASPECTS.map(([title, of]) => [
      cell(title),
      ...kinds.map(({ row, cells }) => cell(capitalised(cells[of]), [row.id])),
    ]),
  })
}

const BENEFITS: Readonly<Record<Improvement, readonly [method: string, description: string, benefit: string]>> = {
  'low-bit-float': ['Low-bit floating point', 'fewer exponent and mantissa bits', 'efficiency up'],
  'variable-length': ['Variable-length encoding', 'sub-field widths adjusted dynamically', 'precision up'],
  'outlier-aware': ['Outlier-aware quantization', 'custom quantization for outliers', 'precision up'],
  'bit-sharing': ['Bit-sharing encoding', 'common information shared in a block', 'precision up'],
}

function improvements(rows: readonly TechniqueRow[]): DocumentTable {
  const members = (improvement: Improvement) =>
    rows
      .filter(({ cells }) => cells.some((one) => one.of === 'format' && one.improvement === improvement))
      .map(({ id }) => id)
  return documentTable({
    id: 'viewer-table-4',
    document: 'viewer',
    number: '4',
    title: 'Improvements of data formats',
    section: '6.3',
    columns: ['Method', 'Description', 'Benefit'],
    rows: IMPROVEMENTS.map((improvement) => {
      const [method, description, benefit] = BENEFITS[improvement]
      return [cell(method, members(improvement)), cell(description), cell(benefit)]
    }),
  })
}

const VIEWER_TABLES: readonly ((rows: readonly TechniqueRow[]) => DocumentTable)[] = [pim, numbers, improvements]

export function viewerTables(rows: readonly TechniqueRow[] = TECHNIQUE_ROWS): readonly DocumentTable[] {
  return VIEWER_TABLES.map((table) => table(rows))
}
