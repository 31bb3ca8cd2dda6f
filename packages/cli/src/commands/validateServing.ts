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
import { readServingData, type ServingData } from '../input/servingTables.ts'
import { showProgress } from '../progress.ts'
import { counted, keysOf, renderErrors } from './validateTable.ts'

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
    ...(data.ignored.length > 0 ? [`no serving table: ${data.ignored.join(', ')}`] : []),
  ]
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
  for (const point of points) {
    for (const score of scorePoint(point, pricers, basis)) scores.push(score)
    progress.step()
  }
  progress.end()
  const rows = errorTable(servingErrors(scores, unused, keys))
  const remarks = remarksOf(data.value, scores)
  const text = options.json === true ? json(rows) : renderErrors(rows, keys, invocation)
  return ok({ text, ...(remarks.length > 0 ? { remark: remarks.join('\n') } : {}) })
}
