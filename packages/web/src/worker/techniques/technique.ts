/** One technique as a page: what the catalogue knows of it, its claims computed again, and what it does in this question. */
import {
  type Cells,
  capTypesText,
  citationText,
  claimsOf,
  type Desk,
  evaluateUses,
  fail,
  findTechniqueRow,
  formatCount,
  formatNumber,
  memberOf,
  ok,
  placesText,
  type QuestionLink,
  type Reproduction,
  type Result,
  reproduceClaims,
  selectionOf,
  show,
  suggestTechniqueRows,
  type TechniqueRow,
  type TechniqueSheet,
  techniqueSheet,
} from '@capline/core'
import { auditLines } from './auditLines.ts'
import { deskFor } from './desks.ts'
import { effectAt } from './effect.ts'
import type { ClaimLine, TechniqueAnswer } from './protocol.ts'

type Claim = TechniqueSheet['claims'][number]

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const
const RATES: readonly string[] = ['B', 'B/s', 'OP/s', 'OPs', 'flop/s']

/** Bytes and rates with a decimal prefix, counts with separators, ratios as they are. */
function quantity(value: number, unit: string | null): string {
  if (!Number.isFinite(value)) return 'without limit'
  if (unit !== null && RATES.includes(unit) && value >= 1e4) {
    const power = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(value) / 3))
    return `${formatNumber(value / 1000 ** power, 4)} ${PREFIXES[power]}${unit}`
  }
  const number = value >= 1e4 ? formatCount(Math.round(value)) : formatNumber(value, 4)
  return unit ? `${number} ${unit}` : number
}

function claimLine(
  { text, metric, stated, bound, unit, condition, how }: Claim,
  found: Reproduction | undefined,
): ClaimLine {
  const where = condition === null ? '' : ` (${condition})`
  const number = stated ?? bound
  const said = number === null ? '' : `${metric} ${stated === null ? 'against ' : ''}${quantity(number, unit)}${where}`
  const { by, computed, within, scenario, problem, input, note } = found ?? {}
  if (input !== undefined) return { text, stated: said, computed: quantity(input, unit), verdict: 'an input', how }
  if (by === 'reason' || computed === undefined) {
    return { text, stated: said, computed: '', verdict: 'not computed', how: problem?.reason ?? how }
  }
  const verdict = within === true ? 'as stated' : 'not as stated'
  return {
    text,
    stated: said,
    computed: quantity(computed, unit),
    verdict,
    how: `${scenario ?? how}${note ? `; ${note}` : ''}`,
  }
}

const word = (value: unknown) =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : Array.isArray(value) ? value.join(', ') || '–' : String(value)

function cellText({ of, ...rest }: Cells): string {
  const parts = Object.entries(rest).flatMap(([name, value]) => (name === 'printed' ? [] : [`${name} ${word(value)}`]))
  const listed = 'printed' in rest && rest.printed !== undefined ? `, printed as ${rest.printed}` : ''
  return `${of}: ${parts.join(', ')}${listed}`
}

function here(desk: Desk, row: TechniqueRow): Pick<TechniqueAnswer, 'effect' | 'problem' | 'audit'> {
  const selection = selectionOf([memberOf(row)])
  const answer = desk.evaluate(selection)
  if (!answer.ok) return { audit: [], problem: answer.problem }
  return { effect: effectAt(desk, selection, answer.value), audit: auditLines(desk, row) }
}

export async function techniquePage({
  link,
  id,
}: {
  readonly link: QuestionLink
  readonly id: string
}): Promise<Result<TechniqueAnswer>> {
  const row = findTechniqueRow(id)
  if (!row) {
    const near = suggestTechniqueRows(id)
    const remedy = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Choose one of the list'
    return fail('technique', `${show(id)} is not in the catalogue`, remedy)
  }
  const sheet = techniqueSheet(row)
  const found = reproduceClaims(evaluateUses, claimsOf(row.id))
  const about = {
    sheet,
    typeText: capTypesText(sheet.types),
    placesText: placesText(sheet.places),
    citations: sheet.citations.map((one) => ({
      text: `${citationText(one)}`,
      ...(one.arxiv ? { url: `https://arxiv.org/abs/${one.arxiv}` } : {}),
    })),
    cells: sheet.cells.map(cellText),
    claims: sheet.claims.map((claim, i) => claimLine(claim, found[i])),
  }
  if (row.observes) return ok({ ...about, audit: [] })
  const at = await deskFor(link)
  return ok({ ...about, ...(at.ok ? here(at.value.desk, row) : { audit: [], problem: at.problem }) })
}
