import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCalibrate } from './calibrate.ts'
import { runValidate } from './validate.ts'

/** Two GEMMs on an H100 in parquet (snappy, hyparquet-writer 0.17.0). */
const PARQUET =
  'UEFSMRUEFTwVQEwVAhUAAAAedBoAAAB0b3JjaC5ubi5mdW5jdGlvbmFsLmxpbmVhchUGFQgVDFwVBBUAFQQVEBUEFQAAAAMDAgQAAxUEFRgVHEwVAhUAAAAMLAgAAABiZmxvYXQxNhUGFQgVDFwVBBUAFQQVEBUEFQAAAAMDAgQAAxUGFSQVKFwVBBUAFQQVABUEFQAAAAMDEDwQAAAAAAAAAAAQAAAAAAAAFQQVEBUUTBUCFQAAAAgcABAAAAAAAAAVBhUIFQxcFQQVABUEFRAVBBUAAAADAwIEAAMVBBUQFRRMFQIVAAAACBwAEAAAAAAAABUGFQgVDFwVBBUAFQQVEBUEFQAAAAMDAgQAAxUGFSQVKFwVBBUAFQQVABUEFQAAAAMDEDwZBFYOLbKNP+F6FK5H4co/FQQVGBUcTBUCFQAAAAwsCAAAAGgxMDBfc3htFQYVCBUMXBUEFQAVBBUQFQQVAAAAAwMCBAADFQQVEBUUTBUCFQAAAAgcBAAAAHZsbG0VBhUIFQxcFQQVABUEFRAVBBUAAAADAwIEAAMVBBUUFRhMFQIVAAAACiQGAAAAMC4yNC4wFQYVCBUMXBUEFQAVBBUQFQQVAAAAAwMCBAADFQQZrEgEcm9vdBUSABUMJQIYDWtlcm5lbF9zb3VyY2UlAAAVDCUCGApnZW1tX2R0eXBlJQAAFQQlAhgBbQAVBCUCGAFuABUEJQIYAWsAFQolAhgHbGF0ZW5jeQAVDCUCGAZkZXZpY2UlAAAVDCUCGAxiYWNrZW5kX25hbWUlAAAVDCUCGA9iYWNrZW5kX3ZlcnNpb24lAAAWBBkcGZwmCBwVDBklABAZGA1rZXJuZWxfc291cmNlFQIWBBaIARaQASZiJggcNgAoEHRvcmNoLm5uLmZ1bmN0aXAYEHRvcmNoLm5uLmZ1bmN0aW8SEgAZLBUEFQAVAgAVBhUQFQIAAAAmmAEcFQwZJQAQGRgKZ2VtbV9kdHlwZRUCFgQWZBZsJs4BJpgBHDYAKAhiZmxvYXQxNhgIYmZsb2F0MTYAGSwVBBUAFQIAFQYVEBUCAAAAJoQCHBUEGRUAGRgBbRUCFgQWThZSJoQCPDYAKAgAEAAAAAAAABgIEAAAAAAAAAAAGRwVBhUAFQIAAAAm1gIcFQQZJQAQGRgBbhUCFgQWXBZkJoQDJtYCHDYAKAgAEAAAAAAAABgIABAAAAAAAAAAGSwVBBUAFQIAFQYVEBUCAAAAJroDHBUEGSUAEBkYAWsVAhYEFlwWZCboAya6Axw2ACgIABAAAAAAAAAYCAAQAAAAAAAAABksFQQVABUCABUGFRAVAgAAACaeBBwVChkVABkYB2xhdGVuY3kVAhYEFk4WUiaeBDw2ACgI4XoUrkfhyj8YCBkEVg4tso0/NgAAGRwVBhUAFQIAAAAm8AQcFQwZJQAQGRgGZGV2aWNlFQIWBBZkFmwmpgUm8AQcNgAoCGgxMDBfc3htGAhoMTAwX3N4bQAZLBUEFQAVAgAVBhUQFQIAAAAm3AUcFQwZJQAQGRgMYmFja2VuZF9uYW1lFQIWBBZcFmQmigYm3AUcNgAoBHZsbG0YBHZsbG0AGSwVBBUAFQIAFQYVEBUCAAAAJsAGHBUMGSUAEBkYD2JhY2tlbmRfdmVyc2lvbhUCFgQWYBZoJvIGJsAGHDYAKAYwLjI0LjAYBjAuMjQuMAAZLBUEFQAVAgAVBhUQFQIAAAAW4AYWBDagBwAoCWh5cGFycXVldBmcHAAAHAAAHAAAHAAAHAAAHAAAHAAAHAAAHAAAAHADAABQQVIx'
const HEAD = 'kernel_source,gemm_dtype,m,n,k,latency,device,backend_name,backend_version'
const GOOD = 'torch.nn.functional.linear,bfloat16,16,4096,4096,0.0145,h100_sxm,vllm,0.24.0'

let root: string
let errors: string[]

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'capline-validate-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function folder(files: Record<string, string | Uint8Array>): string {
  const path = mkdtempSync(join(root, 'data-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

function invoke(args: string[], options: Record<string, unknown>) {
  errors = []
  const err = (text: string) => void errors.push(text)
  return { args, options, terminal: { out: () => {}, err, width: 120, colour: false, progress: false } }
}

const validate = (data: string, options: Record<string, unknown> = {}) =>
  runValidate(invoke(['kernels'], { data, json: true, ...options }))

describe('validate kernels', () => {
  test('JSON: one object per group, with exactly the keys asked for', async () => {
    const data = folder({ 'gemm.csv': `${HEAD}\n${GOOD}\n${GOOD.replace('h100_sxm', 'l40s')}\n`, 'notes.txt': 'x' })
    const result = await validate(data, { by: 'op,device' })
    if (!result.ok) throw new Error(result.problem.reason)
    const rows = JSON.parse(String(result.value.text)) as Record<string, unknown>[]
    expect(rows.map((row) => row.group)).toEqual([
      { op: 'gemm', device: 'h100_sxm' },
      { op: 'gemm', device: 'l40s' },
    ])
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['group', 'n', 'medianAbsErrorPct', 'p90AbsErrorPct', 'medianRatio'])
      expect(row.medianAbsErrorPct).toBeTypeOf('number')
    }
    expect(result.value.remark).toContain('notes.txt')
  })
  test('csv, csv.gz and parquet give the same', async () => {
    const second = 'torch.nn.functional.linear,bfloat16,4096,4096,4096,0.21,h100_sxm,vllm,0.24.0'
    const csv = `${HEAD}\n${GOOD}\n${second}\n`
    const texts = []
    for (const files of [
      { 'gemm.csv': csv },
      { 'gemm.csv.gz': gzipSync(csv) },
      { 'gemm_perf.parquet': Buffer.from(PARQUET, 'base64') },
    ]) {
      const result = await validate(folder(files))
      texts.push(result.ok ? result.value.text : result.problem.reason)
    }
    expect(JSON.parse(String(texts[0]))).toMatchObject([{ n: 2 }])
    expect(new Set(texts).size).toBe(1)
  })
  test('rows nobody modelled are counted beside the others, and named', async () => {
    const data = folder({ 'gemm.csv': `${HEAD}\n${GOOD}\n${GOOD.replace('bfloat16', 'int3')}\n` })
    const result = await validate(data)
    if (!result.ok) throw new Error(result.problem.reason)
    const rows = JSON.parse(String(result.value.text)) as unknown[]
    expect(rows).toHaveLength(2)
    expect(rows[1]).toEqual({
      group: { op: 'gemm' },
      n: 1,
      medianAbsErrorPct: null,
      p90AbsErrorPct: null,
      medianRatio: null,
    })
    expect(result.value.remark).toContain('int3')
  })
  test('bad rows are reported one by one, missing columns by name', async () => {
    const inSeconds = GOOD.replace('0.0145', '0.0000145')
    const impossible = 'torch.nn.functional.linear,bfloat16,8192,8192,8192,0.01,h100_sxm,vllm,0.24.0'
    const bad = await validate(
      folder({ 'gemm.csv': [HEAD, GOOD, inSeconds, impossible, 'x,bfloat16,1', ''].join('\n') }),
    )
    expect(bad.ok).toBe(false)
    expect(errors.map((line) => /gemm\.csv:(\d+):/.exec(line)?.[1])).toEqual(['3', '4', '5'])
    expect(errors[0]).toContain('milliseconds')
    const lacking = await validate(folder({ 'gemm.csv': `${HEAD.replace(',k,', ',q,')}\n${GOOD}\n` }))
    expect(lacking.ok).toBe(false)
    expect(errors[0]).toContain('lacks the column k')
  })
  test('a table in microseconds is no table of slow kernels', async () => {
    const inMicroseconds = GOOD.replace('0.0145', '14.5')
    const result = await validate(folder({ 'gemm.csv': `${HEAD}\n${inMicroseconds}\n${inMicroseconds}\n` }))
    expect(result.ok).toBe(false)
    expect(errors).toHaveLength(2)
    expect(errors[0]).toContain('milliseconds')
  })
  test('a few bad rows among good ones: shown, counted as not predicted, and the rest is answered', async () => {
    const bad = [
      GOOD.replace('0.0145', 'nan'),
      GOOD.replace('0.0145', '0'),
      GOOD.replace(',16,', ',-16,'),
      'x,bfloat16,1',
    ]
    const good = [16, 32, 64, 128, 256].map((m) => GOOD.replace(',16,', `,${m},`))
    const result = await validate(folder({ 'gemm.csv': [HEAD, ...good, ...bad, ''].join('\n') }), { by: 'op,device' })
    if (!result.ok) throw new Error(result.problem.reason)
    expect(JSON.parse(String(result.value.text))).toMatchObject([
      { group: { op: 'gemm', device: 'h100_sxm' }, n: 5, medianAbsErrorPct: expect.any(Number) },
      { group: { op: 'gemm', device: 'h100_sxm' }, n: 3, medianAbsErrorPct: null },
      { group: { op: 'gemm', device: '' }, n: 1, medianAbsErrorPct: null },
    ])
    expect(errors.map((line) => /gemm\.csv:(\d+):/.exec(line)?.[1])).toEqual(['7', '8', '9', '10'])
    expect(result.value.remark).toContain('not predicted: 1 row: bad: latency: … is not positive')
  })
  test('one table that cannot be read does not take the others with it; classes without a model are counted', async () => {
    const data = folder({
      'gemm.csv': `${HEAD}\n${GOOD}\n`,
      'moe.csv': '',
      'nccl_perf.txt': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n',
      'context_mla.parquet': 'PAR1 nothing',
      'generation_mla.csv': `${HEAD}\n${GOOD}\n`,
      'mla_bmm_perf.txt': 'device,latency,num_tokens\nh100_sxm,0.1,2\nh100_sxm,0.1,3\n',
    })
    const result = await validate(data)
    if (!result.ok) throw new Error(result.problem.reason)
    expect(JSON.parse(String(result.value.text))).toMatchObject([
      { group: { op: 'gemm' }, n: 1, medianAbsErrorPct: expect.any(Number) },
      { group: { op: 'generation_mla' }, n: 1, medianAbsErrorPct: null },
      { group: { op: 'mla_bmm' }, n: 2, medianAbsErrorPct: null },
    ])
    for (const said of [
      'is empty',
      'Git LFS pointer',
      'no readable parquet',
      'lacks the columns',
      'no model for tables of',
    ]) {
      expect(result.value.remark).toContain(said)
    }
  })
  test('tables as they are collected: text under folders that name accelerator, engine and version', async () => {
    const path = mkdtempSync(join(root, 'data-'))
    const inner = join(path, 'h20_sxm', 'trtllm', '1.0.0')
    mkdirSync(inner, { recursive: true })
    const collected = 'framework,version,device,op_name,kernel_source,gemm_dtype,m,n,k,latency'
    writeFileSync(
      join(inner, 'gemm_perf.txt'),
      `${collected}\nTRTLLM,1.0.0,NVIDIA H20,gemm,torch_flow,float16,16,4096,4096,0.02\n`,
    )
    const question = { by: 'device,backend,backend_version' }
    const group = { device: 'h20_sxm', backend: 'trtllm', backend_version: '1.0.0' }
    for (const data of [path, inner]) {
      const result = await validate(data, question)
      if (!result.ok) throw new Error(result.problem.reason)
      const [row] = JSON.parse(String(result.value.text)) as { group: Record<string, string>; medianRatio: unknown }[]
      expect(row?.group.backend).toBe(group.backend)
      expect(row?.medianRatio).toBeTypeOf('number')
    }
  })
  test('wrong questions have an answer', async () => {
    const data = folder({ 'gemm.csv': `${HEAD}\n${GOOD}\n` })
    const problems = [
      await runValidate(invoke(['prayers'], { data })),
      await runValidate(invoke(['kernels'], {})),
      await validate(data, { by: 'colour' }),
      await validate(join(data, 'nowhere')),
      await validate(folder({ 'readme.md': 'x' })),
    ]
    for (const problem of problems) expect(problem.ok).toBe(false)
  })
})

describe('calibrate', () => {
  test('writes what it fitted, and says what it left out', async () => {
    const rows = [64, 128, 256, 512, 1024, 2048].flatMap((m) =>
      [1024, 2048, 4096, 8192].map((n) => {
        const ms = 0.004 + (2 * m * n * 4096) / 600e9 + (n * 4096 * 2) / 2.8e9
        return `k,bfloat16,${m},${n},4096,${ms},h100_sxm,vllm,1`
      }),
    )
    const tooFast = 'k,bfloat16,8192,8192,8192,0.9,h100_sxm,vllm,1'
    const data = folder({ 'gemm.csv': [HEAD, ...rows, tooFast, ''].join('\n') })
    const out = join(data, 'out.json')
    const result = await runCalibrate(invoke([], { data, out, device: 'h100', json: true }))
    if (!result.ok) throw new Error(result.problem.reason)
    expect(JSON.parse(String(result.value.text))).toMatchObject([{ op: 'gemm', device: 'h100-sxm', rows: 24 }])
    expect(result.value.remark).toContain('1 row faster-than-compute')
  })
})
