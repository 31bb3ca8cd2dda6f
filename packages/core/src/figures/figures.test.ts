/** Every figure of the gallery: rows that fit a table, drawings that are well formed, slips that are flagged. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../scenario/scenario.testkit.ts'
import { figureSvg } from './draw/sheet.ts'
import { computed, faultsOfXml, figureOf } from './figures.testkit.ts'
import { FIGURES, findInGallery, GALLERY, tableEntry } from './gallery.ts'
import { readSettings } from './settings.ts'

describe('the gallery', () => {
  it('holds the figures that can be computed, of both documents, once each', () => {
    const ids = GALLERY.map((entry) => entry.id)
    expect(new Set(ids).size).toBe(ids.length)
    const viewer = [5, 6, 7, 8, 9, 11, 15, 16, 18, 19, 20].map((n) => `viewer-${n}`)
    const cap = ['1', '2', '3', '4a', '4b', '5'].map((n) => `cap-${n}`)
    expect(ids).toEqual(expect.arrayContaining([...viewer, ...cap]))
  })

  it('finds by id, and helps with a near miss or a bare number', () => {
    expect(unwrap(findInGallery(' Viewer-8 ')).id).toBe('viewer-8')
    const miss = findInGallery('viewer-88')
    expect(miss.ok ? '' : miss.problem.remedy).toContain('viewer-8')
    const bare = findInGallery('figure 5')
    expect(bare.ok ? '' : bare.problem.remedy).toBe('Did you mean viewer-5, cap-5?')
    const number = findInGallery('5')
    expect(number.ok ? '' : number.problem.remedy).toBe('Did you mean viewer-5, cap-5, cap-table-5?')
    for (const alone of ['16', 'figure 16', 'Fig. 16']) expect(unwrap(findInGallery(alone)).id).toBe('viewer-16')
    expect(unwrap(findInGallery('table 5')).id).toBe('cap-table-5')
    expect(findInGallery('table 16').ok).toBe(false)
  })

  it('takes tables beside figures', () => {
    const table = {
      id: 'x-table-1',
      document: 'cap',
      number: '1',
      title: 'T',
      section: '2',
      columns: ['a', 'b'],
    } as const
    const entry = tableEntry({ ...table, rows: [[{ text: '1' }, { text: '2' }]] }, 'caption', ['slip'])
    const rendering = unwrap(entry.render(unwrap(readSettings(entry.parameters))))
    expect(rendering.rows).toEqual([{ a: '1', b: '2' }])
    expect(rendering.svg).toBeUndefined()
  })
})

describe.each(FIGURES.map((figure) => [figure.id, figure] as const))('%s', (id, figure) => {
  const data = computed(id)

  it('has rows with the same keys, and finite numbers', () => {
    expect(data.rows.length).toBeGreaterThan(0)
    const keys = Object.keys(data.rows[0] ?? {})
    for (const row of data.rows) {
      expect(Object.keys(row)).toEqual(keys)
      for (const value of Object.values(row)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
    }
    expect(data.findings.join(' ')).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('is drawn as well-formed SVG, alone and inside a page', () => {
    const alone = figureSvg(figure, data)
    expect(faultsOfXml(alone)).toEqual([])
    expect(alone).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(alone).toContain('prefers-color-scheme:dark')
    expect(alone).not.toMatch(/NaN|Infinity|undefined/)
    expect(alone).toContain(`section ${figure.section}`)
    const inside = figureSvg(figure, data, { alone: false })
    expect(faultsOfXml(inside)).toEqual([])
    expect(inside).not.toContain('prefers-color-scheme')
  })

  it('names its axes', () => {
    for (const panel of data.panels) {
      if (panel.kind === 'chart') expect([panel.chart.x.label, panel.chart.y.label]).not.toContain('')
      if (panel.kind === 'bars') expect(panel.yLabel).not.toBe('')
    }
  })
})

describe('the check of the drawings', () => {
  it('sees what is wrong', () => {
    expect(faultsOfXml('<a><b></a>')).not.toEqual([])
    expect(faultsOfXml('<a x="1" x="2"/>')).not.toEqual([])
    expect(faultsOfXml('<a>&nbsp;</a>')).not.toEqual([])
    expect(faultsOfXml('<a b=1/>')).not.toEqual([])
    expect(faultsOfXml('<a b="1"><c/>x &lt; y</a>')).toEqual([])
  })
})

describe('slips of the documents', () => {
  it.each([
    ['viewer-6', /garbled/],
    ['viewer-16', /K or V but not both/],
    ['viewer-18', /AVX-512/],
    ['viewer-19', /Sequence length/],
    ['cap-1', /Prompt Pruning/],
    ['cap-1', /neutral in C and P/],
    ['cap-2', /Block-Box/],
    ['cap-2', /AutoCompressor/],
  ])('%s flags %s', (id, words) => {
    expect(figureOf(id).flags.join(' ')).toMatch(words)
  })
})
