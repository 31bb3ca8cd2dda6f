import { describe, expect, test } from 'vitest'
import type { StepGroup } from '../architecture/extent.ts'
import { engineProfile, engineTime } from '../engine/profile.ts'
import type { EngineConstants } from '../engine/table.ts'
import { calibrateServing, engineTableModule, fitConstants, unseenErrors } from './calibrate.ts'
import type { Sample } from './calibrationPoints.ts'
import { ONE_WORKER, type ServingPoint } from './point.ts'
import { predictServing } from './predict.ts'
import type { StepPricer } from './pricer.ts'

const TRUE: EngineConstants = { exposedS: 1.2e-3, exposedSequenceS: 3e-5, arrivalS: 0.08, queueShare: 0.1 }

/** A machine whose steps take so long per model, and what an engine with the true constants would measure on it. */
function sampleOf(model: string, stepS: number, requests: number, outputTokens: number, off = 1): Sample {
  const kernelS = (groups: readonly StepGroup[]) => groups.reduce((s, g) => s + g.sequences * g.newTokens * 1e-6, stepS)
  const pricer = (constants: EngineConstants): StepPricer => ({
    kernelS,
    kernelRange: () => [1, 1],
    floorS: kernelS,
    heldSequences: () => 1000,
    stepS: (groups) => engineTime(constants).stepS(kernelS(groups), groups),
    profile: { ...engineProfile('vllm'), constants },
  })
  const point: ServingPoint = {
    id: `${model} ${requests} ${outputTokens}`,
    line: 2,
    source: 'points',
    engine: 'vllm',
    engineVersion: '',
    model,
    accelerator: requests > 10 ? 'b200' : 'h100-sxm',
    mode: 'aggregated',
    promptTokens: 2000,
    outputTokens,
    lengthSpread: 0.2,
    load: { kind: 'concurrency', requests },
    client: 'server',
    layout: ONE_WORKER,
    formats: {},
    measured: {},
    columns: {},
  }
  const own = pricer(TRUE)
  const { tpotS = 0, ttftS = 0 } = predictServing(point, { prefill: own, decode: own }) ?? {}
  const bare = pricer({ exposedS: 0, exposedSequenceS: 0, arrivalS: 0, queueShare: 0 })
  return { point, row: 'vllm', pricer: bare, kernelS, each: requests, tpotS: tpotS * off, ttftS }
}

const SAMPLES = ['a', 'b', 'c'].flatMap((model, i) =>
  [1, 4, 8, 16, 32, 64].flatMap((requests) =>
    [200, 500, 1000].map((outputTokens) => sampleOf(model, 2e-3 * (i + 1), requests, outputTokens)),
  ),
)

describe('fitting engines', () => {
  test('finds the constants that made the measurements', () => {
    const found = fitConstants(SAMPLES)
    expect(Math.abs(found.exposedS / TRUE.exposedS - 1)).toBeLessThan(0.1)
    expect(Math.abs(found.exposedSequenceS / TRUE.exposedSequenceS - 1)).toBeLessThan(0.1)
    expect(Math.abs(found.arrivalS / TRUE.arrivalS - 1)).toBeLessThan(0.3)
  })
  test('a model that is wholly off does not move them far', () => {
    const off = [1, 8, 64].map((requests) => sampleOf('d', 4e-3, requests, 500, 4))
    const found = fitConstants([...SAMPLES, ...off])
    expect(Math.abs(found.exposedS / TRUE.exposedS - 1)).toBeLessThan(0.25)
  })
  test('asks for nothing when kernels explain everything', () => {
    const none = SAMPLES.map((sample): Sample => {
      const { tpotS = 0 } = predictServing(sample.point, { prefill: { ...sample.pricer }, decode: sample.pricer }) ?? {}
      return { ...sample, tpotS, ttftS: undefined }
    })
    expect(fitConstants(none).exposedS).toBeLessThan(2e-5)
    expect(fitConstants(none).exposedSequenceS).toBeLessThan(1e-6)
  })
  test('the same samples give the same table, to the letter; whole models and devices are left out', () => {
    const table = calibrateServing(SAMPLES, 'made up')
    expect(engineTableModule(calibrateServing(SAMPLES, 'made up'), 'x')).toBe(engineTableModule(table, 'x'))
    const names = table.leftOut.map(({ what, name }) => `${what} ${name}`)
    expect(names).toEqual(['model a', 'model b', 'model c', 'device b200', 'device h100-sxm'])
    expect(Math.max(...table.leftOut.map(({ withoutPct }) => withoutPct))).toBeLessThan(5)
  })
  test('errors of unseen models are those of fits without them', () => {
    const odd = [1, 2, 4, 8, 16, 32].map((requests) => sampleOf('odd', 3e-3, requests, 500, 1.3))
    const errors = unseenErrors([...SAMPLES, ...odd])
    for (const sample of odd) expect(errors.get(sample)?.model?.[0]).toBeCloseTo(-Math.log(1.3), 1)
  })
  test('too few points make no row', () => {
    expect(calibrateServing(SAMPLES.slice(0, 5), 'made up').rows).toEqual({})
  })
})
