/** Error tables are read with care: whatever is no row is left out, and a file without any is none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupingsOf, readFidelity, rooflineNearer, sameKey, skipReasons, totalsOf } from './file.ts'

const ROW = {
  set: 'kernels',
  what: 'gemm',
  title: 'Matrix product',
  by: 'all',
  key: '',
  n: 10,
  rooflinePct: 60,
  oursPct: 7,
}

describe('a fidelity file', () => {
  it('keeps rows and points it understands and drops the others', () => {
    const file = readFidelity({
      version: 1,
      sources: ['tables', 3],
      rows: [
        ROW,
        { ...ROW, set: 'dreams' },
        null,
        { ...ROW, by: 'device', key: 'h100-sxm', oursPct: 'few', targets: [8, 11] },
      ],
      plots: [
        {
          set: 'kernels',
          what: 'gemm',
          points: [
            [1, 1.1, 0.5],
            [1, 0, 1],
            ['1', 2, 3],
          ],
        },
        { set: 'kernels', what: 'moe', points: [] },
      ],
    })
    expect(file?.rows).toEqual([ROW, { ...ROW, by: 'device', key: 'h100-sxm', oursPct: undefined, targets: [8, 11] }])
    expect(file?.sources).toEqual(['tables'])
    expect(file?.plots).toEqual([{ set: 'kernels', what: 'gemm', title: 'gemm', points: [[1, 1.1, 0.5]] }])
    expect(totalsOf(file?.rows ?? [], 'kernels')).toHaveLength(1)
  })

  it('gathers why figures are not predicted; reasons that differ in numbers alone are one', () => {
    const layout = (n: number) => `impossible layout: ${n} accelerators cannot share the 128 heads evenly`
    const file = readFidelity({
      rows: [ROW],
      skips: [
        { set: 'serving', what: 'tpot', reason: layout(36), n: 11 },
        { set: 'serving', what: 'ttft', reason: layout(36), n: 11 },
        { set: 'serving', what: 'tpot', reason: layout(12), n: 2 },
        { set: 'serving', what: 'tpot', reason: 'gpt-j-6b runs with 4 beams', n: 30 },
        { set: 'serving', what: 'tpot', reason: 'nothing', n: 0 },
        { set: 'serving', what: 'tpot', n: 3 },
      ],
    })
    expect(file?.skips).toHaveLength(4)
    expect(skipReasons(file?.skips ?? [])).toEqual([
      { set: 'serving', reason: 'gpt-j-6b runs with 4 beams', n: 30, parts: [{ what: 'tpot', n: 30 }] },
      {
        set: 'serving',
        reason: 'impossible layout: 12 to 36 accelerators cannot share the 128 heads evenly',
        n: 24,
        parts: [
          { what: 'tpot', n: 13 },
          { what: 'ttft', n: 11 },
        ],
      },
    ])
  })

  it('finds where the roofline is nearer', () => {
    const worse = { ...ROW, set: 'foreign', key: 'rtx-4090', rooflinePct: 7.7, oursPct: 14.7 } as const
    const silent = { ...worse, oursPct: undefined } as unknown as typeof worse
    expect(rooflineNearer([{ ...ROW, set: 'kernels' }, worse, silent])).toEqual([worse])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        readFidelity(raw)
        readFidelity({ rows: [raw], plots: [raw] })
        readFidelity({ rows: raw, plots: raw, sources: raw })
      }),
    )
    expect(readFidelity({ rows: [] })).toBeUndefined()
    expect(readFidelity('text')).toBeUndefined()
  })

  it('groups in the order people ask, and knows a device by either spelling', () => {
    const rows = ['regime', 'all', 'device', 'colour', 'device'].map((by) => ({ ...ROW, set: 'kernels', by }) as const)
    expect(groupingsOf(rows)).toEqual(['device', 'regime', 'colour'])
    expect(sameKey('h100_sxm', 'H100-SXM')).toBe(true)
    expect(sameKey('h100-sxm', 'h200-sxm')).toBe(false)
  })
})
