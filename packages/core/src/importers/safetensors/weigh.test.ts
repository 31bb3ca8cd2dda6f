import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../units/result.ts'
import { readSafetensorsHeader, type SafetensorsHeader } from './header.ts'
import { hfRole } from './roles.ts'
import { writeSafetensors } from './safetensors.testkit.ts'
import { type WeighedTensors, weighTensors } from './weigh.ts'

function header(list: string): SafetensorsHeader {
  const { header: bytes, fileBytes } = writeSafetensors(list)
  const read = readSafetensorsHeader(bytes, fileBytes)
  if ('need' in read || !read.ok) throw new Error(JSON.stringify(read))
  return read.value
}

function weigh(...lists: string[]): WeighedTensors {
  const result = weighTensors(lists.map(header))
  if (!result.ok) throw new Error(formatProblem(result.problem))
  return result.value
}

const L0 = 'model.layers.0'

describe('weighTensors', () => {
  test('a 16-bit checkpoint in two files', () => {
    const { measured, precision, unknown } = weigh(
      `model.embed_tokens.weight BF16 100x16
       ${L0}.self_attn.q_proj.weight BF16 16x16
       ${L0}.self_attn.q_proj.bias BF16 16
       ${L0}.self_attn.q_norm.weight BF16 4
       ${L0}.input_layernorm.weight BF16 16`,
      `${L0}.mlp.gate_proj.weight BF16 32x16
       model.norm.weight F32 16
       lm_head.weight BF16 100x16`,
    )
    expect(unknown).toEqual([])
    expect(measured.byClass).toEqual({
      embedding: { bytes: 3200, elements: 1600, dtype: 'bf16' },
      attention: { bytes: 544, elements: 272, dtype: 'bf16' },
      norm: { bytes: 40 + 64, elements: 36, dtype: 'bf16' },
      ffn: { bytes: 1024, elements: 512, dtype: 'bf16' },
      head: { bytes: 3200, elements: 1600, dtype: 'bf16' },
    })
    expect(measured).toMatchObject({ totalBytes: 8072, byDtype: { bf16: 8008, fp32: 64 }, otherBytes: 0 })
    expect(precision).toMatchObject({ weights: 'bf16' })
  })

  test.each([
    // GPTQ: words run along the inputs, AWQ: along the outputs; both hold 8 weights of 4 bits.
    ['GPTQ int4', 'qweight I32 32x64\nX.qzeros I32 2x8\nX.scales F16 2x64\nX.g_idx I32 256', 'int4', 256 * 64],
    ['GPTQ int8, no zero-points', 'qweight I32 64x64\nX.scales F16 2x64\nX.g_idx I32 256', 'int8', 256 * 64],
    ['AWQ int4', 'qweight I32 256x8\nX.qzeros I32 2x8\nX.scales F16 2x64', 'int4', 256 * 64],
    ['GPTQ int3', 'qweight I32 24x64\nX.qzeros I32 2x6\nX.scales F16 2x64', 'int3', 256 * 64],
    [
      'compressed-tensors',
      'weight_packed I32 64x32\nX.weight_scale BF16 64x2\nX.weight_shape I64 2',
      'int4',
      undefined,
    ],
    [
      'NVFP4 (ModelOpt)',
      'weight U8 64x128\nX.weight_scale F8_E4M3 64x16\nX.weight_scale_2 F32\nX.input_scale F32',
      'nvfp4',
      256 * 64,
    ],
    [
      'NVFP4 (compressed-tensors)',
      'weight_packed U8 64x128\nX.weight_scale F8_E4M3 64x16\nX.weight_global_scale F32 1',
      'nvfp4',
      256 * 64,
    ],
    ['MXFP4', 'weight U8 64x128\nX.weight_scale U8 64x8', 'mxfp4', 256 * 64],
    ['FP4 with E8M0 scales', 'weight I8 64x128\nX.scale F8_E8M0 64x8', 'mxfp4', 256 * 64],
    ['FP8 by blocks', 'weight F8_E4M3 256x256\nX.weight_scale_inv F32 2x2', 'fp8-block', 65536],
    ['FP8 by channel', 'weight F8_E4M3 256x256\nX.weight_scale F32 256x1', 'fp8', 65536],
    ['FP8 by tensor', 'weight F8_E4M3 256x256\nX.weight_scale F32\nX.input_scale F32', 'fp8', 65536],
    ['INT8', 'weight I8 256x256\nX.weight_scale BF16 256x1', 'int8', 65536],
    [
      'NF4',
      'weight U8 8192x1\nX.weight.absmax U8 256\nX.weight.nested_absmax F32 1\nX.weight.quant_map F32 16',
      'nf4',
      16384,
    ],
  ])('%s', (_, list, dtype, elements) => {
    const name = `${L0}.self_attn.q_proj`
    const { measured, precision, unknown } = weigh(`${name}.${list.replaceAll('X', name)}`)
    const bytes = header(`${name}.${list.replaceAll('X', name)}`).tensors.reduce((sum, tensor) => sum + tensor.bytes, 0)
    expect(measured).toEqual({
      totalBytes: bytes,
      byClass: { attention: { bytes, ...(elements !== undefined && { elements }), dtype } },
      byDtype: { [dtype]: bytes },
      otherBytes: 0,
    })
    expect(precision).toEqual({ weights: dtype, classes: { attention: dtype } })
    expect(unknown).toEqual([])
  })

  test('gpt-oss experts: blocks of MXFP4, biases beside them', () => {
    const { measured } = weigh(
      `${L0}.mlp.experts.gate_up_proj_blocks U8 4x8x2x16
       ${L0}.mlp.experts.gate_up_proj_scales U8 4x8x2
       ${L0}.mlp.experts.gate_up_proj_bias BF16 4x8
       ${L0}.mlp.router.weight BF16 4x64`,
    )
    expect(measured.byClass.experts).toEqual({ bytes: 1024 + 64 + 64, elements: 2048 + 32, dtype: 'mxfp4' })
    expect(measured.byClass.router).toEqual({ bytes: 512, elements: 256, dtype: 'bf16' })
  })

  test('layers in other formats are ranges of the precision', () => {
    const layer = (i: number, type: string) => `model.layers.${i}.mlp.up_proj.weight ${type} 16x16`
    const { precision } = weigh(
      [0, 1, 2, 3, 4, 5].map((i) => layer(i, i === 0 || i === 5 ? 'BF16' : 'F8_E4M3')).join('\n'),
    )
    expect(precision).toEqual({
      weights: 'fp8',
      classes: { ffn: 'fp8' },
      layers: [
        { from: 0, to: 0, classes: { ffn: 'bf16' } },
        { from: 5, to: 5, classes: { ffn: 'bf16' } },
      ],
    })
  })

  test('layers that predict further tokens are told by what joins them', () => {
    const { measured } = weigh(
      `model.layers.1.eh_proj.weight BF16 16x32
       model.layers.1.mlp.up_proj.weight BF16 16x16
       ${L0}.mlp.up_proj.weight BF16 16x16`,
    )
    expect(measured.byClass).toMatchObject({ mtp: { bytes: 1024 + 512 }, ffn: { bytes: 512 } })
  })

  test('unknown names are counted and reported; indices are no weights', () => {
    const { measured, unknown } = weigh('foo.bar F16 4x4\nfoo.baz F16 4\nfoo.ids I64 3')
    expect(unknown).toEqual(['foo.bar', 'foo.baz', 'foo.ids'])
    expect(measured).toMatchObject({
      totalBytes: 64,
      otherBytes: 24,
      byClass: { ffn: { bytes: 32 }, norm: { bytes: 32 } },
    })
  })

  test('a tensor in two files is refused', () => {
    const one = header('a.weight F32 1')
    const result = weighTensors([one, one])
    expect(result.ok ? '' : result.problem.reason).toBe('is in two files')
  })
})

test.each([
  ['model.layers.3.self_attn.o_proj.weight', 'attention'],
  ['model.layers.3.self_attn.kv_a_layernorm.weight', 'norm'],
  ['model.layers.3.self_attn.kv_a_proj_with_mqa.weight', 'attention'],
  ['model.layers.3.mlp.experts.17.down_proj.weight', 'experts'],
  ['model.layers.3.mlp.experts.gate_up_proj', 'experts'],
  ['model.layers.3.mlp.shared_experts.up_proj.weight', 'shared'],
  ['model.layers.3.mlp.shared_expert_gate.weight', 'router'],
  ['model.layers.3.mlp.gate.weight', 'router'],
  ['model.layers.3.mlp.gate.e_score_correction_bias', 'router'],
  ['model.layers.3.mlp.gate_proj.weight', 'ffn'],
  ['model.layers.3.block_sparse_moe.gate.weight', 'router'],
  ['model.layers.3.block_sparse_moe.experts.0.w2.weight', 'experts'],
  ['model.layers.3.feed_forward.router.weight', 'router'],
  ['model.layers.3.feed_forward.shared_expert.up_proj.weight', 'shared'],
  ['model.layers.3.linear_attn.in_proj_qkvz.weight', 'attention'],
  ['model.layers.3.linear_attn.A_log', 'attention'],
  ['backbone.layers.3.mixer.in_proj.weight', 'attention'],
  ['backbone.layers.3.mixer.up_proj.weight', 'ffn'],
  ['backbone.layers.3.norm.weight', 'norm'],
  ['transformer.h.3.attn.c_attn.weight', 'attention'],
  ['transformer.h.3.ln_1.bias', 'norm'],
  ['transformer.h.3.mlp.c_proj.weight', 'ffn'],
  ['transformer.word_embeddings_layernorm.weight', 'norm'],
  ['transformer.wte.weight', 'embedding'],
  ['model.embed_tokens_per_layer.weight', 'embedding'],
  ['language_model.lm_head.weight', 'head'],
  ['model.visual.blocks.0.attn.qkv.weight', 'tower'],
  ['vision_tower.encoder.layers.0.layer_norm1.weight', 'tower'],
  ['multi_modal_projector.linear_1.weight', 'tower'],
  ['mtp.layers.0.mlp.up_proj.weight', 'mtp'],
])('%s is %s', (name, expected) => {
  const role = hfRole(name, name.includes('norm') || name.includes('ln_') ? 1 : 2, new Set())
  expect(role).toMatchObject({ weightClass: expected, known: true })
})
