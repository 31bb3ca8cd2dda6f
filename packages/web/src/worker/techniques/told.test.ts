/** Without techniques an answer of the desk says in a comparison what the plain answer says; with them, the desk's own numbers. */
import {
  analyzeBench,
  type Contender,
  compareAnalyses,
  deskOf,
  findAccelerator,
  findModel,
  fitOf,
  formatSeconds,
  parseSelection,
  prepare,
  type Question,
  type Result,
  scenarioOf,
} from '@capline/core'
import { describe, expect, it } from 'vitest'
import { measuredRows } from './compare.ts'
import { toldOf } from './told.ts'

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

function asked(question: Question) {
  const model = findModel('llama-3.1-8b')?.spec
  const accelerator = findAccelerator('h100-sxm')
  if (!model || !accelerator) throw new Error('catalogue')
  const scenario = unwrap(scenarioOf(question, model, accelerator))
  const bench = unwrap(prepare(scenario))
  const analysis = analyzeBench(bench)
  const contender: Contender = { analysis, fit: fitOf(bench, analysis) }
  return { desk: unwrap(deskOf(scenario)), contender }
}

describe('an answer with techniques, in a comparison', () => {
  it.each([
    ['on the roofline', { batch: 16, prompt: 8192, output: 512 }],
    ['with priced kernels', { batch: 4, prompt: 2048, output: 128, basis: 'calibrated' }],
  ])('is the plain one where there are none, %s', (_, question) => {
    const { desk, contender } = asked(question)
    const { answers } = compareAnalyses([contender, { ...contender, told: toldOf(desk.baseline) }])
    for (const { label, cells } of answers) {
      const [plain, told] = cells
      if (told?.text === '–') expect(label).toBe('Bytes of a decode step')
      else expect([label, told?.text]).toEqual([label, plain?.text])
      if (told?.text !== '–') expect([label, told?.range]).toEqual([label, plain?.range])
    }
  })

  it('is the desk’s where there are some', () => {
    const { desk, contender } = asked({ batch: 16, prompt: 8192, output: 512 })
    const answer = unwrap(desk.evaluate(unwrap(parseSelection('h2o:budget=0.2,w4'))))
    const { answers } = compareAnalyses([contender, { ...contender, told: toldOf(answer) }])
    const row = answers.find(({ label }) => label === 'Time per output token')
    expect(row?.cells[1]?.text).toBe(formatSeconds(answer.performance.values.tpotS ?? 0))
    expect(row?.cells[1]).toMatchObject({ better: true })
  })
})

describe('what others measured, in a comparison', () => {
  it('is a row for each technique, empty in columns without it, and never an answer', () => {
    const none = { isWhole: true, sources: 0, grades: '', settings: '' }
    const speed = { low: 1.1, high: 1.4, records: [] }
    const rows = measuredRows([
      { speeds: [] },
      { speeds: [{ ...none, member: 'eagle', speed, sources: 2, grades: 'AB', settings: 'batch 1' }] },
      { speeds: [{ ...none, member: 'w4' }] },
      { speeds: [{ ...none, member: 'w4' }], without: 'could not be loaded' },
    ])
    expect(rows.map(({ label }) => label)).toEqual(['eagle', 'w4'])
    expect(rows[0]?.cells.map(({ text }) => text)).toEqual(['', '1.1× to 1.4×', '', ''])
    expect(rows[0]?.cells[1]).toMatchObject({ range: '2 sources, grade AB', difference: 'batch 1' })
    expect(rows[1]?.cells.map(({ text }) => text)).toEqual(['', '', 'no evidence', 'evidence not loaded'])
  })
})
