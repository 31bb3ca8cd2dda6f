/** What every form of output is made of: rows, summary, JSON, Markdown, charts, model sheets. */
import { beforeAll, describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { importHfConfig } from '../importers/hf/index.ts'
import { type Analysis, analyzeBench } from '../scenario/analyze.ts'
import { type Bench, prepare } from '../scenario/bench.ts'
import { type Question, scenarioOf } from '../scenario/question.ts'
import type { Result } from '../units/result.ts'
import { curveCharts } from './curveCharts.ts'
import { analysisJson } from './json.ts'
import { analysisMarkdown } from './markdown.ts'
import { modelSheet } from './modelSheet.ts'
import { operatorCsv } from './operators.ts'
import { rooflineChart } from './rooflineChart.ts'
import { operatorRows, phaseRows } from './rows.ts'
import { summarize } from './summary.ts'

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.path}: ${result.problem.reason}`)
  return result.value
}

const MODEL = must(
  importHfConfig(
    {
      model_type: 'llama',
      hidden_size: 4096,
      intermediate_size: 11008,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 32,
      vocab_size: 32000,
      max_position_embeddings: 4096,
      torch_dtype: 'float16',
      tie_word_embeddings: false,
    },
    { name: 'test/llama' },
  ),
)

function ask(question: Question, on = 'rtx-a6000'): { bench: Bench; analysis: Analysis } {
  const accelerator = findAccelerator(on)
  if (!accelerator) throw new Error(on)
  const bench = must(prepare(must(scenarioOf(question, MODEL, accelerator))))
  return { bench, analysis: analyzeBench(bench) }
}

let small: ReturnType<typeof ask>
let large: ReturnType<typeof ask>
beforeAll(() => {
  small = ask({})
  large = ask({ batch: 128 })
})

describe('rows', () => {
  it('add up to the phases', () => {
    for (const { phase, groups } of phaseRows(small.analysis)) {
      expect(groups.reduce((sum, group) => sum + group.timeS, 0)).toBeCloseTo(phase.timeS, 12)
      const shares = groups.flatMap((group) => group.operators.map((row) => row.share))
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    }
  })

  it('fill one CSV line each', () => {
    const lines = operatorCsv(operatorRows(small.analysis)).trimEnd().split('\n')
    expect(lines.length).toBe(1 + operatorRows(small.analysis).length)
  })
})

describe('summarize', () => {
  it('says what fits and by how much', () => {
    expect(summarize(small.analysis).headline).toMatch(/^Fits: 1 sequence of 2,176 tokens needs .* of 48 GiB, .* free$/)
    expect(summarize(large.analysis).headline).toMatch(
      /^Does not fit: 128 sequences of 2,176 tokens need .* more than the 48 GiB/,
    )
  })

  it('fills the memory bar', () => {
    for (const { analysis } of [small, large]) {
      const { segments, totalBytes, capacityBytes } = summarize(analysis).memory
      const sum = segments.reduce((total, segment) => total + segment.bytes, 0)
      expect(sum / Math.max(totalBytes, capacityBytes ?? 0)).toBeCloseTo(1, 9)
    }
  })

  it('says when there is no price, and when there is', () => {
    const price = (question: Question) => summarize(ask(question).analysis).facts.find((fact) => fact.label === 'Price')
    expect(price({})).toMatchObject({ value: 'no sourced price', note: 'give --price' })
    expect(price({ price: 1 })?.value).toMatch(/^\$/)
  })

  it('names the sources of the figures it used', () => {
    const { sources } = summarize(small.analysis)
    expect(sources.length).toBeGreaterThan(0)
    expect(sources.map((source) => source.text).join()).toContain('memory bandwidth')
  })
})

describe('JSON and Markdown', () => {
  it('holds plain finite numbers, nulls for what is not known', () => {
    const text = JSON.stringify(analysisJson(small.analysis))
    expect(JSON.parse(text)).toEqual(analysisJson(small.analysis))
    expect(JSON.parse(text).request.priceUsdPerMillionOutputTokens).toBeNull()
  })

  it('writes a table per layer kind and phase', () => {
    const tables = analysisMarkdown(small.analysis).match(/^\| :--- \|/gm)?.length
    expect(tables).toBe(phaseRows(small.analysis).flatMap((rows) => rows.groups).length)
  })
})

describe('charts', () => {
  it('puts every operator on or under its roof, inside the axes', () => {
    const { x, y, marks, lines } = rooflineChart(small.analysis)
    expect(marks.length).toBeGreaterThan(4)
    for (const mark of marks) {
      expect(mark.x).toBeGreaterThanOrEqual(x.domain[0])
      expect(mark.x).toBeLessThanOrEqual(x.domain[1])
      expect(mark.y).toBeGreaterThanOrEqual(y.domain[0])
      expect(mark.y).toBeLessThanOrEqual(y.domain[1])
      expect(mark.size).toBeLessThanOrEqual(1)
    }
    expect(lines.map((line) => line.label).join()).toContain('768 GB/s')
  })

  it('marks the batch that memory allows: it fits, one more does not', () => {
    const rule = curveCharts(small.bench, small.analysis)[0]?.rules.find(({ tone }) => tone === 'limit')
    const limit = rule?.at ?? 0
    expect(ask({ batch: limit }).analysis.memory.fits).toBe(true)
    expect(ask({ batch: limit + 1 }).analysis.memory.fits).toBe(false)
  })

  it('draws finite points that rise with the batch', () => {
    for (const { lines } of curveCharts(small.bench, small.analysis)) {
      for (const { points } of lines) {
        const xs = points.map((point) => point[0])
        expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b))
        for (const [, value] of points) expect(Number.isFinite(value)).toBe(true)
      }
    }
  })
})

describe('modelSheet', () => {
  it('tells the numbers of the paper’s model', () => {
    const sheet = modelSheet(MODEL)
    expect(sheet.parameters.total).toBe(6_738_415_616)
    expect(sheet.kvBytesPerToken).toBe(512 * 1024)
    expect(sheet.layerKinds).toEqual([
      expect.objectContaining({ layers: 32, mixer: 'MHA, 32 query and 32 KV heads of 128' }),
    ])
  })
})
