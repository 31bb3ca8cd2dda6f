import { describe, expect, it } from 'vitest'
import { findModel } from '../catalog/models/index.ts'
import { ONE_ACCELERATOR } from '../layout/layout.ts'
import { analyzeBench } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { device, LLAMA_2_7B, testScenario, unwrap as value } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { answersOf, fitOf } from './answers.ts'
import type { Point } from './chart.ts'
import { compareAnalyses } from './compare.ts'
import { CURVE_FIELDS, CURVE_QUANTITIES, curveOf, findKnee } from './curve.ts'
import { explainNumber } from './explainNumber.ts'
import { networkGraph } from './graph.ts'
import { operatorSheet } from './operatorSheet.ts'

function ask(change: Partial<Scenario> = {}) {
  const bench = value(prepare(testScenario({ kernel: 'flash', ...change })))
  const analysis = analyzeBench(bench)
  return { bench, analysis, fit: fitOf(bench, analysis) }
}

const hybrid = () => {
  const model = findModel('qwen3-next-80b')?.spec
  if (!model) throw new Error('the catalogue has no hybrid')
  return model
}

describe('the answers of a question', () => {
  it('come first with the inverse ones, and say where a limit is crossed', () => {
    const { analysis, fit } = ask({ workload: { ...DEFAULT_WORKLOAD, batchSize: 64, promptTokens: 4000 } })
    const answers = answersOf(analysis, fit)
    expect(answers.verdict).toBe('too-big')
    expect(answers.tiles.slice(0, 3).map((tile) => tile.id)).toEqual(['maxContext', 'maxUsers', 'cheapest'])
    expect(answers.tiles[0]?.alarm).toBe(true)
    const users = fit.ok ? fit.value.maxUsers : 0
    expect(answers.tiles[1]?.value).toBe(String(users))
  })

  it('share memory and work over several accelerators, and say how', () => {
    const alone = ask().analysis
    const { analysis, fit } = ask({ layout: { ...ONE_ACCELERATOR, tp: 4 }, accelerator: device('a100-sxm-80gb') })
    const shared = answersOf(analysis, fit)
    expect(analysis.memory.weightBytes).toBeLessThan(alone.memory.weightBytes / 3)
    expect(shared.title).toContain('4 × ')
    expect(shared.headline).toMatch(/on each$/)
    expect(shared.notes[0]).toContain('TP 4')
    expect(analysis.decode?.groups.flatMap((g) => g.operators.map((o) => o.operator.kind))).toContain('collective')
  })

  it('explain every number they show', () => {
    const { bench, analysis, fit } = ask()
    const answers = answersOf(analysis, fit)
    const input = { bench, analysis, memory: analysis.memory, fit, count: 1 }
    for (const { id } of [...answers.tiles, ...answers.bar.segments]) {
      const explanation = value(explainNumber(input, id))
      expect(explanation.formulas.length + explanation.terms.length, id).toBeGreaterThan(0)
      expect(JSON.stringify(explanation)).not.toMatch(/NaN|undefined|Infinity/)
    }
    expect(explainNumber(input, 'constructor').ok).toBe(false)
  })
})

describe('the sheet of an operator', () => {
  it('puts the numbers into the formula', () => {
    const { bench, analysis } = ask()
    const sheet = value(operatorSheet(bench, analysis, 'prefill', 1, 'q_proj'))
    expect(sheet.phases[0]?.formulas[0]).toEqual({
      of: 'matrix work',
      symbols: '2 · m · k · n',
      numbers: '2 · 2048 · 4096 · 4096 = 68.7 Gflop',
    })
    expect(sheet.phases[0]?.bytes.reduce((sum, role) => sum + role.share, 0)).toBeCloseTo(1, 12)
  })

  it('exists for every operator of a hybrid, in every phase', () => {
    const { bench, analysis } = ask({ model: hybrid(), accelerator: device('b200') })
    for (const phase of ['prefill', 'decode', 'request'] as const) {
      for (const group of networkGraph(bench, analysis, phase).groups) {
        for (const node of group.nodes.filter((one) => one.kind !== 'port')) {
          const sheet = value(operatorSheet(bench, analysis, phase, group.index, node.id))
          expect(sheet.phases.length, node.id).toBeGreaterThan(0)
          expect(JSON.stringify(sheet), node.id).not.toMatch(/NaN|undefined/)
        }
      }
    }
    expect(operatorSheet(bench, analysis, 'decode', 99, 'q_proj').ok).toBe(false)
  })
})

describe('a curve', () => {
  const a6000 = device('rtx-a6000')

  it('of every quantity over every field is drawn or says why not', () => {
    for (const over of CURVE_FIELDS) {
      for (const quantity of Object.keys(CURVE_QUANTITIES)) {
        const chart = curveOf({ batch: 4, prompt: 1024 }, LLAMA_2_7B, a6000, over, quantity)
        if (!chart.ok) expect(chart.problem.remedy).not.toBe('')
        else expect(JSON.stringify(chart.value)).not.toMatch(/NaN|undefined/)
      }
    }
    expect(curveOf({}, LLAMA_2_7B, a6000, 'batch', 'constructor').ok).toBe(false)
    expect(curveOf({}, LLAMA_2_7B, a6000, 'convention', 'ttft').ok).toBe(false)
  })

  it('marks the last batch that fits, exactly', () => {
    const question = { prompt: 2048, output: 128 }
    const chart = value(curveOf(question, LLAMA_2_7B, a6000, 'batch', 'throughput'))
    const limit = chart.rules.find((rule) => rule.tone === 'limit')?.at ?? 0
    const fits = (batchSize: number) =>
      ask({ workload: { ...DEFAULT_WORKLOAD, batchSize, ...{ promptTokens: 2048 } } }).analysis.memory.fits
    expect(fits(limit)).toBe(true)
    expect(fits(limit + 1)).toBe(false)
  })

  it('has its knee where the elasticity is one half', () => {
    const saturating = Array.from({ length: 60 }, (_, i): Point => {
      const x = 2 ** (i / 4)
      return [x, x / (1 + x / 64)]
    })
    // d ln y / d ln x = 1 / (1 + x / 64), one half at 64.
    expect(findKnee(saturating)).toBeCloseTo(64, 0)
    expect(
      findKnee([
        [1, 1],
        [2, 2],
        [4, 4],
      ]),
    ).toBeUndefined()
  })
})

describe('a comparison', () => {
  it('gives differences and ratios to the first, and the bytes behind them', () => {
    const first = { ...ask(), count: 1 }
    const second = { ...ask({ precision: { weights: 'int4' } }), count: 1 }
    const { asked, answers, why } = compareAnalyses([first, second])
    expect(asked.map((row) => row.label)).toEqual(['Model', 'Accelerator', 'Weights format'])
    const weights = answers.find((row) => row.label === 'Weights')?.cells[1]
    expect(weights?.better).toBe(true)
    expect(Number.parseFloat(weights?.ratio ?? '')).toBeLessThan(0.35)
    expect(why[0]?.lines.join(' ')).toMatch(/A decode step is \d.*faster.*weights .* → /)
    expect(answers[0]?.cells.map((cell) => cell.text)).toEqual(['fits', 'fits'])
  })
})
