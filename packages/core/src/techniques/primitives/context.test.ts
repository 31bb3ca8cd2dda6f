import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyze } from '../../scenario/analyze.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { techniqueById } from '../catalog/index.ts'
import { compose } from '../compose.ts'
import { defaultsOf } from '../parameters.ts'
import type { Values } from '../primitive.ts'
import { applied, catalogueModel, outcomeOf, performanceOf, testPlan } from '../techniques.testkit.ts'
import { CTX } from './context.ts'
import { groupsOf, operatorOf, tiny } from './modelSide.testkit.ts'
import { POS } from './positions.ts'
import { RETR, REUSE, TRAIN } from './retrieval.ts'

describe('CTX', () => {
  const plan = testPlan({ promptTokens: 8192 })

  it('reads 8192 tokens with the compressor, 2048 with the model; one prompt token stands for four', () => {
    const made = applied(plan, CTX, { ratio: 4, pass: 'small-model', model: 'llama-3.2-1b' })
    expect(made.scenario.workload.promptTokens).toBe(2048)
    expect(made.userTokensPerPromptToken).toBe(4)
    const small = unwrap(analyze({ ...plan.scenario, model: catalogueModel('llama-3.2-1b') }))
    const short = unwrap(analyze(testPlan({ promptTokens: 2048 }).scenario))
    const outcome = outcomeOf(made)
    expect(outcome.performance.ttftS).toBeCloseTo(small.prefill.timeS + short.prefill.timeS, 9)
    expect(outcome.context.tokens).toBe(4 * 131072)
  })

  it('can lose: a compressor as large as the model costs more than it saves', () => {
    const plain = performanceOf(plan).ttftS
    const cheap = applied(plan, CTX, { ratio: 4, pass: 'small-model', model: 'llama-3.2-1b' })
    const dear = applied(plan, CTX, { ratio: 1.2, pass: 'own', passes: 1 })
    expect(performanceOf(cheap).ttftS).toBeLessThan(plain)
    expect(performanceOf(dear).ttftS).toBeGreaterThan(plain)
  })

  it('names the compressor it takes when none is given, and costs nothing when done before', () => {
    const typical = applied(plan, CTX, { ratio: 4, pass: 'encoder' })
    expect(typical.remarks[0]?.text).toContain('BERT')
    const before = applied(plan, CTX, { ratio: 4, pass: 'own', offline: true })
    expect(before.passes).toHaveLength(0)
    expect(before.offline).toHaveLength(1)
  })

  it('pools keys: half the entries to read and to keep', () => {
    const full = outcomeOf(plan)
    const pooled = outcomeOf(applied(plan, CTX, { site: 'kv-pool', ratio: 2, pass: 'none' }))
    expect(pooled.memory.kvBytes / full.memory.kvBytes).toBeCloseTo(0.5, 2)
    expect(pooled.performance.tpotS ?? 0).toBeLessThan(full.performance.tpotS ?? 0)
  })

  it('shortens hidden states: about 1/r of the layers’ work, none of their weights', () => {
    const full = performanceOf(plan)
    const made = performanceOf(applied(plan, CTX, { site: 'hidden', ratio: 2, pass: 'none' }))
    expect(made.ttftS / full.ttftS).toBeGreaterThan(0.4)
    expect(made.ttftS / full.ttftS).toBeLessThan(0.52)
    expect(made.tpotS).toBeCloseTo(full.tpotS ?? 0, 3)
  })

  it('refuses image tokens without pictures', () => {
    expect(CTX.apply(plan, { ...defaultsOf('CTX'), site: 'image-tokens' }).ok).toBe(false)
    const pictures = testPlan({ itemsPerRequest: 1 }, { model: catalogueModel('llava-1.5-7b') })
    const made = performanceOf(applied(pictures, CTX, { site: 'image-tokens', ratio: 4, pass: 'none' }))
    expect(made.ttftS).toBeLessThan(performanceOf(pictures).ttftS)
  })

  it('never makes the first token later with a higher ratio, for the same pass', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.1, max: 20, noNaN: true }),
        fc.double({ min: 1.1, max: 3, noNaN: true }),
        (r, factor) => {
          const ttft = (ratio: number) => performanceOf(applied(plan, CTX, { ratio, pass: 'own', passes: 1 })).ttftS
          expect(ttft(r * factor)).toBeLessThanOrEqual(ttft(r) * (1 + 1e-9))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('RETR', () => {
  it('adds k chunks to the prompt and a search before the first token; the store holds what can be asked about', () => {
    const plan = testPlan({ promptTokens: 100 })
    const made = applied(plan, RETR, { k: 5, chunk: 256, searchS: 0.02, recall: 0.8 })
    expect(made.scenario.workload.promptTokens).toBe(1380)
    const outcome = outcomeOf(made)
    expect(outcome.performance.ttftS).toBeCloseTo(performanceOf(testPlan({ promptTokens: 1380 })).ttftS + 0.02, 12)
    expect(outcome.context.tokens).toBe(Number.POSITIVE_INFINITY)
    expect(outcome.context.parts).toMatchObject({ externalTokens: Number.POSITIVE_INFINITY, recall: 0.8 })
  })

  it('embeds the query with a model that is named, and refuses one that is not there', () => {
    const plan = testPlan()
    const made = performanceOf(applied(plan, RETR, { k: 1, chunk: 1, embedder: 'bert-base' }))
    const plain = performanceOf(applied(plan, RETR, { k: 1, chunk: 1 }))
    expect(made.ttftS).toBeGreaterThan(plain.ttftS)
    expect(RETR.apply(plan, { ...defaultsOf('RETR'), embedder: 'none-such' }).ok).toBe(false)
  })

  it('of phrases or n-grams holds no context', () => {
    expect(applied(testPlan(), RETR, { store: 'n-grams', inject: 'proposal' })).toMatchObject({ external: [] })
  })
})

describe('REUSE', () => {
  it('computes the other half of the prompt, attending to all of it', () => {
    const plan = testPlan({ promptTokens: 4096 })
    const made = performanceOf(applied(plan, REUSE, { hit: 0.5 }))
    const step = [{ sequences: 1, newTokens: 2048, contextTokens: 2048 }]
    const analysis = unwrap(analyze({ ...plan.scenario, step }))
    expect(made.ttftS).toBeCloseTo(analysis.step?.timeS ?? 0, 12)
    expect(made.tpotS).toBe(performanceOf(plan).tpotS)
  })

  it('never reaches zero: the last token is always computed; more hits are never slower', () => {
    const ttft = (hit: number) => performanceOf(applied(testPlan(), REUSE, { hit })).ttftS
    expect(ttft(1)).toBeGreaterThan(0)
    for (let i = 0; i < 10; i++) expect(ttft((i + 1) / 10)).toBeLessThanOrEqual(ttft(i / 10))
  })
})

describe('POS', () => {
  it('multiplies the trained context, unless memory ends first, and costs nothing', () => {
    const plan = testPlan({}, { model: catalogueModel('llama-2-7b') })
    const made = outcomeOf(applied(plan, POS, { kind: 'yarn', scale: 16 }))
    expect(made.context.parts.reachTokens).toBe(16 * 4096)
    expect(made.context.tokens).toBe(65536)
    expect(made.performance).toEqual(performanceOf(plan))
  })

  it('without limit leaves memory as the limit, and says that use is another matter', () => {
    const made = applied(testPlan(), POS, { kind: 'alibi', unlimited: true })
    expect(outcomeOf(made).context.limitedBy).toBe('memory')
    expect(made.remarks[0]?.text).toContain('effective')
  })

  it('takes one map that scales, not two', () => {
    const once = applied(testPlan(), POS, { kind: 'linear', scale: 4 })
    expect(POS.apply(once, { ...defaultsOf('POS'), kind: 'yarn', scale: 8 }).ok).toBe(false)
    expect(POS.apply(once, { ...defaultsOf('POS'), kind: 'rope' }).ok).toBe(true)
  })
})

describe('POS where there is nothing to change', () => {
  const refused = (model: string, values: Values) => {
    const made = POS.apply(testPlan({}, { model: catalogueModel(model) }), { ...defaultsOf('POS'), ...values })
    return made.ok ? '' : made.problem.reason
  }

  it('is refused without attention, and rotary maps without rotary positions', () => {
    for (const values of [
      { kind: 'yarn', scale: 4 },
      { kind: 'alibi', unlimited: true },
    ]) {
      expect(refused('mamba-2.8b', values)).toContain('no attention')
    }
    expect(refused('opt-13b', { kind: 'yarn', scale: 4 })).toContain('rotary')
    expect(refused('opt-13b', { kind: 'alibi', unlimited: true })).toBe('')
    expect(refused('deepseek-v3', { kind: 'yarn', scale: 4 })).toBe('')
  })
})

describe('TRAIN', () => {
  it('says what must be trained and costs nothing while serving', () => {
    const plan = testPlan()
    const made = applied(plan, TRAIN, { what: 'distillation', part: 'student', data: 'C4' })
    expect(made.offline).toEqual([{ what: 'distillation (student)', data: 'C4' }])
    expect(performanceOf(made)).toEqual(performanceOf(plan))
  })
})

describe('SIDE: cross-attention to what is fetched', () => {
  const values = { form: 'cross-attention', rows: 256, chunk: 64 } as const
  const at = (phase: 'decode' | 'prefill', name: string) =>
    operatorOf(groupsOf(tiny('SIDE', values, { promptTokens: 128 }), phase), name)

  it('q and out d × d, keys and values of 256 / 64 tokens for each, 256 attended', () => {
    expect(at('decode', 'cross_q')).toMatchObject({ flop: 2 * 64 * 64, parameters: 64 * 64 })
    expect(at('decode', 'cross_kv')).toMatchObject({ flop: 2 * 4 * 64 * 128, parameters: 64 * 128 })
    expect(at('decode', 'cross_attend')).toMatchObject({ flop: 4 * 256 * 64, kvReadBytes: 256 * 2 * 64 * 2 })
    // Two chunks of a prompt read theirs once each.
    expect(at('prefill', 'cross_attend')).toMatchObject({ flop: 128 * 4 * 256 * 64, kvReadBytes: 2 * 256 * 2 * 64 * 2 })
  })

  it('RETRO costs its encoder, its search and the layers that attend', () => {
    const plain = testPlan()
    const retro = unwrap(compose(plain.scenario, techniqueById('retro')?.uses ?? []))
    const [was, is] = [outcomeOf(plain), outcomeOf(retro)]
    expect(retro.passes.map(({ newTokens }) => newTokens)).toEqual([2048, 4 * 2048])
    expect(is.performance.ttftS).toBeGreaterThan(was.performance.ttftS + 0.01)
    expect(is.performance.tpotS ?? 0).toBeGreaterThan(1.05 * (was.performance.tpotS ?? 0))
    // A third of 32 layers: 2·d·d and 896 · 2d, of 2 bytes; and the encoder of 19e6.
    const added = 0.33 * 32 * (2 * 4096 ** 2 + 896 * 2 * 4096) * 2 + 19e6 * 2
    expect((is.memory.weightBytes - was.memory.weightBytes) / added).toBeCloseTo(1, 6)
  })
})
