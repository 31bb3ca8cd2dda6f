/** Checks that need no plan: figures of the catalogues, counts, and the plain analysis of a model. */

import { countParameters } from '../../../architecture/parameters.ts'
import { ACCELERATORS } from '../../../catalog/accelerators/index.ts'
import { findModel } from '../../../catalog/models/index.ts'
import type { Analysis } from '../../../scenario/analyze.ts'
import { ok, type Result } from '../../../units/result.ts'
import { techniqueById, techniquesOf } from '../../catalog/index.ts'
import { analysisOf, type Check, map } from './desk.ts'

const A6000 = 'rtx-a6000'

function figure(id: string, of: 'bandwidth' | 'fp16' | 'int8' | 'any' | 'int4'): number {
  const row = ACCELERATORS[id]
  if (!row) throw new Error(`no accelerator ${id}`)
  const { matrixFlopPerS: matrix, vectorFlopPerS: vector } = row
  if (of === 'bandwidth') return row.memoryBandwidthBytePerS?.value ?? Number.NaN
  if (of === 'any') return Object.values({ ...vector, ...matrix })[0]?.value ?? Number.NaN
  return matrix[of]?.value ?? 0
}

const catalogue = (id: string, accelerator: string, of: Parameters<typeof figure>[1]): Check => ({
  id,
  scenario: `${accelerator} in the catalogue of accelerators`,
  compute: () => ok(figure(accelerator, of)),
})

const ridge = (id: string, accelerator: string, of: 'fp16' | 'any'): Check => ({
  id,
  scenario: `${accelerator} in the catalogue: peak over bandwidth`,
  compute: () => ok(figure(accelerator, of) / figure(accelerator, 'bandwidth')),
})

/** Attainable rate at an intensity. */
const attainable = (peak: number, bandwidth: number, intensity: number) => Math.min(peak, intensity * bandwidth)

const fusion = (id: string, before: number, after: number): Check => ({
  id,
  scenario: `${A6000}, FP16: intensity ${before} to ${after} OPs/byte`,
  compute: () => {
    const [peak, bandwidth] = [figure(A6000, 'fp16'), figure(A6000, 'bandwidth')]
    return ok(attainable(peak, bandwidth, after) / attainable(peak, bandwidth, before))
  },
})

const TABLE_1 = { model: 'llama-2-7b', accelerator: A6000, promptTokens: 2048, kernel: 'eager', paper: true } as const

function operatorOf(analysis: Analysis, phase: 'prefill' | 'decode', name: string) {
  const groups = (phase === 'prefill' ? analysis.prefill : analysis.decode)?.groups ?? []
  const found = groups.flatMap(({ operators }) => operators).find(({ operator }) => operator.name === name)
  if (!found) throw new Error(`no operator ${name}`)
  const { operator } = found
  const bytes =
    operator.weightBytes +
    operator.activationReadBytes +
    operator.activationWriteBytes +
    operator.kvReadBytes +
    operator.kvWriteBytes
  return { flop: operator.flop, bytes }
}

const table1 = (
  id: string,
  phase: 'prefill' | 'decode',
  name: string,
  of: (row: { readonly flop: number; readonly bytes: number }) => number,
): Check => ({
  id,
  scenario: `Llama-2-7b on the A6000, 2,048 tokens, batch 1, as LLM-Viewer counts: ${name} in ${phase}`,
  compute: () => map(analysisOf(TABLE_1), (analysis) => of(operatorOf(analysis, phase, name))),
})

const FLASH = { model: 'llama-2-13b', accelerator: A6000, promptTokens: 4096, outputTokens: 2 } as const

/** How much of time and of bytes a fused attention saves in a phase, as shares. */
function flashCuts(phase: 'prefill' | 'decode'): Result<{ readonly time: number; readonly access: number }> {
  const plain = analysisOf({ ...FLASH, kernel: 'eager' })
  if (!plain.ok) return plain
  return map(analysisOf({ ...FLASH, kernel: 'flash' }), (fused) => {
    const [before, after] = [plain.value[phase], fused[phase]]
    if (!before || !after) throw new Error(`no ${phase}`)
    return { time: 1 - after.timeS / before.timeS, access: 1 - after.bytes / before.bytes }
  })
}

function parametersOf(id: string) {
  const spec = findModel(id)?.spec
  if (!spec) throw new Error(`no model ${id}`)
  return countParameters(spec)
}

/** Operations to read a prompt, of one model over another: no bandwidth enters. */
const readWork = (id: string, model: string, over: string): Check => ({
  id,
  scenario: `operations to read 512 tokens, batch 1: ${model} over ${over}`,
  compute: () => {
    const flop = (one: string) =>
      map(analysisOf({ model: one, accelerator: 'h100-sxm', promptTokens: 512, outputTokens: 1 }), ({ prefill }) => {
        if (!prefill) throw new Error('no prefill')
        return prefill.flop
      })
    const [own, other] = [flop(model), flop(over)]
    if (!own.ok) return own
    return map(other, (others) => own.value / others)
  },
})

export const FIGURE_CHECKS: readonly Check[] = [
  ridge('a6000-ridge', A6000, 'fp16'),
  catalogue('a6000-fp16', A6000, 'fp16'),
  catalogue('a6000-int8', A6000, 'int8'),
  catalogue('a6000-bandwidth', A6000, 'bandwidth'),
  catalogue('h100-int4', 'h100-sxm', 'int4'),
  catalogue('upmem-bandwidth', 'upmem-pim-dimm', 'bandwidth'),
  catalogue('upmem-throughput', 'upmem-pim-dimm', 'any'),
  catalogue('hbm-pim-bandwidth', 'samsung-hbm-pim', 'bandwidth'),
  catalogue('hbm-pim-throughput', 'samsung-hbm-pim', 'any'),
  ridge('hbm-pim-ridge', 'samsung-hbm-pim', 'any'),
  catalogue('aim-bandwidth', 'skhynix-aim', 'bandwidth'),
  catalogue('aim-throughput', 'skhynix-aim', 'any'),
  fusion('fusion-memory-bound', 50, 180),
  fusion('fusion-compute-bound', 250, 500),
  table1('table-1-q-proj', 'prefill', 'q_proj', ({ flop }) => flop),
  table1('table-1-qk-intensity', 'prefill', 'qk_matmul', ({ flop, bytes }) => flop / bytes),
  table1('table-1-gate-bytes', 'decode', 'gate_proj', ({ bytes }) => bytes),
  {
    id: 'flash-decode-cuts',
    scenario:
      'Llama-2-13b on the A6000, 4,096 tokens, batch 1: fused attention against scores in memory, one decode step',
    compute: () => map(flashCuts('decode'), ({ time, access }) => time / access),
  },
  {
    id: 'flash-prefill-cuts',
    scenario: 'Llama-2-13b on the A6000, 4,096 tokens, batch 1: fused attention against scores in memory, prefill',
    compute: () => map(flashCuts('prefill'), ({ time, access }) => access / time),
  },
  {
    id: 'llama-13b-weights',
    scenario: 'LLaMA 13B in FP16',
    compute: () => ok(2 * parametersOf('llama-13b').total),
  },
  {
    id: 'bloom-weights',
    scenario: 'BLOOM 176B: parameters of its operators',
    compute: () => ok(parametersOf('bloom-176b').total),
  },
  readWork('glam-work', 'glam-64b-64e', 'gpt-3-175b'),
  readWork('st-moe-work', 'st-moe-32b', 'palm-540b'),
  {
    id: 'mixtral-active',
    scenario: 'Mixtral 8x7B: parameters one token uses',
    compute: () => ok(parametersOf('mixtral-8x7b').active),
  },
  {
    id: 'ffn-share',
    scenario: 'Llama-2-7b: three matrices of 4,096 × 11,008 in each of 32 layers, over all parameters',
    compute: () => ok((32 * 3 * 4096 * 11_008) / parametersOf('llama-2-7b').total),
  },
  {
    id: 'pb-llm-bits',
    scenario: 'the row’s own widths: binary weights and the share kept in more bits',
    compute: () => {
      const values = techniqueById('pb-llm')?.uses.find(({ primitive }) => primitive === 'WB')?.with ?? {}
      const share = Number(values.outlierShare)
      return ok(Number(values.bits) * (1 - share) + Number(values.outlierBits) * share)
    },
  },
  {
    id: 'longt5-pool',
    scenario: 'the row’s own share of averaged tokens: tokens that one of them stands for',
    compute: () => {
      const values = techniqueById('longt5')?.uses.find(({ primitive }) => primitive === 'APAT')?.with ?? {}
      return ok(1 / Number(values.globalShare))
    },
  },
  {
    id: 'ap-techniques',
    scenario: 'rows of the catalogue typed AP that are a published work',
    compute: () => ok(techniquesOf({ type: 'AP' }).filter(({ references }) => references.length > 0).length),
  },
  {
    id: 'offload-beats-cpu',
    scenario: 'A6000 fed from the memory of an i9-13900K against that processor, at 100 OPs/byte',
    compute: () => {
      const ddr = figure('i9-13900k', 'bandwidth')
      return ok(attainable(figure(A6000, 'fp16'), ddr, 100) / attainable(figure('i9-13900k', 'any'), ddr, 100))
    },
  },
]
