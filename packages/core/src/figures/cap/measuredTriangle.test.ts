/** Figure 1 with the points of a scenario. */
import { describe, expect, it } from 'vitest'
import { committed } from '../../evidence/evidence.testkit.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { readSettings } from '../settings.ts'
import { TRIANGLE_TECHNIQUES } from './measuredTriangle.ts'
import { CAP_FIGURE_1, capFigure1 } from './principle.ts'

const measured = { basis: 'measured', prompt: '65536', batch: '4' }
const of = (figure = capFigure1(committed().records)) =>
  unwrap(figure.compute(unwrap(readSettings(figure.parameters, measured))))

describe('the measured triangle', () => {
  const data = of()

  it('has a row for every technique, with the type that is printed beside what moves', () => {
    expect(data.rows.map(({ label }) => label).sort()).toEqual([...TRIANGLE_TECHNIQUES].sort())
    expect(data.rows.find(({ label }) => label === 'streamingllm')).toMatchObject({ type: 'CP', dC: null })
  })

  it('puts points where their gains are, and says whether AP is empty', () => {
    const [panel] = data.panels
    if (panel?.kind !== 'triangle') throw new Error('no triangle')
    for (const { share, labels } of panel.points) {
      expect(share[0] + share[1] + share[2]).toBeCloseTo(1, 12)
      const row = data.rows.find(({ label }) => labels[0]?.split(', ').includes(String(label)))
      const gains = ['C', 'A', 'P'].filter((_, i) => (share[i] ?? 0) > 0).join('')
      expect(gains).toBe(row?.type)
    }
    expect(data.findings.join(' ')).toMatch(/AP/)
  })

  it('knows accuracy by construction alone where no measurements are at hand', () => {
    const bare = of(CAP_FIGURE_1)
    expect(bare.findings.join(' ')).toMatch(/No measurements were at hand/)
    expect(bare.rows.find(({ label }) => label === 'awq')).toMatchObject({ A: 'unknown', dA: null })
  })

  it('is as printed unless asked', () => {
    const printed = unwrap(CAP_FIGURE_1.compute(unwrap(readSettings(CAP_FIGURE_1.parameters, {}))))
    expect(printed.rows.every(({ basis }) => basis === 'as printed')).toBe(true)
  })
})
