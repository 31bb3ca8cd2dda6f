import { describe, expect, test } from 'vitest'
import { CONVENTIONS } from '../../architecture/convention.ts'
import type { ModelSpec } from '../../architecture/model.ts'
import { networkOf } from '../../architecture/network.ts'
import { countParameters, storedWeightBytes } from '../../architecture/parameters.ts'
import { formatProblem, type Result } from '../../units/result.ts'
import {
  LLAMA_31_8B,
  llamaQ4KM,
  type Meta,
  type TensorSpec,
  TINY,
  tensorBytes,
  tensors,
  writeGguf,
} from './gguf.testkit.ts'
import { type GgufHeader, readGgufHeader } from './header.ts'
import { importGguf } from './model.ts'
import { MODELS } from './models.testkit.ts'

function header(meta: Meta, list: readonly TensorSpec[]): GgufHeader {
  const { header: bytes, fileBytes } = writeGguf(meta, list)
  const read = readGgufHeader(bytes, fileBytes)
  if ('need' in read || !read.ok) throw new Error(JSON.stringify(read))
  return read.value
}

function modelOf(result: Result<ModelSpec>): ModelSpec {
  if (!result.ok) throw new Error(formatProblem(result.problem))
  return result.value
}

function load(name: keyof typeof MODELS): ModelSpec {
  return modelOf(importGguf(header(MODELS[name].meta, MODELS[name].tensors)))
}

function problemOf(meta: Meta, list: readonly TensorSpec[]): string {
  const result = importGguf(header(meta, list))
  return result.ok ? 'ok' : formatProblem(result.problem)
}

const elementsOf = (list: readonly TensorSpec[]) =>
  list.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)

describe('importGguf', () => {
  test('a Q4_K_M Llama', () => {
    const { meta, tensors: list } = llamaQ4KM(LLAMA_31_8B)
    const model = modelOf(importGguf(header(meta, list)))
    expect(model).toMatchObject({
      id: 'tiny-llama',
      name: 'Tiny Llama',
      family: 'llama',
      kind: 'decoder',
      trainedContextTokens: 8192,
      embedding: { vocabSize: 128256, size: 4096, positions: 0, tokenTypes: 0 },
      head: { outputSize: 128256, tied: false, bias: false },
      precision: {
        weights: 'q4_k',
        activations: 'fp16',
        kv: 'fp16',
        classes: { head: 'q6_k', norm: 'fp32', ffn: 'q4_k' },
      },
    })
    expect(model.stack.kinds).toEqual([
      {
        name: 'full attention + dense FFN',
        mixer: {
          kind: 'attention',
          numQHeads: 32,
          numKvHeads: 8,
          headDim: 128,
          pattern: { kind: 'causal' },
          qkvBias: false,
          outBias: false,
          rotaryDim: 128,
        },
        ffn: { kind: 'dense', intermediateSize: 14336, gated: true, activation: 'silu', bias: false },
        norm: { kind: 'rms', bias: false },
        normPlacement: 'pre',
      },
    ])
    expect(countParameters(model).total).toBe(8_030_261_248)
    const measured = model.measuredWeights
    // llama.cpp prints "model size = 4.58 GiB (4.89 BPW)" for this file.
    expect((measured?.totalBytes ?? 0) / 2 ** 30).toBeCloseTo(4.58, 2)
    expect(((measured?.totalBytes ?? 0) * 8) / 8_030_261_248).toBeCloseTo(4.89, 2)
    expect(measured?.totalBytes).toBe(list.reduce((sum, one) => sum + tensorBytes(one), 0))
    const classes = Object.values(measured?.byClass ?? {})
    expect(classes.reduce((sum, one) => sum + one.bytes, 0)).toBe(measured?.totalBytes)
    expect(Object.values(measured?.byDtype ?? {}).reduce<number>((a, b) => a + (b ?? 0), 0)).toBe(measured?.totalBytes)
    expect(measured?.byClass.head).toEqual({
      bytes: (4096 * 128256 * 210) / 256,
      elements: 4096 * 128256,
      dtype: 'q6_k',
    })
  })

  test.each(Object.keys(MODELS) as (keyof typeof MODELS)[])(
    '%s: parameters of the operators = elements in the file',
    (name) => {
      const { parameters, tensors: list } = MODELS[name]
      const model = load(name)
      const rope = elementsOf(list.filter((one) => one.name.startsWith('rope_')))
      const counted = countParameters(model)
      expect(counted.total + counted.mtp).toBe(elementsOf(list) - rope)
      expect(counted.total).toBe(parameters)
      expect(model.measuredWeights?.totalBytes).toBe(list.reduce((sum, one) => sum + tensorBytes(one), 0))
    },
  )

  test('where a file has one format per class, the operators weigh what the file weighs', () => {
    const model = load('qwen3-30b-a3b')
    const network = networkOf(model, model.precision, CONVENTIONS.exact)
    expect(storedWeightBytes(network, true)).toBe(model.measuredWeights?.totalBytes)
  })

  test('what only tensors show: norms, parallel blocks, biases, heads', () => {
    const kind = (name: keyof typeof MODELS) => load(name).stack.kinds[0]
    expect(kind('falcon-7b')).toMatchObject({ parallel: 'shared-norm', norm: { kind: 'layer', bias: true } })
    expect(kind('falcon-7b')?.ffn).toMatchObject({ gated: false, bias: false, activation: 'gelu' })
    expect(kind('pythia-160m')).toMatchObject({ parallel: 'own-norms', mixer: { rotaryDim: 16, qkvBias: true } })
    expect(kind('phi-2')).toMatchObject({ parallel: 'shared-norm', mixer: { rotaryDim: 32 } })
    expect(load('phi-2').head).toMatchObject({ tied: false, bias: true })
    expect(kind('phi-3-mini')).toMatchObject({ ffn: { gated: true, intermediateSize: 8192 } })
    expect(kind('phi-3-mini')?.mixer).toMatchObject({ pattern: { kind: 'sliding', window: 2047 } })
    expect(kind('olmo-2-7b')).toMatchObject({ normPlacement: 'post', mixer: { qkNorm: 'width' } })
    expect(kind('gpt-2')).toMatchObject({ mixer: { rotaryDim: 0 }, normPlacement: 'pre' })
    expect(kind('gpt-2')).not.toHaveProperty('parallel')
    expect(load('gpt-2').embedding).toMatchObject({ positions: 1024 })
    expect(load('gpt-2').head).toMatchObject({ tied: true })
    expect(load('mamba-130m')).not.toHaveProperty('trainedContextTokens')
  })

  test('windows: Gemma 2 every other layer, gpt-oss with sinks and experts', () => {
    const gemma = load('gemma-2-2b')
    expect(gemma.stack.kinds.map((kind) => kind.name)).toEqual([
      'sliding attention + dense FFN',
      'full attention + dense FFN',
    ])
    expect(gemma.stack.order.slice(0, 4)).toEqual([0, 1, 0, 1])
    expect(gemma.stack.kinds[0]).toMatchObject({ normPlacement: 'both', mixer: { headDim: 256 } })
    const oss = load('gpt-oss-20b')
    expect(oss.stack.kinds[0]).toMatchObject({
      name: 'sliding attention + MoE',
      normPlacement: 'pre',
      mixer: { pattern: { kind: 'sliding', window: 128 }, sinks: true, qkvBias: true, outBias: true },
      ffn: { numExperts: 32, topK: 4, expertBias: true, routerBias: true, expertIntermediateSize: 2880 },
    })
    expect(oss).toMatchObject({ trainedContextTokens: 131072 })
    expect(oss.precision).toMatchObject({
      weights: 'mxfp4',
      activations: 'bf16',
      classes: { attention: 'bf16', experts: 'mxfp4' },
    })
  })

  test('DeepSeek: latent attention, leading dense layers, shared experts', () => {
    const model = load('deepseek-v3')
    expect(model.stack.order.slice(0, 5)).toEqual([0, 0, 0, 1, 1])
    expect(model.stack.kinds[1]).toMatchObject({
      mixer: { kind: 'mla', qLoraRank: 1536, kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 },
      ffn: { numExperts: 256, topK: 8, sharedIntermediateSize: 2048, routerBias: true },
    })
    expect(model.precision.weights).toBe('q2_k')
  })

  test('Qwen3-Next: gated attention every fourth layer, a delta net in the others', () => {
    const model = load('qwen3-next-80b')
    expect(model.stack.order.slice(0, 4)).toEqual([0, 0, 0, 1])
    expect(model.stack.kinds[0]?.mixer).toMatchObject({
      kind: 'linear',
      numKeyHeads: 16,
      numValueHeads: 32,
      valueHeadDim: 128,
    })
    expect(model.stack.kinds[1]?.mixer).toMatchObject({ kind: 'attention', outputGate: true, rotaryDim: 64 })
  })

  test('layers that predict further tokens', () => {
    const { meta, tensors: list } = MODELS['deepseek-v3']
    const block = list
      .filter(({ name }) => name.startsWith('blk.60.'))
      .map((one) => ({ ...one, name: one.name.replace('60', '61') }))
    const ahead = tensors('blk.61.nextn.', 'eh_proj 14336x7168 Q8_0, enorm 7168, hnorm 7168, shared_head_norm 7168')
    const more = { ...meta, 'deepseek2.block_count': 62, 'deepseek2.nextn_predict_layers': 1 }
    const model = modelOf(importGguf(header(more, [...list, ...block, ...ahead])))
    expect(model.stack.order).toHaveLength(61)
    expect(model.mtp).toMatchObject({ joins: true })
    expect(model.mtp?.layers).toHaveLength(1)
    expect(model.measuredWeights?.byClass.mtp?.elements).toBe(elementsOf([...block, ...ahead]))
    // Without the block's tensors the model is the decoder alone.
    expect(modelOf(importGguf(header(more, list)))).not.toHaveProperty('mtp')
  })

  test('per-layer key/value heads, and per-layer formats', () => {
    const heads = [2, 1, 4]
    const base = llamaQ4KM(TINY)
    const list = base.tensors.map((one) => {
      const layer = Number(/blk\.(\d)\.attn_[kv]\./.exec(one.name)?.[1] ?? -1)
      const type = one.name.startsWith('blk.1.ffn') ? 'Q8_0' : one.type
      return layer < 0 ? { ...one, type } : { ...one, shape: [256, (heads[layer] ?? 0) * 64] }
    })
    const model = modelOf(importGguf(header({ ...base.meta, 'llama.attention.head_count_kv': heads }, list)))
    expect(model.stack.order).toEqual([0, 1, 2])
    const mixers = model.stack.kinds.map(({ mixer }) => mixer?.kind === 'attention' && mixer.numKvHeads)
    expect(mixers).toEqual(heads)
    expect(model.precision.layers).toEqual([{ from: 1, to: 1, classes: { ffn: 'q8_0' } }])
    expect(countParameters(model).total).toBe(elementsOf(list))
    const wrong = problemOf({ ...base.meta, 'llama.attention.head_count_kv': [2, 2] }, list)
    expect(wrong).toContain('llama.attention.head_count_kv: has 2 entries for 3 layers')
  })

  test('shards are joined, in any order; a missing one is named', () => {
    const { meta, tensors: list } = llamaQ4KM(TINY)
    const shard = (no: number, part: readonly TensorSpec[]) =>
      header({ ...(no === 0 && meta), 'split.no': no, 'split.count': 2, 'split.tensors.count': list.length }, part)
    const [a, b] = [shard(0, list.slice(0, 9)), shard(1, list.slice(9))]
    expect(modelOf(importGguf([b, a]))).toEqual(modelOf(importGguf(header(meta, list))))
    const reason = (headers: readonly GgufHeader[]) => {
      const result = importGguf(headers)
      return result.ok ? 'ok' : formatProblem(result.problem)
    }
    expect(reason([a])).toContain('split into 2 files, but 1 were given')
    expect(reason([a, a])).toContain('split.no')
    expect(reason([])).toContain('no header was given')
    expect(reason([a, shard(1, list.slice(8))])).toContain('is in two files')
    expect(reason([a, shard(1, list.slice(10))])).toContain('split.tensors.count')
  })
})

describe('refusals name the field', () => {
  const { meta, tensors: list } = llamaQ4KM(TINY)
  const without = (name: string) => list.filter((one) => !one.name.includes(name))

  test.each<[string, Meta, readonly TensorSpec[], string]>([
    ['no architecture', {}, list, 'general.architecture'],
    ['unknown architecture', { 'general.architecture': 'rwkv7' }, list, '"rwkv7" is not described here'],
    ['inherited name', { 'general.architecture': 'constructor' }, list, '"constructor" is not described here'],
    ['projector', { 'general.architecture': 'clip' }, list, 'projector'],
    ['adapter', { ...meta, 'general.type': 'adapter' }, list, 'adapter'],
    ['vocabulary', meta, [], 'vocabulary only'],
    ['no layers', { ...meta, 'llama.block_count': 0 }, list, 'llama.block_count'],
    ['huge layer count', { ...meta, 'llama.block_count': 2 ** 31 }, list, 'llama.block_count'],
    ['text for a number', { ...meta, 'llama.embedding_length': 'x' }, list, 'llama.embedding_length'],
    ['missing layer', meta, without('blk.1.'), 'blk.1'],
    ['missing embedding', meta, without('token_embd'), 'token_embd.weight'],
    ['missing keys', meta, without('blk.0.attn_k'), 'blk.0.attn_k.weight'],
    ['missing norm', meta, without('blk.2.attn_norm'), 'blk.2.attn_norm'],
    [
      'wrong heads',
      { ...meta, 'llama.attention.head_count': 8, 'llama.attention.key_length': 64 },
      list,
      'blk.0.attn_q.weight',
    ],
    ['heads that do not share', { ...meta, 'llama.attention.head_count_kv': 3 }, list, 'llama.attention.head_count_kv'],
    [
      'wrong width',
      { ...meta, 'llama.embedding_length': 512, 'llama.attention.key_length': 64 },
      list,
      'token_embd.weight',
    ],
    ['unknown tensor', meta, [...list, ...tensors('blk.0.', 'altup_router 256x4')], 'blk.0.altup_router.weight'],
    ['no weight format', meta, [...list, ...tensors('blk.0.', 'ffn_gate_inp 256x4 I32')], 'stored as I32'],
    ['window of nobody', { ...meta, 'llama.attention.sliding_window': 100 }, list, 'llama.attention.sliding_window'],
    ['encoder', { ...meta, 'llama.attention.causal': false }, list, 'llama.attention.causal'],
    [
      'top-k',
      { ...MODELS['qwen3-30b-a3b'].meta, 'qwen3moe.expert_used_count': 200 },
      MODELS['qwen3-30b-a3b'].tensors,
      'expert_used_count',
    ],
    [
      'experts',
      { ...MODELS['qwen3-30b-a3b'].meta, 'qwen3moe.expert_count': 64 },
      MODELS['qwen3-30b-a3b'].tensors,
      'ffn_gate_inp',
    ],
  ])('%s', (_, badMeta, badList, reason) => {
    expect(problemOf(badMeta, badList)).toContain(reason)
  })

  test('a window given per layer is used, whatever the architecture', () => {
    const some = {
      ...meta,
      'llama.attention.sliding_window': 100,
      'llama.attention.sliding_window_pattern': [true, false, true],
    }
    expect(modelOf(importGguf(header(some, list))).stack.order).toEqual([0, 1, 0])
  })
})
