/** Where kernels are priced, no number made of time stands without its interval: tables, layouts, remedies, comparisons. */
import { describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { findModel } from '../catalog/models/index.ts'
import { analyzeBench } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { explain } from '../scenario/explain.ts'
import { rankLayouts } from '../scenario/layouts.ts'
import { type Question, scenarioOf } from '../scenario/question.ts'
import { requestRanges } from '../scenario/ranges.ts'
import { unwrap as value } from '../scenario/scenario.testkit.ts'
import { fitOf } from './answers.ts'
import { compareAnalyses } from './compare.ts'
import { networkGraph } from './graph.ts'
import { layoutRows } from './layouts.ts'
import { analysisMarkdown } from './markdown.ts'
import { groupTable, operatorColumns } from './operators.ts'
import { phaseRows } from './rows.ts'

function ask(question: Question, count?: number) {
  const model = findModel('llama-3.1-8b')?.spec
  const accelerator = findAccelerator('h100-sxm')
  if (!model || !accelerator) throw new Error('the catalogue lacks a row')
  const scenario = value(scenarioOf({ batch: 16, output: 200, price: 2, ...question }, model, accelerator, count))
  const bench = value(prepare(scenario))
  const analysis = analyzeBench(bench)
  return { scenario, bench, analysis, fit: fitOf(bench, analysis) }
}

const priced = ask({ basis: 'calibrated' })
const floor = ask({})
const RANGE = /^[\d.$]+( \S+)?–[\d.$]+( \S+)?$/

describe('the operator table', () => {
  it('has a column of intervals, for totals too, and none on the roofline', () => {
    const titles = (of: typeof floor) => operatorColumns(of.analysis).map(({ id }) => id)
    expect(titles(floor)).not.toContain('interval')
    const ids = titles(priced)
    expect(ids.indexOf('interval')).toBe(ids.indexOf('time') + 1)
    const column = operatorColumns(priced.analysis).find(({ id }) => id === 'interval')
    for (const { groups } of phaseRows(priced.analysis)) {
      for (const group of groups) {
        expect(group.lowS).toBeLessThan(group.timeS)
        expect(group.highS).toBeGreaterThan(group.timeS)
        for (const row of groupTable(group)) expect(column?.text(row)).toMatch(RANGE)
      }
    }
    expect(analysisMarkdown(priced.analysis)).toContain('80 % interval |')
    expect(analysisMarkdown(floor.analysis)).not.toContain('80 % interval |')
  })
})

describe('layouts', () => {
  it('carry the ends of every number made of time', () => {
    const two = ask({ basis: 'calibrated' }, 2)
    const choices = rankLayouts(two.scenario, 2)
    for (const choice of choices) {
      for (const id of ['ttft', 'tpot', 'throughput', 'price'] as const) {
        expect(choice.ranges?.[id]?.low, id).toBeGreaterThan(0)
      }
    }
    for (const row of layoutRows(choices, two.analysis)) {
      for (const id of ['ttft', 'tpot', 'throughput', 'price'] as const) expect(row.ranges?.[id], id).toMatch(RANGE)
    }
    const bare = ask({}, 2)
    const [plain] = layoutRows(rankLayouts(bare.scenario, 2), bare.analysis)
    expect(plain?.ranges).toBeUndefined()
  })
})

describe('remedies', () => {
  it('say both ends of what they would take', () => {
    const remedies = explain(priced.analysis).flatMap((one) => one.remedies)
    expect(remedies.length).toBeGreaterThan(0)
    for (const { text, afterS, afterRange } of remedies) {
      expect(afterRange?.low).toBeLessThan(afterS)
      expect(afterRange?.high).toBeGreaterThan(afterS)
      expect(text.match(/\([\d.]+.*?–.*?\)/g), text).toHaveLength(2)
    }
    for (const { text, afterRange } of explain(floor.analysis).flatMap((one) => one.remedies)) {
      expect(afterRange).toBeUndefined()
      expect(text).not.toContain('–')
    }
  })
})

describe('scenarios side by side', () => {
  it('have intervals on throughput, price and energy as well', () => {
    const { answers } = compareAnalyses([priced, priced])
    const ranged = answers.filter((row) => row.cells.every((cell) => cell.range)).map((row) => row.explains)
    expect(ranged).toEqual(['ttft', 'tpot', 'e2e', 'throughput', 'price', 'energy'])
  })
})

describe('the network', () => {
  it('has them on a whole pass, the request, and every kind of layer', () => {
    for (const phase of ['prefill', 'decode', 'request'] as const) {
      const graph = networkGraph(priced.bench, priced.analysis, phase)
      expect(graph.range?.low).toBeLessThan(graph.timeS)
      expect(graph.range?.high).toBeGreaterThan(graph.timeS)
      for (const group of graph.groups) {
        expect(group.range?.low).toBeLessThan(group.timeS)
        expect(group.range?.high).toBeGreaterThan(group.timeS)
      }
      expect(networkGraph(floor.bench, floor.analysis, phase).range).toBeUndefined()
    }
  })
})

describe('of a request', () => {
  it('rates fall as the time grows, price and energy grow with it', () => {
    const { request } = priced.analysis
    const ranges = requestRanges(priced.analysis)
    const span = (ranges?.e2e?.high ?? 0) / request.e2eS
    expect((ranges?.throughput?.low ?? 0) * span).toBeCloseTo(request.outputTokensPerS, 6)
    expect((ranges?.price?.high ?? 0) / span).toBeCloseTo(request.priceUsdPerMillionOutputTokens ?? 0, 9)
    expect((ranges?.energy?.high ?? 0) / span).toBeCloseTo(request.energyPerOutputTokenJ ?? 0, 9)
    expect(requestRanges(floor.analysis)).toBeUndefined()
  })
})
