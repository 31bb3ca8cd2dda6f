/** Figures of the CAP survey: places on the triangle, boxes and arrows, and the rings against closed forms. */
import { describe, expect, it } from 'vitest'
import { computed, figureOf, rowWith } from '../figures.testkit.ts'
import type { Panel } from '../panel.ts'
import { LINEAGE, WORKS } from './lineage.ts'
import { capTriangle, capTriangleData, capType, PRINTED_TYPES } from './triangle.ts'

const point = (label: string, dC: number, dA: number, dP: number) => ({ label, dC, dA, dP })

describe('figure 1, the triangle', () => {
  it('names types as the survey does', () => {
    expect(capType(point('', 1, 0, 0))).toBe('C')
    expect(capType(point('', 0.1, -0.3, 0.2))).toBe('CP')
    expect(capType(point('', 2, 0.01, 0))).toBe('CA')
    expect(capType(point('', 0, 1, 1))).toBe('AP')
    expect(capType(point('', 1, 1, 1))).toBe('CAP')
    expect(capType(point('', 0, -1, 0))).toBe('')
  })

  it('places gains by their shares; losses have no place, and no gain at all is said below', () => {
    const { points, outside } = capTriangle([point('a', 1, 0, 3), point('b', -1, 0.5, 0), point('c', -1, 0, 0)])
    expect(points.map(({ share }) => share)).toEqual([
      [0.25, 0, 0.75],
      [0, 1, 0],
    ])
    expect(outside).toEqual(['c improves none of the three'])
  })

  it('puts points at one place under one mark', () => {
    const { points } = capTriangle([point('a', 1, 0, 0), point('b', 5, 0, 0), point('c', 0, 1, 0)])
    expect(points.map(({ labels }) => labels)).toEqual([['a', 'b'], ['c']])
  })

  it('says so when something improves all three', () => {
    const data = capTriangleData([point('miracle', 1, 1, 1), point('plain', 1, 0, 0)], [])
    expect(data.findings[0]).toMatch(/^miracle improves all three/)
  })

  it('draws Table 1 as printed, its empty cell included', () => {
    const data = computed('cap-1')
    expect(data.rows).toHaveLength(PRINTED_TYPES.length)
    for (const row of data.rows) expect(row.basis).toBe('as printed')
    const [panel] = data.panels
    const hollow = panel?.kind === 'triangle' ? panel.points.filter((one) => one.hollow) : []
    expect(hollow.map((one) => one.labels)).toEqual([['AP: no known entry']])
    expect(rowWith(data, { label: 'Agent memory' }).type).toBe('CA')
  })
})

describe('figures 2 and 3', () => {
  it('place every family of Table 1 on a layer, with its printed type', () => {
    const rows = computed('cap-2').rows
    for (const { family, type } of PRINTED_TYPES) {
      const own = rows.filter((row) => String(row.family).startsWith(family.split(' ')[0] ?? family))
      expect(own.length, family).toBeGreaterThan(0)
      expect(
        own.some((row) => row.type === type),
        family,
      ).toBe(true)
    }
    expect(rows.filter((row) => row.layer === 'both').map((row) => row.family)).toEqual(['Attention Buckets'])
  })

  it('keep boxes apart', () => {
    for (const id of ['cap-2', 'cap-3', 'cap-5']) {
      for (const panel of computed(id).panels) {
        if (panel.kind !== 'diagram') continue
        const boxes = panel.boxes.filter((box) => !box.frame)
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(i + 1)) {
            const apart =
              a.column + (a.width ?? 1) <= b.column + 1e-9 ||
              b.column + (b.width ?? 1) <= a.column + 1e-9 ||
              a.row + (a.height ?? 1) <= b.row + 1e-9 ||
              b.row + (b.height ?? 1) <= a.row + 1e-9
            expect(apart, `${a.id} and ${b.id}`).toBe(true)
          }
        }
      }
    }
  })

  it('dash exactly the three works not made for long context; everything descends from the online normalizer', () => {
    expect(WORKS.filter((work) => work.general).map((work) => work.name)).toEqual([
      'Online Normalizer',
      'Memory Efficient Attention',
      'FlashAttention',
    ])
    const parents = (id: string): string[] => LINEAGE.filter((edge) => edge.to === id).map((edge) => edge.from)
    const ancestors = (id: string): string[] => [id, ...parents(id).flatMap(ancestors)]
    for (const { id } of WORKS) expect(ancestors(id)).toContain('online-normalizer')
    expect(parents('burst').sort()).toEqual(['flash', 'ring'])
  })
})

const ended = (panels: readonly Panel[], i: number) => {
  const panel = panels[i]
  return panel?.kind === 'timeline' ? Math.max(...panel.spans.map((span) => span.endS)) : 0
}

describe('figure 4', () => {
  it('a: p·c when transfers hide, p·c + (p − 1)·x in turn; hidden from peak/link tokens on for as many K/V heads', () => {
    const data = computed('cap-4a', { tokens: '32768', workers: '8' })
    const c = (4 * 4096 ** 2 * 5120) / 989.5e12
    const x = (2 * 4096 * 5120 * 2) / 450e9
    expect(ended(data.panels, 0) / (8 * c)).toBeCloseTo(1, 2)
    expect(ended(data.panels, 1) / (8 * c + 7 * x)).toBeCloseTo(1, 2)
    expect(data.findings[0]).toMatch(/transfers are hidden \(they are from 2,19\d tokens/)
  })

  it('a: grouped queries hide sooner, a slower link later', () => {
    const words = (given: Record<string, string>) => computed('cap-4a', given).findings[0] ?? ''
    const from = (text: string) => Number(/from ([\d,]+) tokens/.exec(text)?.[1]?.replaceAll(',', ''))
    expect(from(words({ model: 'llama-3.1-8b' })) / from(words({}))).toBeCloseTo(1 / 4, 2)
    expect(from(words({ link: '45GB/s' })) / from(words({}))).toBeCloseTo(10, 2)
  })

  it('b: striped takes (p/2)/(p − ½) of contiguous, and its pairs are even', () => {
    const data = computed('cap-4b', { workers: '8', tokens: '65536' })
    expect(ended(data.panels, 0) / ended(data.panels, 1)).toBeCloseTo(2 - 1 / 8, 2)
    const share = (layout: string, worker: number) =>
      data.rows
        .filter((row) => row.layout === layout && row.worker === worker)
        .reduce((sum, row) => sum + Number(row.attendedPairs), 0) /
      ((65536 * 65537) / 2 / 8)
    expect(share('contiguous', 0)).toBeCloseTo(1 / 8, 2)
    expect(share('contiguous', 7)).toBeCloseTo(15 / 8, 2)
    for (let worker = 0; worker < 8; worker++) expect(share('striped', worker)).toBeCloseTo(1, 2)
  })

  it('refuses a model without plain attention and a part without a link, saying what to do', () => {
    const [mamba] = [figureOf('cap-4a')]
    expect(mamba?.parameters.map((one) => one.id)).toContain('link')
    expect(() => computed('cap-4a', { model: 'mamba-2.8b' })).toThrow(/no plain attention/)
    expect(() => computed('cap-4a', { accelerator: 'rtx-a6000' })).toThrow(/no sourced link/)
    expect(computed('cap-4a', { accelerator: 'rtx-a6000', link: '50GB/s' }).rows.length).toBeGreaterThan(0)
  })
})

describe('figure 5', () => {
  const data = computed('cap-5')

  it('sends (p − 1)·(q + o) bytes whatever the context, and reads 1/p of the cache', () => {
    const perLayer = 5120 * 2 + (5120 * 2 + 40 * 8)
    for (const contextTokens of [32_768, 131_072, 1_048_576]) {
      const row = rowWith(data, { contextTokens, workers: 8 })
      expect(row.linkBytes).toBe(40 * 7 * perLayer)
      expect(row.readBytesPerWorker).toBe((contextTokens * 819_200) / 8)
    }
    expect(rowWith(data, { contextTokens: 32_768, workers: 1 }).linkBytes).toBe(0)
  })

  it('more workers stop helping a short context before a long one', () => {
    const gain = (contextTokens: number) =>
      Number(rowWith(data, { contextTokens, workers: 32 }).totalS) /
      Number(rowWith(data, { contextTokens, workers: 64 }).totalS)
    expect(gain(32_768)).toBeLessThan(gain(1_048_576))
  })
})
