/** Golden scenarios: every question of `scenarios/` has the whole answer that lies in `scenarios/golden/`. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findModel } from '../catalog/models/index.ts'
import { analysisJson } from '../report/json.ts'
import { analyze } from './analyze.ts'
import { readQuestion, scenarioOf } from './question.ts'
import { device, unwrap } from './scenario.testkit.ts'

const FOLDER = new URL('../../../../scenarios/', import.meta.url)
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))

interface GoldenQuestion {
  readonly version: number
  readonly model: string
  readonly accelerator: string
  readonly question: Record<string, unknown>
}

/** Twelve digits: more is the order of additions. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value
}

describe('golden scenarios', () => {
  it('exist', () => {
    expect(files.length).toBeGreaterThanOrEqual(10)
  })

  for (const file of files) {
    it(file.replace('.json', ''), () => {
      const asked = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as GoldenQuestion
      expect(asked.version).toBe(1)
      const model = findModel(asked.model)
      if (!model) throw new Error(`no model ${asked.model}`)
      const scenario = unwrap(scenarioOf(unwrap(readQuestion(asked.question)), model.spec, device(asked.accelerator)))
      const answer = `${JSON.stringify(analysisJson(unwrap(analyze(scenario))), rounded, 1)}\n`
      const golden = new URL(`golden/${file}`, FOLDER)
      if (process.env.UPDATE_GOLDEN && process.env.CI === undefined) writeFileSync(golden, answer)
      expect(existsSync(golden), 'run with UPDATE_GOLDEN=1 once').toBe(true)
      expect(answer).toBe(readFileSync(golden, 'utf8'))
    })
  }
})
