/** Names: techniques, models, benchmarks, settings; the foreign rows that become records, and those that do not. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findBenchmark } from './benchmarks.ts'
import { convertAll, convertRow, type RawMeasurement } from './convert.ts'
import { modelStep, parseModelName } from './models.ts'
import { compareSetting, normaliseSetting } from './settings.ts'
import { findTechnique, suggestTechniques } from './techniqueNames.ts'

const SOURCE = { key: 'S1', name: 'a/b', url: 'https://example.org' }

function raw(change: Partial<RawMeasurement> = {}): RawMeasurement {
  return {
    id: 'E1',
    technique: 'AWQ',
    model: 'LLaMA-2-7B',
    setting: { bits: 4 },
    context_tokens: null,
    benchmark: 'WikiText-2',
    metric: 'perplexity',
    unit: 'ppl',
    value: 5.6,
    baseline_value: 5.47,
    baseline: 'FP16',
    hardware: null,
    qualifier: '=',
    evidence_grade: 'A',
    source: { repo: 'a/b', path: 'README.md', commit: 'a'.repeat(40), locator: 'line 1' },
    ...change,
  }
}

describe('technique names', () => {
  it.each([
    ['EAGLE2', 'eagle-2', {}],
    ['eagle 2', 'eagle-2', {}],
    ['QuIP#', 'quip', {}],
    ['KIVI-2', 'kivi', { kvBits: '2' }],
    ['q4_K_M', 'gguf', { format: 'q4_k_m' }],
    ['llama.cpp IQ2_XXS', 'gguf', { format: 'iq2_xxs' }],
    ['EXL2 4.0 bpw (ExLlamaV2)', 'exl2', { weightBits: '4' }],
    ['YaRN (s=16)', 'yarn', { scale: '16' }],
    ['  attention_sinks ', 'streamingllm', {}],
  ])('%s is %s', (name, technique, setting) => {
    expect(findTechnique(name)).toEqual({ technique, setting })
  })

  it('suggests near names and none for nonsense', () => {
    expect(suggestTechniques('minferense')).toEqual(['minference'])
    expect(suggestTechniques('xyzzyplughxyzzyplugh')).toEqual([])
    expect(findTechnique('snapkv')?.technique).toBe('snapkv')
  })

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        findTechnique(text)
        suggestTechniques(text)
        findBenchmark(text)
        parseModelName(text)
        normaliseSetting({ [text]: text })
      }),
    )
    for (const name of ['', ' ', '__proto__', 'constructor', '../../etc/passwd', '\u001b[31m', '('.repeat(5000)]) {
      expect(findTechnique(name)).toBeUndefined()
    }
  })
})

describe('model names', () => {
  it.each([
    ['meta-llama/Llama-2-7b-hf', 'llama-2-7b', 'llama', '2', 7],
    ['LLaMA2-7B', 'llama-2-7b', 'llama', '2', 7],
    ['llama_2_7b', 'llama-2-7b', 'llama', '2', 7],
    ['LLaMa-7B', 'llama-7b', 'llama', '1', 7],
    ['LLaMA v3.1 70B', 'llama-3.1-70b', 'llama', '3.1', 70],
    ['Llama3.1 (8B)', 'llama-3.1-8b', 'llama', '3.1', 8],
    ['Qwen/Qwen3-8B', 'qwen3-8b', 'qwen', '3', 8],
    ['Qwen-1.5-72B', 'qwen1.5-72b', 'qwen', '1.5', 72],
    ['Mixtral-8x7B (12.9B/46.7B)', 'mixtral-8x7b', 'mixtral', '', 46.7],
    ['gptj-99.9', 'gpt-j', 'gpt-j', '', undefined],
  ])('%s is %s', (raw, name, family, generation, billions) => {
    const found = parseModelName(raw)
    expect([found?.name, found?.family, found?.generation, found?.billions]).toEqual([
      name,
      family,
      generation,
      billions,
    ])
  })

  it.each(['several LLMs', 'see README', 'LLaMA2-7B / Mistral-7B', 'attention kernel', ''])(
    '%s names no model',
    (text) => {
      expect(parseModelName(text)).toBeUndefined()
    },
  )

  it('steps from the same to nothing in common', () => {
    const step = (a: string, b: string) => {
      const [asked, found] = [parseModelName(a), parseModelName(b)]
      if (!asked) throw new Error(a)
      return modelStep(asked, found)
    }
    expect(step('llama-3.1-8b', 'Llama-3.1-8B')).toBe('same')
    expect(step('llama-3.1-8b', 'Llama-3.1-8B-Instruct')).toBe('variant')
    expect(step('llama-3.1-8b', 'LLaMA 3.1 70B')).toBe('generation')
    expect(step('llama-3-8b', 'Llama-2-7B')).toBe('family')
    expect(step('llama-3-8b', 'Mistral-7B')).toBe('size')
    expect(step('llama-3-8b', 'OPT-175B')).toBe('other')
    expect(step('llama-3-8b', 'several')).toBe('unnamed')
  })
})

describe('settings', () => {
  it('reads widths, renames fields and drops results', () => {
    expect(normaliseSetting({ precision: 'W4A8KV4', ISL: 128, size_gib: 4.3, group: null })).toEqual({
      weightBits: '4',
      activationBits: '8',
      kvBits: '4',
      promptTokens: '128',
    })
  })

  it('compares amounts by value and never takes unknown for equal', () => {
    expect(compareSetting('5', '5x')).toBe('same')
    expect(compareSetting('128K', '131072')).toBe('same')
    expect(compareSetting('2', '4')).toBe('different')
    expect(compareSetting('2', undefined)).toBe('unknown')
  })
})

describe('conversion', () => {
  it('keeps a row with its own baseline', () => {
    const result = convertRow(raw(), SOURCE)
    expect('kept' in result && result.kept).toMatchObject({
      technique: 'awq',
      model: 'llama-2-7b',
      setting: { weightBits: '4' },
      benchmark: 'wikitext-2',
      value: 5.6,
      baseline: { value: 5.47, bound: '=', name: 'FP16', against: 'without' },
    })
  })

  it('brings shares to per cent and milliseconds to seconds', () => {
    const share = convertRow(raw({ metric: 'accuracy', unit: 'frac', value: 0.627, baseline_value: 0.5203 }), SOURCE)
    expect('kept' in share && [share.kept.value, share.kept.baseline?.value]).toEqual([62.7, 52.03])
    const time = convertRow(
      raw({ metric: 'mean TTFT', unit: 'ms', value: 62, baseline_value: null, baseline: null }),
      SOURCE,
    )
    expect('kept' in time && [time.kept.value, time.kept.unit]).toEqual([0.062, 's'])
  })

  it.each([
    ['impossible', { value: 0.5 }],
    ['impossible', { metric: 'accuracy', unit: '%', value: 101 }],
    ['impossible', { metric: 'throughput', unit: 'tok/s', value: 0 }],
    ['unreadable', { technique: 'Magic' }],
    ['unreadable', { metric: 'beauty' }],
    ['unreadable', { unit: 'furlong' }],
    ['unreadable', { value: Number.NaN }],
    ['anecdote', { unit: 'bool', value: 1 }],
  ] as const)('drops as %s: %j', (rule, change) => {
    expect(convertRow(raw(change), SOURCE)).toEqual({ dropped: rule })
  })

  it('takes a bound for a bound, and no number for none', () => {
    const bound = convertRow(
      raw({ baseline: 'LLaMA-2-7B unextended (lower bound >1000)', baseline_value: 1000 }),
      SOURCE,
    )
    expect('kept' in bound && bound.kept.baseline).toEqual({
      value: 1000,
      bound: '>',
      name: 'LLaMA-2-7B unextended',
      against: 'without',
    })
    const absent = convertRow(raw({ baseline: 'FP16 (OOM)', baseline_value: null }), SOURCE)
    expect(absent).toMatchObject({ baseline: 'absent' })
    expect('kept' in absent && absent.kept.baseline).toBeUndefined()
  })

  it('loses no row: in = kept + dropped, for any mixture', () => {
    const rows = fc.array(
      fc.record({
        technique: fc.constantFrom('AWQ', 'GPTQ', 'Magic'),
        unit: fc.constantFrom('ppl', 'bool', 'furlong'),
        value: fc.constantFrom(0.5, 5, 6, 1e5),
      }),
    )
    fc.assert(
      fc.property(rows, (changes) => {
        const all = changes.map((change, i) => raw({ ...change, id: `E${i}` }))
        const { records, dropped } = convertAll(all, () => SOURCE)
        expect(records.length + dropped.length).toBe(all.length)
        expect(new Set([...records.map((one) => one.id), ...dropped.map((one) => one.raw.id)]).size).toBe(all.length)
      }),
    )
  })
})
