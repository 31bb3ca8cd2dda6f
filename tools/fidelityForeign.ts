/**
 * Kernels measured by others on devices the constants were not fitted to: InferSim (Alibaba, Apache-2.0: H20, H800) and
 * LLMServingSim (MIT: vLLM 0.19 layers on RTX PRO 6000 and RTX 4090). Rows for the fidelity page; files that are not
 * there leave no row.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  type Accelerator,
  deviceModel,
  findAccelerator,
  type KernelQuery,
  kernelSeconds,
  type OpClass,
  parseCsv,
  rooflineSeconds,
} from '@capline/core'
import { errorColumns, type FidelityRow, type PlotPoint, pairedErrors } from './fidelityFile.ts'

interface Foreign {
  readonly what: OpClass
  readonly title: string
  /** Of the device, as people write it. */
  readonly name: string
  readonly file: string
  readonly device: string
  readonly engine: string
  /** Undefined: not a row of this kind. Times in the file are µs, in this column. */
  readonly time: 'latency_us' | 'time_us'
  readonly query: (cell: (name: string) => number, text: (name: string) => string) => KernelQuery | undefined
}

/** [outputs, inputs] of Llama-3.1-8B. */
const LLAMA: Readonly<Record<string, readonly [number, number]>> = {
  qkv_proj: [6144, 4096],
  o_proj: [4096, 4096],
  gate_up_proj: [28_672, 4096],
  down_proj: [4096, 14_336],
}
const ATTENTION = { qHeads: 32, kvHeads: 8, headDim: 128, window: 0, kv: 'bfloat16' } as const

const hopper = (device: string, name: string): Foreign[] => [
  {
    what: 'gemm',
    title: 'Matrix product FP8 blocks',
    name,
    file: `other/infersim/gemm/${device}/data.csv`,
    device,
    engine: 'sglang',
    time: 'latency_us',
    query: (cell) => ({ kind: 'gemm', m: cell('m'), n: cell('n'), k: cell('k'), format: 'fp8_block', replayed: true }),
  },
  ...['32-8-128', '64-2-128', '32-4-128'].map((heads): Foreign => {
    const [qHeads, kvHeads, headDim] = heads.split('-').map(Number) as [number, number, number]
    return {
      what: 'generation_attention',
      title: 'Decode attention',
      name,
      file: `other/infersim/mha/decode/${device}/${heads}.csv`,
      device,
      engine: 'vllm',
      time: 'latency_us',
      query: (cell, text) => ({
        kind: 'decodeAttention',
        batch: cell('batch_size'),
        qHeads,
        kvHeads,
        headDim,
        contextTokens: cell('kv_len'),
        window: 0,
        kv: text('kv_dtype') === 'fp8' ? 'fp8' : 'bfloat16',
        replayed: true,
      }),
    }
  }),
]

const rtx = (folder: string, device: string, name: string): Foreign[] => [
  {
    what: 'gemm',
    title: 'Matrix product BF16',
    name,
    file: `requests/profiles/${folder}/meta-llama/Llama-3.1-8B/bf16/tp1/dense.csv`,
    device,
    engine: 'vllm',
    time: 'time_us',
    query: (cell, text) => {
      const size = LLAMA[text('layer')]
      return size && { kind: 'gemm', m: cell('tokens'), n: size[0], k: size[1], format: 'bfloat16' }
    },
  },
  ...(['Decode', 'Prefill'] as const).map(
    (phase): Foreign => ({
      what: phase === 'Decode' ? 'generation_attention' : 'context_attention',
      title: `${phase} attention`,
      name,
      file: `requests/profiles/${folder}/meta-llama/Llama-3.1-8B/bf16/tp1/attention.csv.gz`,
      device,
      engine: 'vllm',
      time: 'time_us',
      query: (cell) => {
        const batch = cell('n_decode')
        const newTokens = cell('prefill_chunk')
        if (phase === 'Decode') {
          if (newTokens > 0 || batch === 0) return undefined
          return { kind: 'decodeAttention', batch, contextTokens: cell('kv_decode') + 1, ...ATTENTION }
        }
        if (batch > 0 || newTokens === 0) return undefined
        const prefixTokens = cell('kv_prefill')
        return { kind: 'prefillAttention', batch: 1, newTokens, prefixTokens, format: 'bfloat16', ...ATTENTION }
      },
    }),
  ),
]

const SOURCES: readonly Foreign[] = [
  ...hopper('h20', 'H20'),
  ...hopper('h800', 'H800'),
  ...rtx('RTXPRO6000', 'rtx-pro-6000', 'RTX PRO 6000'),
  ...rtx('RTX4090', 'rtx-4090', 'RTX 4090'),
]

export interface ForeignRow extends FidelityRow {
  readonly name: string
}

/** Errors by device and kind of kernel, in the order of the sources. */
export function foreignRows(folder: string): ForeignRow[] {
  const points: (PlotPoint & { readonly source: Foreign })[] = []
  for (const source of SOURCES) {
    const path = join(folder, source.file)
    const accelerator = findAccelerator(source.device) as Accelerator
    const device = deviceModel(accelerator, source.engine)
    if (!existsSync(path) || !device) continue
    const bytes = readFileSync(path)
    for (const record of parseCsv((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))) {
      const text = (name: string) => String(record[name] ?? '')
      const cell = (name: string) => Number(record[name] ?? Number.NaN)
      const query = source.query(cell, text)
      const measured = cell(source.time) * 1e-6
      const predicted = query ? kernelSeconds(query, device) : Number.NaN
      if (!query || !Number.isFinite(Math.log(predicted / measured))) continue
      points.push({ source, measured, predicted, roofline: rooflineSeconds(query, device.chip) })
    }
  }
  const kinds = new Map(SOURCES.map((source) => [`${source.device} ${source.title}`, source]))
  return [...kinds.values()].flatMap(({ device, what, title, name }): ForeignRow[] => {
    const own = points.filter(({ source }) => source.device === device && source.title === title)
    return pairedErrors(own, () => ({})).map(({ row, roof }) => ({
      set: 'foreign',
      what,
      title,
      by: 'device',
      key: device,
      ...errorColumns(row, roof),
      name,
    }))
  })
}
