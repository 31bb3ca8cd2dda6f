/**
 * Whole requests against the measured tables, where those are at hand (../shared/measured, or the folder in
 * CAPLINE_MEASURED): fails when the error of a group grows by more than a tenth over what is committed beside this test.
 * CAPLINE_SHOW=1 prints the present figures in the committed form.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { medianPct } from '../cost/calibration/errors.ts'
import { parseCsv } from '../importers/table/index.ts'
import { type PricerCache, readServingTable, type ServingScore, type ServingTable, scorePoint } from './index.ts'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = join(process.env.CAPLINE_MEASURED ?? join(repository, '..', 'shared', 'measured'), 'serving')
const isPresent = existsSync(join(folder, 'points.csv'))
const committed = JSON.parse(readFileSync(new URL('./measured.errors.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly n: number; readonly medianPct: number }
>

const FILES: readonly (readonly [ServingTable, string])[] = [
  ['points', 'points.csv'],
  ['trtllm_perf', 'trtllm_perf.csv'],
  ['mlperf', 'mlperf_v4_1_llm.csv'],
  ['trtllm_online_serving', 'trtllm_online_serving.csv'],
]
/** Every other row: half the time, the same groups. */
const STRIDE = 2
const LEAST = 20
const GROWTH = 1.1
/** Per cent: a tenth of a very small error is noise. */
const SLACK = 0.3

/** Metric and table; and for TPOT of aggregated engines, engine and model or device as well. */
function groupsOf({ metric, point }: ServingScore): string[] {
  const whole = `${metric} ${point.source} ${point.mode}`
  if (metric !== 'tpot' || point.source !== 'points' || point.mode !== 'aggregated') return [whole]
  return [whole, `${whole} ${point.engine} ${point.model}`, `${whole} ${point.engine} on ${point.accelerator}`]
}

function errors(): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  const known: PricerCache = new Map()
  for (const [table, file] of FILES) {
    const records = parseCsv(readFileSync(join(folder, file), 'utf8')).filter((_, i) => i % STRIDE === 0)
    for (const point of readServingTable(table, records).points) {
      for (const score of scorePoint(point, known)) {
        if (score.predicted === undefined) continue
        const ratio = Math.log(score.predicted / score.measured)
        for (const group of groupsOf(score)) groups.set(group, [...(groups.get(group) ?? []), ratio])
      }
    }
  }
  return groups
}

describe.skipIf(!isPresent)(
  `measured requests${isPresent ? '' : ' (skipped: no ../shared/measured/serving here)'}`,
  () => {
    test('no group is further off than committed by more than a tenth, and none is lost', () => {
      const found = [...errors()].filter(([, ratios]) => ratios.length >= LEAST).sort(([a], [b]) => (a < b ? -1 : 1))
      const now = found.map(([group, ratios]) => [group, { n: ratios.length, medianPct: medianPct(ratios) }] as const)
      if (process.env.CAPLINE_SHOW) {
        const lines = now.map(([group, { n, medianPct: pct }]) => {
          return `  ${JSON.stringify(group)}: { "n": ${n}, "medianPct": ${pct.toFixed(2)} }`
        })
        process.stdout.write(`{\n${lines.join(',\n')}\n}\n`)
      }
      const allowed = (group: string) => {
        const { medianPct: pct } = committed[group] ?? { medianPct: 0 }
        return Math.max(pct * GROWTH, pct + SLACK)
      }
      const worse = now.filter(([group, { medianPct: pct }]) => pct > allowed(group))
      expect(worse).toEqual([])
      const fewer = Object.entries(committed).filter(([group, { n }]) => (Object.fromEntries(now)[group]?.n ?? 0) < n)
      expect(fewer).toEqual([])
    })
  },
)
