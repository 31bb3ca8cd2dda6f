/**
 * Every claim of the documents is decided: computed within its tolerance in a named scenario, put into a parameter of its row,
 * or listed with the reason. What does not come out as stated is listed here, with what does.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../units/result.ts'
import { techniqueById } from '../catalog/index.ts'
import type { Outcome } from '../evaluate.ts'
import { evaluateUses } from './evaluate.ts'
import { CHECKS, CLAIMS, claimsOf, reproduceClaims } from './index.ts'

const results = reproduceClaims(evaluateUses)
const resultOf = (id: string) => results.find((one) => one.id === id)

/** Claims our model does not bear out. */
const DISAGREES: Readonly<Record<string, number>> = {
  'hbm-pim-4': 0.6,
  'palm-1': 0.0328,
  'st-moe-1': 0.0328,
}

describe('the claims', () => {
  it('are about techniques that exist, each with an id of its own and words of its own', () => {
    expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length)
    for (const { id, technique, text } of CLAIMS) {
      expect(techniqueById(technique), id).toBeDefined()
      expect(text, id).toMatch(/^\w.+\.$/)
    }
    expect(claimsOf('kivi').map(({ id }) => id)).toEqual(['kivi-1'])
  })

  it('stand in a section their technique stands in', () => {
    for (const { id, technique, place } of CLAIMS) {
      expect(
        techniqueById(technique)?.places.map(({ document }) => document),
        id,
      ).toContain(place.document)
    }
  })

  it('use every check, and every check has a scenario in words', () => {
    const used = new Set(CLAIMS.flatMap(({ decision }) => (decision.by === 'check' ? [decision.check] : [])))
    expect([...used].sort()).toEqual([...CHECKS.keys()].sort())
    for (const { id, scenario } of CHECKS.values()) expect(scenario.length, id).toBeGreaterThan(15)
  })
})

describe('reproduction', () => {
  it('decides every claim; none fails to be computed', () => {
    expect(results.length).toBe(CLAIMS.length)
    expect(results.filter(({ by }) => by === 'failed').map(({ id, problem }) => `${id}: ${problem?.reason}`)).toEqual(
      [],
    )
    const counts = Object.fromEntries(
      (['check', 'setting', 'reason'] as const).map((by) => [by, results.filter((one) => one.by === by).length]),
    )
    expect(counts).toEqual({ check: 64, setting: 13, reason: 66 })
  })

  it.each(results.filter(({ computed }) => computed !== undefined).map((one) => [one.id, one] as const))(
    '%s comes out as stated, or as listed',
    (id, { computed = Number.NaN, within, claim, note }) => {
      const disagrees = DISAGREES[id]
      expect(Number.isNaN(computed), id).toBe(false)
      if (disagrees === undefined)
        expect(within, `${claim.text} ${claim.value ?? claim.bound} → ${computed}`).toBe(true)
      else {
        expect(within).toBe(false)
        expect(computed).toBeCloseTo(disagrees, 4)
        expect(note?.length ?? 0, `${id} says why`).toBeGreaterThan(20)
      }
    },
  )

  it('holds what was put into a row against the document, and calls none of it computed', () => {
    for (const { id, by, input, agrees, computed, within } of results) {
      if (by !== 'setting') expect([input, agrees], id).toEqual([undefined, undefined])
      else expect([typeof input, agrees, computed, within], id).toEqual(['number', true, undefined, undefined])
    }
  })

  it('computes the documents’ mixtures of experts against the dense models they are held against', () => {
    expect(resultOf('glam-1')?.computed).toBeCloseTo(0.5445, 3)
    expect(resultOf('gpt-3-chatgpt-1')?.computed).toBe(resultOf('glam-1')?.computed)
    expect(resultOf('bloom-1')?.computed).toBe(176_247_271_424)
    // By hand, in millions: 24 layers of attention and dense blocks, six times one expert; over 540,359.
    const [attention, block] = [4 * 5.12 * 8.192, 3 * 5.12 * 20.48]
    expect(540_359 / (24 * (attention + block) + 6 * block)).toBeCloseTo(40, 0)
  })

  it('calls closed only what nobody published', () => {
    const closed = results.filter(({ reason }) => reason === 'closed').map(({ claim }) => claim.technique)
    for (const published of ['gpt-3-chatgpt', 'glam', 'palm', 'st-moe']) expect(closed).not.toContain(published)
    expect(closed).toContain('gemini')
  })

  it('computes what is not in the claim: figures one can check by hand', () => {
    expect(resultOf('llama-1')?.computed).toBe(2 * 13_015_864_320)
    expect(resultOf('ntk-interpolation-1')?.computed).toBe(4 * 2048)
    expect(resultOf('attention-buckets-1')?.computed).toBeCloseTo(6, 9)
    expect(resultOf('dist-attention-1')?.computed).toBeCloseTo(1 / 8, 9)
    // α 0.594 → 0.7 at γ 4: 2.7731 against 2.2810 tokens a pass at the same price.
    expect(resultOf('distillspec-1')?.computed).toBeCloseTo(2.7731 / 2.281, 3)
    expect(resultOf('operator-fusion-1')?.computed).toBeCloseTo(180 / 50, 9)
  })

  it('fails where the evaluation fails, and says why', () => {
    const broken = reproduceClaims(() => fail('here', 'nothing works', 'Mend it'), claimsOf('memgpt'))
    expect(broken[0]).toMatchObject({ by: 'failed', problem: { reason: 'nothing works' } })
    expect(broken[0]?.within).toBeUndefined()
  })

  it('is not within when the model says something else', () => {
    const wrong = { context: { tokens: 4096 }, memory: {}, performance: {} } as Outcome
    expect(reproduceClaims(() => ok(wrong), claimsOf('memgpt'))[0]).toMatchObject({ computed: 4096, within: false })
  })
})

/** Claims in words only, though they are listed with those that state a number. */
const WITHOUT_NUMBER = [
  'memory-efficient-attention',
  'flash-attention',
  'llama-2',
  'w-bit-notation',
  'zeroquant-fp',
  'wkvquant',
  'spatial-architecture',
  'fp8',
  'safety-alignment',
]

const SYSTEMS = new URL('../../../../../../shared/catalogue/systems.tsv', import.meta.url)
const isPresent = existsSync(SYSTEMS)

describe(`the documents’ claims${isPresent ? '' : ' (skipped: no shared/catalogue/systems.tsv beside the repository)'}`, () => {
  it.skipIf(!isPresent)('are all here: every system with a claim has one, with a number where one is stated', () => {
    const lines = readFileSync(SYSTEMS, 'utf8').trimEnd().split('\n').slice(1)
    const systems = lines.map((line) => line.split('\t')).filter((cells) => (cells[9] ?? '') !== '')
    expect(systems.length).toBe(111)
    for (const [id = '', ...cells] of systems) {
      const own = claimsOf(id)
      expect(own.length, id).toBeGreaterThan(0)
      const isStated = !cells[8]?.startsWith('[no number') && !WITHOUT_NUMBER.includes(id)
      expect(own.some(({ value }) => value !== undefined) || !isStated, id).toBe(true)
    }
    expect(new Set(CLAIMS.map(({ technique }) => technique)).size).toBe(systems.length)
  })
})
