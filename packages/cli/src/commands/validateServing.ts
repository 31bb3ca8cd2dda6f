/**
 * `capline validate serving`: predicted TTFT, TPOT and throughput of every measured point, from fixed constants. Every row
 * counts: those that cannot be predicted form groups without errors, with the reason on stderr.
 */
import {
  errorTable,
  fail,
  ok,
  type PricerCache,
  type Result,
  type ServingScore,
  scorePoint,
  servingErrors,
  show,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { counted } from '../counted.ts'
import { shownPath } from '../input/files.ts'
import { readServingData, type ServingData } from '../input/servingTables.ts'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { keysOf, renderErrors } from './validateTable.ts'

function remarksOf(data: ServingData, scores: readonly ServingScore[]): string[] {
  const unused = data.files.flatMap(({ read }) => read.unused)
  return [
    ...counted(
      unused.filter((row) => row.isFault).map((row) => row.reason.replace(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g, '…')),
    ).map((line) => `bad, not predicted: ${line}`),
    ...counted(unused.filter((row) => !row.isFault).map((row) => row.reason)).map((line) => `not predicted: ${line}`),
    ...counted(scores.flatMap((score) => score.reason ?? [])).map(
      (line) => `not predicted: ${line.replace(/^(\d+) rows?:/, '$1 figures:')}`,
    ),
    ...counted(scores.flatMap((score) => score.broken.map((rule) => rule.replaceAll('-', ' ')))).map(
      (line) => `known defect, counted in the errors all the same: ${line}`,
    ),
    ...data.unreadable.map((problem) => `not read: ${problem}`),
    ...(data.ignored.length > 0 ? [`no serving table: ${data.ignored.join(', ')}`] : []),
  ]
}

/** A column that is off by more than this, by the median of its rows, is in another unit: engines are not. */
const OTHER_UNIT = 200
/** Rows shown one by one; the rest are counted. */
const MOST_SHOWN = 50

/** The scores of one file; a column of times that is not in milliseconds is reported row by row, and not scored. */
function withoutWrongUnits(scores: readonly ServingScore[], path: string, terminal: Terminal): ServingScore[] {
  const units = new Map<string, string>()
  for (const metric of ['tpot', 'ttft']) {
    const ratios = scores
      .filter((score) => score.metric === metric && score.predicted !== undefined)
      .map((score) => score.measured / (score.predicted as number))
      .sort((a, b) => a - b)
    const median = ratios[ratios.length >> 1]
    if (median !== undefined && median > OTHER_UNIT) units.set(metric, 'microseconds')
    if (median !== undefined && median < 1 / OTHER_UNIT) units.set(metric, 'seconds')
  }
  let shown = 0
  return scores.map((score) => {
    const unit = units.get(score.metric)
    if (unit === undefined || score.predicted === undefined) return score
    const reason = `${score.metric}: the column seems to be in ${unit}, not milliseconds`
    if (shown++ < MOST_SHOWN) {
      terminal.err(`${shownPath(path)}:${score.point.line}: ${reason} (${score.measured * 1e3} ms)\n`)
    }
    return { ...score, predicted: undefined, reason: `bad: ${reason}` }
  })
}

export async function validateServing(invocation: Invocation, folder: string): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  const data = await readServingData(folder, terminal)
  if (!data.ok) return data
  const points = data.value.files.flatMap(({ read }) => read.points)
  const unused = data.value.files.flatMap(({ read }) => read.unused)
  const keys = keysOf(options.by, 'metric,engine')
  const known = new Set(['metric', ...[...points, ...unused].flatMap((row) => Object.keys(row.columns))])
  const strange = keys.find((key) => !known.has(key))
  if (strange !== undefined) {
    return fail('--by', `${show(strange)} is no column of these tables`, `Choose among ${[...known].sort().join(', ')}`)
  }
  const { basis = 'calibrated' } = options
  if (basis !== 'calibrated' && basis !== 'roofline') {
    return fail('--basis', `${show(String(basis))} does not price requests`, 'Write calibrated or roofline')
  }
  const pricers: PricerCache = new Map()
  const progress = showProgress(terminal, points.length, 'points')
  const scores: ServingScore[] = []
  for (const { path, read } of data.value.files) {
    const own = read.points.flatMap((point) => {
      progress.step()
      return scorePoint(point, pricers, basis)
    })
    for (const score of withoutWrongUnits(own, path, terminal)) scores.push(score)
  }
  progress.end()
  const rows = errorTable(servingErrors(scores, unused, keys))
  const remarks = remarksOf(data.value, scores)
  const text = options.json === true ? json(rows) : renderErrors(rows, keys, invocation)
  return ok({ text, ...(remarks.length > 0 ? { remark: remarks.join('\n') } : {}) })
}
