/** Priced answers say what they rest on: badge, intervals that enclose their value, warnings, collectives, bands. */
import { describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { findModel } from '../catalog/models/index.ts'
import { analyzeBench } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { type Question, scenarioOf } from '../scenario/question.ts'
import { unwrap as value } from '../scenario/scenario.testkit.ts'
import { answersOf, fitOf } from './answers.ts'
import { basisBadge, CAUTIONS, intervalText, operatorMarks, rangeMarks, requestRange } from './basis.ts'
import { compareAnalyses } from './compare.ts'
import { curveOf } from './curve.ts'
import { explainNumber } from './explainNumber.ts'
import { type GraphPhase, networkGraph } from './graph.ts'
import { operatorSheet } from './operatorSheet.ts'

const LOAD: Question = { batch: 16, prompt: 2048, output: 200 }
const PRICED: Question = { ...LOAD, basis: 'calibrated', engine: 'vllm' }

function ask(question: Question, count?: number, name = 'llama-3.1-8b', on = 'h100-sxm') {
  const model = findModel(name)?.spec
  const accelerator = findAccelerator(on)
  if (!model || !accelerator) throw new Error('the catalogue lacks a row')
  const scenario = value(scenarioOf(question, model, accelerator, count))
  const bench = value(prepare(scenario))
  const analysis = analyzeBench(bench)
  return { model, accelerator, bench, analysis, fit: fitOf(bench, analysis) }
}

describe('the basis beside numbers', () => {
  it('is a floor without intervals, or an estimate of an engine with one on every number made of time', () => {
    const floor = ask(LOAD)
    expect(basisBadge(floor.analysis).text).toBe('roofline: a floor')
    expect(answersOf(floor.analysis, floor.fit).tiles.some((tile) => tile.range)).toBe(false)
    const priced = ask(PRICED)
    expect(basisBadge(priced.analysis).text).toBe('calibrated, vLLM, 80 % interval')
    const { tiles } = answersOf(priced.analysis, priced.fit)
    const ranged = tiles.filter((tile) => tile.range).map((tile) => tile.id)
    expect(ranged).toEqual(['ttft', 'tpot', 'e2e', 'throughput', 'energy', 'price'])
    for (const tile of tiles) expect(tile.note ?? '').not.toContain(tile.range ?? 'nothing')
  })

  it('encloses every value, and the whole request lies between its parts', () => {
    const { analysis } = ask(PRICED)
    const { request } = analysis
    const whole = requestRange(analysis)
    for (const [range, timeS] of [
      [request.ttftRange, request.ttftS],
      [request.tpotRange, request.tpotS],
      [whole, request.e2eS],
    ] as const) {
      expect(range?.low).toBeLessThan(timeS ?? 0)
      expect(range?.high).toBeGreaterThan(timeS ?? 0)
    }
    const steps = 199
    expect(whole?.low).toBeCloseTo((request.ttftRange?.low ?? 0) + steps * (request.tpotRange?.low ?? 0), 9)
  })

  it('names what is borrowed or extrapolated with its share, once where both are the same time', () => {
    const range = { low: 1, high: 2, borrowedShare: 0.2, extrapolatedShare: 0.4 }
    expect(rangeMarks(range).map((mark) => mark.text)).toEqual(['20 % borrowed', '40 % extrapolated'])
    expect(rangeMarks({ ...range, borrowedShare: 1 }).map((mark) => mark.text)).toEqual([
      'borrowed',
      '40 % extrapolated',
    ])
    expect(rangeMarks({ ...range, borrowedShare: 0.4 }).map((mark) => mark.text)).toEqual([
      '40 % borrowed and extrapolated',
    ])
    expect(rangeMarks({ ...range, borrowedShare: 0.01, extrapolatedShare: 0.01 })).toEqual([])
    expect(operatorMarks({ borrowed: true, extrapolated: false })).toEqual([
      { id: 'borrowed', text: 'borrowed', help: CAUTIONS.borrowed },
    ])
    const { analysis } = ask(PRICED, undefined, 'llama-3.1-8b', 'l4')
    expect(rangeMarks(requestRange(analysis)).map((mark) => mark.id)).toContain('borrowed')
  })

  it('writes a unit once', () => {
    expect(intervalText(0.0061, 0.0074)).toBe('6.1 to 7.4 ms')
    expect(intervalText(0.9, 1.1)).toBe('900 ms to 1.1 s')
  })

  it('explains itself, and its intervals', () => {
    const { bench, analysis, fit } = ask(PRICED)
    const input = { bench, analysis, memory: analysis.memory, fit, count: 1 }
    expect(value(explainNumber(input, 'basis')).title).toContain('80 % interval')
    const terms = value(explainNumber(input, 'ttft')).terms
    expect(terms.find((term) => term.label === 'interval')?.value).toMatch(/ to /)
    expect(value(explainNumber(input, 'ttft')).formulas[0]?.symbols).toContain('kernels')
  })

  it('stands in comparisons', () => {
    const comparison = compareAnalyses([ask(LOAD), ask(PRICED)])
    const row = comparison.answers.find((one) => one.explains === 'tpot')
    expect(row?.cells.map((cell) => cell.range !== undefined)).toEqual([false, true])
    expect(comparison.asked.find((one) => one.label === 'Basis')?.cells[1]?.text).toContain('vLLM')
  })
})

describe('priced networks', () => {
  it.each([
    ['one accelerator', undefined],
    ['tensor parallel', 4],
  ] as const)('account for the whole time, %s, with intervals on every node', (_, count) => {
    const { bench, analysis } = ask(PRICED, count)
    const whole: Record<GraphPhase, number> = {
      prefill: analysis.prefill.timeS,
      decode: analysis.decode?.timeS ?? 0,
      request: analysis.request.e2eS,
    }
    for (const phase of ['prefill', 'decode', 'request'] as const) {
      const graph = networkGraph(bench, analysis, phase)
      const sum = graph.groups.reduce((total, group) => total + group.timeS, graph.outsideS ?? 0)
      expect(Math.abs(sum / whole[phase] - 1), phase).toBeLessThan(0.01)
      for (const node of graph.groups.flatMap((group) => group.nodes)) {
        if (node.kind === 'port' || node.timeS === 0) continue
        expect(node.range?.low, node.id).toBeLessThanOrEqual(node.timeS * (1 + 1e-9))
        expect(node.range?.high, node.id).toBeGreaterThanOrEqual(node.timeS * (1 - 1e-9))
      }
    }
  })

  it.each(['roofline', 'calibrated'] as const)('show a collective in full, %s', (basis) => {
    const { bench, analysis } = ask({ ...LOAD, basis }, 4)
    const graph = networkGraph(bench, analysis, 'decode')
    const layer = graph.groups.find((group) => group.part === 'layer')
    const node = layer?.nodes.find((one) => one.kind === 'collective')
    const sheet = value(operatorSheet(bench, analysis, 'decode', layer?.index ?? -1, node?.id ?? ''))
    const [phase] = sheet.phases
    const fact = (label: string) => phase?.facts.find((one) => one.label === label)?.value
    expect(phase?.bound).toBe('link')
    expect(fact('Collective')).toBe('all-reduce of 4 ranks')
    // 16 tokens of 4,096 values in 16 bit; a ring sends 2 · 3/4 of it.
    expect(fact('Message')).toBe('128 KiB')
    expect(fact('Leaves one rank')).toBe('192 KiB')
    expect(fact('Algorithm') !== undefined).toBe(basis === 'calibrated')
    expect(phase?.formulas[0]?.symbols).toBe('message · 2 · (n − 1) / n')
  })

  it('tell the floor from the estimate on the sheet of a product', () => {
    const { bench, analysis } = ask(PRICED)
    const layer = networkGraph(bench, analysis, 'decode').groups.find((group) => group.part === 'layer')
    const sheet = value(operatorSheet(bench, analysis, 'decode', layer?.index ?? -1, 'down_proj'))
    const formulas = sheet.phases[0]?.formulas.map((formula) => formula.of) ?? []
    expect(formulas.slice(-2)).toEqual(['floor', 'time'])
  })
})

describe('curves around several accelerators', () => {
  it('keep the layout while a load is varied, with a band where kernels are priced', () => {
    const { model, accelerator, analysis } = ask(PRICED, 4)
    const chart = value(curveOf(PRICED, model, accelerator, 'batch', 'tpot', analysis.layout))
    const [line] = chart.lines
    const here = line?.points.find(([x]) => x === 16)?.[1] ?? 0
    expect(here / (analysis.request.tpotS ?? 1)).toBeCloseTo(1, 9)
    expect(line?.band).toHaveLength(line?.points.length ?? -1)
    for (const [i, [x, low, high]] of (line?.band ?? []).entries()) {
      const [at, y] = line?.points[i] ?? [0, 0]
      expect(x).toBe(at)
      expect(low).toBeLessThan(y)
      expect(high).toBeGreaterThan(y)
    }
    const floor = value(curveOf(LOAD, model, accelerator, 'batch', 'tpot', analysis.layout))
    expect(floor.lines[0]?.band).toBeUndefined()
  })

  it('vary one axis alone, and the ways to share a count', () => {
    const { model, accelerator, analysis } = ask(LOAD, 4)
    const tp = value(curveOf(LOAD, model, accelerator, 'tp', 'tpot', analysis.layout))
    expect(tp.lines[0]?.points.map(([x]) => x).slice(0, 4)).toEqual([1, 2, 4, 8])
    const ways = value(curveOf(LOAD, model, accelerator, 'layout', 'throughput', analysis.layout))
    expect(ways.x.names).toEqual(['auto', 'tensor', 'pipeline', 'data'])
    const both = value(curveOf(PRICED, model, accelerator, 'basis', 'tpot', analysis.layout))
    expect(both.marks.map((mark) => mark.interval !== undefined)).toEqual([false, true])
  })
})
