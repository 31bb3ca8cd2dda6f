/** Techniques for the terminal: the list by family, and the page of one. */
import {
  type Caution,
  type Cells,
  type Column,
  capTypesText,
  cautionWords,
  citationText,
  FAMILY_IDS,
  type Fact,
  formatCount,
  formatNumber,
  type Meeting,
  type PrimitiveSheet,
  placesText,
  type Reproduction,
  TECHNIQUE_FAMILIES,
  type TechniqueEvidence,
  type TechniqueRow,
  type TechniqueSheet,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { Terminal } from '../terminal.ts'
import { factLines } from './analysis.ts'
import { type Paint, painter, wrap } from './style.ts'
import { sectionLines } from './table.ts'

export interface TechniqueLine {
  readonly row: TechniqueRow
  readonly type: string
  readonly primitives: string
  readonly engines: number
  readonly claims: number
  readonly records: number
}

const LIST_COLUMNS: readonly Column<TechniqueLine>[] = [
  { id: 'id', title: 'id', text: ({ row }) => row.id },
  { id: 'type', title: 'type', text: ({ type }) => type },
  { id: 'layer', title: 'layer', text: ({ row }) => row.layer, keep: 3 },
  { id: 'primitives', title: 'primitives', text: ({ primitives }) => primitives, keep: 2 },
  { id: 'training', title: 'training', text: ({ row }) => (row.training === undefined ? '' : 'yes'), keep: 1 },
  { id: 'engines', title: 'engines', text: ({ engines }) => String(engines || ''), align: 'right', keep: 3 },
  { id: 'claims', title: 'claims', text: ({ claims }) => String(claims || ''), align: 'right', keep: 4 },
  { id: 'records', title: 'records', text: ({ records }) => String(records || ''), align: 'right', keep: 1 },
]

export function renderTechniqueList(lines: readonly TechniqueLine[], terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const sections = FAMILY_IDS.map((family) => ({
    title: `${TECHNIQUE_FAMILIES[family].title} (${family})`,
    rows: lines.filter(({ row }) => row.family === family),
  })).filter(({ rows }) => rows.length > 0)
  const closing = [
    `${lines.length} ${lines.length === 1 ? 'technique' : 'techniques'}. Type: which of context (C), accuracy (A) and performance (P)`,
    'a technique is said to improve; * where nobody printed it. Records: published measurements.',
    'One technique: capline techniques ID.',
  ].join(' ')
  const body = lines.length === 0 ? [] : [...sectionLines(LIST_COLUMNS, sections, { width: terminal.width, paint }), '']
  return `${[...body, ...wrap(closing, terminal.width).map((line) => paint('dim', line))].join('\n')}\n`
}

const valueText = (value: string | number | boolean) =>
  typeof value === 'number' ? formatNumber(value, 6) : typeof value === 'boolean' ? (value ? 'yes' : 'no') : value

interface ParameterLine {
  readonly name: string
  readonly value: string
  readonly whence: string
  readonly help: string
}

const PARAMETER_COLUMNS: readonly Column<ParameterLine>[] = [
  { id: 'parameter', title: 'parameter', text: ({ name }) => name },
  { id: 'value', title: 'value', text: ({ value }) => value, align: 'right' },
  { id: 'whence', title: '', text: ({ whence }) => whence },
  { id: 'help', title: 'what it is', text: ({ help }) => help, keep: 1 },
]

/** The first clause: the rest is for those who set it. */
const firstClause = (help: string) => help.split(/[;:(]/)[0]?.trim() ?? ''

/** Whether a document states a value, and whether any number here depends on it. */
function whenceOf(assumed: boolean, describes: boolean, width: number): string {
  if (!describes) return assumed ? 'assumed' : ''
  return width < 80 ? 'not priced' : `${assumed ? 'assumed' : 'describes'}, not priced`
}

function primitiveSection({ primitive, parameters }: PrimitiveSheet, width: number) {
  const rows = parameters.map(({ name, value, unit, assumed, describes, help }) => ({
    name,
    value: `${valueText(value)}${unit && unit !== 'share' ? ` ${unit}` : ''}`,
    whence: whenceOf(assumed, describes, width),
    help: firstClause(help),
  }))
  return { title: primitive, rows }
}

/** Cells of the documents' tables as one reads them. */
function cellText(cells: Cells): string {
  const { of, ...rest } = cells
  const parts = Object.entries(rest).flatMap(([name, value]) => {
    if (name === 'printed') return []
    const text = Array.isArray(value) ? value.join(', ') || '–' : valueText(value as string | boolean)
    return [`${name} ${text}`]
  })
  const listed = 'printed' in cells && cells.printed !== undefined ? `, printed as ${cells.printed}` : ''
  return `${of}: ${parts.join(', ')}${listed}`
}

function paragraph(title: string, texts: readonly string[], width: number, paint: Paint): string[] {
  if (texts.length === 0) return []
  const lines = texts.flatMap((text) => wrap(clean(`• ${text}`), width - 2, '  ').map((line) => `  ${line}`))
  return ['', paint('bold', title), ...lines]
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const
const RATES: readonly string[] = ['B', 'B/s', 'OP/s', 'OPs', 'flop/s']

/** Bytes and rates with a decimal prefix, counts with separators, ratios as they are. */
function quantity(value: number, unit: string | null): string {
  if (unit !== null && RATES.includes(unit) && value >= 1e4) {
    const power = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(value) / 3))
    return `${formatNumber(value / 1000 ** power, 4)} ${PREFIXES[power]}${unit}`
  }
  const number = value >= 1e4 ? formatCount(Math.round(value)) : formatNumber(value, 4)
  return unit ? `${number} ${unit}` : number
}

/** The claim, what is stated, and what our own model makes of it. */
function claimText(sheet: TechniqueSheet['claims'][number], reproduction: Reproduction | undefined): string {
  const { text, metric, stated, bound, unit, condition, how } = sheet
  const number = (value: number) => quantity(value, unit)
  const where = condition === null ? '' : ` (${condition})`
  const said =
    stated !== null
      ? `Stated: ${metric} ${number(stated)}${where}.`
      : bound !== null
        ? `Tested as: ${metric}, against ${number(bound)}${where}.`
        : ''
  const { by, computed, within, scenario, problem, input, note } = reproduction ?? {}
  if (input !== undefined) return `${text} ${said} An input: ${number(input)}, ${how}; nothing is reproduced.`
  if (by === 'reason' || computed === undefined) return `${text} ${said} Not computed: ${problem?.reason ?? how}.`
  const verdict = within === true ? 'as stated' : 'not as stated'
  const value = Number.isFinite(computed) ? number(computed) : 'without limit'
  return `${text} ${said} Computed: ${value}, ${verdict}; ${scenario ?? how}.${note ? ` Why: ${note}.` : ''}`
}

function evidenceTexts(measured: readonly TechniqueEvidence[]): string[] {
  if (measured.length === 0) return ['No evidence: no published measurement was found']
  return measured.map(({ technique, records, grades, axes }) => {
    if (records === 0) return `No evidence: no published measurement of ${technique.name} was found`
    const count = records === 1 ? '1 record' : `${records} records`
    return `${count} of ${technique.name} (grades A/B/C ${grades.A}/${grades.B}/${grades.C}; C ${axes.C}, A ${axes.A}, P ${axes.P}): capline evidence ${technique.id}`
  })
}

/** The letters, and beside them where each is printed. */
function typeFact({ types }: TechniqueSheet): Fact {
  const note = types
    .flatMap(({ type, section, note }) => {
      const about = [section, note].filter((part) => part !== undefined).join(', ')
      return about === '' ? [] : [`${type}: ${about}`]
    })
    .join('; ')
  const value = capTypesText(types.map(({ type, inferred }) => ({ type, inferred })))
  return { label: 'Type', value, ...(note === '' ? {} : { note }) }
}

const NAMED = 2

/** `yarn, rope and 12 more`. */
function fewOf(ids: readonly string[]): string {
  const more = ids.length - NAMED
  return more > 1 ? `${ids.slice(0, NAMED).join(', ')} and ${more} more` : ids.join(', ')
}

/** What others have that it cannot stand beside, and what is applied before or after it: a line a reason. */
function meetingTexts(meetings: readonly Meeting[]): string[] {
  const groups = new Map<string, Meeting[]>()
  for (const one of meetings) {
    const key = `${one.kind} ${one.primitive} ${one.reason} ${one.first ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((group) => {
    const [one] = group
    if (!one) return []
    const others = [...new Set(group.map(({ other }) => other))].join(', ')
    const who = `${one.primitive} with ${others} (${fewOf([...new Set(group.flatMap(({ techniques }) => techniques))])})`
    if (one.kind === 'conflicting') return [`not ${who}: ${one.reason}${one.remedy ? `. ${one.remedy}` : ''}`]
    const order =
      one.first === 'as named'
        ? 'applied as they are named'
        : one.first === 'own'
          ? `${one.primitive} is applied first`
          : `${one.primitive} is applied after`
    return [`order matters, ${who}: ${one.reason}; ${order}`]
  })
}

export interface TechniqueExtras {
  readonly reproduced: readonly Reproduction[]
  readonly measured: readonly TechniqueEvidence[]
  readonly meetings: readonly Meeting[]
  readonly cautions: readonly Caution[]
}

export function renderTechnique(
  sheet: TechniqueSheet,
  { reproduced, measured, meetings, cautions }: TechniqueExtras,
  terminal: Terminal,
): string {
  const paint = painter(terminal.colour)
  const { width } = terminal
  const facts: Fact[] = [typeFact(sheet), { label: 'Layer', value: sheet.layer }]
  const lines = [
    ...wrap(clean(sheet.name), width).map((line) => paint('bold', line)),
    ...wrap(clean(`${sheet.id} · ${sheet.familyTitle}`), width).map((line) => paint('dim', line)),
    '',
    ...wrap(clean(sheet.mechanism), width),
    ...(sheet.onlyNamed
      ? wrap('The documents name it without saying how it works; this is general knowledge.', width).map((line) =>
          paint('dim', line),
        )
      : []),
    '',
    ...factLines(facts, paint, width),
    ...paragraph('Needs training', sheet.training === null ? [] : [sheet.training], width, paint),
    ...paragraph(
      'Measures',
      sheet.observes ? [sheet.observes.measures, `Needs: ${sheet.observes.needs}`] : [],
      width,
      paint,
    ),
  ]
  if (sheet.primitives.length > 0) {
    const sections = sheet.primitives.map((one) => primitiveSection(one, width))
    lines.push('', paint('bold', 'Primitives'))
    lines.push(...sectionLines(PARAMETER_COLUMNS, sections, { width, paint, indent: '  ' }))
  }
  lines.push(...paragraph('Beside other techniques', meetingTexts(meetings), width, paint))
  lines.push(...paragraph('Cells of the documents’ tables', sheet.cells.map(cellText), width, paint))
  lines.push(...paragraph('Notes', sheet.notes, width, paint))
  lines.push(
    ...paragraph(
      'Claims of the documents',
      sheet.claims.map((claim, i) => claimText(claim, reproduced[i])),
      width,
      paint,
    ),
  )
  lines.push(...paragraph('Evidence', evidenceTexts(measured), width, paint))
  lines.push(...paragraph('What averages of accuracy hide', cautions.map(cautionWords), width, paint))
  const engines = sheet.engines.map(
    ({ engine, flag, note }) => `${engine}: ${flag}${note === null ? '' : ` (${note})`}`,
  )
  lines.push(...paragraph('Engines', engines, width, paint))
  const links = [
    ...(sheet.models.length > 0 ? [`models: ${sheet.models.join(', ')}`] : []),
    ...(sheet.accelerators.length > 0 ? [`accelerators: ${sheet.accelerators.join(', ')}`] : []),
  ]
  lines.push(...paragraph('In the other catalogues', links, width, paint))
  const slips = sheet.slips.map(({ section, printed, instead }) => `${section} prints “${printed}”: ${instead}`)
  lines.push(...paragraph('Slips of the documents', slips, width, paint))
  const sources = [placesText(sheet.places), ...sheet.citations.map(citationText)]
  lines.push(...paragraph('Sources', sources, width, paint))
  return `${lines.join('\n')}\n`
}
