/**
 * Golden scenarios of the families: `scenarios/techniques/` holds, for each family of techniques that changes anything, one
 * question with one of its techniques and the answer's numbers. UPDATE_GOLDEN=1 writes them again; look at the difference.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findModel } from '../../catalog/models/index.ts'
import { readQuestion, scenarioOf } from '../../scenario/question.ts'
import { device, unwrap } from '../../scenario/scenario.testkit.ts'
import { FAMILY_IDS } from '../catalog/families.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import { RECORDS } from './cap.testkit.ts'
import { deskOf } from './desk.ts'
import { parseSelection } from './selection.ts'

const FOLDER = new URL('../../../../../scenarios/techniques/', import.meta.url)
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))

interface Golden {
  readonly version: number
  readonly family: string
  readonly model: string
  readonly accelerator: string
  readonly question: Record<string, unknown>
  readonly with: string
  readonly answer: unknown
}

/** Ten digits: more is the order of additions. */
function rounded(_: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'unbounded'
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(10)) : value
}

/** Families that only name what is run, or only observe. */
const WITHOUT: readonly string[] = ['analysis-tool', 'model', 'multimodal']

describe('golden scenarios of the families', () => {
  it('are one for each family that changes anything', () => {
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(
      FAMILY_IDS.filter((id) => !WITHOUT.includes(id)).sort(),
    )
  })

  for (const file of files) {
    it(file.replace('.json', ''), () => {
      const url = new URL(file, FOLDER)
      const golden = JSON.parse(readFileSync(url, 'utf8')) as Golden
      const { model, accelerator, question, family } = golden
      const spec = findModel(model)?.spec
      if (!spec) throw new Error(`no model ${model}`)
      const scenario = unwrap(scenarioOf(unwrap(readQuestion(question)), spec, device(accelerator)))
      const desk = unwrap(deskOf(scenario, { records: RECORDS }))
      const selection = unwrap(parseSelection(golden.with))
      expect(selection.members.every(({ row }) => row?.family === family)).toBe(true)
      expect(TECHNIQUE_ROWS.some((row) => row.family === family)).toBe(true)
      const { performance, context, outcome, verdict, accuracy } = unwrap(desk.evaluate(selection))
      const { values, factors } = performance
      const { memory } = outcome
      const answer = {
        performance: values,
        factors,
        context: { tokens: context.tokens, windowTokens: context.windowTokens, limitedBy: context.limitedBy },
        memory: { totalBytes: memory.totalBytes, kvBytes: memory.kvBytes, weightBytes: memory.weightBytes },
        accuracy: { basis: accuracy.basis, movement: accuracy.movement, rows: accuracy.rows.length },
        movements: verdict.movements,
      }
      const text = (own: unknown) => `${JSON.stringify({ ...golden, answer: own }, rounded, 1)}\n`
      if (process.env.UPDATE_GOLDEN && process.env.CI === undefined) writeFileSync(url, text(answer))
      expect(text(answer)).toBe(process.env.UPDATE_GOLDEN ? text(answer) : readFileSync(url, 'utf8'))
    })
  }
})
