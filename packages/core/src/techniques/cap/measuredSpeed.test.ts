/** Measured speeds: the suite's overall figure, contradictions said, and rows set so that they yield what was measured. */
import { describe, expect, it } from 'vitest'
import { TECHNIQUE_ROWS, techniqueById } from '../catalog/index.ts'
import { answerTo, RECORDS, testDesk } from './cap.testkit.ts'
import { measuredSpeedOf, measuredSpeedWords, type SpeedAsked, speedNear } from './measuredSpeed.ts'
import { memberOf } from './selection.ts'

const speedOf = (id: string) => {
  const row = techniqueById(id)
  if (!row) throw new Error(id)
  return measuredSpeedOf(RECORDS, memberOf(row))
}

describe('measured speed', () => {
  it('of lookahead decoding is 1.13 to 1.34 times, far from what a formula makes of it', () => {
    const found = speedOf('lookahead-decoding')
    expect(found?.low).toBe(1.13)
    expect(found?.records.every(({ benchmark }) => !/spec-bench\/(?!overall)/.test(benchmark))).toBe(true)
  })

  const asked: SpeedAsked = { model: 'llama-3.1-8b', accelerator: 'NVIDIA H100 SXM 80 GB', accelerators: 1, batch: 1 }
  const wordsOf = (id: string, change: Partial<SpeedAsked>, modelled?: number) => {
    const row = techniqueById(id)
    const near = row && speedNear(RECORDS, memberOf(row), { ...asked, ...change })
    return near ? measuredSpeedWords(near, modelled) : undefined
  }

  it('on another model or device is said with its conditions and contradicts nothing', () => {
    const words = wordsOf('lookahead-decoding', {}, 4.4)
    expect(words).toMatch(/^measured elsewhere \(spec-bench; batch 1; vicuna-7b-v1\.3.*\): 1\.13× to 1\.34×$/)
    expect(words).not.toContain('modelled')
  })

  it('of the conditions asked for is compared with the model of costs', () => {
    const here = { model: 'vicuna-7b-v1.3', accelerator: 'NVIDIA A100 SXM 80 GB' }
    expect(wordsOf('lookahead-decoding', here, 4.4)).toMatch(
      /^measured 1\.\d+×, less than the 4\.4× modelled \(spec-bench/,
    )
    expect(wordsOf('lookahead-decoding', here, 1.4)).toMatch(/^measured 1\.\d+× \(spec-bench/)
    // At a larger batch, on several devices, or as a part of more it is not.
    expect(wordsOf('lookahead-decoding', { ...here, batch: 8 }, 4.4)).toContain('measured elsewhere')
    expect(wordsOf('lookahead-decoding', { ...here, accelerators: 4 }, 4.4)).toContain('measured elsewhere')
    expect(wordsOf('lookahead-decoding', here)).not.toContain('modelled')
  })

  it('is that of the nearest load, and a bound stays a bound', () => {
    expect(wordsOf('speculative-decoding', {}, 1.57)).toBe(
      'measured elsewhere (vllm-token-generation; 1 request/s; llama-3-70b; 4x H100; E01625): at most 1.5×',
    )
    expect(wordsOf('speculative-decoding', { batch: 128 }, 1.57)).toMatch(/high load.*E01627\): 0\.714×$/)
    const here = { model: 'llama-3-70b', accelerators: 4 }
    expect(wordsOf('speculative-decoding', here, 1.57)).toMatch(/^measured at most 1\.5× \(/)
    expect(wordsOf('speculative-decoding', here, 2)).toMatch(/^measured at most 1\.5×, less than the 2× modelled \(/)
  })

  it('is absent where nobody measured it', () => {
    expect(speedOf('jacobi-gs-parallel')).toBeUndefined()
  })
})

describe('tokens a pass', () => {
  it('of rows that cite a record are the record’s', () => {
    const desk = testDesk()
    let cited = 0
    for (const { id, notes } of TECHNIQUE_ROWS) {
      const [, tokens, record] = /yields ([\d.]+) tokens, .*record (E\d+)\)/.exec(notes.join(' ')) ?? []
      if (!record) continue
      cited++
      const found = RECORDS.find((one) => one.id === record)
      expect(found, id).toMatchObject({ metric: 'accepted-tokens', value: Number(tokens) })
      const { tokensPerPass } = answerTo(desk, id).plan.decoding
      expect(Math.abs(tokensPerPass / Number(tokens) - 1), id).toBeLessThan(0.005)
    }
    expect(cited).toBe(7)
  })
})
