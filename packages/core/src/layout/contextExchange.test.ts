/** What context-parallel ranks exchange: bytes worked out by hand, and laws of the ways to exchange. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepGroup } from '../architecture/extent.ts'
import type { ContextExchange } from '../architecture/kernelCall.ts'
import { networkOperators, passMaker } from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import { findModel } from '../catalog/models/index.ts'
import { type Fabric, fabricOf } from '../cost/fabric/index.ts'
import { ringSecondsPerByte } from '../cost/pricing/links.ts'
import { analyze } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { linkQuery, readLink } from '../scenario/link.ts'
import { readQuestion, scenarioOf } from '../scenario/question.ts'
import { decoder, device, testScenario, unwrap } from '../scenario/scenario.testkit.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import {
  CONTEXT_EXCHANGES,
  CONTEXT_ORDERS,
  checkLayout,
  describeLayout,
  type Layout,
  ONE_ACCELERATOR,
} from './layout.ts'

const lay = (change: Partial<Layout>): Layout => ({ ...ONE_ACCELERATOR, ...change })

function spec(id: string) {
  const row = findModel(id)
  if (!row) throw new Error(`no model ${id}`)
  return row.spec
}

function scenario(change: Partial<Scenario>): Scenario {
  return testScenario({ model: spec('llama-3.1-8b'), accelerator: device('h100-sxm'), kernel: 'flash', ...change })
}

/** Operators of the first layer of one rank, by name. */
function layerOf(of: Scenario, groups: readonly StepGroup[]): ReadonlyMap<string, Operator> {
  const { network, setting } = unwrap(prepare(of)).template
  const all = networkOperators(network, { step: { groups } }, passMaker(network, setting))
  const layer = all.find(({ part }) => part === 'layer')
  return new Map(layer?.operators.map((o) => [o.name, o]))
}

/** Bytes that leave one rank in one layer, of the attention and of what was written for it. */
function sent(of: Scenario, groups: readonly StepGroup[]): { readonly [name: string]: number } {
  const named = [...layerOf(of, groups)].filter(([name, { linkBytes }]) => name.startsWith('fused') && linkBytes > 0)
  return Object.fromEntries(named.map(([name, { linkBytes }]) => [name, linkBytes]))
}

const sum = (bytes: { readonly [name: string]: number }) => Object.values(bytes).reduce((a, b) => a + b, 0)
const prompt = (newTokens: number, contextTokens = 0): StepGroup[] => [{ sequences: 1, newTokens, contextTokens }]

describe('bytes of one layer that leave one of four ranks, 8,192 tokens of Llama 3.1 8B in 16 bit', () => {
  // 32 heads and 8 KV heads of 128: queries and outputs 8,192 byte a token, keys with values 4,096, partial outputs 32·130·4.
  const at = (contextExchange: ContextExchange, contextTokens = 0) =>
    sent(scenario({ layout: lay({ cp: 4, contextExchange }) }), prompt(8192, contextTokens))

  it('ring: three quarters of the keys and values; of cached ones too', () => {
    expect(at('ring')).toEqual({ fused_attention: 25_165_824 })
    expect(at('two-level-ring')).toEqual(at('ring'))
    expect(at('ring', 8192)).toEqual({ fused_attention: 2 * 25_165_824 })
  })

  it('query: three quarters of the queries, and of the partial outputs home; cached keys stay', () => {
    const bytes = { fused_attention: 50_331_648, fused_attention_return: 102_236_160 }
    expect(at('query')).toEqual(bytes)
    expect(at('query', 8192)).toEqual(bytes)
  })

  it('all-to-all: three sixteenths of queries, keys and values, and of the outputs', () => {
    const bytes = { fused_attention_to_heads: 18_874_368, fused_attention_to_tokens: 12_582_912 }
    expect(at('all-to-all')).toEqual(bytes)
    expect(at('all-to-all', 8192)).toEqual(bytes)
  })

  it('latent attention: the latent travels, 576 values of 16 bit', () => {
    const model = spec('deepseek-v3')
    const of = scenario({ model, precision: { kv: 'bf16' }, layout: lay({ cp: 4 }) })
    expect(sent(of, prompt(8192))).toEqual({ fused_attention: 0.75 * 8192 * 1152 })
  })

  it('answers: partial outputs are merged, 2·3/4 of 32·130·4 byte; of exchanged heads, outputs gathered', () => {
    const answer = prompt(1, 8192)
    const of = (contextExchange: ContextExchange) => sent(scenario({ layout: lay({ cp: 4, contextExchange }) }), answer)
    for (const exchange of ['ring', 'two-level-ring', 'query'] as const)
      expect(of(exchange)).toEqual({ fused_attention_merge: 24_960 })
    expect(of('all-to-all')).toEqual({ fused_attention_merge: 6144 })
  })
})

describe('laws of exchanges', () => {
  const few = { numRuns: 60, endOnFailure: true }
  const heads = fc.constantFrom([8, 8], [16, 4], [32, 2], [64, 1])

  it('queries are fewer bytes than keys exactly where T·(H·d·a + H·(4·d + 8)) < (C + T)·K·2·d·c', () => {
    const lengths = [fc.integer({ min: 16, max: 4096 }), fc.integer({ min: 0, max: 200_000 })] as const
    const seen = new Set<boolean>()
    fc.assert(
      fc.property(heads, ...lengths, ([q = 1, kv = 1], tokens, context) => {
        const model = decoder({ hidden: 64 * q, layers: 1, heads: q, kvHeads: kv, intermediate: 256, vocab: 1000 })
        const bytes = (contextExchange: ContextExchange) =>
          sum(sent(scenario({ model, layout: lay({ cp: 4, contextExchange }) }), prompt(tokens, context)))
        const fewer = tokens * q * (64 * 2 + 4 * 64 + 8) < (context + tokens) * kv * 2 * 64 * 2
        seen.add(fewer)
        expect(bytes('query') < bytes('ring')).toBe(fewer)
      }),
      few,
    )
    expect(seen.size).toBe(2)
  })

  it('striped is never slower than contiguous, and of exchanged heads they are the same', () => {
    const bases = fc.constantFrom('roofline', 'calibrated')
    const lengths = fc.integer({ min: 64, max: 60_000 })
    fc.assert(
      fc.property(
        fc.constantFrom(...CONTEXT_EXCHANGES),
        fc.constantFrom(2, 4, 8),
        lengths,
        bases,
        (way, cp, T, basis) => {
          const ttft = (contextOrder: 'striped' | 'contiguous') => {
            const layout = lay({ cp, contextExchange: way, contextOrder })
            const workload = { ...DEFAULT_WORKLOAD, promptTokens: T, outputTokens: 1 }
            return unwrap(analyze(scenario({ layout, workload, basis: basis as 'roofline' }))).request.ttftS
          }
          const [even, uneven] = [ttft('striped'), ttft('contiguous')]
          if (way === 'all-to-all') expect(uneven).toBe(even)
          else expect(even).toBeLessThanOrEqual(uneven * (1 + 1e-12))
        },
      ),
      few,
    )
  })

  it('one rank exchanges nothing, however it is said to', () => {
    const plain = unwrap(analyze(scenario({ layout: ONE_ACCELERATOR }))).request
    for (const contextExchange of CONTEXT_EXCHANGES)
      for (const contextOrder of CONTEXT_ORDERS)
        expect(unwrap(analyze(scenario({ layout: lay({ contextExchange, contextOrder }) }))).request).toEqual(plain)
  })

  it('ranks do the same work in all, whichever way they meet', () => {
    const flop = (layout: Layout) => layerOf(scenario({ layout }), prompt(4096)).get('fused_attention')?.flop
    for (const contextExchange of CONTEXT_EXCHANGES)
      expect(flop(lay({ cp: 4, contextExchange }))).toBeCloseTo((flop(ONE_ACCELERATOR) ?? 0) / 4, 0)
  })
})

describe('two rings', () => {
  const fabric = (count: number, perNode: number, gigabitPerS: number, adaptersPerNode: number): Fabric =>
    unwrap(
      fabricOf(device('h100-sxm'), {
        count,
        perNode,
        network: {
          kind: 'infiniband',
          name: 'test',
          bandwidthBytePerS: gigabitPerS * 1.25e8,
          adaptersPerNode,
          source: 'user',
        },
      }),
    )

  it('by hand: 16 ranks of two nodes, 450 GB/s inside, 50 GB/s between: max(14/450, 1/50)/15 for 1/50', () => {
    const of = fabric(16, 8, 400, 8)
    expect(ringSecondsPerByte(of, 'ring', 16, 1)).toBeCloseTo(1 / 50e9, 20)
    expect(ringSecondsPerByte(of, 'two-level-ring', 16, 1)).toBeCloseTo(14 / 450e9 / 15, 20)
    // One adapter for all eight: 8/50 instead of 1/50 between nodes.
    expect(ringSecondsPerByte(fabric(16, 8, 400, 1), 'two-level-ring', 16, 1)).toBeCloseTo(8 / 50e9 / 15, 20)
  })

  it('take no longer than one where the link inside is the faster; as long inside one node, or with one rank of each', () => {
    const shapes = [fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.constantFrom(1, 2, 4)] as const
    const network = [fc.integer({ min: 10, max: 3600 }), fc.integer({ min: 1, max: 8 })] as const
    const seen = new Set<boolean>()
    fc.assert(
      fc.property(...shapes, ...network, (own, nodes, stride, gigabitPerS, adapters) => {
        fc.pre(own * nodes > 1 && own * stride <= 8)
        const of = fabric(own * nodes * stride, own * stride, gigabitPerS, adapters)
        const [two, one] = (['two-level-ring', 'ring'] as const).map((way) =>
          ringSecondsPerByte(of, way, own * nodes, stride),
        )
        if (nodes === 1 || own === 1) expect(two).toBe(one)
        else {
          seen.add((two ?? 0) < (one ?? 0))
          expect(two ?? 0).toBeLessThanOrEqual((one ?? 0) * (1 + 1e-12))
        }
      }),
    )
    expect(seen.has(true)).toBe(true)
  })
})

describe('a question', () => {
  const base = { model: 'llama-3.1-8b', accelerator: 'h100-sxm', count: 1, question: {}, hardware: {} }
  const asked = { cp: 4, cpExchange: 'two-level-ring', cpOrder: 'contiguous' }

  it('says both; a file and a link keep them, and a slip is named', () => {
    const { layout } = unwrap(scenarioOf(asked, spec('llama-3.1-8b'), device('h100-sxm')))
    expect(layout).toEqual(lay({ cp: 4, contextExchange: 'two-level-ring', contextOrder: 'contiguous' }))
    expect(describeLayout(layout ?? ONE_ACCELERATOR)).toBe('CP 4, two-level ring, contiguous pieces')
    expect(unwrap(readQuestion(JSON.parse(JSON.stringify(asked))))).toEqual(asked)
    const slip = readQuestion({ ...asked, cpExchange: 'rng' }, 'flag')
    expect(slip.ok ? '' : `${slip.problem.path} ${slip.problem.remedy}`).toMatch(/--cp-exchange .*ring/)
    expect(readLink(linkQuery({ ...base, question: asked }), base).link.question).toEqual(asked)
  })

  it('heads that do not divide are refused with the numbers that would do', () => {
    const of = (id: string, change: Partial<Layout>) =>
      checkLayout(spec(id), lay({ contextExchange: 'all-to-all', ...change }))
    const wide = of('llama-3.1-8b', { cp: 16 })
    expect(wide.ok ? '' : wide.problem.path).toBe('--cp-exchange')
    expect(wide.ok ? '' : `${wide.problem.reason} ${wide.problem.remedy}`).toMatch(/8 KV heads.*--cp 2, 4, 8, or ring/)
    expect(of('llama-3.1-8b', { cp: 8 }).ok).toBe(true)
    expect(of('llama-3.1-8b', { cp: 8, tp: 2 }).ok).toBe(false)
    expect(of('deepseek-v3', { cp: 2 }).ok).toBe(false)
    expect(of('deepseek-v3', { cp: 1 }).ok).toBe(true)
  })
})
