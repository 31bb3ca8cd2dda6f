/** The grammar of `--with`: what it reads, and how it says what is wrong. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { techniqueById } from '../catalog/index.ts'
import { parseSelection } from './selection.ts'

const problem = (text: unknown) => {
  const read = parseSelection(text)
  if (read.ok) throw new Error(`${String(text)} was read`)
  return read.problem
}
const uses = (text: string) => unwrap(parseSelection(text)).uses

describe('what it reads', () => {
  it('a technique is its row', () => {
    const { members, label } = unwrap(parseSelection('h2o'))
    expect(members.map(({ id }) => id)).toEqual(['h2o'])
    expect(members[0]?.uses).toEqual(techniqueById('h2o')?.uses)
    expect(label).toBe('h2o')
  })

  it('parameters replace the defaults, with units and shares as people write them', () => {
    const [use] = uses('h2o:budget=20%:recent=1k')
    expect(use?.with).toEqual({ policy: 'accumulated-attention', budget: 0.2, recent: 1024 })
    expect(use?.assumed).toEqual([])
  })

  it('names and cases are free, and several techniques stand side by side', () => {
    const { members } = unwrap(parseSelection(' StreamingLLM:Recent=4k , W4 , kv8'))
    expect(members.map(({ id }) => id)).toEqual(['streamingllm', 'w4', 'kv8'])
    expect(members[0]?.uses[0]?.with).toMatchObject({ sink: 4, recent: 4096 })
  })

  it('short settings are number formats', () => {
    expect(uses('w4a8kv4').map(({ primitive, with: { bits } }) => [primitive, bits])).toEqual([
      ['WB', 4],
      ['AB', 8],
      ['KB', 4],
    ])
    expect(uses('fp8').map(({ with: values }) => values)).toEqual([
      { bits: 8, group: 0, kind: 'float' },
      { bits: 8, group: 0, kind: 'float' },
    ])
    expect(uses('w16')).toEqual([])
  })

  it('bits of a method are the cache’s, not its grid’s; the primitive in front decides too', () => {
    expect(uses('kivi:bits=4').find(({ primitive }) => primitive === 'KB')?.with.bits).toBe(4)
    expect(uses('kivi:KB.bits=4')).toEqual(uses('kivi:bits=4'))
  })

  it('a policy of scores stands beside the fused kernel as it stands on a baseline that has one', () => {
    expect(unwrap(parseSelection('h2o,flash-attention')).members).toHaveLength(2)
  })

  it('none is the baseline', () => {
    expect(unwrap(parseSelection('none')).members).toEqual([])
  })

  it('reads its own text again', () => {
    const once = unwrap(parseSelection('h2o:budget=0.2:recent=64,w4'))
    expect(unwrap(parseSelection(once.label))).toEqual(once)
  })
})

describe('what is wrong', () => {
  const cases: readonly (readonly [text: unknown, place: string, words: RegExp, remedy: RegExp])[] = [
    ['', '--with', /names no technique/, /w4/],
    [undefined, '--with', /names no technique/, /h2o/],
    ['h2oo', '--with', /"h2oo" is no technique/, /h2o/],
    ['MInference', '--with', /is measured and no technique/, /capline evidence minference/],
    ['w4,,a8', '--with', /empty name/, /comma/],
    ['h2o,h2o:budget=0.5', '--with', /names h2o twice/, /once/],
    ['h2o:budget=0.2:budget=0.3', '--with h2o budget', /given twice, as 0.2 and as 0.3/, /Give one/],
    ['h2o:budget=0.2:KVB.Budget=0.3', '--with h2o budget', /given twice/, /Give one/],
    ['h2o:budget=0.2:recent', '--with h2o budget', /"0.2:recent" is not a number/, /0.92/],
    ['wanda:structure=2/4', '--with wanda structure', /"2\/4" is not a known choice/, /Did you mean 2:4/],
    ['kv4,none', '--with', /none is the baseline and stands alone/, /Take none out/],
    ['h2o:budget', '--with h2o', /not name=value/, /budget=0.2/],
    ['h2o:budgte=0.2', '--with h2o', /no parameter "budgte"/, /budget/],
    ['h2o:budget=1.5', '--with h2o budget', /1.5 is more than 1/, /^Give a share of at most 1$/],
    ['h2o:budget=-1', '--with h2o budget', /less than 0/, /at least 0/],
    ['h2o:budget=0', '--with h2o budget', /keeps no token/, /above 0/],
    ['h2o:recent=x', '--with h2o recent', /not a count/, /2048/],
    ['h2o:policy=nothing', '--with h2o policy', /not a known choice/, /static/],
    ['w4:bits=99', '--with w4 bits', /more than 32/, /32/],
    ['lost-in-the-middle', '--with lost-in-the-middle', /only observes/, /capline techniques/],
    ['awq,gptq', '--with awq with gptq', /both set the format of the weights/, /awq or gptq/],
    [
      'streamingllm,h2o',
      '--with streamingllm with h2o',
      /both set which keys stay in the cache/,
      /streamingllm or h2o/,
    ],
    ['h2o,keyformer', '--with h2o with keyformer', /both set which keys/, /Keep/],
    ['bigbird,longformer', '--with bigbird with longformer', /both set which pairs are attended/, /Keep/],
    ['infini-attention,rmt', '--with infini-attention with rmt', /both set the memory/, /Keep/],
    ['linear-transformer,performer', '--with linear-transformer with performer', /both set the form/, /Keep/],
    ['sparsegpt,wanda', '--with sparsegpt with wanda', /both set which weights are kept/, /Keep/],
    ['fastbert,deebert', '--with fastbert with deebert', /both set how many layers/, /Keep/],
    ['llmlingua,llmlingua2', '--with llmlingua with llmlingua2', /both set how the context/, /Keep/],
    [
      'ring-attention,deepspeed-ulysses',
      '--with ring-attention with deepspeed-ulysses',
      /both set how the sequence is split/,
      /Keep/,
    ],
    ['memorizing-transformer,longformer', '--with memorizing-transformer with longformer', /segments/, /Choose one/],
  ]
  for (const [text, place, words, remedy] of cases) {
    it(`${String(text)}: ${place}`, () => {
      const found = problem(text)
      expect(found.path).toBe(place)
      expect(found.reason).toMatch(words)
      expect(found.remedy).toMatch(remedy)
    })
  }

  it('never throws', () => {
    for (const text of [
      ':',
      ',',
      '=',
      'h2o:=',
      'h2o::',
      'KVB',
      '__proto__',
      'w4:__proto__=1',
      'x'.repeat(5000),
      3,
      null,
    ]) {
      expect(parseSelection(text).ok).toBe(false)
    }
  })
})
