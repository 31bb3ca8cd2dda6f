/**
 * The catalogue of techniques: all systems of the documents, each row sound (parameters that exist, references that exist, links that
 * lead somewhere), cells and primitives telling the same story, and, where the reading of the documents is beside the repository,
 * the same ids, places and types as there.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import { MODELS } from '../../catalog/models/index.ts'
import { findTechnique, MEASURED_TECHNIQUES } from '../../evidence/index.ts'
import { PARAMETERS, type PrimitiveId } from '../parameters.ts'
import type { Parameter, Use, Value } from '../primitive.ts'
import { enginesOf, OFFERED } from './engines.ts'
import { evidenceIdsOf, MEASURED_ELSEWHERE } from './evidence.ts'
import { FAMILY_IDS } from './families.ts'
import {
  citationsOf,
  findTechniqueRow,
  suggestTechniqueRows,
  TECHNIQUE_ROWS,
  techniqueById,
  techniquesOf,
} from './index.ts'
import { CAP_TYPES, LAYERS } from './row.ts'
import { SLIPS, slipsOf } from './slips.ts'

const rows = TECHNIQUE_ROWS

function known(id: string) {
  const row = techniqueById(id)
  if (!row) throw new Error(id)
  return row
}

describe('the catalogue', () => {
  it('holds 353 techniques, each once, every family with its own', () => {
    expect(rows.length).toBe(353)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(353)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(353)
    for (const family of FAMILY_IDS) expect(techniquesOf({ family }).length, family).toBeGreaterThan(0)
  })

  it('says of every technique how it works in one sentence, and no sentence twice', () => {
    for (const { id, mechanism } of rows) expect(mechanism, id).toMatch(/^[A-Z].{15,200}\.$/)
    expect(new Set(rows.map(({ mechanism }) => mechanism)).size).toBe(rows.length)
  })

  it('finds rows by family, type and layer; types printed twice under both', () => {
    for (const layer of LAYERS) expect(techniquesOf({ layer }).length, layer).toBeGreaterThan(0)
    const count = (type: (typeof CAP_TYPES)[number]) => techniquesOf({ type }).length
    expect(Object.fromEntries(CAP_TYPES.map((type) => [type, count(type)]))).toEqual({
      C: 30,
      A: 11,
      P: 251,
      CP: 16,
      CA: 19,
      AP: 1,
      CAP: 1,
      none: 26,
    })
    expect(techniquesOf({ type: 'CP' }).map(({ id }) => id)).toContain('streamingllm')
    expect(techniqueById('autocompressor')?.types.map(({ type }) => type)).toEqual(['C', 'CP'])
    expect(techniquesOf({ family: 'kv-eviction', type: 'CP' }).map(({ id }) => id)).toEqual(['streamingllm'])
  })

  it('has observers without primitives that say what to measure, and primitives everywhere else', () => {
    const observers = rows.filter(({ observes }) => observes)
    expect(observers.length).toBe(12)
    for (const { id, observes, uses } of rows) {
      expect(uses.length > 0, id).toBe(observes === undefined)
      if (observes) expect(`${observes.measures} ${observes.needs}`, id).toMatch(/^[A-Z].+\. [A-Z].+\.$/)
    }
  })
})

function fault(parameter: Parameter | undefined, value: Value): string | undefined {
  if (!parameter) return 'no such parameter'
  const { kind, min, max, choices } = parameter
  if (kind === 'switch') return typeof value === 'boolean' ? undefined : 'no switch'
  if (kind === 'text') return typeof value === 'string' ? undefined : 'no text'
  if (kind === 'choice') return choices?.includes(String(value)) ? undefined : `not one of ${choices?.join()}`
  if (typeof value !== 'number') return 'no number'
  if (kind === 'count' && !Number.isInteger(value)) return 'not whole'
  return (min !== undefined && value < min) || (max !== undefined && value > max) ? 'out of bounds' : undefined
}

const every = (check: (use: Use, id: string) => void) => {
  for (const { id, uses } of rows) for (const use of uses) check(use, id)
}

describe('primitives of the rows', () => {
  it('exist, with parameters that exist and values within their bounds', () => {
    every(({ primitive, with: values }, id) => {
      expect(PARAMETERS, id).toHaveProperty(primitive)
      const table: { readonly [name: string]: Parameter } = PARAMETERS[primitive as PrimitiveId]
      for (const [name, value] of Object.entries(values)) {
        expect(fault(table[name], value), `${id} ${primitive}.${name}=${value}`).toBeUndefined()
      }
    })
  })

  it('cover all 32, and mark as assumed only what they set', () => {
    expect(new Set(rows.flatMap(({ uses }) => uses.map(({ primitive }) => primitive))).size).toBe(32)
    every(({ with: values, assumed = [] }, id) => {
      for (const name of assumed) expect(values, id).toHaveProperty(name)
    })
  })

  it('cite a number only where a document states one, and assume everything where a document only names', () => {
    const cited = new Map<string, string[]>()
    every(({ primitive, with: values, assumed = [] }, id) => {
      for (const [name, value] of Object.entries(values)) {
        if (typeof value === 'number' && !assumed.includes(name)) {
          cited.set(id, [...(cited.get(id) ?? []), `${primitive}.${name}`])
        }
      }
    })
    expect(cited.get('kivi')).toEqual(['KB.bits'])
    expect(cited.get('longt5')).toEqual(['APAT.globalShare'])
    expect(cited.get('streamingllm')).toBeUndefined()
    // 31 by the documents, 7 acceptances by measured tokens a pass.
    expect(cited.size).toBe(38)
    for (const { id, onlyNamed, uses } of rows) {
      if (onlyNamed && !cited.has(id)) {
        for (const { with: values, assumed = [] } of uses) expect(assumed, id).toEqual(Object.keys(values))
      }
    }
  })

  it('name models and accelerators of the catalogues', () => {
    every(({ primitive, with: values }, id) => {
      if (primitive === 'BASE' && values.model) expect(MODELS, id).toHaveProperty([String(values.model)])
      if (primitive === 'HW' && values.accelerator) {
        expect(ACCELERATORS, id).toHaveProperty([String(values.accelerator)])
      }
    })
    for (const { id, models, accelerators } of rows) {
      for (const model of models) expect(MODELS, id).toHaveProperty([model])
      for (const accelerator of accelerators) expect(ACCELERATORS, id).toHaveProperty([accelerator])
    }
    expect(techniqueById('nvidia-a6000')?.accelerators).toEqual(['rtx-a6000'])
    expect(techniqueById('llama-2')?.models).toContain('llama-2-13b')
  })

  it('agree with the cells of the documents’ tables', () => {
    for (const { id, cells, uses, training } of rows) {
      for (const one of cells) {
        const values = uses.find(({ primitive }) => primitive === 'MEM')?.with
        if (one.of === 'memory' && values?.organization !== undefined) {
          expect(String(values.organization).includes('fifo'), id).toBe(one.organization === 'FIFO')
          expect(values.retrieval, id).toBe(one.retrieval.toLowerCase())
          expect(values.aggregate, id).toBe(
            { 'dot-attention': 'attention', 'learned gate': 'gate', 'soft prompt': 'soft-prompt' }[one.aggregation],
          )
        }
        // The printed cell asks for training although the method needs none, or the model must be trained with it anyway.
        if ('training' in one && one.training) expect(training, id).toBeDefined()
      }
    }
  })
})

describe('what rows point to', () => {
  it('are references that the documents’ lists have, with years', () => {
    for (const row of rows) for (const { authors } of citationsOf(row)) expect(authors, row.id).not.toBe('')
    expect(citationsOf(known('transformer-xl'))).toEqual([
      { key: { document: 'cap', number: 10 }, authors: 'Dai et al.', year: 2019, arxiv: '1901.02860' },
      { key: { document: 'viewer', number: 31 }, authors: 'Dai et al.', year: 2019, arxiv: '1901.02860' },
    ])
    // A work cited by both documents is one work: at most two years apart (preprint and proceedings).
    for (const row of rows) {
      const years = citationsOf(row).flatMap(({ year }) => year ?? [])
      const isOneWork =
        row.places.some(({ document }) => document === 'cap') &&
        row.places.some(({ document }) => document === 'viewer')
      const [one, other] = years
      if (isOneWork && one !== undefined && other !== undefined) {
        expect(Math.abs(one - other), row.id).toBeLessThanOrEqual(2)
      }
    }
  })

  it('are slips about techniques that exist', () => {
    for (const { techniques } of SLIPS) for (const id of techniques) expect(techniqueById(id), id).toBeDefined()
    expect(slipsOf('qft').map(({ printed }) => printed)).toEqual(['DFT'])
    expect(slipsOf('kivi')).toEqual([])
  })

  it('are engines with a flag each, of techniques that exist', () => {
    for (const id of OFFERED) {
      expect(techniqueById(id), id).toBeDefined()
      expect(enginesOf(id).length, id).toBeGreaterThan(0)
      for (const { flag } of enginesOf(id)) expect(flag, id).not.toBe('')
    }
    expect(enginesOf('sarathi').map(({ engine, flag }) => `${engine} ${flag}`)).toContain(
      'vllm --enable-chunked-prefill',
    )
    expect(enginesOf('constructor')).toEqual([])
  })

  it('are measured techniques that exist; every row that the measurements know leads there', () => {
    for (const id of MEASURED_ELSEWHERE) expect(techniqueById(id), id).toBeDefined()
    for (const { id } of rows) {
      for (const measured of evidenceIdsOf(id)) expect(MEASURED_TECHNIQUES.has(measured), id).toBe(true)
      // No id of the catalogue is taken for another measured technique.
      const found = findTechnique(id)
      if (found) expect(evidenceIdsOf(id)[0], id).toBe(found.technique)
    }
    expect(evidenceIdsOf('kivi')).toEqual(['kivi'])
    expect(evidenceIdsOf('llma')).toEqual(['prompt-lookup'])
    expect(evidenceIdsOf('deebert')).toEqual([])
    expect(rows.filter(({ id }) => evidenceIdsOf(id).length > 0).length).toBe(125)
  })
})

describe('look-up', () => {
  it('finds ids and names however they are written, and nothing by prefix', () => {
    for (const { id, name } of rows) {
      expect(findTechniqueRow(id)?.id).toBe(id)
      expect(findTechniqueRow(name.toUpperCase())?.name, name).toBe(name)
    }
    expect(findTechniqueRow('Flash Attention')?.id).toBe('flash-attention')
    expect(findTechniqueRow('flash')).toBeUndefined()
    expect(findTechniqueRow('__proto__')).toBeUndefined()
    expect(findTechniqueRow('x'.repeat(1e6))).toBeUndefined()
  })

  it('suggests the nearest', () => {
    expect(suggestTechniqueRows('h20')).toContain('h2o')
    expect(suggestTechniqueRows('strimingllm')).toContain('streamingllm')
    expect(suggestTechniqueRows('qqqqqqqqqqqq')).toEqual([])
  })
})

const SYSTEMS = new URL('../../../../../../shared/catalogue/systems.tsv', import.meta.url)
const isPresent = existsSync(SYSTEMS)

describe(`the documents’ systems${isPresent ? '' : ' (skipped: no shared/catalogue/systems.tsv beside the repository)'}`, () => {
  const lines = isPresent ? readFileSync(SYSTEMS, 'utf8').trimEnd().split('\n').slice(1) : []
  const systems = lines.map((line) => line.split('\t'))

  it.skipIf(!isPresent)('are the same ids, and each has the same family, layer, places and type', () => {
    expect(systems.map(([id]) => id).sort()).toEqual(rows.map(({ id }) => id).sort())
    for (const [id = '', , seeds, section = '', family, type = '', layer] of systems) {
      const row = techniqueById(id)
      expect([row?.family, row?.layer], id).toEqual([family, layer])
      const documents = new Set(row?.places.map(({ document }) => document))
      expect(seeds === 'both' ? ['cap', 'viewer'] : [seeds], id).toEqual([...documents])
      for (const place of row?.places ?? []) expect(section, id).toContain(place.section)
      const [first = ''] = type.split(' ')
      expect(row?.types[0]?.type, id).toBe(first.replace('*', ''))
      expect(row?.types[0]?.inferred, id).toBe(type.includes('*'))
    }
  })

  it.skipIf(!isPresent)('need training where the reading says so', () => {
    const needs = systems.filter(
      ([id, ...rest]) => (rest.at(-1) === 'yes') !== (techniqueById(id ?? '')?.training !== undefined),
    )
    expect(needs.map(([id]) => id)).toEqual([])
  })
})
