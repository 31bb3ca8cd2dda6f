/** The audit: types against what moves, the exceptions the survey and the evidence know, the empty cell, the combinations. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import { audit } from './audit.ts'
import { agreementOf, type Found } from './auditWords.ts'
import { auditMeasured } from './beyond.ts'
import { answerTo, RECORDS, testDesk } from './cap.testkit.ts'
import { auditCombination, COMBINATIONS } from './combinations.ts'
import { parseSelection } from './selection.ts'

const desk = testDesk({ batchSize: 4, promptTokens: 65536, outputTokens: 256 })
const made = audit(desk)
const row = (id: string) => {
  const found = made.rows.find((one) => one.id === id)
  if (!found) throw new Error(`no row ${id}`)
  return found
}

describe('the audit', () => {
  it('has every technique, or says why not', () => {
    expect(made.rows.length + made.unaudited.length).toBe(TECHNIQUE_ROWS.length)
    for (const { why } of made.unaudited) expect(why).not.toBe('')
  })

  it('explains every disagreement', () => {
    for (const { id, agreement, explanation } of made.rows) {
      if (agreement !== 'agrees' && agreement !== 'no type') expect(explanation.join(''), id).not.toBe('')
    }
  })

  it('finds StreamingLLM to be CP, the exception', () => {
    expect(row('streamingllm')).toMatchObject({ gains: 'CP', agreement: 'agrees', dC: Number.POSITIVE_INFINITY })
    expect(row('streamingllm').explanation.join()).toMatch(/exception that reaches CP/)
  })

  it('shows LongLLMLingua by benchmark: better on LongBench, worse on ZeroSCROLLS', () => {
    const { accuracy } = answerTo(desk, 'longllmlingua:ratio=6')
    expect(accuracy).toMatchObject({ basis: 'nearest', movement: 'mixed' })
    const movements = Object.fromEntries(accuracy.rows.map(({ benchmark, movement }) => [benchmark, movement]))
    expect(movements).toMatchObject({ longbench: 'improves', zeroscrolls: 'worsens' })
    // At another dose neither says anything of it.
    const asides = row('longllmlingua').explanation.join()
    expect(asides).not.toMatch(/zeroscrolls/)
  })

  it.each([
    'transformer-xl',
    'compressive-transformer',
    'memorizing-transformer',
    'memformer',
    'rmt',
    'infini-attention',
    'segatron',
  ])('moves C for a memory inside the model: %s', (id) => {
    expect(row(id).moves.C).toBe('improves')
    expect(row(id).dC).toBe(Number.POSITIVE_INFINITY)
    expect(row(id).explanation.join()).toMatch(/^C: positions count inside a segment and its memory/)
  })

  it('says why a memory without segments moves no C', () => {
    expect(row('memory-transformer')).toMatchObject({ moves: { C: 'keeps' }, agreement: 'less' })
    expect(row('memory-transformer').explanation.join()).toMatch(/within what positions reach/)
  })

  it('says that a longer reach is not a longer use', () => {
    const { explanation, moves } = row('h2o')
    expect(moves.C).toBe('improves')
    expect(explanation.join()).toMatch(/measured to use 32,768/)
  })

  it('leaves the reach to itself where each head has a scale of its own (Ms-PoE, printed A)', () => {
    expect(row('found-in-the-middle').moves.C).toBe('keeps')
    expect(row('found-in-the-middle').gains).not.toContain('C')
  })

  it('prices a model of its own as that model, and none whose sizes nobody published', () => {
    const closed = made.unaudited.filter(({ kind }) => kind === 'sizes not published')
    expect(closed.map(({ id }) => id).sort()).toEqual(['gemini', 'gpt-4-gpt-3.5-teacher'])
    for (const { why } of closed) expect(why).toMatch(/sizes are not published/)
    for (const id of ['gpt-3-chatgpt', 'palm', 'glam', 'bloom']) {
      expect(row(id).moves, id).toMatchObject({ A: 'unknown', P: 'worsens' })
      expect(row(id).accuracyBasis, id).toBe('none')
    }
    const teacher = unwrap(desk.evaluate(unwrap(parseSelection('gpt-4-gpt-3.5-teacher:model=llama-3.1-70b'))))
    expect(teacher.plan.scenario.model.id).toBe('llama-3.1-70b')
    expect(teacher.accuracy.words).toMatch(/another model answers \(llama-3.1-70b\)/)
  })

  it('says which types nobody printed', () => {
    expect(row('awq').explanation.join()).toMatch(/Nobody printed its type/)
  })

  it('keeps the empty type in sight', () => {
    expect(Object.keys(made.cells)).toContain('AP')
    expect(audit(desk, { type: 'CA' }).cells.AP).toEqual([])
    const total = Object.values(made.cells).reduce((sum, ids) => sum + ids.length, 0)
    expect(total).toBe(made.rows.length)
  })

  it('finds MInference sooner at 128k, better on the whole and worse in parts, and to turn on the way there', () => {
    const at = (contextTokens: number) =>
      auditMeasured(RECORDS, { model: 'llama-3.1-8b', contextTokens }).find(
        ({ technique }) => technique === 'minference',
      )
    expect(at(131072)).toMatchObject({ A: 'mixed', overallA: 'improves', P: 'improves' })
    expect(at(131072)?.words.join()).toMatch(/worse at 49,152 tokens.*better at 65,536/)
    expect(at(32768)?.P).not.toBe('improves')
  })
})

describe('agreement', () => {
  const found = (C: string, A: string, P: string) => {
    const moves = { C, A, P } as Found['moves']
    const gains = (['C', 'A', 'P'] as const).filter((goal) => moves[goal] === 'improves').join('')
    return { moves, gains } as Found
  }
  it('is with the printed type that comes nearest', () => {
    const cp = found('improves', 'worsens', 'improves')
    expect(agreementOf(['P', 'CP'], cp)).toBe('agrees')
    expect(agreementOf(['P'], cp)).toBe('more')
    expect(agreementOf(['CA'], cp)).toBe('differs')
    expect(agreementOf(['CP'], found('keeps', 'keeps', 'improves'))).toBe('less')
    expect(agreementOf(['CA'], found('improves', 'unknown', 'keeps'))).toBe('in part')
    expect(agreementOf(['none'], cp)).toBe('no type')
  })
})

describe('combinations of the survey', () => {
  for (const named of COMBINATIONS) {
    it(`${named.id} composes, and is audited against its parts`, () => {
      const { whole, parts, emerges, beyondTwo } = unwrap(auditCombination(desk, named))
      expect(parts).toHaveLength(named.parts.split(',').length)
      for (const goal of emerges) expect(parts.every(({ gains }) => !gains.includes(goal))).toBe(true)
      expect(beyondTwo).toBe(whole.gains.length > 2)
      expect(whole.words).not.toBe('')
      expect(TECHNIQUE_ROWS.some(({ id }) => id === named.row)).toBe(true)
    })
  }

  it('memory with compression reaches C and P, and nobody measured its A', () => {
    const [first] = COMBINATIONS
    if (!first) throw new Error('none')
    const { whole } = unwrap(auditCombination(desk, first))
    expect(whole.gains).toBe('CP')
    expect(whole.moves.A).toBe('unknown')
  })
})
