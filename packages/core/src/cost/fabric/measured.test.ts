/**
 * The fabric model against every collective time at hand: what others published (published.testkit.ts), and the measured
 * tables in ../shared/measured (or CAPLINE_MEASURED) where they are present. Fails when a series gets worse than what is
 * committed here. CAPLINE_SHOW=1 prints the errors.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { parseCsv, readKernelTable } from '../../importers/kernelTables/index.ts'
import { errorTable } from '../calibration/errors.ts'
import { deviceModel } from '../kernels/device.ts'
import { type Collective, prepareCollective } from './collectives.ts'
import { fabricOf } from './fabric.ts'
import { parseNetwork } from './network.ts'
import { PUBLISHED } from './published.testkit.ts'
import { type Series, VIDUR } from './vidur.testkit.ts'

const repository = fileURLToPath(new URL('../../../../../', import.meta.url))
const folder = process.env.CAPLINE_MEASURED ?? join(repository, '..', 'shared', 'measured')
const vidur = join(folder, 'other', 'vidur', 'network')

function collective(series: Series): Collective {
  const { op, perNode, nodes } = series
  const accelerator = series.unseen ? asUnseen(series.accelerator) : (ACCELERATORS[series.accelerator] as Accelerator)
  const network = series.network === undefined ? undefined : parseNetwork('--network', series.network)
  if (network && !network.ok) throw new Error(network.problem.reason)
  const request = { count: perNode * nodes, perNode, ...series.request, ...(network ? { network: network.value } : {}) }
  const fabric = fabricOf(accelerator, request)
  if (!fabric.ok) throw new Error(fabric.problem.reason)
  const prepared = prepareCollective(op, { perNode, nodes }, fabric.value, deviceModel(accelerator, series.engine))
  if (!prepared.ok) throw new Error(prepared.problem.reason)
  return prepared.value
}

interface Score {
  readonly median: number
  readonly ratio: number
  readonly rows: number
  /** Share of the points inside the interval. */
  readonly inside: number
}

function score(series: Series, points: readonly (readonly [number, number])[]): Score {
  const priced = collective(series)
  let inside = 0
  const scored = points.map(([bytes, seconds]) => {
    const { timeS, low, high } = priced.time(bytes)
    if (seconds >= low && seconds <= high) inside++
    return { group: {}, logRatio: Math.log(timeS / seconds) }
  })
  const row = errorTable(scored)[0]
  return {
    median: row?.medianAbsErrorPct ?? Number.NaN,
    ratio: row?.medianRatio ?? Number.NaN,
    rows: points.length,
    inside: inside / points.length,
  }
}

function show(title: string, { median, ratio, rows, inside }: Score): void {
  if (!process.env.CAPLINE_SHOW) return
  const cells = [title.padEnd(52), rows, median.toFixed(1), ratio.toFixed(2), inside.toFixed(2)]
  process.stdout.write(`${cells.join('  ')}\n`)
}

describe('published collectives', () => {
  for (const row of PUBLISHED) {
    test(row.title, () => {
      const request = row.accelerator === 'rtx-5090' ? { peerAccess: true } : {}
      const result = score({ ...row, request }, row.points)
      show(`${row.fitted ? ' ' : '*'} ${row.title}`, result)
      expect(result.median).toBeLessThan(row.withinPct)
    })
  }
})

function read(path: string): string {
  const data = readFileSync(path)
  return path.endsWith('.gz') ? gunzipSync(data).toString('utf8') : data.toString('utf8')
}

const kernels = join(folder, 'kernels')

/** Rows of a table grouped by what a fabric is asked. */
function seriesOf(table: 'nccl' | 'custom_allreduce') {
  const { measurements } = readKernelTable(table, parseCsv(read(join(kernels, `${table}.csv.gz`))))
  const all = new Map<string, { readonly series: Series; readonly points: (readonly [number, number])[] }>()
  for (const { query, deviceId, kernel, backend, seconds } of measurements) {
    // Eager rows time the host; a step replays graphs.
    if (query.kind !== 'collective' || kernel.endsWith('_eager')) continue
    const engine = table === 'nccl' ? undefined : backend
    const key = `${deviceId} ${engine ?? 'library'} ${query.op} ${query.gpus}`
    const one = all.get(key) ?? {
      series: { accelerator: deviceId, engine, op: query.op, perNode: query.gpus, nodes: 1 },
      points: [],
    }
    one.points.push([query.bytes, seconds])
    all.set(key, one)
  }
  return [...all]
}

/** As if nobody had measured the accelerator: another id, another architecture, the same link. */
const asUnseen = (id: string) => ({ ...(ACCELERATORS[id] as Accelerator), id: 'unseen', architecture: 'unseen' })

describe.skipIf(!existsSync(kernels))('kernel tables (skipped where ../shared/measured is absent)', () => {
  test.each(['nccl', 'custom_allreduce'] as const)('%s', (table) => {
    const medians: number[] = []
    for (const [key, { series, points }] of seriesOf(table)) {
      const result = score(series, points)
      show(`${table} ${key}`, result)
      medians.push(result.median)
    }
    medians.sort((a, b) => a - b)
    expect(medians[medians.length >> 1]).toBeLessThan(5)
    expect(medians.at(-1)).toBeLessThan(13)
  })

  test('links nobody measured', () => {
    const medians = new Map<string, number[]>()
    for (const [key, { series, points }] of seriesOf('nccl')) {
      const id = series.accelerator
      if (id !== 'l40s' && id !== 'h100-sxm' && id !== 'a100-sxm-80gb') continue
      const shown = score({ ...series, unseen: true }, points)
      show(`* ${key} unseen`, shown)
      const group = `${id} ${id === 'l40s' ? series.perNode : ''}`.trim()
      medians.set(group, [...(medians.get(group) ?? []), shown.median])
      if (id === 'l40s' && series.perNode > 2) {
        show(`* ${key} unseen, no peers`, score({ ...series, unseen: true, request: { peerAccess: false } }, points))
      }
    }
    const middle = (group: string) =>
      [...(medians.get(group) ?? [])].sort((a, b) => a - b)[medians.get(group)!.length >> 1]
    expect(middle('l40s 2')).toBeLessThan(16)
    expect(middle('h100-sxm')).toBeLessThan(60)
  })
})

describe.skipIf(!existsSync(vidur))('Vidur profiles (skipped where ../shared/measured is absent)', () => {
  for (const [title, withinPct, file, workers, perNode, series] of VIDUR) {
    test(title, () => {
      const points = parseCsv(read(join(vidur, file)))
        .filter((row) => Number(row.num_workers) === workers && Number(row.devices_per_node) === perNode)
        .map((row) => [Number(row.size), Number(row[`${series.op}_median_ms`]) * 1e-3] as const)
      const result = score(series, points)
      show(title, result)
      expect(result.median).toBeLessThan(withinPct)
      expect(result.rows).toBeGreaterThan(900)
    })
  }
})
