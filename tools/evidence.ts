/**
 * Makes the evidence data and its report: `packages/core/data/evidence/evidence.tsv` and `docs/evidence.md`, from the
 * collected measurements (one JSON object a line). Without the collection it changes
 * nothing.
 *
 * Usage: npx tsx tools/evidence.ts FILE.jsonl
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { evidenceByTechnique } from '../packages/core/src/evidence/byTechnique.ts'
import { type ConversionTotals, convertAll, type RawMeasurement } from '../packages/core/src/evidence/convert.ts'
import { BASELINE_RULES, DROP_RULES, GRADE_RULES } from '../packages/core/src/evidence/convertRules.ts'
import { findCrossovers } from '../packages/core/src/evidence/crossover.ts'
import { METRICS, type MetricId } from '../packages/core/src/evidence/metrics.ts'
import type { EvidenceRecord, EvidenceSource } from '../packages/core/src/evidence/record.ts'
import { readEvidence, sourceUrl, writeEvidence } from '../packages/core/src/evidence/table.ts'
import { escapeMarkdown } from '../packages/core/src/report/table.ts'

const DATA = new URL('../packages/core/data/evidence/evidence.tsv', import.meta.url)
const REPORT = new URL('../docs/evidence.md', import.meta.url)

/** One source per repository, commit and path, in the order they are met. */
function sourcesOf(): { of: (raw: RawMeasurement) => EvidenceSource; all: () => readonly EvidenceSource[] } {
  const found = new Map<string, EvidenceSource>()
  return {
    of: ({ source: { repo, commit, path, url } }) => {
      const id = `${repo}\t${commit}\t${path}`
      const known = found.get(id)
      if (known) return known
      const key = `S${found.size + 1}`
      if ((!commit || !path) && !url) throw new Error(`${repo}: neither commit nor address`)
      const made: EvidenceSource =
        commit && path
          ? { key, name: repo, commit, path, url: sourceUrl(repo, commit, path) }
          : { key, name: repo, url: url as string }
      found.set(id, made)
      return made
    },
    all: () => [...found.values()],
  }
}

function counted<T>(items: readonly T[], name: (item: T) => string): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

const row = (cells: readonly (string | number)[]) =>
  `| ${cells.map((cell) => escapeMarkdown(String(cell))).join(' | ')} |`

function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const align = titles.map((_, i) => (typeof rows[0]?.[i] === 'number' ? ' ---: ' : ' :--- '))
  return [row(titles), `|${align.join('|')}|`, ...rows.map(row)]
}

const PREFACE = `# Evidence

Published measurements of what serving techniques do to context, accuracy and performance:
\`packages/core/data/evidence/evidence.tsv\`, one record a line, each with the file and commit (or the paper) it was read
from. \`capline evidence\` looks them up. This page is written by \`tools/evidence.ts\`; do not edit it.

## What a record is

One number, of one technique in one setting on one model, with the number its own source prints beside it. An effect is only
ever that pair: value against baseline, within one source. Numbers of different benchmarks, quantities, units or kinds of
baseline are never put together, and no number is carried over to a model, length or setting it was not measured at: the
look-up says how far a record is from the question instead.

- **Grade** A: a project's own file at a commit, exact value. B: a project's own claim ("up to", a range), a paper's text,
  a table its authors hide, a fork. C: a copy by others, a single secondary quotation, an unconfirmed number.
- **Bound**: \`=\` exact; \`>\` at least; \`<\` at most ("up to"); \`~\` rounded to its magnitude. Only exact changes enter a
  spread.
- **Against** what: \`without\` the technique; a \`rival\` system; the same at a shorter \`length\`, lower \`load\`, smaller
  \`width\`; another \`position\` of the answer; the publisher's \`claim\`; an earlier \`step\`. Only the first two say what a
  technique gains.
- **Crossover**: where the sign of a change flips along context or load within one source and one series; the interval
  between the two neighbouring records, after changes below 1 % (or 1 point) are taken as even. A series that turns more than
  once is no clean crossover.

## Distance of a record from a question

The same model 0, a variant of it 1, another size of the generation 3, another generation of the family 4, another family
of like size 5, anything else 7, no model named 8. The same benchmark 0, one of its suite 1, another of the same corner
(C, A, P) 4, anything else 8. Each stated setting: equal 0, not stated 2, different 4. Context: the octaves between the two
lengths, 3 when not stated. A record answers when model (or a variant), benchmark (or, for a suite, a part of it), every
setting and the context (within a factor of two) agree.
`

function ruleLines(rules: Readonly<Record<string, string>>, found: readonly { readonly rule: string }[]): string[] {
  return Object.entries(rules).map(
    ([rule, words]) => `- **${rule}** (${found.filter((one) => one.rule === rule).length}): ${words}`,
  )
}

function crossoverLines(records: readonly EvidenceRecord[]): string[] {
  const clean = findCrossovers(records).filter(({ flips }) => flips === 1)
  return table(
    ['technique', 'benchmark', 'model', 'along', 'between', 'then'],
    clean.map(({ axis, kind, before, after, turns }) => [
      before.record.technique,
      `${before.record.benchmark} ${METRICS[before.record.metric as MetricId].name}`,
      before.record.model ?? '–',
      axis,
      kind === 'stated' ? `${before.label} (stated)` : `${before.label} and ${after.label}`,
      turns,
    ]),
  )
}

function report(rows: readonly RawMeasurement[], totals: ConversionTotals, sources: readonly EvidenceSource[]): string {
  const { records, dropped, baselines, grades } = totals
  const techniques = evidenceByTechnique(records)
  const measured = techniques.filter((one) => one.records > 0)
  return [
    PREFACE,
    '## Totals',
    '',
    `${rows.length} collected rows = ${records.length} records + ${dropped.length} dropped. ${measured.length} techniques,`,
    `${new Set(sources.map(({ name }) => name)).size} sources in ${sources.length} files and papers;`,
    `${records.filter(({ baseline }) => baseline).length} records have a baseline of their own source.`,
    `Grades: ${(['A', 'B', 'C'] as const).map((grade) => `${grade} ${records.filter((one) => one.grade === grade).length}`).join(', ')}.`,
    '',
    '### Dropped',
    '',
    ...ruleLines(DROP_RULES, dropped),
    '',
    ...table(
      ['row', 'rule', 'technique', 'quantity', 'value', 'source'],
      dropped.map(({ raw, rule }) => [
        raw.id,
        rule,
        raw.technique,
        `${raw.benchmark}, ${raw.metric}`,
        `${raw.value} ${raw.unit}`,
        `${raw.source.repo} ${raw.source.path ?? ''}`,
      ]),
    ),
    '',
    '### Kept without their baseline',
    '',
    ...ruleLines(BASELINE_RULES, baselines),
    '',
    '### Graded down',
    '',
    ...ruleLines(GRADE_RULES, grades),
    '',
    '### Known weaknesses kept',
    '',
    '- ALFWorld success rates and the MMLU means of YaRN are computed from raw results of their sources; the baseline of',
    '  SageAttention is the quotient of two printed numbers; two slow-downs (1.4× and 1.8×) are stored as 1/1.4 and 1/1.8.',
    '- The tables of TensorRT-LLM 0.14 and 0.17 and of llama.cpp’s quantize page were copied by hand, with their column',
    '  counts checked.',
    '- The throughput of TensorRT-LLM 0.17 is that of the whole tensor-parallel group; gains over one device above its width',
    '  come from a device that had almost no memory left for its cache.',
    '- MemGPT is measured against a base that sees only a lossy summary, so not against equal information.',
    '- 53 records of AWQ on vision-language models come from a table its authors hide (grade B); the perplexities of',
    '  llama.cpp’s formats from another project’s copy of its page.',
    '- MLPerf rows carry the submitted system as hardware; submitters choose precision and software.',
    '',
    '## Crossovers',
    '',
    ...crossoverLines(records),
    '',
    '## By technique',
    '',
    ...table(
      ['technique', 'records', 'with baseline', 'A', 'B', 'C', 'context', 'accuracy', 'performance', 'benchmarks'],
      measured.map((one) => [
        one.technique.id,
        one.records,
        one.effects,
        one.grades.A,
        one.grades.B,
        one.grades.C,
        one.axes.C,
        one.axes.A,
        one.axes.P,
        `${one.benchmarks.slice(0, 4).join(', ')}${one.benchmarks.length > 4 ? ` and ${one.benchmarks.length - 4} more` : ''}`,
      ]),
    ),
    '',
    'Looked for, no measurement found: ' +
      `${techniques
        .filter((one) => one.records === 0)
        .map((one) => one.technique.id)
        .join(', ')}.`,
    '',
    '## By quantity',
    '',
    ...table(
      ['quantity', 'corner', 'better', 'change as', 'records'],
      counted(records, (one) => one.metric).map(([id, n]) => {
        const { name, axis, better, change } = METRICS[id as MetricId]
        return [name, axis, better, change, n]
      }),
    ),
    '',
    '## By source',
    '',
    ...table(
      ['source', 'records', 'commit'],
      counted(records, (one) => one.source.name).map(([name, n]) => [
        name,
        n,
        sources.find((source) => source.name === name)?.commit?.slice(0, 12) ?? 'paper',
      ]),
    ),
    '',
  ].join('\n')
}

const [path] = process.argv.slice(2)
if (path === undefined || !existsSync(path)) {
  console.error('evidence: give the collected measurements, one JSON object a line; nothing was changed')
  process.exit(2)
}
const rows = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line) as RawMeasurement)
const sources = sourcesOf()
const totals = convertAll(rows, sources.of)
if (totals.records.length + totals.dropped.length !== rows.length) throw new Error('rows went missing')
const used = new Set(totals.records.map(({ source }) => source.key))
const kept = sources.all().filter(({ key }) => used.has(key))
const text = writeEvidence({ sources: kept, records: totals.records })
const again = readEvidence(text)
if (!again.ok) throw new Error(again.problem.reason)
mkdirSync(dirname(fileURLToPath(DATA)), { recursive: true })
writeFileSync(DATA, text)
writeFileSync(REPORT, report(rows, totals, kept))
console.log(
  `${rows.length} rows, ${totals.records.length} records, ${totals.dropped.length} dropped, ${text.length} bytes`,
)
