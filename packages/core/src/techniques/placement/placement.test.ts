import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { device, unwrap } from '../../scenario/scenario.testkit.ts'
import { PLACE } from '../primitives/places.ts'
import { applied, catalogueModel, performanceOf, testPlan } from '../techniques.testkit.ts'
import { blockPricer, type PlacementProblem, placementProgram, SHARES, type ShareName } from './flexgen.ts'
import { type LinearProgram, programText, violation } from './program.ts'
import { placementProblem } from './search.ts'
import { solveSmall } from './simplex.ts'

const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true })

/** Amounts of any size: bytes in gigabytes, rates in gigabytes per second. */
const problems: fc.Arbitrary<PlacementProblem> = fc
  .record({
    weights: positive(100),
    kv: positive(50),
    activations: positive(5),
    computeS: positive(2),
    attentionS: positive(1),
    hostAttentionS: positive(4),
    steps: fc.integer({ min: 1, max: 200 }),
    hostAttention: fc.boolean(),
    link: positive(60),
    disk: positive(8),
    accelerator: positive(80),
    host: positive(120),
  })
  .map((r) => {
    const step = {
      weightBytes: r.weights,
      kvReadBytes: r.kv,
      kvWriteBytes: r.kv / 100,
      activationBytes: r.activations,
      computeS: r.computeS,
      attentionS: r.attentionS,
      hostAttentionS: r.hostAttentionS,
    }
    return {
      prefill: { ...step, kvReadBytes: 0, kvWriteBytes: r.kv },
      decode: { ...step, computeS: r.computeS / 50 },
      steps: r.steps,
      hostAttention: r.hostAttention,
      linkBytePerS: r.link,
      diskBytePerS: r.disk,
      weightBytes: r.weights,
      kvBytes: r.kv,
      activationBytes: r.activations,
      stagingShare: 0.05,
      capacity: { accelerator: r.accelerator, host: r.host, disk: 1000 },
    }
  })

/** Every way to split three classes over three tiers in steps of `1 / n`. */
function* grid(n: number): Generator<{ readonly [K in ShareName]: number }> {
  const splits: [number, number, number][] = []
  for (let a = 0; a <= n; a++) for (let b = 0; a + b <= n; b++) splits.push([a / n, b / n, (n - a - b) / n])
  for (const w of splits) {
    for (const k of splits) {
      for (const h of splits) {
        const values = [...w, ...k, ...h]
        yield Object.fromEntries(SHARES.map((name, i) => [name, values[i]])) as { [K in ShareName]: number }
      }
    }
  }
}

describe('the built-in solver', () => {
  it('finds a corner worked out by hand: 3a + 5b under a ≤ 4, 2b ≤ 12, 3a + 2b ≤ 18 is 36 at (2, 6)', () => {
    const program: LinearProgram = {
      variables: ['a', 'b'],
      objective: { a: -3, b: -5 },
      constraints: [
        { name: 'one', terms: { a: 1 }, sense: '<=', bound: 4 },
        { name: 'two', terms: { b: 2 }, sense: '<=', bound: 12 },
        { name: 'three', terms: { a: 3, b: 2 }, sense: '<=', bound: 18 },
      ],
    }
    expect(solveSmall(program)).toEqual({ status: 'optimal', objective: -36, values: { a: 2, b: 6 } })
  })

  it('tells what cannot be, and what has no end', () => {
    const terms = { a: 1 }
    const impossible = {
      variables: ['a'],
      objective: { a: 1 },
      constraints: [
        { name: 'low', terms, sense: '<=' as const, bound: 1 },
        { name: 'high', terms, sense: '=' as const, bound: 2 },
      ],
    }
    expect(solveSmall(impossible).status).toBe('infeasible')
    expect(solveSmall({ ...impossible, objective: { a: -1 }, constraints: [] }).status).toBe('unbounded')
  })

  it('takes a time that nothing counts for no gain without end: no decode steps, prices that carry rounding', () => {
    const program = placementProgram({
      prefill: {
        weightBytes: 97946387605.43776,
        kvReadBytes: 1204108086.4751384,
        kvWriteBytes: 63144746.420614295,
        activationBytes: 1010266568.5467991,
        computeS: 0.005000000000000004,
        attentionS: 0.001449803899195433,
        hostAttentionS: 0.013033309132555276,
      },
      decode: {
        weightBytes: 43155743909.160484,
        kvReadBytes: 359290081.5367138,
        kvWriteBytes: 12085910.8856152,
        activationBytes: 12232690.373764656,
        computeS: 0.0050000000000000105,
        attentionS: 0.0034129551408259985,
        hostAttentionS: 0.07735983376215742,
      },
      steps: 0,
      hostAttention: true,
      linkBytePerS: 13306242155.45154,
      diskBytePerS: 14133319.420945678,
      weightBytes: 125138922603.68588,
      kvBytes: 219752311.9833789,
      activationBytes: 10000000.00000003,
      stagingShare: 0,
      capacity: { accelerator: 1842858249.0188768, host: 48616012545.443245, disk: 542924779671.19824 },
    })
    const solution = solveSmall(program)
    expect(solution.status).toBe('optimal')
    if (solution.status !== 'optimal') return
    expect(violation(program, solution.values)).toBeLessThan(1e-6)
    // As HiGHS finds it: 0.5986 of the weights of the prefill are read from the disk.
    expect(solution.objective).toBeCloseTo((0.5986135490179737 * 97946387605.43776) / 14133319.420945678, 3)
  })

  it('is never beaten by a grid over all placements, keeps every constraint, and agrees with it on what cannot fit', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const program = placementProgram(problem)
        const solution = solveSmall(program)
        const blockSeconds = blockPricer(problem)
        // What the program minimises: the time of the block, and a hair for tiers that are further away.
        const price = (shares: { readonly [K in ShareName]: number }) =>
          blockSeconds(shares) + SHARES.reduce((sum, name) => sum + (program.objective[name] ?? 0) * shares[name], 0)
        let best = Number.POSITIVE_INFINITY
        for (const shares of grid(3)) best = Math.min(best, price(shares))
        if (solution.status !== 'optimal') {
          expect(best).toBe(Number.POSITIVE_INFINITY)
          return
        }
        expect(violation(program, solution.values)).toBeLessThan(1e-6)
        const found = price(sharesOf(solution.values))
        expect(found).toBeLessThanOrEqual(best * (1 + 1e-6))
        expect(Math.abs(found / solution.objective - 1)).toBeLessThan(1e-6)
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })
})

function sharesOf(values: { readonly [name: string]: number }): { [K in ShareName]: number } {
  return Object.fromEntries(SHARES.map((name) => [name, values[name] ?? 0])) as { [K in ShareName]: number }
}

describe('FlexGen’s program', () => {
  const plan = testPlan(
    { batchSize: 32, promptTokens: 512, outputTokens: 32 },
    { model: catalogueModel('opt-30b'), accelerator: device('t4') },
  )

  it('says what a plan with its placement takes', () => {
    for (const compute of ['accelerator', 'host'] as const) {
      const problem = unwrap(placementProblem(plan, { compute }))
      const solution = solveSmall(placementProgram(problem))
      const { e2eS } = performanceOf(applied(plan, PLACE, { search: true, compute }))
      expect(solution.status === 'optimal' ? e2eS / solution.objective : 0).toBeCloseTo(1, 2)
    }
  })

  it('puts work on the host only where that is not slower', () => {
    const time = (compute: string) => performanceOf(applied(plan, PLACE, { search: true, compute })).e2eS
    expect(time('host')).toBeLessThan(time('accelerator'))
  })

  it('reads as CPLEX LP text', () => {
    const text = programText(placementProgram(unwrap(placementProblem(plan, { compute: 'accelerator' }))))
    expect(text).toMatch(/^Minimize\n cost: \+ 1 prefill_s \+ 31 decode_s/)
    expect(text).toContain(' all_kv: + 1 kv_accelerator + 1 kv_host + 1 kv_disk = 1')
    expect(text.trimEnd().endsWith('End')).toBe(true)
  })

  it('refuses what nothing can hold', () => {
    const huge = testPlan({ batchSize: 4096, promptTokens: 100_000 }, { accelerator: device('t4') })
    const made = PLACE.apply(huge, { search: true })
    expect(made.ok ? '' : made.problem.reason).toContain('fits no share')
  })
})
