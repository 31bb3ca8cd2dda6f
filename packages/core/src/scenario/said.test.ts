/** What a question says is taken as said, or refused by the name it was said under: layouts, nodes, orders, bases. */
import { describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { findModel } from '../catalog/models/index.ts'
import { basisNote } from '../report/notes.ts'
import type { Problem, Result } from '../units/result.ts'
import { type Analysis, analyze } from './analyze.ts'
import { readField } from './fields.ts'
import { type Question, scenarioOf } from './question.ts'

function ask(question: Question, count?: number, name = 'llama-3.1-8b'): Result<Analysis> {
  const model = findModel(name)?.spec
  const accelerator = findAccelerator('h100-sxm')
  if (!model || !accelerator) throw new Error('the catalogue lacks a row')
  const scenario = scenarioOf(question, model, accelerator, count)
  return scenario.ok ? analyze(scenario.value) : scenario
}

function problemOf(result: Result<unknown>): Problem {
  if (result.ok) throw new Error('no problem')
  return result.problem
}

function analysisOf(result: Result<Analysis>): Analysis {
  if (!result.ok) throw new Error(`${result.problem.path}: ${result.problem.reason}`)
  return result.value
}

describe('nodes', () => {
  it('each hold as many accelerators as the next, or are refused with the numbers that do', () => {
    for (const nodes of [3, 5, 6, 7]) {
      const { path, reason, remedy } = problemOf(ask({ tp: 8, nodes }))
      expect(path).toBe('--nodes')
      expect(reason).toContain(`8 accelerators do not divide evenly over ${nodes} nodes`)
      expect(remedy).toBe('Give 1, 2, 4 or 8')
    }
    expect(problemOf(ask({ dp: 4, nodes: 3 })).remedy).toBe('Give 1, 2 or 4')
    expect(problemOf(ask({ nodes: 3 }, 8)).path).toBe('--nodes')
    expect(analysisOf(ask({ tp: 8, nodes: 2 })).fabric?.perNode).toBe(4)
  })
})

describe('a whole layout by its name', () => {
  it('is refused under that name, not under an axis nobody gave', () => {
    const experts = problemOf(ask({ layout: 'expert' }, 4))
    expect(experts.path).toBe('--layout expert')
    expect(experts.reason).toContain('has no experts')
    expect(experts.remedy).toBe('Choose auto, tensor, pipeline or data')
    const heads = problemOf(ask({ layout: 'tensor' }, 3))
    expect(heads.path).toBe('--layout tensor')
    expect(`${heads.reason} ${heads.remedy}`).not.toMatch(/--(tp|ep|pp)/)
    expect(heads.remedy).toContain('--count')
    expect(problemOf(ask({ layout: 'pipeline' }, 64)).remedy).toBe('Give --count at most 32, or --layout auto')
    expect(problemOf(ask({ ep: 4 })).path).toBe('--ep')
  })
})

describe('the order of a context-parallel prompt', () => {
  it('is zigzag by another name: two pieces from both ends balance as stripes do', () => {
    expect(readField('cpOrder', '--cp-order', 'zigzag')).toEqual({ ok: true, value: 'striped' })
    expect(readField('cpOrder', '--cp-order', 'ZigZag')).toEqual({ ok: true, value: 'striped' })
    expect(problemOf(readField('cpOrder', '--cp-order', 'zag')).remedy).toContain('zigzag')
  })
})

describe('the note on the basis', () => {
  it('has a noun for what is extrapolated, also where nothing is borrowed', () => {
    for (const question of [{ basis: 'calibrated' }, { basis: 'calibrated', engine: 'trtllm' }] as const) {
      const analysis = analysisOf(ask(question))
      const { range } = analysis.decode ?? analysis.prefill
      expect(range?.borrowedShare).toBeLessThan(0.005)
      expect(basisNote(analysis)).not.toContain('of it is')
      expect(basisNote(analysis)).toMatch(/% of the time is extrapolated/)
    }
  })

  it('says whose interval an engine has that nobody measured, and counts all of its time as borrowed', () => {
    const own = analysisOf(ask({ basis: 'calibrated', engine: 'llama.cpp' }))
    expect(own.request.tpotRange?.borrowedShare).toBe(1)
    expect(own.request.ttftRange?.borrowedShare).toBe(1)
    expect(basisNote(own)).toContain('nobody measured llama.cpp')
    expect(basisNote(own)).toContain('every measured engine')
    const width = ({ request: { tpotRange: r } }: Analysis) => (r?.high ?? 0) / (r?.low ?? 1)
    for (const engine of ['generic', 'vllm', 'sglang', 'trtllm'] as const) {
      const measured = analysisOf(ask({ basis: 'calibrated', engine }))
      expect(width(own), engine).toBeGreaterThan(width(measured))
      expect(measured.request.tpotRange?.borrowedShare, engine).toBeLessThan(1)
    }
  })
})
