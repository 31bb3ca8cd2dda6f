import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENGINE_TABLE, type EngineTable } from '@capline/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCalibrate } from './calibrate.ts'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const measured = process.env.CAPLINE_MEASURED ?? join(repository, '..', 'shared', 'measured')
const isPresent = existsSync(join(measured, 'serving', 'points.csv'))
const HEAD =
  'id,backend,backend_version,model_path,system,precision,mode,isl,osl,batch_size,tp_size,silicon_ttft_ms,silicon_tpot_ms'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'capline-engines-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const terminal = { out: () => {}, err: () => {}, width: 120, colour: false, progress: false }
const calibrate = (options: Record<string, unknown>) => runCalibrate({ args: ['serving'], options, terminal })

/** Rows of one dense model, measured at so many ms per token. */
function table(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [tp, batch] = [[1, 2, 4, 8][i % 4], 2 ** (i % 6)]
    return `r${i},vllm,0.18.0,meta-llama/Llama-3.1-8B,h100_sxm,fp8,agg,1000,500,${batch},${tp},${60 + i},${9 + i / 10}`
  })
  const path = mkdtempSync(join(root, 'data-'))
  writeFileSync(join(path, 'points.csv'), `${[HEAD, ...lines].join('\n')}\n`)
  return path
}

describe('calibrate serving', () => {
  test('writes a table with provenance, says what it left out, and errors of the user come as problems', async () => {
    const out = join(root, 'engines.json')
    const done = await calibrate({ data: table(30), out, source: 'a test' })
    if (!done.ok) throw new Error(done.problem.reason)
    expect(done.value.remark).toMatch(/fitted to \d+ points/)
    const written = JSON.parse(readFileSync(out, 'utf8'))
    expect(written).toMatchObject({ source: 'a test', rows: { vllm: { points: expect.any(Number) } } })
    expect(written.rows.vllm.exposedS).toBeGreaterThan(0)
    const problems = await Promise.all([
      calibrate({ out }),
      calibrate({ data: table(1) }),
      calibrate({ data: join(root, 'nowhere'), out }),
      calibrate({ data: table(3), out: join(root, 'nowhere', 'x.json') }),
    ])
    for (const problem of problems) expect(problem.ok).toBe(false)
  })
  test.skipIf(!isPresent)(
    `the committed constants are what the data give${isPresent ? '' : ' (skipped: no ../shared/measured/serving here)'}`,
    async () => {
      const out = join(root, 'constants.json')
      const done = await calibrate({ data: measured, out, source: ENGINE_TABLE.source })
      if (!done.ok) throw new Error(done.problem.reason)
      const { rows } = JSON.parse(readFileSync(out, 'utf8')) as EngineTable
      expect(Object.keys(rows)).toEqual(Object.keys(ENGINE_TABLE.rows))
      for (const [key, row] of Object.entries(ENGINE_TABLE.rows)) {
        // Kernels may be refined without fitting engines anew, as long as that would change little.
        expect(Math.abs((rows[key]?.exposedS ?? 0) - row.exposedS), key).toBeLessThan(0.2e-3)
        expect(Math.abs((rows[key]?.exposedSequenceS ?? 0) - row.exposedSequenceS), key).toBeLessThan(5e-6)
        expect(Math.abs((rows[key]?.fittedPct ?? 0) - row.fittedPct), key).toBeLessThan(1)
      }
    },
    30_000,
  )
})
