/**
 * Writes `docs/models.md`: our parameter counts beside the published ones, what a sequence keeps, the families that import
 * and what is refused. It reads the published configurations beside the repository; without them it changes nothing.
 *
 * Usage: npx tsx tools/models-report.ts
 */
import { writeFileSync } from 'node:fs'
import { CORPUS_ABSENT, hasCorpus } from '../packages/core/src/importers/hf/hf.testkit.ts'
import { DIFFERENCES, NOTES } from '../packages/core/src/importers/hf/published.testkit.ts'
import { knownTypes } from '../packages/core/src/importers/hf/registry.ts'
import { heldBytes, type Row, reportRows } from '../packages/core/src/importers/hf/report.testkit.ts'

const TARGET = new URL('../docs/models.md', import.meta.url)

const count = (parameters: number) =>
  parameters >= 1e9 ? `${(parameters / 1e9).toFixed(3)}B` : `${(parameters / 1e6).toFixed(1)}M`

function percent(share: number): string {
  const size = Math.abs(100 * share).toFixed(2)
  return Number(size) === 0 ? '0.00 %' : `${share < 0 ? '−' : '+'}${size} %`
}

const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1))

function cells(row: Row): readonly string[] {
  const { perToken, state, perSource } = heldBytes(row.spec)
  const notes = [
    DIFFERENCES[row.model],
    NOTES[row.model],
    row.agrees && Math.abs(row.difference ?? 0) > 0.01 ? 'the published figure is a rounded label' : undefined,
    row.countsMtp ? 'with prediction layers' : undefined,
    perSource > 0 ? `and ${number(perSource)} B per source token` : undefined,
  ]
  return [
    row.model,
    row.published ?? '',
    count(row.ours),
    row.difference === undefined ? '' : percent(row.difference),
    number(perToken),
    number(state),
    notes.filter((note) => note !== undefined).join('; '),
  ]
}

const HEADER = ['Model', 'Published', 'Ours', 'Difference', 'KV, B per token', 'State, B', 'Notes']
/** Columns of figures, aligned to the right. */
const isFigure = (column: number) => column > 0 && column < HEADER.length - 1

/** A Markdown table in columns of equal width, as the formatter leaves it. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADER.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (text: string, column: number) =>
    isFigure(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)
  const line = (row: readonly string[]) => `| ${row.map(pad).join(' | ')} |`
  const rule = widths.map((width, column) => (isFigure(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  const [header = [], ...body] = rows
  return [line(header), line(rule), ...body.map(line)].join('\n')
}

function report(rows: readonly Row[]): string {
  const counted = rows.filter(({ published }) => published !== undefined)
  const agreeing = counted.filter(({ agrees }) => agrees)
  const precise = counted.filter(({ isCoarse }) => !isCoarse)
  const met = precise.filter(({ difference }) => Math.abs(difference ?? 1) <= 0.01)
  const strict = counted.filter(({ difference }) => Math.abs(difference ?? 1) <= 0.01)
  const sourced = counted.filter(({ by }) => by === 'catalogue')
  const types = [...knownTypes()].sort().map((type) => `\`${type}\``)
  return `# Models

Written by \`tools/models-report.ts\`; the tests hold the same figures.

## What is compared

Every parameter count is the sum of the weights of the operators that cost time, so the count and the cost cannot disagree.
_Published_ is the count of the model catalogue, whose row names where it was read (\`capline models ID\`), or else the label of
the vLLM recipes; where neither says anything the cell is empty. A count agrees when it is within 1 % of the published figure
or within its rounding (a label \`8B\` in the recipes means 7.5 to 8.5 billion). Publishers count prediction layers (MTP) or
leave them out; the nearer of the two counts is compared, and the note says when it is the one with them.

**${agreeing.length} of ${counted.length} agree (${((100 * agreeing.length) / counted.length).toFixed(1)} %)**, ${sourced.length} of them compared with a figure of the catalogue and
${counted.length - sourced.length} with a label of the recipes; the others have their cause in the last column.
Of the ${precise.length} figures that are precise to 1 % or better, ${met.length} (${((100 * met.length) / precise.length).toFixed(1)} %) are met within 1 %; the rest are labels such as
\`8B\`, which rounding alone moves by more. Taking every label as if it were exact, ${strict.length} of ${counted.length} (${((100 * strict.length) / counted.length).toFixed(1)} %) are within 1 %.

_KV_ is what each further token adds to the cache of a sequence far beyond every window, in the precision of the file;
_state_ is what a sequence keeps whatever its length (windows left out).

${table([HEADER, ...rows.map(cells)])}

## Families

${types.length} model types import: ${types.join(', ')}.

## Refused

- Drafts that only propose tokens for another model (EAGLE, Medusa, DFlash, DSpark and the like): give the target model.
- Files of other tools that leave out the width of a gated FFN (\`ffn_embed_dim\` alone).
- Model types without a row: the message names the closest known ones.
- Keys that change the architecture and that the type's importer does not read: the message names the key.
- Values outside their bounds, synonyms that disagree, lists of the wrong length.

## Left out

- Towers: norms before a tower's layers and inside projectors, layer scales; together below 0.1 % of a model.
- Gemma 3n: its vision and audio towers (not spelled out in its file), unused projections of layers that share keys and values.
- LongCat-Flash: that the experts may overlap the second attention and FFN of their layer.
- Routing skew: experts are taken as chosen uniformly.
`
}

if (hasCorpus) writeFileSync(TARGET, report(reportRows()))
else console.error(CORPUS_ABSENT)
