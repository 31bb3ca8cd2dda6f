/** Weight files through the real command: only headers are read, so that files of any size answer at once. */
import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { LLAMA_31_8B, llamaQ4KM, writeGguf } from '../packages/core/src/importers/gguf/gguf.testkit.ts'
import { expectPace } from './pace.ts'

const BIN = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'capline-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function analyze(path: string) {
  const began = performance.now()
  const args = [BIN, 'analyze', path, '--on', 'h100-sxm', '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, stdout, stderr, seconds: (performance.now() - began) / 1000 }
}

/** A file of that size of which only the beginning takes room. */
function writeSparse(path: string, head: Uint8Array, bytes: number): void {
  const fd = openSync(path, 'w')
  writeSync(fd, head)
  ftruncateSync(fd, bytes)
  closeSync(fd)
}

function safetensors(tensors: Readonly<Record<string, readonly number[]>>): { head: Uint8Array; bytes: number } {
  let offset = 0
  const entries = Object.entries(tensors).map(([name, shape]) => {
    const from = offset
    offset += 2 * shape.reduce((a, b) => a * b, 1)
    return [name, { dtype: 'BF16', shape, data_offsets: [from, offset] }]
  })
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const head = Buffer.alloc(8 + json.length)
  head.writeBigUInt64LE(BigInt(json.length))
  json.copy(head, 8)
  return { head, bytes: head.length + offset }
}

describe('GGUF', () => {
  const { meta, tensors } = llamaQ4KM(LLAMA_31_8B)
  const { header, fileBytes } = writeGguf(meta, tensors)

  it('reads the header of a file of gigabytes', () => {
    const path = join(folder, 'llama-3.1-8b-q4_k_m.gguf')
    writeSparse(path, header, fileBytes)
    const { status, stdout, stderr, seconds } = analyze(path)
    expect([status, stderr]).toEqual([0, ''])
    const { parameters, memory, model } = JSON.parse(stdout)
    expect(model.name).toBe('llama-3.1-8b-q4_k_m')
    expect(parameters.total / 8.03e9).toBeCloseTo(1, 2)
    expect(memory.weightBytes / fileBytes).toBeCloseTo(1, 1)
    expectPace('capline analyze of a file of gigabytes', seconds * 1000, 1000)
  })

  it('says that a file is cut off', () => {
    const path = join(folder, 'cut.gguf')
    writeFileSync(path, header.subarray(0, 1000))
    const { status, stdout, stderr } = analyze(path)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^capline: .*cut\.gguf: [^\n]+\n$/)
  })

  it('asks for every part of a split model', () => {
    const path = join(folder, 'part-00001-of-00002.gguf')
    writeSparse(path, header, fileBytes)
    expect(analyze(path).stderr).toMatch(/part-00002-of-00002\.gguf is missing/)
  })
})

describe('safetensors', () => {
  const config = {
    model_type: 'llama',
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 1,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    vocab_size: 1000,
    max_position_embeddings: 128,
    torch_dtype: 'bfloat16',
    tie_word_embeddings: false,
  }
  const layer = 'model.layers.0'
  const square = [64, 64]
  const { head, bytes } = safetensors({
    'model.embed_tokens.weight': [1000, 64],
    'lm_head.weight': [1000, 64],
    'model.norm.weight': [64],
    [`${layer}.input_layernorm.weight`]: [64],
    [`${layer}.post_attention_layernorm.weight`]: [64],
    [`${layer}.self_attn.q_proj.weight`]: square,
    [`${layer}.self_attn.k_proj.weight`]: square,
    [`${layer}.self_attn.v_proj.weight`]: square,
    [`${layer}.self_attn.o_proj.weight`]: square,
    [`${layer}.mlp.gate_proj.weight`]: [128, 64],
    [`${layer}.mlp.up_proj.weight`]: [128, 64],
    [`${layer}.mlp.down_proj.weight`]: [64, 128],
  })

  it('weighs a folder by its headers', () => {
    const own = join(folder, 'checkpoint')
    mkdirSync(own)
    writeFileSync(join(own, 'config.json'), JSON.stringify(config))
    writeSparse(join(own, 'model.safetensors'), head, bytes)
    const { status, stdout, stderr } = analyze(own)
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout).memory.weightBytes).toBe(bytes - head.length)
  })

  it('names a file whose header is damaged', () => {
    const own = join(folder, 'damaged')
    mkdirSync(own)
    writeFileSync(join(own, 'config.json'), JSON.stringify(config))
    writeFileSync(join(own, 'model.safetensors'), Buffer.alloc(64, 255))
    const { status, stdout, stderr } = analyze(own)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^capline: .*model\.safetensors: [^\n]+\n$/)
  })
})
