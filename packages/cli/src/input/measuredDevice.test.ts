import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Accelerator, findAccelerator, type GemmQuery, measuredSeconds, measuredTime } from '@capline/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { validateKernels } from '../commands/validateKernels.ts'
import { measuredFolder, readMeasuredDevice } from './measuredDevice.ts'

const HEAD = 'kernel_source,gemm_dtype,m,n,k,latency,device,backend_name,backend_version'
const H100 = findAccelerator('h100-sxm') as Accelerator

let root: string
let errors: string[]
const terminal = {
  out: () => {},
  err: (text: string) => void errors.push(text),
  width: 120,
  colour: false,
  progress: false,
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'capline-measured-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  errors = []
})

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(root, 'data-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

const row = (m: number, ms: number, device = 'h100_sxm', n = 4096) =>
  `torch.nn.functional.linear,bfloat16,${m},${n},4096,${ms},${device},vllm,0.24.0`
const table = (...rows: readonly string[]) => `${[HEAD, ...rows].join('\n')}\n`
const gemm = (m: number): GemmQuery => ({ kind: 'gemm', m, n: 4096, k: 4096, format: 'bfloat16' })

const read = (path: string, accelerator = H100) => readMeasuredDevice(path, accelerator, { engine: 'vllm' }, terminal)

async function problemOf(path: string, accelerator = H100): Promise<string> {
  const result = await read(path, accelerator)
  if (result.ok) throw new Error('was read')
  return `${result.problem.reason}. ${result.problem.remedy}`
}

describe('measured:DIR', () => {
  test('names a folder; other bases do not', () => {
    expect(measuredFolder('measured:own tables')).toBe('own tables')
    expect(measuredFolder('calibrated')).toBeUndefined()
  })
  test('one file for all devices: the rows of one', async () => {
    const result = await read(folder({ 'gemm.csv': table(row(16, 0.0145), row(16, 0.04, 'l40s')) }))
    if (!result.ok) throw new Error(result.problem.reason)
    expect(result.value.device.points).toBe(1)
    expect(measuredSeconds(gemm(16), result.value.device)).toBe(0.0145e-3)
  })
  test('folders name accelerator, engine and version, and complete tables as they are collected', async () => {
    const collected = 'framework,version,device,op_name,kernel_source,gemm_dtype,m,n,k,latency\n'
    const own = 'VLLM,0.24.0,NVIDIA H100 80GB HBM3,gemm,linear,bfloat16,16,4096,4096'
    const path = folder({
      'h100_sxm/dense/vllm/0.23.0/gemm_perf.csv': `${collected}${own},0.0199\n`,
      'h100_sxm/dense/vllm/0.24.0/gemm_perf.csv': `${collected}${own},0.0145\n`,
      'l40s/dense/vllm/0.24.0/gemm_perf.csv': 'not a table at all',
    })
    const result = await read(path)
    if (!result.ok) throw new Error(result.problem.reason)
    expect(errors).toEqual([])
    expect(measuredTime(gemm(16), result.value.device)).toMatchObject({
      timeS: 0.0145e-3,
      exact: true,
      from: 'vllm 0.24.0 linear',
    })
    expect((await read(join(path, 'h100_sxm'))).ok).toBe(true)
  })
  test('own hardware is known by its id', async () => {
    const own = { ...H100, id: 'my-card' }
    const result = await read(folder({ 'gemm.csv': table(row(16, 0.0145, 'My_Card')) }), own)
    expect(result.ok && result.value.device.points).toBe(1)
  })
  test('no tables of the accelerator: says which there are', async () => {
    expect(await problemOf(folder({ 'gemm.csv': table(row(16, 0.04, 'l40s'), row(16, 0.03, 'a100_sxm')) }))).toBe(
      'has no kernel tables of NVIDIA H100 SXM 80 GB (h100-sxm). It has a100_sxm, l40s; the column device or a folder names it',
    )
    expect(await problemOf(folder({ 'b200_sxm/gemm.csv': table(row(16, 0.01)) }))).toContain('It has b200_sxm')
    expect(await problemOf(folder({ 'gemm.csv': table(row(16, 0.01, 'warp_core')) }))).toContain('name no accelerator')
    expect(await problemOf(folder({ 'readme.md': 'x' }))).toContain('holds no kernel table')
    expect(await problemOf(join(root, 'nowhere'))).toContain('is not a folder')
  })
})

describe('bad tables: file, row, column, value and remedy', () => {
  const cases: [string, string, RegExp][] = [
    [
      'not a number',
      row(16, 0.0145).replace('0.0145', 'fast'),
      /gemm\.csv:2: latency: "fast" is not a number\. Give the time of one call in milliseconds/,
    ],
    ['no such size', row(0, 0.0145), /gemm\.csv:2: m: 0 is not a whole number of at least 1\. Correct the cell/],
    [
      'faster than the device',
      row(8192, 0.01, 'h100_sxm', 65_536),
      /gemm\.csv:2: latency: 0\.01 ms is .*(faster than compute of NVIDIA H100 SXM|in seconds)/,
    ],
  ]
  test.each(cases)('%s', async (_, bad, message) => {
    expect(await problemOf(folder({ 'gemm.csv': table(bad) }))).toContain('1 bad row (listed above)')
    expect(errors.join('')).toMatch(message)
  })
  test('a column in microseconds, or in seconds: every row, and what to do with the column', async () => {
    // Small kernels in microseconds are within a hundred times of their roofline plus 50 µs.
    const times = [16, 64, 256].map((m) => [m, 0.0145] as const)
    await problemOf(folder({ 'gemm.csv': table(...times.map(([m, ms]) => row(m, ms * 1000))) }))
    expect(errors).toHaveLength(3)
    expect(errors[0]).toMatch(
      /gemm\.csv:2: latency: 14\.5 ms is \d+ times .* in microseconds.*Divide the column by 1000/,
    )
    errors = []
    const long = [8192, 16_384].map((m) => row(m, 0.001, 'h100_sxm', 16_384))
    await problemOf(folder({ 'gemm.csv': table(...long) }))
    expect(errors).toHaveLength(2)
    expect(errors[1]).toMatch(
      /gemm\.csv:3: latency: 0\.001 ms is one \d+th of .* in seconds.*Multiply the column by 1000/,
    )
  })
  test('one impossible row among good ones is not blamed on the unit', async () => {
    const rows = [row(16, 0.0145), row(64, 0.015), row(8192, 0.01, 'h100_sxm', 65_536)]
    const result = await read(folder({ 'gemm.csv': table(...rows) }))
    if (!result.ok) throw new Error(result.problem.reason)
    expect(result.value.device.points).toBe(2)
    expect(result.value.remarks.join()).toContain('not used: 1 row: bad: latency')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/gemm\.csv:4: latency: 0\.01 ms is faster than compute of NVIDIA H100 SXM 80 GB allows/)
  })
  test('a time under another name: in the unit that the name says, else asked for', async () => {
    const result = await read(folder({ 'gemm.csv': table(row(16, 14.5)).replace('latency', 'latency_us') }))
    expect(result.ok && measuredSeconds(gemm(16), result.value.device)).toBe(0.0145e-3)
    await problemOf(folder({ 'gemm.csv': table(row(16, 14.5)).replace('latency', 'time') }))
    expect(errors[0]).toMatch(/lacks the column latency\. Give the public layout: device, .*"time" is there/)
  })
})

describe('validate kernels --basis', () => {
  async function validate(data: string, basis: unknown, by = 'op,basis') {
    const result = await validateKernels({ args: ['kernels'], options: { basis, by, json: true }, terminal }, data)
    if (!result.ok) return { problem: `${result.problem.reason}. ${result.problem.remedy}`, rows: [], remark: '' }
    return { problem: '', rows: JSON.parse(String(result.value.text)) as unknown[], remark: result.value.remark ?? '' }
  }
  const rows = [16, 64, 256].flatMap((m) => [row(m, 0.02), row(m, 0.024, 'h100_sxm', 5120)])

  test('the folder itself: whole sites left out, neighbours answer, the rest is calibrated and said', async () => {
    const data = folder({ 'gemm.csv': table(...rows, row(16, 0.01, 'h100_sxm', 256)) })
    const own = await validate(data, `measured:${data}/`)
    expect(own.rows).toMatchObject([
      { group: { op: 'gemm', basis: 'measured' }, n: 6 },
      { group: { op: 'gemm', basis: 'calibrated' }, n: 1 },
    ])
    expect(own.remark).toContain('without any row of its site')
    expect(own.remark).toContain('no measurement near, priced by the calibrated constants: 1 row: gemm')
    const [measured] = own.rows as { medianAbsErrorPct: number }[]
    expect(measured?.medianAbsErrorPct).toBeGreaterThan(0)
  })
  test('another folder with the same rows: their own times', async () => {
    const [data, other] = [folder({ 'gemm.csv': table(...rows) }), folder({ 'gemm.csv': table(...rows) })]
    const result = await validate(data, `measured:${other}`)
    expect(result.rows).toMatchObject([{ n: 6, medianAbsErrorPct: 0, p90AbsErrorPct: 0, medianRatio: 1 }])
    expect(result.remark).not.toContain('without any row')
  })
  test('calibrated is the default; roofline is another; anything else is refused', async () => {
    const data = folder({ 'gemm.csv': table(...rows) })
    const [none, calibrated, roofline] = [
      await validate(data, undefined),
      await validate(data, 'calibrated'),
      await validate(data, 'roofline'),
    ]
    expect(none.rows).toEqual(calibrated.rows)
    expect(roofline.rows).toMatchObject([{ group: { basis: 'roofline' } }])
    expect(roofline.rows).not.toEqual(calibrated.rows)
    expect((await validate(data, 'guessed')).problem).toContain('measured:DIR')
    expect((await validate(data, 'measured:')).problem).toContain('measured:DIR')
    expect((await validate(data, `measured:${join(root, 'nowhere')}`)).problem).toContain('is not a folder')
  })
})
