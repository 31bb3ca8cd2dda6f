/** Published configurations: each imports completely or is refused for a reason that names the cause. */
import { describe, expect, it } from 'vitest'
import {
  badNumbers,
  CORPUS_ABSENT,
  corpusConfig,
  corpusModel,
  corpusNames,
  corpusSidecar,
  hasCorpus,
  layersOf,
} from './hf.testkit.ts'
import { importHfConfig } from './index.ts'

interface Refusal {
  readonly files: RegExp
  /** How many files of the corpus it is about. */
  readonly count: number
  readonly path: string
  readonly reason: string
}

/** The files that must be refused, and why; every other file imports. */
const REFUSED: readonly Refusal[] = [
  // Small models that only propose tokens for another model.
  { files: /^SpecForge-draft__/, count: 45, path: 'architectures', reason: 'speculative draft' },
  // Condensed by another tool: its `ffn_embed_dim` is 4 × hidden, which is not the width of a gated FFN.
  {
    files: /^(?:NousResearch__Llama-2-7b-hf|decapoda-research__llama-(?:7|13|30)b-hf)$/,
    count: 4,
    path: 'ffn_embed_dim',
    reason: 'does not tell the width of a gated FFN',
  },
]

const refusalOf = (name: string) => REFUSED.find(({ files }) => files.test(name))

describe.skipIf(!hasCorpus)('published configurations', () => {
  const names = hasCorpus ? corpusNames() : []

  it.each(names.filter((name) => !refusalOf(name)))('%s imports', (name) => {
    const { stack, ...rest } = corpusModel(name)
    expect(badNumbers({ stack, ...rest })).toEqual([])
    expect(stack.order.length).toBeGreaterThan(0)
    for (const kind of stack.order) expect(stack.kinds[kind]).toBeDefined()
    expect(new Set(stack.kinds.map((kind) => kind.name)).size).toBe(stack.kinds.length)
  })

  it.each(names.filter(refusalOf))('%s is refused', (name) => {
    const result = importHfConfig(corpusConfig(name), { quantSidecar: corpusSidecar(name) })
    if (result.ok) throw new Error('it was imported')
    expect(result.problem.path).toBe(refusalOf(name)?.path)
    expect(result.problem.reason).toContain(refusalOf(name)?.reason)
    expect(result.problem.remedy).not.toBe('')
  })

  it('nothing else is refused', () => {
    for (const { files, count } of REFUSED) expect(names.filter((name) => files.test(name))).toHaveLength(count)
  })
})

/** KiB of 16-bit keys and values that each further token adds: layers that see everything, not windows or states. */
function growingKiB(name: string): number {
  let elements = 0
  for (const { mixer } of layersOf(corpusModel(name))) {
    if (mixer?.kind === 'mla') elements += mixer.kvLoraRank + mixer.qkRopeHeadDim
    if (mixer?.kind !== 'attention' || mixer.pattern.kind !== 'causal') continue
    const width = mixer.headDim + (mixer.vHeadDim ?? mixer.headDim)
    elements += mixer.numKvHeads * width
  }
  return (elements * 2) / 1024
}

describe.skipIf(!hasCorpus)('keys and values per token, where one formula fails', () => {
  it.each([
    ['meta-llama__Llama-3.1-70B', 320],
    ['deepseek-ai__DeepSeek-V3', 68.625],
    ['moonshotai__Kimi-K2-Instruct', 68.625],
    ['openai__gpt-oss-120b', 36],
    ['Qwen__Qwen3-Next-80B-A3B-Instruct', 24],
    ['Qwen__Qwen3.5-27B', 64],
    ['nvidia__Gemma-4-26B-A4B-NVFP4', 20],
  ])('%s: %d KiB', (name, expected) => {
    expect(growingKiB(name)).toBe(expected)
  })
})

if (!hasCorpus) describe('published configurations', () => it.skip(CORPUS_ABSENT, () => {}))
