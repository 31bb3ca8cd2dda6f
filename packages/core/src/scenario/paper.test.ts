/**
 * The paper convention against "LLM Inference Unveiled" (arXiv 2402.16363) and LLM-Viewer (commit 472f71f): Table 1, 576
 * computed results of the tool, and the data behind figures 5–9, 11 and 18–20.
 */
import { describe, expect, it } from 'vitest'
import { VIEWER_HARDWARE, viewerHardwareFor } from '../catalog/accelerators/index.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import type { Roofs } from '../cost/peaks.ts'
import { ONE_ACCELERATOR } from '../layout/layout.ts'
import { planMemory } from '../memory/plan.ts'
import { prefillStep } from '../step/phases.ts'
import { type Analysis, analyze } from './analyze.ts'
import { prepare } from './bench.ts'
import { csvRows, LLAMA_2_7B, LLAMA_2_13B, sharedText, testScenario, unwrap } from './scenario.testkit.ts'

const BITS: Readonly<Record<string, DtypeId>> = { 1: 'int1', 2: 'int2', 4: 'int4', 8: 'int8', 16: 'fp16' }
const REFERENCE = sharedText('reference/llm-viewer/results.jsonl.gz')
const figure = (id: string) => sharedText(`reference/figures/fig${id}.csv`)
const absent = 'skipped: the reference numbers are not at ../shared/reference'
if (REFERENCE === undefined) console.log(absent)

function viewerRoofs(name: string): Roofs {
  const hardware = VIEWER_HARDWARE[name]
  if (!hardware) throw new Error(`no hardware ${name}`)
  return {
    matrix: { fp16: hardware.fp16OpPerS, ...(hardware.int8OpPerS ? { int8: hardware.int8OpPerS } : {}) },
    vector: {},
    bandwidthBytePerS: hardware.bandwidthBytePerS,
  }
}

interface Setting {
  readonly w?: number
  readonly a?: number
  readonly kv?: number
  readonly batch?: number
  readonly prompt?: number
  readonly roofs?: Roofs
  readonly model?: typeof LLAMA_2_7B
}

function paperScenario({ w = 16, a = 16, kv = 16, batch = 1, prompt = 2048, roofs, model = LLAMA_2_7B }: Setting) {
  return testScenario({
    model,
    convention: 'paper',
    roofs: roofs ?? viewerRoofs('nvidia_A6000'),
    precision: { weights: BITS[w] as DtypeId, activations: BITS[a] as DtypeId, kv: BITS[kv] as DtypeId },
    workload: {
      batchSize: batch,
      promptTokens: prompt,
      outputTokens: 1,
      sharedPrefixTokens: 0,
      itemsPerRequest: 0,
      batchTokens: 8192,
    },
  })
}

const paper = (setting: Setting): Analysis => unwrap(analyze(paperScenario(setting)))

function operatorsOf(analysis: Analysis, phase: 'prefill' | 'decode') {
  return new Map((analysis[phase]?.groups ?? []).flatMap((g) => g.operators.map((o) => [o.operator.name, o] as const)))
}

/** Table 1 as printed: name, operations, bytes, intensity, performance, bound. */
const TABLE_1 = {
  prefill: [
    ['q_proj', '69G', '67M', '1024', '155T', 'compute'],
    ['k_proj', '69G', '67M', '1024', '155T', 'compute'],
    ['v_proj', '69G', '67M', '1024', '155T', 'compute'],
    ['out_proj', '69G', '67M', '1024', '155T', 'compute'],
    ['gate_proj', '185G', '152M', '1215', '155T', 'compute'],
    ['up_proj', '185G', '152M', '1215', '155T', 'compute'],
    ['down_proj', '185G', '152M', '1215', '155T', 'compute'],
    ['qk_matmul', '34G', '302M', '114', '87T', 'memory'],
    ['sv_matmul', '34G', '302M', '114', '87T', 'memory'],
    ['softmax', '671M', '537M', '1.25', '960G', 'memory'],
    ['attn_norm', '59M', '34M', '1.75', '1T', 'memory'],
    ['attn_add', '8M', '34M', '0.25', '192G', 'memory'],
  ],
  decode: [
    ['q_proj', '34M', '34M', '1', '768G', 'memory'],
    ['k_proj', '34M', '34M', '1', '768G', 'memory'],
    ['v_proj', '34M', '34M', '1', '768G', 'memory'],
    ['out_proj', '34M', '34M', '1', '768G', 'memory'],
    ['gate_proj', '90M', '90M', '1', '768G', 'memory'],
    ['up_proj', '90M', '90M', '1', '768G', 'memory'],
    ['down_proj', '90M', '90M', '1', '768G', 'memory'],
    ['qk_matmul', '17M', '17M', '0.99', '762G', 'memory'],
    ['sv_matmul', '17M', '17M', '0.99', '762G', 'memory'],
    ['softmax', '328K', '262K', '1.25', '960G', 'memory'],
    ['attn_norm', '29K', '16K', '1.75', '1T', 'memory'],
    ['attn_add', '4K', '16K', '0.25', '192G', 'memory'],
  ],
} as const

/** The paper's rounding: whole thousands, millions, … */
function rounded(value: number): string {
  const step = ['', 'K', 'M', 'G', 'T'].findLast((_, i) => value >= 1000 ** i) ?? ''
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(step)
  return `${Math.round(value / 1000 ** power)}${step}`
}

describe('Table 1 of the paper', () => {
  const analysis = paper({})
  for (const phase of ['prefill', 'decode'] as const) {
    for (const [name, operations, bytes, intensity, performance, bound] of TABLE_1[phase]) {
      it(`${phase} ${name}`, () => {
        const entry = operatorsOf(analysis, phase).get(name)
        expect(entry).toBeDefined()
        const cost = entry?.cost
        expect(rounded(cost?.flop ?? 0)).toBe(operations)
        expect(rounded(cost?.bytes ?? 0)).toBe(bytes)
        const digits = intensity.split('.')[1]?.length ?? 0
        expect((cost?.arithmeticIntensity ?? 0).toFixed(digits)).toBe(intensity)
        expect(rounded(cost?.attainableFlopPerS ?? 0)).toBe(performance)
        expect(cost?.bound).toBe(bound)
      })
    }
  }

  it('names the hardware that LLM-Viewer computed it with', () => {
    expect(viewerHardwareFor('rtx-a6000')?.name).toBe('nvidia_A6000')
  })
})

interface ViewerRow {
  readonly model: string
  readonly hardware: string
  readonly batchsize: number
  readonly seqlen: number
  readonly w_bit: number
  readonly a_bit: number
  readonly kv_bit: number
  readonly use_flashattention: boolean
  readonly results?: Record<'prefill' | 'decode', Record<string, Record<string, number>>> & {
    readonly total_results: Record<'prefill' | 'decode', Record<string, number>>
  }
}

const MODELS: Readonly<Record<string, typeof LLAMA_2_7B>> = {
  'meta-llama/Llama-2-7b-hf': LLAMA_2_7B,
  'meta-llama/Llama-2-13b-hf': LLAMA_2_13B,
}

function near(ours: number | undefined, theirs: number | undefined): boolean {
  if (ours === undefined || theirs === undefined) return false
  return Math.abs(ours - theirs) <= 1e-9 * Math.max(Math.abs(theirs), 1e-30)
}

/** Names of the fields in which a computed operator differs from LLM-Viewer's. */
function differences(analysis: Analysis, row: ViewerRow, phase: 'prefill' | 'decode'): string[] {
  const out: string[] = []
  const ours = operatorsOf(analysis, phase)
  for (const [name, theirs] of Object.entries(row.results?.[phase] ?? {})) {
    const entry = ours.get(name)
    const fields: [string, number | undefined][] = [
      ['OPs', entry?.cost.flop],
      ['memory_access', entry?.cost.bytes],
      ['arithmetic_intensity', entry?.cost.arithmeticIntensity],
      ['performance', entry?.cost.attainableFlopPerS],
      ['load_weight', entry?.operator.weightBytes],
      ['load_act', entry?.operator.activationReadBytes],
      ['store_act', entry?.operator.activationWriteBytes],
      ['load_kv_cache', entry?.operator.kvReadBytes],
      ['store_kv_cache', entry?.operator.kvWriteBytes],
      ['inference_time', entry?.cost.timeS],
    ]
    for (const [field, value] of fields) if (!near(value, theirs[field])) out.push(`${phase}.${name}.${field}`)
  }
  return out
}

describe.skipIf(REFERENCE === undefined)('LLM-Viewer, eager attention, Llama 2 7B and 13B', () => {
  const rows = (REFERENCE ?? '')
    .split('\n')
    .filter((line) => line.includes('Llama-2-') && line.includes('"use_flashattention":false'))
    .map((line) => JSON.parse(line) as ViewerRow)
    .filter((row) => MODELS[row.model] && row.results)

  it('has rows to compare', () => {
    expect(rows.length).toBeGreaterThanOrEqual(200)
  })

  it('agrees on every operator and every total to 1e-9', () => {
    const wrong: string[] = []
    for (const row of rows) {
      const analysis = paper({
        w: row.w_bit,
        a: row.a_bit,
        kv: row.kv_bit,
        batch: row.batchsize,
        prompt: row.seqlen,
        roofs: viewerRoofs(row.hardware),
        model: MODELS[row.model] as typeof LLAMA_2_7B,
      })
      const at = `${row.model} ${row.hardware} b${row.batchsize} s${row.seqlen} w${row.w_bit}a${row.a_bit}kv${row.kv_bit}`
      for (const phase of ['prefill', 'decode'] as const) {
        for (const field of differences(analysis, row, phase)) wrong.push(`${at}: ${field}`)
        const total = row.results?.total_results[phase]
        if (!near(analysis[phase]?.flop, total?.OPs)) wrong.push(`${at}: ${phase} OPs`)
        if (!near(analysis[phase]?.bytes, total?.memory_access)) wrong.push(`${at}: ${phase} bytes`)
        if (!near(analysis[phase]?.timeS, total?.inference_time)) wrong.push(`${at}: ${phase} time`)
      }
      const memory = row.results?.total_results.decode
      if (!near(analysis.memory.weightBytes, memory?.memory_consumption_weight)) wrong.push(`${at}: weights`)
      if (!near(analysis.memory.kvBytes, memory?.memory_consumption_kv_cache)) wrong.push(`${at}: KV`)
      if (!near(analysis.memory.totalBytes, memory?.memory_consumption)) wrong.push(`${at}: memory`)
    }
    expect(wrong.slice(0, 10)).toEqual([])
  })
})

/** `FP16`, `W4KV4`, `W4A4` (which the notebook means as 4, 4, 4) → bits. */
function bitsOf(quant: string): Setting {
  const bits = (letter: string) => Number(new RegExp(`${letter}(\\d+)`).exec(quant)?.[1] ?? 16)
  const all = quant === 'W4A4' ? { kv: 4 } : { kv: bits('KV') }
  return quant === 'FP16' ? {} : { w: bits('W'), a: bits('A'), ...all }
}

/** Memory of a phase as LLM-Viewer counts it. */
function paperMemory(setting: Setting, phase: 'prefill' | 'decode') {
  const scenario = paperScenario({ ...setting, model: LLAMA_2_13B })
  const { stagesOf } = unwrap(prepare(scenario))
  const { workload, model } = scenario
  return planMemory({
    stages: stagesOf(ONE_ACCELERATOR),
    layout: ONE_ACCELERATOR,
    workload,
    contextTokens: workload.promptTokens,
    capacityBytes: undefined,
    utilization: 1,
    ...(phase === 'prefill' ? { steps: [prefillStep(model, workload)] } : {}),
  })
}

describe.skipIf(REFERENCE === undefined)('the data behind the figures', () => {
  const rowsOf = (id: string) => csvRows(figure(id) ?? '')
  const check = (ours: number, theirs: string | undefined) => expect(near(ours, Number(theirs))).toBe(true)
  const thirteen = (setting: Setting) => paper({ ...setting, model: LLAMA_2_13B })

  it('5 and 6: rooflines of the A6000, FP16 and INT8', () => {
    const { roofs } = unwrap(prepare(paperScenario({})))
    const peak = roofs.matrix.fp16 ?? 0
    for (const [id, curve, times] of [
      ['05', 'FP16', 1],
      ['06', 'FP16', 1],
      ['06', 'INT8', 2],
    ] as const) {
      // Figure 6 draws INT8 at twice FP16, not at the tool's own INT8 figure.
      const corner = rowsOf(id).filter((row) => row.curve?.includes(curve))[1]
      check((times * peak) / roofs.bandwidthBytePerS, corner?.AI_ops_per_byte)
      check(times * peak, corner?.perf_ops_per_s)
    }
  })

  it('7 and 11: memory relative to FP16, and over the sequence', () => {
    for (const row of rowsOf('07')) {
      const setting = { ...bitsOf(row.quant ?? ''), batch: Number(row.batch), prompt: Number(row.seqlen) }
      const memory = paperMemory(setting, row.stage === 'prefill' ? 'prefill' : 'decode')
      check(memory.weightBytes, row.weight_bytes)
      check(memory.kvBytes, row.kv_bytes)
      check(memory.activationPeakBytes, row.tmp_act_bytes)
    }
    for (const row of rowsOf('11')) {
      const memory = paperMemory({ ...bitsOf(row.quant ?? ''), prompt: Number(row.seqlen) }, 'decode')
      check(memory.totalBytes, row.total_bytes)
    }
  })

  it('8: decode time over the batch; narrower weights stop helping', () => {
    const rows = rowsOf('08')
    for (const row of rows) {
      check(
        thirteen({ ...bitsOf(row.quant ?? ''), batch: Number(row.batch), prompt: Number(row.seqlen) }).decode?.timeS ??
          0,
        row.decode_time_s,
      )
    }
    const at = (quant: string, batch: string) =>
      Number(rows.find((r) => r.quant === quant && r.batch === batch)?.decode_time_s)
    expect(at('W4', '1') / at('W1', '1')).toBeGreaterThan(2)
    expect(at('W4', '63') / at('W1', '63')).toBeLessThan(1.01)
  })

  it('9: prefill time over the sequence', () => {
    const rows = rowsOf('09')
    // Every seventh row and the last: 719 analyses instead of 5,040.
    for (const row of rows.filter((_, i) => i % 7 === 0 || i === rows.length - 1)) {
      check(thirteen({ ...bitsOf(row.quant ?? ''), prompt: Number(row.seqlen) }).prefill.timeS, row.prefill_time_s)
    }
  })

  it('18: the ridge of each way to use the memories', () => {
    const gpu = viewerRoofs('nvidia_A6000')
    const cpu = viewerRoofs('intel_13900k')
    const ridges: Readonly<Record<string, number>> = {
      'GDDR/HBM access GPU compute': (gpu.matrix.fp16 ?? 0) / gpu.bandwidthBytePerS,
      'DDR access GPU compute': (gpu.matrix.fp16 ?? 0) / cpu.bandwidthBytePerS,
      'DDR access CPU compute': (cpu.matrix.fp16 ?? 0) / cpu.bandwidthBytePerS,
    }
    for (const [curve, ridge] of Object.entries(ridges)) {
      check(ridge, rowsOf('18').filter((row) => row.curve === curve)[1]?.AI_ops_per_byte)
    }
  })

  it('19: throughput, latency and memory over the batch, W8A8KV8', () => {
    for (const row of rowsOf('19')) {
      const setting = { w: 8, a: 8, kv: 8, batch: Number(row.batch), prompt: Number(row.seqlen) }
      const analysis = thirteen(setting)
      check(analysis.decode?.timeS ?? 0, row.latency_s)
      check(Number(row.batch) / (analysis.decode?.timeS ?? 0), row.throughput_tok_s)
      check(analysis.memory.totalBytes / 1e9, row.memory_GB)
    }
  })

  it('20: decode time over the bandwidth', () => {
    for (const row of rowsOf('20')) {
      const roofs = { matrix: { fp16: 200e12 }, vector: {}, bandwidthBytePerS: Number(row.bandwidth_B_s) }
      check(thirteen({ prompt: 1024, roofs }).decode?.timeS ?? 0, row.decode_time_s)
    }
  })
})
