/** Small models, accelerators and scenarios for tests, and where other people's reference numbers lie. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Layer, ModelSpec } from '../architecture/model.ts'
import { type Accelerator, findAccelerator } from '../catalog/accelerators/index.ts'
import type { Result } from '../units/result.ts'
import { DEFAULT_WORKLOAD } from '../workload/workload.ts'
import type { Scenario } from './scenario.ts'

const SHARED = new URL('../../../../../shared/', import.meta.url)

/** Text of a file of the shared folder (unpacked when it ends in .gz), or undefined where the folder is absent. */
export function sharedText(path: string): string | undefined {
  const url = new URL(path, SHARED)
  if (!existsSync(url)) return undefined
  const bytes = readFileSync(url)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** Rows of a comma-separated file without quotes, as records. */
export function csvRows(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trim().split('\n')
  const names = header.trim().split(',')
  return lines.map((line) => {
    const cells = line.trim().split(',')
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))
  })
}

/** A Llama-like decoder of any size. */
export function decoder(size: {
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly kvHeads?: number
  readonly headDim?: number
  readonly intermediate: number
  readonly vocab: number
  readonly layer?: Partial<Layer>
}): ModelSpec {
  const headDim = size.headDim ?? size.hidden / size.heads
  const layer: Layer = {
    name: 'full attention + dense FFN',
    normPlacement: 'pre',
    norm: { kind: 'rms', bias: false },
    mixer: {
      kind: 'attention',
      numQHeads: size.heads,
      numKvHeads: size.kvHeads ?? size.heads,
      headDim,
      pattern: { kind: 'causal' },
      qkvBias: false,
      outBias: false,
      rotaryDim: headDim,
    },
    ffn: { kind: 'dense', intermediateSize: size.intermediate, gated: true, activation: 'silu', bias: false },
    ...size.layer,
  }
  return {
    id: 'test-decoder',
    name: 'Test decoder',
    family: 'llama',
    kind: 'decoder',
    embedding: { vocabSize: size.vocab, size: size.hidden, positions: 0, tokenTypes: 0 },
    stack: {
      hiddenSize: size.hidden,
      kinds: [layer],
      order: Array<number>(size.layers).fill(0),
      finalNorm: { kind: 'rms', bias: false },
    },
    head: { outputSize: size.vocab, tied: false, bias: false, transformSize: 0 },
    towers: [],
    trainedContextTokens: 4096,
    precision: { weights: 'fp16', activations: 'fp16', kv: 'fp16' },
  }
}

/** Touvron et al., Llama 2 (arXiv 2307.09288), table 1 and the published configurations. */
export const LLAMA_2_7B = decoder({ hidden: 4096, layers: 32, heads: 32, intermediate: 11008, vocab: 32000 })
export const LLAMA_2_13B = decoder({ hidden: 5120, layers: 40, heads: 40, intermediate: 13824, vocab: 32000 })
export const LLAMA_2_70B = decoder({
  hidden: 8192,
  layers: 80,
  heads: 64,
  kvHeads: 8,
  intermediate: 28672,
  vocab: 32000,
})

export function device(id: string): Accelerator {
  const found = findAccelerator(id)
  if (!found) throw new Error(`no accelerator ${id}`)
  return found
}

/** Llama-2-7B on an RTX A6000, 2048 tokens, exact, eager; change what a test needs. */
export function testScenario(change: Partial<Scenario> = {}): Scenario {
  return {
    model: LLAMA_2_7B,
    accelerator: device('rtx-a6000'),
    workload: DEFAULT_WORKLOAD,
    precision: {},
    kernel: 'eager',
    convention: 'exact',
    ...change,
  }
}

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.path}: ${result.problem.reason}`)
  return result.value
}
