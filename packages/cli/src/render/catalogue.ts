/** Catalogues for the terminal: lists, and the sheet of one entry. */
import {
  type Accelerator,
  acceleratorFigures,
  type Column,
  type Fact,
  type FigureSource,
  formatBytes,
  formatCount,
  formatNumber,
  formatParameters,
  type LayerSheet,
  type ModelSheet,
  type Table,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { Terminal } from '../terminal.ts'
import { factLines } from './analysis.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

export function renderList<Row>(table: Table<Row>, closing: string, terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const lines = tableLines(table, { width: terminal.width, paint })
  return `${[...lines, '', ...wrap(`${table.rows.length} rows. ${closing}`, terminal.width).map((line) => paint('dim', line))].join('\n')}\n`
}

export function renderFacts(title: string, facts: readonly Fact[], terminal: Terminal): string {
  const paint = painter(terminal.colour)
  return `${[...wrap(clean(title), terminal.width).map((line) => paint('bold', line)), '', ...factLines(facts, paint, terminal.width)].join('\n')}\n`
}

const FIGURE_COLUMNS: readonly Column<FigureSource>[] = [
  { id: 'figure', title: 'figure', text: (row) => row.figure },
  { id: 'value', title: 'value', text: (row) => row.text, align: 'right' },
  { id: 'read', title: 'read', text: (row) => row.read ?? '' },
  { id: 'source', title: 'source', text: (row) => row.title + (row.note ? ` (${row.note})` : ''), keep: 1 },
]

export function renderAccelerator(row: Accelerator, terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const figures = acceleratorFigures(row)
  const about = [
    row.id,
    row.kind,
    row.architecture,
    ...(row.year ? [String(row.year)] : []),
    ...(row.memoryKind ? [row.memoryKind] : []),
  ]
  // Where the table has no room for the sources, they follow in full.
  const columns = FIGURE_COLUMNS.filter((column) => column.id !== 'source')
  const sources = new Map<string, { figures: string[]; url: string | null; read: string | null }>()
  for (const { figure, title, note, url, read } of figures) {
    const found = sources.get(title) ?? { figures: [], url, read }
    found.figures.push(note ? `${figure} (${note})` : figure)
    sources.set(title, found)
  }
  const lines = [
    paint('bold', clean(row.name)),
    paint('dim', about.join(' · ')),
    ...(row.aliases.length > 0
      ? wrap(`Also: ${row.aliases.join(', ')}`, terminal.width).map((line) => paint('dim', clean(line)))
      : []),
    '',
    ...tableLines({ columns, rows: figures }, { width: terminal.width, paint }),
  ]
  if (row.note) lines.push('', ...wrap(clean(row.note), terminal.width))
  lines.push('', paint('bold', 'Sources'))
  for (const [title, { figures: named, url, read }] of sources) {
    const text = `• ${named.join(', ')}: ${title}${read ? `, read ${read}` : ''}${url ? ` ${url}` : ''}`
    lines.push(...wrap(clean(text), terminal.width - 4, '  ').map((line) => `  ${line}`))
  }
  return `${lines.join('\n')}\n`
}

const LAYER_COLUMNS: readonly Column<LayerSheet>[] = [
  { id: 'layers', title: 'layers', text: (row) => String(row.layers), align: 'right' },
  { id: 'name', title: 'kind', text: (row) => row.name, keep: 1 },
  { id: 'mixer', title: 'mixer', text: (row) => row.mixer },
  { id: 'ffn', title: 'FFN', text: (row) => row.ffn },
]

function parametersText({ total, active }: ModelSheet['parameters']): string {
  return active === total ? formatParameters(total) : `${formatParameters(total)}, ${formatParameters(active)} active`
}

function contextFact({ trainedContextTokens, extendedContextTokens }: ModelSheet): Fact {
  const value = trainedContextTokens === null ? 'not stated' : `${formatCount(trainedContextTokens)} tokens`
  const note =
    extendedContextTokens === null ? undefined : `${formatCount(extendedContextTokens)} with the published scaling`
  return { label: 'Trained context', value, ...(note ? { note } : {}) }
}

function modelFacts(sheet: ModelSheet): Fact[] {
  const { weights, activations, kv } = sheet.precision
  const facts: Fact[] = [
    {
      label: 'Parameters',
      value: parametersText(sheet.parameters),
      ...(sheet.parameters.mtp > 0
        ? { note: `and ${formatParameters(sheet.parameters.mtp)} of prediction heads` }
        : {}),
    },
    { label: 'Published format', value: weights, note: `activations ${activations}, KV ${kv}` },
    { label: 'Weights', value: formatBytes(sheet.weightBytes) },
    { label: 'Layers', value: String(sheet.layers), note: `hidden size ${formatCount(sheet.hiddenSize)}` },
    ...(sheet.vocabSize === null ? [] : [{ label: 'Vocabulary', value: formatCount(sheet.vocabSize) }]),
    contextFact(sheet),
  ]
  if (sheet.encoderLayers > 0) facts.push({ label: 'Encoder layers', value: String(sheet.encoderLayers) })
  for (const tower of sheet.towers) {
    facts.push({
      label: `${tower.kind === 'audio' ? 'Audio' : 'Vision'} tower`,
      value: `${tower.layers} layers of ${formatCount(tower.hiddenSize)}`,
      note: `${formatCount(tower.outputTokensPerItem)} tokens per ${tower.kind === 'audio' ? 'clip' : 'picture'}`,
    })
  }
  return facts
}

export function renderModel(sheet: ModelSheet, sources: readonly string[], terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const cache = sheet.kvBytesAt.filter((row) => row.bytes > 0)
  const lines = [
    paint('bold', clean(sheet.name)),
    paint('dim', clean(`${sheet.id} · ${sheet.family} · ${sheet.kind}`)),
    '',
    ...factLines(modelFacts(sheet), paint, width),
    '',
    paint('bold', 'Layers'),
    ...tableLines({ columns: LAYER_COLUMNS, rows: sheet.layerKinds }, { width, paint, indent: '  ' }),
  ]
  if (cache.length > 0) {
    lines.push('', paint('bold', 'KV cache and states of one sequence'))
    const facts = cache.map((row) => ({
      label: `${formatCount(row.contextTokens)} tokens`,
      value: formatBytes(row.bytes),
      note: `${formatNumber(row.bytes / row.contextTokens / 1024)} KiB per token`,
    }))
    lines.push(...factLines(facts, paint, width))
  }
  if (sources.length > 0) {
    lines.push('', paint('bold', 'Sources'))
    for (const source of sources) lines.push(...wrap(`• ${clean(source)}`, width - 4, '  ').map((line) => `  ${line}`))
  }
  return `${lines.join('\n')}\n`
}
