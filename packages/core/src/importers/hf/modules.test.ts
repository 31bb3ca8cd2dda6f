import { describe, expect, it } from 'vitest'
import { matchGlob, parseSelector, selects } from './modules.ts'

const covers = (pattern: string, module: string, layers = 20) =>
  parseSelector(pattern, layers)?.some(
    (one) => (one.layer === undefined || module.startsWith(`layers.${one.layer}.`)) && selects(one, module),
  )

describe('module patterns', () => {
  it.each([
    ['lm_head', 'lm_head'],
    ['language_model.lm_head', 'lm_head'],
    ['gate', 'layers.3.mlp.gate'],
    ['model.layers.3.mlp', 'layers.3.mlp.up_proj'],
    ['model.layers.*.self_attn', 'layers.7.self_attn.q_proj'],
    ['model.layers.0*', 'layers.0.mlp.up_proj'],
    ['model.layers.1*', 'layers.12.mlp.up_proj'],
    ['*.attn.*', 'layers.3.attn.q_proj'],
    ['model.language_model.layers.4.linear_attn*', 'layers.4.linear_attn.out_proj'],
    ['re:.*self_attn.*', 'layers.3.self_attn.q_proj'],
    ['re:.*mlp\\.(gate|up|gate_up|down)_proj.*', 'layers.0.mlp.down_proj'],
    ['re:^model\\.layers\\.\\d+\\.mlp$', 'layers.5.mlp.up_proj'],
  ])('%s covers %s', (pattern, module) => {
    expect(covers(pattern, module)).toBe(true)
  })

  it.each([
    ['gate', 'layers.3.mlp.gate_proj'],
    ['model.layers.1.mlp', 'layers.12.mlp.up_proj'],
    ['model.layers.0.self_attn.indexer*', 'layers.0.self_attn.q_b_proj'],
    ['re:.*mlp\\.(gate|up|gate_up|down)_proj.*', 'layers.0.mlp.experts.0.down_proj'],
    ['model.layers.3.self_attn.k_norm', 'layers.3.self_attn.k_proj'],
  ])('%s leaves %s', (pattern, module) => {
    expect(covers(pattern, module)).toBe(false)
  })

  it('regular expressions beyond literals, wildcards and alternatives are not understood', () => {
    for (const pattern of ['re:(a+)+$', 're:[a-z]*', 're:(?=x)', 're:\\w+', 're:a{2}', 're:(a|b(c|d))'])
      expect(parseSelector(pattern, 4)).toBeUndefined()
    expect(parseSelector(`re:${'(a|b)'.repeat(20)}`, 4)).toBeUndefined()
  })

  it('many stars stay fast', () => {
    expect(matchGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(400))).toBe(false)
  })
})
