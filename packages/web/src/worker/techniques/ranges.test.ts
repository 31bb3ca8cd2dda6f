/** Intervals of an answer with techniques: of every number its times make, and none on the roofline. */
import {
  type CapAnswer,
  deskOf,
  findAccelerator,
  findModel,
  parseSelection,
  type Question,
  type Result,
  scenarioOf,
} from '@capline/core'
import { describe, expect, it } from 'vitest'
import { effectAt } from './effect.ts'
import { answerRanges, goalRange } from './ranges.ts'

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

function asked(question: Question, techniques: string) {
  const model = findModel('llama-3.1-8b')?.spec
  const accelerator = findAccelerator('h100-sxm')
  if (!model || !accelerator) throw new Error('catalogue')
  const load = { batch: 8, prompt: 4096, output: 128, price: 2, ...question }
  const desk = unwrap(deskOf(unwrap(scenarioOf(load, model, accelerator))))
  const selection = unwrap(parseSelection(techniques))
  const answer = unwrap(desk.evaluate(selection))
  return { desk, selection, answer }
}

const valuesOf = ({ performance: { values } }: CapAnswer) => ({
  ttft: values.ttftS,
  tpot: values.tpotS,
  e2e: values.e2eS,
  throughput: values.outputTokensPerS,
  cost: values.priceUsdPerMillionOutputTokens,
  energy: values.energyJPerToken,
})

describe('an answer with techniques', () => {
  it.each(['w4', 'h2o:budget=0.2', 'medusa'])('%s has both ends of every number made of time', (techniques) => {
    const { answer } = asked({ basis: 'calibrated' }, techniques)
    const ranges = answerRanges(answer)
    for (const [id, value] of Object.entries(valuesOf(answer))) {
      const ends = ranges?.[id as keyof typeof ranges]
      expect(ends?.low, id).toBeLessThan(value ?? 0)
      expect(ends?.high, id).toBeGreaterThan(value ?? Number.POSITIVE_INFINITY)
    }
  })

  it('shows them in the table beside the baseline, and in a ranked line of the goal', () => {
    const { desk, selection, answer } = asked({ basis: 'calibrated' }, 'w4')
    const ranged = effectAt(desk, selection, answer).rows.filter((row) => row.baselineRange && row.valueRange)
    expect(ranged.map(({ label }) => label)).toEqual([
      'Time to first token',
      'Time per output token',
      'Whole answer',
      'Output tokens per second',
      'Price per million output tokens',
      'Energy per output token',
    ])
    for (const goal of ['tpot', 'ttft', 'throughput', 'cost'] as const) expect(goalRange(goal, answer)).toMatch(/–/)
    for (const goal of ['context', 'memory'] as const) expect(goalRange(goal, answer)).toBeUndefined()
  })

  it('is a floor on the roofline', () => {
    const { desk, selection, answer } = asked({}, 'w4')
    expect(answerRanges(answer)).toBeUndefined()
    expect(goalRange('tpot', answer)).toBeUndefined()
    for (const row of effectAt(desk, selection, answer).rows)
      expect(row.valueRange ?? row.baselineRange).toBeUndefined()
  })
})
