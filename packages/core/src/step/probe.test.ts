/** Layers that are remembered give the operators that their builders make, whatever was asked of them before. */
import { describe, expect, it } from 'vitest'
import { CONVENTIONS } from '../architecture/convention.ts'
import { type KernelSetting, networkOf, networkOperators, passMaker, type Rewrite } from '../architecture/network.ts'
import { alter } from '../architecture/operator.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { findModel } from '../catalog/models/index.ts'
import { evaluate, templateOf } from './template.ts'

const GROUPS = [
  { sequences: 3, newTokens: 700, contextTokens: 100 },
  { sequences: 5, newTokens: 1, contextTokens: 4000 },
]

/** Asks for features in another order than the layer does, and for one that no layer asks for. */
const asking: Rewrite = (group, pass) => ({
  ...group,
  operators: group.operators.map((o) => alter(o, { linkBytes: 2 * pass.touched(7, 2) + pass.sequences })),
})

function both(id: string, weights: DtypeId, kernel: KernelSetting['kernel'], rewrites: readonly Rewrite[]) {
  const model = findModel(id)?.spec
  if (!model) throw new Error(`no model ${id}`)
  const network = networkOf(model, { ...model.precision, weights }, CONVENTIONS.exact, rewrites)
  const setting: KernelSetting = { kernel, tile: {} }
  const filled = evaluate(templateOf(network, setting), { step: { groups: GROUPS } })
  return { filled, built: networkOperators(network, { step: { groups: GROUPS } }, passMaker(network, setting)) }
}

describe('remembered layers', () => {
  it.each(['llama-3.1-8b', 'deepseek-v3', 'gpt-oss-120b', 'gemma-3-4b', 'qwen3-next-80b'])('of %s', (id) => {
    for (const rewrites of [[], [asking], []]) {
      for (const [weights, kernel] of [
        ['bf16', 'flash'],
        ['fp8', 'flash'],
        ['bf16', 'eager'],
        ['bf16', 'flash'],
      ] as const) {
        const { filled, built } = both(id, weights, kernel, rewrites)
        expect(filled.length).toBe(built.length)
        filled.forEach((group, g) => {
          group.operators.forEach((operator, i) => {
            const twin = built[g]?.operators[i]
            for (const of of ['flop', 'weightBytes', 'activationReadBytes', 'kvReadBytes', 'linkBytes'] as const) {
              const wanted = twin?.[of] ?? Number.NaN
              expect(Math.abs(operator[of] - wanted), `${operator.name} ${of}`).toBeLessThanOrEqual(1e-9 * wanted)
            }
          })
        })
      }
    }
  })
})
