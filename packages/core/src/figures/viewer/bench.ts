/**
 * What the figures of the viewer paper share: its model and card as defaults, its quantisation settings by name, and the
 * times and memory of one pass. Accounting `paper` counts as the published tool does (its hardware table included);
 * `exact` is ours.
 */
import type { ModelSpec } from '../../architecture/model.ts'
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { matrixPeak, type Roofs, roofsOf } from '../../cost/peaks.ts'
import { ONE_ACCELERATOR } from '../../layout/layout.ts'
import { type MemoryPlan, planMemory } from '../../memory/plan.ts'
import { type Bench, prepare } from '../../scenario/bench.ts'
import { type Question, scenarioOf } from '../../scenario/question.ts'
import { decodeStep, prefillStep, shownContext } from '../../step/phases.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { Workload } from '../../workload/workload.ts'
import type { Parameter, Settings } from '../figure.ts'
import { acceleratorOf, choiceOf, modelOf } from '../settings.ts'

export const MODEL: Parameter = {
  id: 'model',
  kind: 'model',
  default: 'llama-2-13b',
  help: 'the model; the paper draws Llama 2 13B',
}
export const ACCELERATOR: Parameter = {
  id: 'accelerator',
  kind: 'accelerator',
  default: 'rtx-a6000',
  help: 'the accelerator; the paper draws the RTX A6000',
}
export const ACCOUNTING: Parameter = {
  id: 'convention',
  kind: 'choice',
  choices: ['paper', 'exact'],
  default: 'paper',
  help: 'paper: counted as the published figure; exact: as Capline counts everywhere else (flash attention, scales, head)',
}

export const batchParameter = (values: readonly number[], help: string, most?: number): Parameter => ({
  id: 'batch',
  kind: 'batch',
  default: values,
  range: [1, 65_536],
  help,
  ...(most === undefined ? {} : { most }),
})
export const lengthParameter = (values: readonly number[], help: string, most?: number): Parameter => ({
  id: 'length',
  kind: 'tokens',
  default: values,
  range: [1, 16_777_216],
  help,
  ...(most === undefined ? {} : { most }),
})

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Whole numbers from `from` to `to`, `per` in each doubling. */
export function doublings(from: number, to: number, per: number): number[] {
  const out = new Set<number>()
  for (let i = 0; from * 2 ** (i / per) < to; i++) out.add(Math.round(from * 2 ** (i / per)))
  return [...out.add(to)].sort((a, b) => a - b)
}

/** The paper's names of quantisation settings. W4A4 means 4 bits everywhere, the cache included, as its notebook has it. */
export const FORMATS = {
  FP16: {},
  W8: { weights: 'int8' },
  W4: { weights: 'int4' },
  W2: { weights: 'int2' },
  W1: { weights: 'int1' },
  KV4: { kv: 'int4' },
  W4KV4: { weights: 'int4', kv: 'int4' },
  W4KV2: { weights: 'int4', kv: 'int2' },
  W4A4: { weights: 'int4', activations: 'int4', kv: 'int4' },
  W8A8KV8: { weights: 'int8', activations: 'int8', kv: 'int8' },
} as const satisfies Record<string, Question>

export type FormatName = keyof typeof FORMATS

/** The documents' times are rooflines, whatever Capline's own default becomes. */
export const ROOFLINE = { basis: 'roofline' }

export const SIXTEEN_BIT = { weights: 'fp16', activations: 'fp16', kv: 'fp16' }

/** A bench for the settings with these formats; `more` overrides hardware or kernel. */
export function benchFor(settings: Settings, formats: FormatName, more: Question = {}): Result<Bench> {
  const model = modelOf(settings)
  if (model.kind !== 'decoder') {
    return fail('model', `${model.name} does not answer token by token from a prompt`, 'Choose a decoder')
  }
  const counted = { convention: choiceOf(settings, 'convention'), ...ROOFLINE }
  const question = { ...counted, ...SIXTEEN_BIT, ...FORMATS[formats], ...more }
  const scenario = scenarioOf(question, model, acceleratorOf(settings))
  return scenario.ok ? prepare(scenario.value) : scenario
}

/** Benches of several formats; the first problem ends it. */
export function benchesFor<F extends FormatName>(settings: Settings, names: readonly F[]): Result<Map<F, Bench>> {
  const out = new Map<F, Bench>()
  for (const name of names) {
    const bench = benchFor(settings, name)
    if (!bench.ok) return bench
    out.set(name, bench.value)
  }
  return ok(out)
}

export function workloadOf(batchSize: number, promptTokens: number): Workload {
  return { batchSize, promptTokens, outputTokens: 1, sharedPrefixTokens: 0, itemsPerRequest: 0, batchTokens: 8192 }
}

export function prefillS(bench: Bench, batch: number, prompt: number): number {
  return bench.compiled.timeS(prefillStep(bench.scenario.model, workloadOf(batch, prompt)).step.groups)
}

/** The first decode step after a prompt of this length. */
export function decodeS(bench: Bench, batch: number, prompt: number): number {
  const { model } = bench.scenario
  const workload = workloadOf(batch, prompt)
  const context = shownContext(model, workload, bench.template.network.convention)
  return bench.compiled.timeS(decodeStep(model, workload, context).step.groups)
}

export function memoryOf(bench: Bench, phase: 'prefill' | 'decode', batch: number, prompt: number): MemoryPlan {
  const { model } = bench.scenario
  const workload = workloadOf(batch, prompt)
  const step = phase === 'prefill' ? prefillStep(model, workload) : decodeStep(model, workload, prompt - 1)
  return planMemory({
    stages: [bench.template],
    layout: ONE_ACCELERATOR,
    workload,
    contextTokens: prompt,
    capacityBytes: undefined,
    utilization: 1,
    steps: [step],
  })
}

/** The roofs a figure is drawn under: LLM-Viewer's own figures for `paper` where it knows the part, else the catalogue's. */
export function roofsFor(settings: Settings, id = 'accelerator'): Result<Roofs> {
  const accelerator = acceleratorOf(settings, id)
  const { convention = 'paper' } = settings.choices
  const known = scenarioRoofs(accelerator, convention)
  return known
    ? ok(known)
    : fail(id, `${accelerator.name} has no sourced memory bandwidth`, 'Choose another, or describe it in a JSON file')
}

function scenarioRoofs(accelerator: Accelerator, convention: string): Roofs | undefined {
  // Only the roofs are taken; the model of the scenario has no say in them.
  const scenario = scenarioOf({ convention }, NO_MODEL, accelerator)
  return (scenario.ok ? scenario.value.roofs : undefined) ?? roofsOf(accelerator)
}

const NO_MODEL: ModelSpec = {
  id: 'none',
  name: 'none',
  family: 'none',
  kind: 'decoder',
  stack: { hiddenSize: 1, kinds: [], order: [] },
  towers: [],
  precision: { weights: 'fp16', activations: 'fp16', kv: 'fp16' },
}

/** The 16-bit or 8-bit matrix peak, widened where the part lacks it. */
export function peakOf(roofs: Roofs, accelerator: Accelerator, dtype: 'fp16' | 'int8' = 'fp16'): Result<number> {
  const peak = matrixPeak(roofs, [dtype])
  return peak
    ? ok(peak.flopPerS)
    : fail('accelerator', `${accelerator.name} has no sourced ${dtype} peak`, 'Choose another accelerator')
}

/** What a figure was computed for, in words. */
export function settingWords(settings: Settings, ...more: readonly string[]): string[] {
  const accounting =
    settings.choices.convention === undefined
      ? []
      : [settings.choices.convention === 'paper' ? 'counted as the paper counts' : 'exact accounting']
  const models = Object.values(settings.models).map((model) => model.name)
  return [...models, ...Object.values(settings.accelerators).map((part) => part.name), ...more, ...accounting]
}
