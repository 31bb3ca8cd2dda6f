/** A parameter is priced, or says that it only describes: each is turned in the catalogue's own rows and a few plans more. */
import { describe, expect, it } from 'vitest'
import { device } from '../scenario/scenario.testkit.ts'
import { TECHNIQUE_ROWS } from './catalog/index.ts'
import { evaluatePlan } from './evaluate.ts'
import { PARAMETERS, PRIMITIVE_IDS, type PrimitiveId } from './parameters.ts'
import type { Plan } from './plan.ts'
import type { Parameter, Value, Values } from './primitive.ts'
import { PRIMITIVES } from './primitives/index.ts'
import { catalogueModel, testPlan } from './techniques.testkit.ts'
import { valuesOf } from './values.ts'

const small = { batchSize: 4, promptTokens: 4096, outputTokens: 32 }
const PLANS: readonly Plan[] = [
  testPlan(small),
  testPlan(small, { kernel: 'eager' }),
  testPlan(small, { model: catalogueModel('mixtral-8x7b'), accelerator: device('a100-sxm-80gb') }),
]

/** Numbers of a plan, or its refusal; words of remarks are left out. */
function numbersOf(plan: Plan, id: PrimitiveId, values: Values): string {
  const made = PRIMITIVES[id].apply(plan, values)
  const outcome = made.ok ? evaluatePlan(made.value) : made
  if (!outcome.ok) return `refused: ${outcome.problem.reason}`
  const { context, memory, performance } = outcome.value
  return JSON.stringify([context.tokens, memory, performance])
}

/** Other values that a parameter can take. */
function others({ kind, choices = [], min = 0, max = 1e9, unit }: Parameter, now: Value): readonly Value[] {
  if (kind === 'switch') return [now !== true]
  if (kind === 'choice') return choices.filter((one) => one !== now)
  if (kind === 'text') return []
  const number = Number(now)
  const tried =
    kind === 'count' || unit === 'tokens' ? [number + 1, number * 2 + 7, 64, 4] : [number / 2, 2 * number, 0.3, 0.9, 3]
  return tried.filter((one) => one >= min && one <= max && one !== number)
}

/** Settings from which a parameter is turned: those of the rows, and some that no row has. */
const MORE: Readonly<{ readonly [P in PrimitiveId]?: readonly Values[] }> = {
  EFF: [{ memoryEfficiency: 0.5 }, { dequant: 'lut', dequantFlopPerWeight: 4 }],
  PAR: [
    { axis: 'cp', pattern: 'ring', degree: 4 },
    { axis: 'tp', degree: 4 },
  ],
}

function startsOf(id: PrimitiveId): readonly Values[] {
  const found = new Map<string, Values>()
  const rows = TECHNIQUE_ROWS.flatMap(({ uses }) => uses).filter(({ primitive }) => primitive === id)
  for (const given of [{}, ...(MORE[id] ?? []), ...rows.map((use) => use.with)]) {
    const values = valuesOf(id, given)
    if (values.ok) found.set(JSON.stringify(given), values.value)
  }
  return [...found.values()]
}

/** Names of parameters that move a number somewhere. */
function movingOf(id: PrimitiveId): ReadonlySet<string> {
  const moving = new Set<string>()
  const table: { readonly [name: string]: Parameter } = PARAMETERS[id]
  for (const values of startsOf(id)) {
    for (const plan of PLANS) {
      const before = numbersOf(plan, id, values)
      for (const [name, parameter] of Object.entries(table)) {
        if (moving.has(name)) continue
        for (const value of others(parameter, values[name] ?? parameter.default)) {
          if (numbersOf(plan, id, { ...values, [name]: value }) === before) continue
          moving.add(name)
          break
        }
      }
    }
  }
  return moving
}

/** Priced beside what this test turns them in, or no price but no label either. */
const ELSEWHERE: Readonly<{ readonly [P in PrimitiveId]?: readonly string[] }> = {
  // Roofs of narrow formats, kernels and links: beside WB and AB, FUSE, PAR.
  HW: ['peak8FlopPerS', 'peak4FlopPerS', 'onChipBytes', 'linkBytePerS'],
  WB: ['kind'],
  AB: ['bits', 'group', 'scaleBits', 'outlierShare', 'outlierBits', 'kind'],
  KB: ['kind'],
  GRID: ['codecFlopPerWeight'],
  EFF: ['dequant', 'dequantFlopPerWeight'],
  // Models with an encoder.
  DIM: ['crossLayerShare'],
  // Trees; whether the output stays the model's own.
  TPP: ['treeWidth', 'lossless'],
  // Decide what is legal.
  FUSE: ['blockRows', 'blockKeys'],
  ALLOC: ['reservedTokens'],
  // Move the reach, where memory does not bind before it.
  POS: ['unlimited', 'perHead'],
  // Training costs nothing while serving: an annotation through and through.
  TRAIN: ['part'],
  // Told beside the context; the query where a model embeds it.
  RETR: ['recall', 'queryTokens'],
}

describe('parameters', () => {
  it.each(PRIMITIVE_IDS)('of %s are priced, or say that they describe', (id) => {
    const moving = movingOf(id)
    for (const [name, { describes, kind }] of Object.entries<Parameter>(PARAMETERS[id])) {
      const isPriced = kind === 'text' || moving.has(name) || ELSEWHERE[id]?.includes(name) === true
      if (describes === true) expect(moving.has(name), `${id}.${name} moves a number`).toBe(false)
      else expect(isPriced, `${id}.${name} moves no number`).toBe(true)
    }
  })

  it('a collective is a label, but for those that a layout has of a split sequence', () => {
    const [plan] = PLANS
    if (!plan) throw new Error('no plan')
    const at = (pattern: string) => {
      const values = valuesOf('PAR', { axis: 'cp', degree: 4, pattern })
      return values.ok ? numbersOf(plan, 'PAR', values.value) : ''
    }
    const { describes = [], choices = [] } = PARAMETERS.PAR.pattern as Parameter
    const labels = choices.filter((one) => describes === true || describes.includes(one))
    expect(new Set(labels.map(at)).size).toBe(1)
    expect(choices.filter((one) => !labels.includes(one))).toEqual([
      'allgather+reduce-scatter',
      'ring',
      'two-level-ring',
      'query',
      'all-to-all',
    ])
    expect(new Set(['ring', 'query', 'all-to-all'].map(at)).size).toBe(3)
  })
})
