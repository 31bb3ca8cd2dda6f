import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runValidate } from './validate.ts'

const HEAD =
  'id,backend,backend_version,model_path,system,precision,mode,isl,osl,batch_size,tp_size,silicon_ttft_ms,silicon_tpot_ms'
const GOOD = 'a,vllm,0.18.0,meta-llama/Llama-3.1-70B,h100_sxm,fp8,agg,1024,1024,16,4,100,12.5'
const PERF =
  'version,gpu,model,precision,tp,pp,isl,osl,batch,metric,value\nv1.0,H200,Llama 3.3 70B,FP8,TP2,1,1000,1000,max,total_output_tok_s,6000\n'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const measured = process.env.CAPLINE_MEASURED ?? join(repository, '..', 'shared', 'measured')

let root: string
let errors: string[]
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'capline-serving-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function folder(files: Record<string, string | Uint8Array>): string {
  const path = mkdtempSync(join(root, 'data-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

function validate(data: string, options: Record<string, unknown> = {}) {
  errors = []
  const terminal = {
    out: () => {},
    err: (text: string) => void errors.push(text),
    width: 120,
    colour: false,
    progress: false,
  }
  return runValidate({ args: ['serving'], options: { data, json: true, ...options }, terminal })
}

async function rowsOf(data: string, options: Record<string, unknown> = {}) {
  const result = await validate(data, options)
  if (!result.ok) throw new Error(result.problem.reason)
  return {
    rows: JSON.parse(String(result.value.text)) as {
      group: Record<string, string>
      n: number
      medianRatio: number | null
    }[],
    remark: result.value.remark ?? '',
  }
}

describe('validate serving', () => {
  test('JSON: one object per group, with exactly the keys asked for', async () => {
    const data = folder({
      'points.csv': `${HEAD}\n${GOOD}\n`,
      'perf.csv': PERF,
      'notes.txt': 'x',
      'other.csv': 'a,b\n1,2\n',
    })
    const { rows, remark } = await rowsOf(data, { by: 'metric,device,model' })
    expect(rows.map((row) => row.group)).toEqual([
      { metric: 'throughput', device: 'h200-sxm', model: 'llama-3.3-70b' },
      { metric: 'tpot', device: 'h100-sxm', model: 'llama-3.1-70b' },
      { metric: 'ttft', device: 'h100-sxm', model: 'llama-3.1-70b' },
    ])
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['group', 'n', 'medianAbsErrorPct', 'p90AbsErrorPct', 'medianRatio'])
      expect(row.medianRatio).toBeGreaterThan(0.2)
      expect(row.medianRatio).toBeLessThan(5)
    }
    expect(remark).toContain('no serving table: notes.txt, other.csv')
  })

  test('compressed tables give the same, whatever the file is called', async () => {
    const csv = `${HEAD}\n${GOOD}\n`
    const plain = await rowsOf(folder({ 'points.csv': csv }))
    const packed = await rowsOf(folder({ 'sample of silicon.csv.gz': gzipSync(csv) }))
    expect(packed.rows).toEqual(plain.rows)
  })

  test('bad rows are named one by one, counted, and do not stop the others', async () => {
    const data = folder({
      'points.csv': `${HEAD}\n${GOOD}\n${GOOD.replace('12.5', '-1')}\n${GOOD.replace('12.5', '0.0125')}\n${GOOD.replace('h100_sxm', 'z9000')}\n`,
    })
    const { rows, remark } = await rowsOf(data, { by: 'metric' })
    expect(rows.filter((row) => row.group.metric === 'tpot').map((row) => [row.n, row.medianRatio === null])).toEqual([
      [1, false],
      [3, true],
    ])
    expect(errors.join('')).toContain('points.csv:3: silicon_tpot_ms: -1 is not positive')
    expect(errors.join('')).toContain('points.csv:4: silicon_tpot_ms: 0.0125 ms is shorter than a step')
    expect(remark).toContain('bad, not predicted: 1 row: silicon_tpot_ms: … is not positive')
    expect(remark).toContain('not predicted: 1 row: device "z9000" is not in the catalogue')
  })

  test('a file that cannot be read, and text that is no table, do not stop the others', async () => {
    const { rows, remark } = await rowsOf(
      folder({
        'points.csv': `${HEAD}\n${GOOD}\n`,
        'points2.csv': 'id,silicon_tpot_ms\na,1\n',
        'x.parquet': '',
        'note.txt': '',
      }),
      { by: 'metric' },
    )
    expect(rows.map((row) => row.n)).toEqual([1, 1])
    expect(remark).toMatch(/not read: .*points2\.csv: lacks the columns .* \(1 row\)/)
    expect(remark).toMatch(/not read: .*x\.parquet: is empty/)
    expect(remark).toContain('no serving table: note.txt')
  })
  test('times in microseconds are no slow engine: every row is reported, none is scored', async () => {
    const slow = GOOD.replace(',100,12.5', ',100,12500')
    const { rows, remark } = await rowsOf(folder({ 'points.csv': [HEAD, slow, slow, ''].join('\n') }), { by: 'metric' })
    expect(rows).toMatchObject([
      { group: { metric: 'tpot' }, n: 2, medianRatio: null },
      { group: { metric: 'ttft' }, n: 2, medianRatio: expect.any(Number) },
    ])
    expect(errors.map((line) => /points\.csv:(\d+): tpot: .*microseconds/.exec(line)?.[1])).toEqual(['2', '3'])
    expect(remark).toContain('bad: tpot: the column seems to be in microseconds')
  })
  test('a repository named after its format is served in it when the row says nothing', async () => {
    const silent = (path: string, word: string) =>
      GOOD.replace('meta-llama/Llama-3.1-70B', path).replace(',fp8,agg', `,${word},agg`)
    const [named, said, wide] = await Promise.all(
      [
        silent('nvidia/Llama-3.1-70B-Instruct-FP8', ''),
        silent('nvidia/Llama-3.1-70B-Instruct-FP8', 'fp8'),
        silent('meta-llama/Llama-3.1-70B', ''),
      ].map(async (row) => (await rowsOf(folder({ 'points.csv': `${HEAD}\n${row}\n` }), { by: 'metric' })).rows),
    )
    expect(named).toEqual(said)
    expect(named).not.toEqual(wide)
  })
  test('problems say what to do', async () => {
    const cases: [string, Record<string, unknown>, RegExp][] = [
      [folder({}), {}, /holds no serving table/],
      [folder({ 'points.csv': `${HEAD}\n${GOOD}\n` }), { by: 'colour' }, /"colour" is no column/],
      [folder({ 'points.csv': 'id,silicon_tpot_ms\na,1\n' }), {}, /an unreadable table/],
      [folder({ 'points.csv': `${HEAD}\n${GOOD.replace('12.5', 'x')}\n` }), {}, /has no usable row/],
      [folder({ 'points.parquet': 'not parquet' }), {}, /an unreadable table/],
      [join(root, 'nowhere'), {}, /is not a folder/],
    ]
    for (const [data, options, reason] of cases) {
      const result = await validate(data, options)
      expect(result.ok).toBe(false)
      if (!result.ok) expect(result.problem.reason).toMatch(reason)
    }
    expect(errors).toEqual([])
  })

  test('a table for people, with the reasons in the remark', async () => {
    const result = await validate(folder({ 'points.csv': `${HEAD}\n${GOOD}\n` }), { json: false })
    expect(result.ok && String(result.value.text)).toMatch(/metric +engine +n +median % +p90 % +predicted \/ measured/)
  })

  test.runIf(existsSync(join(measured, 'serving')))('every measured point, in good time', async () => {
    const before = process.cpuUsage()
    const { rows } = await rowsOf(measured, { by: 'metric,source' })
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(20)
    const median = (metric: string, source: string) =>
      rows.find((row) => row.group.metric === metric && row.group.source === source && row.medianRatio !== null)
    expect(median('tpot', 'points')?.n).toBeGreaterThan(2000)
    expect(median('throughput', 'trtllm_perf')?.n).toBeGreaterThan(600)
    // Half of the predictions of every table are within a factor of two on the whole.
    for (const row of rows.filter((one) => one.medianRatio !== null)) {
      expect(Math.abs(Math.log2(row.medianRatio as number))).toBeLessThan(1)
    }
  })
})
