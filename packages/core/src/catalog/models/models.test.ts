/** The model catalogue: identities and sources, rows against published configurations, counts against published counts. */
import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../architecture/model.ts'
import { countParameters } from '../../architecture/parameters.ts'
import { CORPUS_ABSENT, corpusModel, corpusNames, hasCorpus } from '../../importers/hf/hf.testkit.ts'
import { findModel, MODEL_SOURCES, MODELS, type ModelRow, suggestModels } from './index.ts'

const rows = Object.values(MODELS)

/** Their sizes are published, their weights are not: no repository holds them. */
const UNRELEASED: readonly string[] = ['gpt-3-175b', 'palm-540b', 'glam-64b-64e', 'st-moe-32b']

describe('rows', () => {
  it('are at least 60, and every id names its own row', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60)
    for (const [id, row] of Object.entries(MODELS)) {
      expect(row.spec.id).toBe(id)
      expect(id).toMatch(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/)
    }
  })

  it('share no id, alias or repository name, however they are written', () => {
    const fold = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '')
    const owners = new Map<string, string>()
    for (const { spec, aliases } of rows) {
      for (const name of [spec.id, ...aliases, ...aliases.map((alias) => alias.slice(alias.indexOf('/') + 1))]) {
        expect(owners.get(fold(name)) ?? spec.id, name).toBe(spec.id)
        owners.set(fold(name), spec.id)
      }
    }
  })

  it('name a repository first where there is one, and say where their numbers were read', () => {
    const used = new Set<string>()
    for (const { spec, aliases, source, published } of rows) {
      if (UNRELEASED.includes(spec.id)) expect(aliases.join(), spec.id).not.toContain('/')
      else expect(aliases[0], spec.id).toMatch(/^[\w.-]+\/[\w.-]+$/)
      for (const key of [source, published.source, published.activeSource ?? source]) used.add(key)
    }
    expect([...used].sort()).toEqual(Object.keys(MODEL_SOURCES).sort())
  })
})

/** The file of each row in the corpus of published configurations, where its name is not the row's first alias. */
const FILES: Readonly<Record<string, string>> = {
  'llama-3.1-8b': 'meta-llama__Meta-Llama-3.1-8B',
  'llama-3.1-70b': 'meta-llama__Meta-Llama-3.1-70B',
  'llama-3.1-405b': 'meta-llama__Meta-Llama-3.1-405B',
  'mistral-7b-v0.3': 'mistralai__Mistral-7B-Instruct-v0.3',
  'ministral-3-3b': 'mistralai__Ministral-3-3B-2512',
  'qwen3.5-122b-a10b': 'nvidia__Qwen3.5-122B-A10B-NVFP4',
  'qwen3-vl-32b': 'Qwen__Qwen3-VL-32B-Thinking',
  'gemma-4-26b-a4b': 'nvidia__Gemma-4-26B-A4B-NVFP4',
  'nemotron-3-super-120b': 'nvidia__NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4',
  'deepseek-v2-lite': 'deepseek-ai__DeepSeek-V2-kt',
  'gpt2-large': 'community__gpt2-large',
  'bert-base': 'community__bert-base-cased',
  'qwen-1.8b': 'Qwen__Qwen-7B',
  'phi-4-mini': 'microsoft__phi-4',
  'starcoder2-7b': 'bigcode__starcoder2-preset',
  'stablelm-2-1.6b': 'stabilityai__stablelm-2-zephyr-1_6b',
}

/** Rows of models that a file of the corpus is named after, though it holds another model. */
const MISNAMED: readonly string[] = ['phi-4']

/** Fields besides id and name in which a row differs from the imported file, each for the reason in the row's note. */
const DIFFERS: Readonly<Record<string, readonly (keyof ModelSpec)[]>> = {
  'llama-2-7b': ['trainedContextTokens'],
  'llama-2-13b': ['trainedContextTokens'],
  'llama-2-70b': ['trainedContextTokens'],
  'opt-125m': ['precision'],
  'opt-1.3b': ['precision'],
  'opt-6.7b': ['precision'],
  'opt-13b': ['precision'],
  'opt-66b': ['precision'],
  'qwen3.5-122b-a10b': ['precision'],
  'gemma-4-26b-a4b': ['precision'],
  'nemotron-3-super-120b': ['precision'],
}

/** Rows whose numbers are in no file of the corpus. */
const WITHOUT_FILE: readonly string[] = [
  ...UNRELEASED,
  'bloom-176b',
  'llama-13b',
  'mobilellama-1.4b',
  'mobilellama-2.7b',
  'llama-3-8b',
  'llama-3-70b',
  'llama-3.2-1b',
  'llama-3.2-3b',
  'llama-3.3-70b',
  'mistral-nemo-12b',
  'qwen2.5-0.5b',
  'qwen2.5-1.5b',
  'qwen2.5-7b',
  'qwen2.5-14b',
  'qwen2.5-32b',
  'qwen2.5-72b',
  'qwen3-1.7b',
  'qwen3-4b',
  'qwen3-8b',
  'qwen3-14b',
  'gemma-3-4b',
  'gemma-3-12b',
  'gemma-3-27b',
  'phi-4',
  'falcon-7b',
  'mpt-7b',
  'mamba-130m',
  'mamba-2.8b',
  'whisper-large-v3',
  'dit-xl-2',
]

describe.skipIf(!hasCorpus)('rows against published configurations', () => {
  const names = new Set(hasCorpus ? corpusNames() : [])
  const fileOf = ({ spec, aliases }: ModelRow) => FILES[spec.id] ?? (aliases[0] as string).replace('/', '__')
  const held = rows.filter((row) => names.has(fileOf(row)) && !MISNAMED.includes(row.spec.id))

  it('every row has a file, or is known to have none', () => {
    const without = rows.filter((row) => !held.includes(row)).map((row) => row.spec.id)
    expect(without.sort()).toEqual([...WITHOUT_FILE].sort())
  })

  it.each(held.map((row) => [row.spec.id, row] as const))('%s', (id, row) => {
    const { id: _id, name: _name, ...spec } = row.spec
    const { id: _fileId, name: _fileName, ...imported } = corpusModel(fileOf(row))
    const differing = DIFFERS[id] ?? []
    const expected = { ...imported, ...Object.fromEntries(differing.map((key) => [key, row.spec[key]])) }
    expect(spec).toStrictEqual(expected)
    for (const key of differing) {
      expect(row.spec[key]).not.toEqual((imported as Partial<ModelSpec>)[key])
      expect(row.note, `${id} says why it differs`).toBeDefined()
    }
  })
})

if (!hasCorpus) describe('rows against published configurations', () => it.skip(CORPUS_ABSENT, () => {}))

/** What the publisher counts, of what we count. */
function countAsPublished({ spec, published }: ModelRow): { readonly total: number; readonly active: number } {
  const all = countParameters(spec)
  const language = countParameters({ ...spec, towers: [] })
  const towers = all.total - language.total
  const without = published.activeWithout ?? []
  const embedding = spec.embedding ? spec.embedding.vocabSize * spec.embedding.size : 0
  return {
    total:
      published.totalCounts === 'with-mtp'
        ? all.total + all.mtp
        : published.totalCounts === 'without-towers'
          ? language.total
          : all.total,
    active: all.active - (without.includes('towers') ? towers : 0) - (without.includes('embedding') ? embedding : 0),
  }
}

/** `7B` of 6.7 or 7.7 billion: names of models are no counts, but nothing better was found for these. */
const FAR_FROM_LABEL: readonly string[] = [
  'codellama-7b',
  'falcon-40b',
  'falcon-7b',
  'glam-64b-64e',
  'internlm2.5-7b',
  'kimi-k2.5',
  'ministral-3-3b',
  'mobilellama-1.4b',
  'nemotron-super-49b',
  'olmo-2-13b',
  'opt-13b',
  'opt-2.7b',
  'phi-2',
  'qwen-1.8b',
  'qwen3-vl-2b',
  'qwen3-vl-30b-a3b',
  'qwen3-vl-32b',
  'stablelm-2-1.6b',
  'starcoder2-7b',
  't5-11b',
  't5-3b',
]

describe('counts against published counts', () => {
  it.each(rows.map((row) => [row.spec.id, row] as const))('%s', (_, row) => {
    const { published } = row
    const count = countAsPublished(row)
    const miss = Math.abs(count.total - published.total)
    expect(miss, `${count.total}`).toBeLessThanOrEqual(Math.max(published.total / 100, published.totalStep ?? 0))
    if (published.active === undefined) return
    const activeMiss = Math.abs(count.active - published.active)
    const most = Math.max(published.active / 100, published.activeStep ?? 0)
    expect(activeMiss, `${count.active}`).toBeLessThanOrEqual(most)
  })

  it('only labels are more than one percent off, and only these', () => {
    const far = rows.filter((row) => Math.abs(countAsPublished(row).total / row.published.total - 1) > 0.01)
    expect(far.map((row) => row.spec.id).sort()).toEqual(FAR_FROM_LABEL)
  })
})

describe('look-up', () => {
  it('finds ids, short names and repositories, with or without the owner, whatever the case and separators', () => {
    expect(findModel('llama-3.1-8b')?.spec.id).toBe('llama-3.1-8b')
    expect(findModel('Llama 3.1 8B')?.spec.id).toBe('llama-3.1-8b')
    expect(findModel('llama_3.1_8b')?.spec.id).toBe('llama-3.1-8b')
    expect(findModel('meta-llama/Meta-Llama-3.1-8B-Instruct')?.spec.id).toBe('llama-3.1-8b')
    expect(findModel('Qwen3-32B')?.spec.id).toBe('qwen3-32b')
    expect(findModel('openai/GPT-OSS-120B')?.spec.id).toBe('gpt-oss-120b')
    expect(findModel('google/gemma-3-27b-it')?.spec.id).toBe('gemma-3-27b')
  })

  it('takes no prefix and no hostile name for a model', () => {
    for (const name of [
      '',
      ' ',
      '/',
      'llama',
      'llama-3.1',
      'qwen3',
      'deepseek',
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      '../llama-3.1-8b',
      'meta-llama/',
      'llama-3.1-8b\0',
      'x'.repeat(1_000_000),
    ])
      expect(findModel(name), name.slice(0, 40)).toBeUndefined()
    expect((MODELS as Record<string, unknown>).constructor).toBeUndefined()
    expect(Object.isFrozen(MODELS)).toBe(true)
  })

  it('suggests near names, and nothing for a name that is near none', () => {
    expect(suggestModels('lama-3.1-8b')[0]).toBe('llama-3.1-8b')
    expect(suggestModels('gpt-oss-12b')).toContain('gpt-oss-120b')
    expect(suggestModels('mixtral-8x7', 1)).toEqual(['mixtral-8x7b'])
    expect(suggestModels('meta-llama/Llama-3.1-8b-instruc')).toContain('llama-3.1-8b')
    expect(suggestModels('zzzzzzzzzzzz')).toEqual([])
    expect(suggestModels('')).toEqual([])
    expect(suggestModels('llama-3.1-8b', 0)).toEqual([])
  })
})
