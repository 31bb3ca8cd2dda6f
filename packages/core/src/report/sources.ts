/**
 * Where the accelerator's figures that an analysis used were read: one line per figure, and the same grouped by document
 * for a footnote. Figures the user gave say so.
 */
import type { Accelerator, ComputeDtype } from '../catalog/accelerators/accelerator.ts'
import { ACCELERATOR_SOURCES } from '../catalog/accelerators/sources.ts'
import type { Source, Sourced } from '../catalog/source.ts'
import type { Analysis } from '../scenario/analyze.ts'
import { formatByteRate, formatBytes, formatDollars, formatFlopRate } from '../units/format.ts'

export interface FigureSource {
  readonly figure: string
  readonly value: number
  readonly text: string
  /** What the document is; `given by the user` when it is none. */
  readonly title: string
  readonly url: string | null
  readonly read: string | null
  readonly note: string | null
}

const SOURCES: ReadonlyMap<string, Source> = new Map(Object.entries(ACCELERATOR_SOURCES))

function figure(name: string, sourced: Sourced | undefined, text: (value: number) => string): FigureSource[] {
  if (!sourced) return []
  const source = SOURCES.get(sourced.source)
  return [
    {
      figure: name,
      value: sourced.value,
      text: text(sourced.value),
      title: source?.title ?? 'given by the user',
      url: source?.url ?? null,
      read: source?.read ?? null,
      note: sourced.note ?? null,
    },
  ]
}

const plain = (unit: string) => (value: number) => `${value} ${unit}`.trim()

/** Every figure of a catalogue row. */
export function acceleratorFigures(row: Accelerator): FigureSource[] {
  const peaks = (kind: string, table: Accelerator['matrixFlopPerS']) =>
    Object.entries(table).flatMap(([dtype, sourced]) => figure(`${kind} ${dtype}`, sourced, formatFlopRate))
  return [
    ...peaks('matrix', row.matrixFlopPerS),
    ...peaks('vector', row.vectorFlopPerS),
    ...figure('memory', row.memoryBytes, formatBytes),
    ...figure('memory bandwidth', row.memoryBandwidthBytePerS, formatByteRate),
    ...figure('last-level cache', row.l2Bytes, formatBytes),
    ...figure('shared memory per unit', row.sharedMemoryBytesPerUnit, formatBytes),
    ...figure('compute units', row.computeUnits, plain('')),
    ...figure('clock', row.clockHz, (hz) => `${hz / 1e6} MHz`),
    ...figure(`link ${row.scaleUpLink?.name ?? ''}`, row.scaleUpLink?.bandwidthBytePerS, formatByteRate),
    ...figure(`host link ${row.hostLink?.name ?? ''}`, row.hostLink?.bandwidthBytePerS, formatByteRate),
    ...figure('power', row.powerW, plain('W')),
    ...figure('rent per hour', row.priceUsdPerHour, formatDollars),
    ...figure('purchase price', row.priceUsd, formatDollars),
  ]
}

/** The matrix formats in which an analysis does its work. */
function computeDtypes(analysis: Analysis): ComputeDtype[] {
  const used = new Set<ComputeDtype>()
  for (const phase of [analysis.prefill, analysis.decode, analysis.step]) {
    for (const group of phase?.groups ?? []) {
      for (const { cost } of group.operators) if (cost.computeDtype) used.add(cost.computeDtype)
    }
  }
  return [...used]
}

export interface MatrixRoof {
  /** The formats that share it: `fp16`, `bf16/fp16`. */
  readonly name: string
  readonly flopPerS: number
}

/** The matrix roofs an analysis works under, highest first. */
export function matrixRoofs(analysis: Analysis): MatrixRoof[] {
  const { matrix, vector } = analysis.roofs
  const byPeak = new Map<number, string[]>()
  for (const dtype of computeDtypes(analysis)) {
    const flopPerS = matrix[dtype] ?? vector[dtype]
    if (flopPerS !== undefined) byPeak.set(flopPerS, [...(byPeak.get(flopPerS) ?? []), dtype])
  }
  return [...byPeak]
    .map(([flopPerS, dtypes]) => ({ name: dtypes.join('/'), flopPerS }))
    .sort((a, b) => b.flopPerS - a.flopPerS)
}

/** The figures this analysis rests on. */
export function figureSources(analysis: Analysis): FigureSource[] {
  const { accelerator, roofs: replaced } = analysis.scenario
  const used = new Set<string>(computeDtypes(analysis))
  const { roofs, scenario } = analysis
  const out: FigureSource[] = []
  for (const row of acceleratorFigures(accelerator)) {
    const [kind, dtype] = row.figure.split(' ')
    if (kind === 'matrix' && !used.has(dtype ?? '')) continue
    if (kind === 'vector' && (dtype !== 'fp32' || replaced)) continue
    const isUsed = ['matrix', 'vector', 'memory', 'power'].includes(kind ?? '') || row.figure === 'rent per hour'
    if (!isUsed || (row.figure === 'rent per hour' && scenario.priceUsdPerHour !== undefined)) continue
    const changed =
      row.figure === 'memory bandwidth'
        ? roofs.bandwidthBytePerS
        : kind === 'matrix'
          ? roofs.matrix[dtype as keyof typeof roofs.matrix]
          : undefined
    out.push(changed !== undefined && changed !== row.value ? replacedFigure(analysis, row, changed) : row)
  }
  return out
}

/** A figure that differs from the catalogue's: LLM-Viewer's own table, or a flag. */
function replacedFigure(analysis: Analysis, row: FigureSource, value: number): FigureSource {
  const text = row.figure === 'memory bandwidth' ? formatByteRate(value) : formatFlopRate(value)
  const viewer = analysis.scenario.convention === 'paper' ? SOURCES.get('llmViewer') : undefined
  return {
    figure: row.figure,
    value,
    text,
    title: viewer?.title ?? 'given by the user',
    url: viewer?.url ?? null,
    read: viewer?.read ?? null,
    note: null,
  }
}

/** One line per document: `memory 48 GiB, power 300 W: title, read 2026-11-22`. */
export function sourceLines(
  figures: readonly FigureSource[],
): { readonly text: string; readonly url: string | null }[] {
  const byTitle = new Map<string, FigureSource[]>()
  for (const row of figures) byTitle.set(row.title, [...(byTitle.get(row.title) ?? []), row])
  return [...byTitle].map(([title, rows]) => {
    const read = rows[0]?.read
    const what = rows.map((row) => `${row.figure} ${row.text}`).join(', ')
    return { text: `${what}: ${title}${read ? `, read ${read}` : ''}`, url: rows[0]?.url ?? null }
  })
}
