/** Narrow formats: what the accelerator lacks is said, and what would make products narrow too. */
import { describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { findModel } from '../catalog/models/index.ts'
import { analyzeBench } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { type Question, scenarioOf } from '../scenario/question.ts'
import { formatNotes } from './formatNotes.ts'

function notes(on: string, question: Question): string[] {
  const model = findModel('qwen3-8b')
  const accelerator = findAccelerator(on)
  if (!model || !accelerator) throw new Error(on)
  const scenario = scenarioOf(question, model.spec, accelerator)
  if (!scenario.ok) throw new Error(scenario.problem.reason)
  const bench = prepare(scenario.value)
  if (!bench.ok) throw new Error(bench.problem.reason)
  return formatNotes(analyzeBench(bench.value))
}

const both = (format: 'fp8' | 'nvfp4' | 'int8') => ({ weights: format, activations: format }) as const

describe('notes on formats', () => {
  it.each([
    ['a100-sxm-80gb', 'fp8', 'FP8'],
    ['h100-sxm', 'nvfp4', 'FP4'],
    ['l40s', 'nvfp4', 'FP4'],
    ['rtx-4090', 'nvfp4', 'FP4'],
  ] as const)('%s has no matrix rate for %s, and the products are priced as weight-only', (on, format, name) => {
    const [note = ''] = notes(on, { ...both(format), basis: 'calibrated' })
    expect(note).toContain(`has no ${name} matrix rate`)
    expect(note).toContain('16 bit, by weight-only kernels')
    expect(notes(on, both(format))[0]).toContain(`has no ${name} matrix rate`)
  })

  it('say nothing where the format is the device’s own, or everything is in 16 bit', () => {
    expect(notes('h100-sxm', { ...both('fp8'), basis: 'calibrated' })).toEqual([])
    expect(notes('b200', { ...both('nvfp4'), basis: 'calibrated' })).toEqual([])
    expect(notes('a100-sxm-80gb', { ...both('int8'), basis: 'calibrated' })).toEqual([])
    expect(notes('h100-sxm', {})).toEqual([])
  })

  it('hint at narrow inputs where the device multiplies in the format of the weights', () => {
    expect(notes('h100-sxm', { weights: 'fp8', activations: 'bf16' })[0]).toContain(
      '--activations fp8 for 8-bit products',
    )
    expect(notes('b200', { weights: 'nvfp4', activations: 'bf16' })[0]).toContain('--activations nvfp4')
    expect(notes('a100-sxm-80gb', { weights: 'fp8', activations: 'bf16' })).toEqual([])
    expect(notes('h100-sxm', { weights: 'int4' })).toEqual([])
  })
})
