/**
 * The data file: tab-separated text in two sections, sources and records, one a line, so that a change to one measurement is
 * a change to one line. Reading it is pure and total: text in, records or the first fault out. An empty cell is an absent
 * field; a setting is `name=value;name=value`.
 */
import { fail, ok, type Result } from '../units/result.ts'
import { metricOf } from './metrics.ts'
import type { Against, Baseline, Bound, EvidenceRecord, EvidenceSet, EvidenceSource, Grade } from './record.ts'
import { TECHNIQUES } from './techniques.ts'

export const EVIDENCE_SCHEMA = 'capline.evidence/1'

const SOURCE_COLUMNS = ['key', 'name', 'commit', 'path', 'url'] as const
const RECORD_COLUMNS = [
  'id',
  'technique',
  'setting',
  'model',
  'contextTokens',
  'benchmark',
  'metric',
  'unit',
  'value',
  'bound',
  'baselineValue',
  'baselineBound',
  'baselineName',
  'against',
  'hardware',
  'grade',
  'source',
  'place',
] as const

const BOUNDS: ReadonlySet<string> = new Set<Bound>(['=', '>', '<', '~'])
const GRADES: ReadonlySet<string> = new Set<Grade>(['A', 'B', 'C'])
const KINDS: ReadonlySet<string> = new Set<Against>([
  'without',
  'rival',
  'length',
  'load',
  'width',
  'position',
  'claim',
  'step',
])

const cell = (value: string | number | undefined) =>
  value === undefined ? '' : String(value).replace(/[\t\r\n]/g, ' ')

function settingCell(record: EvidenceRecord): string {
  return Object.entries(record.setting)
    .map(([name, value]) => `${name}=${value}`)
    .join(';')
}

/** A source of a repository at a commit needs no address of its own. */
export function sourceUrl(name: string, commit: string, path: string): string {
  return `https://github.com/${name}/blob/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
}

export function writeEvidence({ sources, records }: EvidenceSet): string {
  const lines = [EVIDENCE_SCHEMA, '', SOURCE_COLUMNS.join('\t')]
  for (const { key, name, commit, path, url } of sources) {
    lines.push([key, name, commit, path, commit ? undefined : url].map(cell).join('\t'))
  }
  lines.push('', RECORD_COLUMNS.join('\t'))
  for (const one of records) {
    const { baseline } = one
    const cells = [
      one.id,
      one.technique,
      settingCell(one),
      one.model,
      one.contextTokens,
      one.benchmark,
      one.metric,
      one.unit,
      one.value,
      one.bound,
      baseline?.value,
      baseline?.bound,
      baseline?.name,
      baseline?.against,
      one.hardware,
      one.grade,
      one.source.key,
      one.place,
    ]
    lines.push(cells.map(cell).join('\t'))
  }
  return `${lines.join('\n')}\n`
}

type Row = Readonly<Record<string, string>>

/** A section: its header must be the one we know. */
function section(text: string, columns: readonly string[]): readonly Row[] | string {
  const [header, ...lines] = text.split('\n')
  if (header !== columns.join('\t')) return `expected the columns ${columns.join(', ')}`
  const rows: Row[] = []
  for (const line of lines) {
    const cells = line.split('\t')
    if (cells.length !== columns.length) return `a line has ${cells.length} cells, not ${columns.length}`
    rows.push(Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ''])))
  }
  return rows
}

function readSource(row: Row): EvidenceSource | undefined {
  const { key = '', name = '', commit = '', path = '', url = '' } = row
  if (key === '' || name === '') return undefined
  if (commit === '') return /^https:\/\/\S+$/.test(url) ? { key, name, url } : undefined
  return /^[0-9a-f]{40}$/.test(commit) && path !== ''
    ? { key, name, commit, path, url: sourceUrl(name, commit, path) }
    : undefined
}

const number = (text: string | undefined) => (text === undefined || text === '' ? Number.NaN : Number(text))

function readBaseline(row: Row): Baseline | undefined | 'fault' {
  if (row.baselineValue === '') return undefined
  const value = number(row.baselineValue)
  const { baselineBound = '', baselineName = '', against = '' } = row
  if (!Number.isFinite(value) || !BOUNDS.has(baselineBound) || !KINDS.has(against) || baselineName === '')
    return 'fault'
  return { value, bound: baselineBound as Bound, name: baselineName, against: against as Against }
}

function readSetting(text: string): Record<string, string> {
  const fields = text === '' ? [] : text.split(';')
  return Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  )
}

function readRecord(row: Row, sources: ReadonlyMap<string, EvidenceSource>): EvidenceRecord | string {
  const source = sources.get(row.source ?? '')
  const value = number(row.value)
  const baseline = readBaseline(row)
  if (!source) return 'its source is not listed'
  if (!TECHNIQUES.has(row.technique ?? '')) return 'its technique is not in the table'
  if (!metricOf(row.metric ?? '')) return 'its quantity is not in the table'
  if (!Number.isFinite(value)) return 'its value is no number'
  if (!BOUNDS.has(row.bound ?? '') || !GRADES.has(row.grade ?? '')) return 'its bound or grade is unknown'
  if (baseline === 'fault') return 'its baseline is incomplete'
  if (row.contextTokens !== '' && !(number(row.contextTokens) >= 0)) return 'its context is no length'
  return {
    id: row.id ?? '',
    technique: row.technique ?? '',
    setting: readSetting(row.setting ?? ''),
    ...(row.model ? { model: row.model } : {}),
    ...(row.contextTokens ? { contextTokens: number(row.contextTokens) } : {}),
    benchmark: row.benchmark ?? '',
    metric: row.metric ?? '',
    unit: row.unit ?? '',
    value,
    bound: row.bound as Bound,
    ...(baseline ? { baseline } : {}),
    ...(row.hardware ? { hardware: row.hardware } : {}),
    grade: row.grade as Grade,
    source,
    place: row.place ?? '',
  }
}

const REMEDY = 'Install the package again: its data file is damaged or of another version'

/** The data file's text as records. `path` names the file in a problem. */
export function readEvidence(text: string, path = 'evidence'): Result<EvidenceSet> {
  const [schema, sourceText = '', recordText = ''] = text.replaceAll('\r\n', '\n').trimEnd().split('\n\n')
  if (schema !== EVIDENCE_SCHEMA) return fail(path, `is no ${EVIDENCE_SCHEMA} file`, REMEDY)
  const sourceRows = section(sourceText, SOURCE_COLUMNS)
  const recordRows = section(recordText, RECORD_COLUMNS)
  if (typeof sourceRows === 'string') return fail(path, `sources: ${sourceRows}`, REMEDY)
  if (typeof recordRows === 'string') return fail(path, `records: ${recordRows}`, REMEDY)
  const sources = new Map<string, EvidenceSource>()
  for (const row of sourceRows) {
    const source = readSource(row)
    if (!source) return fail(path, `source ${row.key} has no commit and no address`, REMEDY)
    sources.set(source.key, source)
  }
  const records: EvidenceRecord[] = []
  for (const row of recordRows) {
    const record = readRecord(row, sources)
    if (typeof record === 'string') return fail(path, `record ${row.id}: ${record}`, REMEDY)
    records.push(record)
  }
  return ok({ sources: [...sources.values()], records })
}
