import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyzeBench } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { models } from '../scenario/random.testkit.ts'
import { testScenario, unwrap as value } from '../scenario/scenario.testkit.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import { type GraphPhase, networkGraph } from './graph.ts'

const PHASES: readonly GraphPhase[] = ['prefill', 'decode', 'request']

describe('the network as a graph', () => {
  it('draws one Llama layer with its residual edges', () => {
    const bench = value(prepare(testScenario()))
    const graph = networkGraph(bench, analyzeBench(bench), 'prefill')
    expect(graph.groups.map((group) => [group.part, group.repeat])).toEqual([
      ['embedding', 1],
      ['layer', 32],
      ['head', 1],
    ])
    const layer = graph.groups[1]
    expect(graph.layerOrder).toEqual(Array(32).fill(layer?.index))
    const into = (name: string) => layer?.edges.filter((edge) => edge.to === name).map((edge) => edge.from)
    expect(into('attn_add')).toEqual(expect.arrayContaining(['input', 'out_proj']))
    expect(into('q_proj')).toEqual(['attn_norm'])
  })

  it('accounts for the whole time of every phase, and every edge joins two of its nodes', () => {
    fc.assert(
      fc.property(
        models,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 40 }),
        (model, batchSize, outputTokens) => {
          const workload = { ...DEFAULT_WORKLOAD, batchSize, promptTokens: 300, outputTokens }
          const bench = value(prepare(testScenario({ model, workload, kernel: 'flash' })))
          const analysis = analyzeBench(bench)
          const whole = {
            prefill: analysis.prefill.timeS,
            decode: analysis.decode?.timeS,
            request: analysis.request.e2eS,
          }
          for (const phase of PHASES) {
            const graph = networkGraph(bench, analysis, phase)
            const sum = graph.groups.reduce((total, group) => total + group.timeS, 0)
            expect(sum / (whole[phase] as number)).toBeCloseTo(1, 9)
            for (const group of graph.groups) {
              const ids = group.nodes.map((node) => node.id)
              expect(new Set(ids).size).toBe(ids.length)
              for (const { from, to } of group.edges) {
                expect(ids.indexOf(from)).toBeGreaterThanOrEqual(0)
                expect(ids.indexOf(to)).toBeGreaterThan(ids.indexOf(from))
              }
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
