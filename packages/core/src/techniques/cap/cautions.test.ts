/** What averages hide: every family that compresses is warned of, what keeps the output is not, and every link leads somewhere. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { TECHNIQUE_ROWS, techniqueById } from '../catalog/index.ts'
import { RECORDS } from './cap.testkit.ts'
import { cautionsOf, cautionTitle, cautionWords } from './cautions.ts'
import { keepsOutput } from './exactness.ts'
import { memberOf, parseSelection } from './selection.ts'

const of = (text: string) => cautionsOf(unwrap(parseSelection(text)).members, RECORDS)
const idsOf = (text: string) => of(text).map(({ id }) => id)

const COMPRESSING = [
  'quantization-ptq',
  'quantization-kv',
  'pruning',
  'distillation',
  'prompt-compression',
  'factorization',
]

describe('cautions', () => {
  it('name what the source states of each kind of compression', () => {
    expect(idsOf('awq')).toEqual(['facts', 'refusals', 'groups'])
    expect(idsOf('kv4')).toEqual(['refusals', 'groups'])
    expect(idsOf('wanda')).toEqual(['facts', 'refusals', 'groups'])
    expect(idsOf('minillm')).toContain('tuned refusals')
    expect(idsOf('h2o')).toContain('short cuts')
    expect(idsOf('llmlingua')).toEqual(['dropped facts', 'refusals', 'short cuts'])
    expect(of('h2o').find(({ id }) => id === 'short cuts')?.about).toEqual([
      { primitive: 'KVB', technique: 'h2o', basis: 'stated' },
    ])
    expect(of('llmlingua').every(({ about }) => about.every(({ basis }) => basis === 'carried over'))).toBe(true)
  })

  it('are said of every technique of a family that compresses, and of none that keeps the output', () => {
    for (const row of TECHNIQUE_ROWS) {
      const found = cautionsOf([memberOf(row)], [])
      if (keepsOutput(row.uses)) expect(found, row.id).toEqual([])
      // A soft prompt beside the prompt takes nothing out of it.
      else if (COMPRESSING.includes(row.family) && row.id !== 'prompt-tuning') expect(found, row.id).not.toEqual([])
    }
    expect(idsOf('paged-attention,flash-attention,speculative-decoding')).toEqual([])
    expect(idsOf('none')).toEqual([])
  })

  it('do not speak of widths that keep the numbers, nor of weights without facts', () => {
    expect(idsOf('awq:WB.site=attention')).toEqual(['refusals', 'groups'])
    expect(idsOf('w16')).toEqual([])
  })

  it('lead to observers and helpers of the catalogue, and count what is published', () => {
    for (const row of TECHNIQUE_ROWS) {
      for (const { observers, tools } of cautionsOf([memberOf(row)], [])) {
        for (const { id, measures, needs } of observers) {
          expect(techniqueById(id)?.observes, id).toBeDefined()
          expect(measures && needs).toBeTruthy()
        }
        for (const id of tools) expect(techniqueById(id), id).toBeDefined()
      }
    }
    const measured = TECHNIQUE_ROWS.flatMap((row) => cautionsOf([memberOf(row)], RECORDS)).filter(
      ({ records }) => records > 0,
    )
    expect(measured.length).toBeGreaterThan(0)
    expect(measured.every(({ id }) => id === 'facts')).toBe(true)
  })

  it('mark what the source does not name', () => {
    expect(of('h2o,kv4').map(cautionTitle)).toEqual([
      'refusals (KVB of h2o, by analogy, KB of kv4, by analogy)',
      'groups (KB of kv4, by analogy)',
      'short cuts (KVB of h2o)',
    ])
  })

  it('say all of it in one line', () => {
    const [facts] = of('awq')
    if (!facts) throw new Error('none')
    expect(cautionWords(facts)).toMatch(
      /^facts \(WB of awq\): .+keep those in more bits and unpruned.+selective-ffn-precision \(LLM Inference Unveiled 7\.1\.1; to measure: hallucination; .*published record/,
    )
  })
})
