/**
 * The committed packages/core/data/fidelity.json is fresh: what the viewer's reader reads of it is all of it, every class of
 * kernels is there, and its numbers are those of the committed constants and of docs/fidelity.md where both state them.
 * Measures and fits nothing; `node --conditions=capline-source --import tsx tools/fidelity.ts` makes both files.
 */
import { readFileSync } from 'node:fs'
import { CALIBRATION, ENGINE_TABLE, OP_CLASSES } from '@capline/core'
import { describe, expect, test } from 'vitest'
import { readFidelity } from '../packages/web/src/fidelity/file.ts'
import { type FidelityRow, fidelityJson, sampled } from './fidelityFile.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const text = read('packages/core/data/fidelity.json')
const raw = JSON.parse(text) as { readonly version: number; readonly rows: FidelityRow[]; readonly plots: unknown[] }
const { rows } = raw
const page = read('docs/fidelity.md')

/** First cell of a line of a table, under a heading → the other cells. */
function tableUnder(heading: string): Map<string, string[]> {
  const start = page.indexOf(`\n${heading}\n`)
  if (start < 0) throw new Error(`docs/fidelity.md has no ${heading}`)
  const rest = page.slice(start + heading.length + 2)
  const lines = rest.slice(0, rest.search(/\n#/)).split('\n')
  const cells = lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | '))
  return new Map(cells.map(([name = '', ...others]) => [name, others]))
}

/** As docs/fidelity.md states a number, rounded to so many places; the file's own has three digits. */
function expectSame(cell: string | undefined, value: number | undefined, what: string, places = 1): void {
  if (value === undefined) {
    expect(cell, what).toMatch(/^–/)
    return
  }
  const rounding = 0.5 * 10 ** -places + 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 2)
  expect(Math.abs(Number.parseFloat(cell ?? '') - value), `${what}: ${cell}, ${value}`).toBeLessThan(1.01 * rounding)
}

const NAMES: Readonly<Record<string, string>> = { tpot: 'TPOT', ttft: 'TTFT', throughput: 'throughput' }

describe('fidelity.json', () => {
  test('is read whole by the viewer, and small', () => {
    expect(raw.version).toBe(1)
    expect(text.length).toBeLessThan(250_000)
    expect(text).not.toContain('null')
    const file = readFidelity(raw)
    expect(file?.rows).toEqual(rows)
    expect(file?.plots).toHaveLength(raw.plots.length)
    const names = rows.map((row) => [row.set, row.what, row.by, row.key].join('|'))
    expect(new Set(names).size).toBe(names.length)
  })

  test('has every class of kernels, with the errors of the committed constants', () => {
    for (const op of OP_CLASSES) {
      const row = rows.find(({ set, what, by }) => set === 'kernels' && what === op && by === 'all')
      const own = CALIBRATION.borrowed[op]
      expect(row, op).toMatchObject({ key: '', targets: [expect.any(Number), expect.any(Number)] })
      expect([row?.unseenShapePct, row?.unseenDevicePct, row?.unseenArchitecturePct], op).toEqual([
        own?.unseenShapePct,
        own?.sameArchitecturePct,
        own?.otherArchitecturePct,
      ])
      for (const by of ['device', 'format', 'engine', 'regime']) {
        const parts = rows.filter(({ set, what, by: own }) => set === 'kernels' && what === op && own === by)
        expect(
          parts.reduce((sum, { n }) => sum + n, 0),
          `${op} by ${by}`,
        ).toBe(row?.n)
      }
    }
  })

  test('says of kernels what docs/fidelity.md says', () => {
    const totals = tableUnder('## Kernels')
    for (const row of rows.filter(({ set, by }) => set === 'kernels' && by === 'all')) {
      const [n, roofline, ours, p90, shapes, device, architecture] = totals.get(row.title) ?? []
      expect(Number(n), row.title).toBe(row.n)
      expectSame(roofline, row.rooflinePct, row.title)
      expectSame(ours, row.oursPct, row.title)
      expectSame(p90, row.oursP90Pct, row.title)
      expectSame(shapes, row.unseenShapePct, row.title)
      expectSame(device, row.unseenDevicePct, row.title)
      expectSame(architecture, row.unseenArchitecturePct, row.title)
      expect([shapes, device].map((cell) => Number(/\((\d+)\)/.exec(cell ?? '')?.[1]))).toEqual(row.targets)
    }
    for (const by of ['device', 'format', 'engine', 'regime']) {
      const parts = tableUnder(`### By ${by}`)
      const own = rows.filter((row) => row.set === 'kernels' && row.by === by)
      expect(parts.size).toBe(own.length + 2)
      for (const row of own) {
        const name = `${row.title}, ${row.key}`
        const [n, roofline, ours, p90, , unseen] = parts.get(name) ?? []
        expect(Number(n), name).toBe(row.n)
        expectSame(roofline, row.rooflinePct, name)
        expectSame(ours, row.oursPct, name)
        expectSame(p90, row.oursP90Pct, name)
        if (by === 'device') expectSame(unseen, row.unseenArchitecturePct ?? row.unseenDevicePct, name)
      }
    }
  })

  test('says which targets are missed, and where the plain roofline is nearer', () => {
    const totals = tableUnder('## Kernels')
    for (const row of rows.filter(({ set, by }) => set === 'kernels' && by === 'all')) {
      const cells = totals.get(row.title)?.slice(-3) ?? []
      const values = [row.unseenShapePct, row.unseenDevicePct, row.unseenArchitecturePct]
      const [shape = 0, device = 0] = row.targets ?? []
      const missed = values.map((value, i) => (value ?? 0) > (i === 0 ? shape : device))
      expect(
        cells.map((cell) => cell.endsWith('missed')),
        row.title,
      ).toEqual(missed)
    }
    const nearer = tableUnder('### Where the plain roofline is nearer')
    expect(nearer.size).toBe(rows.filter(({ rooflinePct, oursPct }) => rooflinePct < oursPct).length + 2)
  })

  test('says of served requests what docs/fidelity.md says', () => {
    const parts = tableUnder('### In parts')
    const own = rows.filter(({ set, by }) => set === 'serving' && by !== 'all')
    expect(parts.size).toBe(own.length + 2)
    for (const row of own) {
      const name = `${NAMES[row.what]}, ${row.by} ${row.key}`
      const [n, skipped, roofline, ours, p90, ratio, model, device] = parts.get(name) ?? []
      expect([Number(n), Number(skipped)], name).toEqual([row.n, row.skipped ?? 0])
      expectSame(roofline, row.rooflinePct, name)
      expectSame(ours, row.oursPct, name)
      expectSame(p90, row.oursP90Pct, name)
      expectSame(ratio, row.ratio, name, 2)
      expectSame(model, row.unseenModelPct, name)
      expectSame(device, row.unseenDevicePct, name)
    }
    const aimed = tableUnder('## Serving: whole requests')
    for (const [title, what] of [
      ['TPOT, dense models, aggregated', 'tpot_dense'],
      ['TPOT, mixtures and MLA, aggregated', 'tpot_mixtures'],
      ['… without DeepSeek on TensorRT-LLM', 'tpot_mixtures_clear'],
      ['Offline throughput (TensorRT-LLM tables)', 'throughput'],
    ] as const) {
      const row = rows.find((one) => one.set === 'serving' && one.what === what && one.by === 'all')
      const [n, roofline, ours, p90, model, device, far] = aimed.get(title) ?? []
      expect(Number(n), title).toBe(row?.n)
      expectSame(roofline, row?.rooflinePct, title)
      expectSame(ours, row?.oursPct, title)
      expectSame(p90, row?.oursP90Pct, title)
      expectSame(model, row?.unseenModelPct, title)
      expectSame(device, row?.unseenDevicePct, title)
      expect([ours, far].map((cell) => Number(/\((\d+)\)/.exec(cell ?? '')?.[1]))).toEqual(row?.targets)
    }
  })

  test('says what is not predicted as docs/fidelity.md says it, and the viewer reads all of it', () => {
    const skips = readFidelity(raw)?.skips ?? []
    expect(skips).toEqual((raw as { readonly skips?: unknown }).skips)
    const sums = new Map<string, number>()
    for (const { reason, n } of skips) sums.set(reason, (sums.get(reason) ?? 0) + n)
    const lines = tableUnder('### Not predicted')
    for (const [reason, n] of sums) expect(lines.get(reason), reason).toEqual([String(n)])
    const section = page.slice(page.indexOf('\n### Not predicted\n') + 1)
    const listed = section.slice(0, section.search(/\n(#|Rows that break)/)).match(/^\| .* \| \d+ \|$/gm)
    expect(listed).toHaveLength(sums.size)
  })

  test('docs/fidelity.md states the committed constants of engines', () => {
    const lines = tableUnder('### What engines add')
    for (const [key, row] of Object.entries(ENGINE_TABLE.rows)) {
      const [points, exposed, sequence, arrival, queue, fitted] = lines.get(key) ?? []
      expect([points, exposed, sequence], key).toEqual([
        String(row.points),
        (row.exposedS * 1e3).toFixed(2),
        (row.exposedSequenceS * 1e6).toFixed(1),
      ])
      expect([arrival, queue, fitted], key).toEqual([
        (row.arrivalS * 1e3).toFixed(0),
        row.queueShare.toFixed(2),
        row.fittedPct.toFixed(1),
      ])
    }
    for (const one of ENGINE_TABLE.leftOut) {
      const name = `${one.row}, ${one.what} ${one.name}`
      expect(lines.get(name), name).toEqual([String(one.points), one.withPct.toFixed(1), one.withoutPct.toFixed(1)])
    }
  })
})

describe('writing it', () => {
  test('keys in one order, three digits, counts whole, what is no number absent', () => {
    const row = { title: 'T', what: 'gemm', set: 'kernels', by: 'all', key: '', oursPct: 7.86543 } as const
    const points = Array.from({ length: 1000 }, (_, i) => ({ measured: i + 1.23456, predicted: 1, roofline: 2 }))
    const written = JSON.parse(
      fidelityJson(
        ['one'],
        [{ ...row, n: 12_345, rooflinePct: Number.NaN, targets: [8, 11] }],
        [{ set: 'kernels', what: 'gemm', title: 'T', points }],
      ),
    )
    expect(JSON.stringify(written.rows)).toBe(
      '[{"set":"kernels","what":"gemm","title":"T","by":"all","key":"","n":12345,"oursPct":7.87,"targets":[8,11]}]',
    )
    expect(written.plots[0].points).toHaveLength(300)
    expect(written.plots[0].points[0]).toEqual([2.23, 1, 2])
    expect(sampled([1, 2, 3])).toEqual([1, 2, 3])
  })
})
