/** `capline techniques` as people run it: in a process of its own, with its output, its errors and its speed. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { expectPace } from './pace.ts'

const BIN = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))

function capline(args: readonly string[], columns = 100) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: String(columns) },
  })
  return { status, stdout, stderr, seconds: (performance.now() - began) / 1000 }
}

describe('capline techniques', () => {
  it('helps with examples', () => {
    const { status, stdout } = capline(['techniques', '--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('$ capline techniques streamingllm')
  })

  it('lists 353 techniques, a page and a filter, within a second', () => {
    const list = capline(['techniques'])
    const page = capline(['techniques', 'streamingllm'])
    expectPace('capline techniques', list.seconds * 1000, 1000)
    expectPace('capline techniques, one page', page.seconds * 1000, 1000)
    expect([list.status, page.status]).toEqual([0, 0])
    expect(list.stdout.replace(/\s+/g, ' ')).toContain('353 techniques.')
    expect(page.stdout).toContain('kv_cache_config: sink_token_length')
    expect(capline(['techniques', '--type', 'CP', '--json']).stdout).toContain('"id": "llmlingua"')
  })

  it('keeps within a narrow terminal', () => {
    for (const line of capline(['techniques'], 60).stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })

  it('names the nearest of an unknown technique, exit code 2, nothing on stdout', () => {
    const { status, stdout, stderr } = capline(['techniques', 'strimingllm'])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe('capline: ID: "strimingllm" is no technique of the catalogue. Did you mean streamingllm?\n')
  })

  it('finds every measured and unmeasured technique in the evidence', () => {
    expect(capline(['evidence', 'fastbert']).stdout).toContain('No evidence for FastBERT')
    expect(capline(['evidence', 'rag']).status).toBe(0)
  })
})
