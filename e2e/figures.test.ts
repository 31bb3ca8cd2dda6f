/** `capline figures` as people run it: the list, one figure in every form, all of them as files, and what goes wrong. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'capline-figures-'))

function capline(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'figures', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
  })
  return { status, stdout, stderr }
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the list', () => {
  it('names every figure with its title, on lines that fit', () => {
    const { status, stdout, stderr } = capline()
    expect([status, stderr]).toEqual([0, ''])
    for (const id of ['viewer-5', 'viewer-16', 'viewer-20', 'cap-1', 'cap-4a', 'cap-5'])
      expect(stdout).toMatch(new RegExp(`^${id} `, 'm'))
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('is JSON for programs, with parameters and defaults', () => {
    const { figures } = JSON.parse(capline('--json').stdout) as {
      figures: { id: string; parameters: { id: string; default: unknown }[] }[]
    }
    const eight = figures.find((one) => one.id === 'viewer-8')
    expect(eight?.parameters.find((one) => one.id === 'model')?.default).toBe('llama-2-13b')
  })
})

describe('one figure', () => {
  it('says what it shows, what is wrong in print, and its data', () => {
    const { status, stdout } = capline('viewer-16')
    expect(status).toBe(0)
    expect(stdout).toContain('figure 16 of LLM Inference Unveiled, section 5.1')
    expect(stdout).toContain('K or V')
    expect(stdout).toContain('Parameters')
    // What is published stands beside what is computed, in access and in time.
    expect(stdout.match(/published/g)?.length).toBeGreaterThan(3)
    expect(stdout).toMatch(/published +published\n/)
    expect(stdout).toMatch(/^decode +1 +100,000 .* 1\.18 .*1\.18 +38\.3 +38\.3$/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })

  it('prints JSON and CSV of the same rows', () => {
    const { rows, document, flags } = JSON.parse(capline('viewer-20', '--json').stdout) as {
      rows: Record<string, unknown>[]
      document: { url: string }
      flags: string[]
    }
    expect(document.url).toBe('https://arxiv.org/abs/2402.16363')
    expect(flags.length).toBeGreaterThan(0)
    const [header, ...lines] = capline('viewer-20', '--csv').stdout.trimEnd().split('\n')
    expect(header).toBe(Object.keys(rows[0] ?? {}).join(','))
    expect(lines).toHaveLength(rows.length)
  })

  it('takes another model, accelerator and parameters', () => {
    const { status, stdout } = capline(
      ...['viewer-8', '--model', 'llama-3.1-8b', '--on', 'h100-sxm', '--json'],
      ...['--set', 'batch=1..4:log', '--set', 'length=4k', '--set', 'convention=exact'],
    )
    expect(status).toBe(0)
    const { rows, settings } = JSON.parse(stdout) as { rows: Record<string, unknown>[]; settings: string[] }
    expect(settings).toEqual(['Llama 3.1 8B', 'NVIDIA H100 SXM 80 GB', '4,096 tokens', 'exact accounting'])
    expect(rows.filter((row) => row.formats === 'FP16').map((row) => row.batch)).toEqual([1, 2, 4])
  })

  it('writes a drawing to a file, or to stdout', () => {
    const path = join(folder, 'one.svg')
    const { status, stderr } = capline('cap-4b', '--svg', path)
    expect(status).toBe(0)
    expect(stderr).toContain('Drawing written to')
    expect(readFileSync(path, 'utf8')).toBe(capline('cap-4b', '--svg', '-').stdout)
  })
})

describe('all of them', () => {
  it('become one file each in a folder that is made', () => {
    const target = join(folder, 'drawings', 'deep')
    const { status, stdout, stderr } = capline('all', '--svg', target)
    expect(status).toBe(0)
    expect(stderr).toMatch(/^\d+ drawings written to /)
    const files = readdirSync(target)
    expect(files).toContain('viewer-18.svg')
    expect(files).toContain('cap-3.svg')
    expect(stderr).toContain(`${files.length} drawings`)
    for (const file of files) expect(readFileSync(join(target, file), 'utf8')).toMatch(/^<svg xmlns=/)
    expect(stdout).toContain('from batch 16')
  })
})

describe('what goes wrong', () => {
  it.each([
    [['viewer-88'], /Did you mean .*viewer-8/],
    [['viewer-8', '--set', 'batch'], /NAME=VALUE/],
    [['viewer-8', '--set', 'batch=0'], /--set batch: 0 is outside/],
    [['viewer-8', '--set', 'colour=red'], /no parameter of this figure/],
    [['viewer-8', '--model', 'lama-2-13b'], /llama-2-13b/],
    [['viewer-5', '--model', 'llama-2-7b'], /no parameter of this figure/],
    [['viewer-5', '--on', 'h9000'], /not a known accelerator/],
    [['cap-4a', '--on', 'rtx-a6000'], /no sourced link/],
    [['all', '--csv'], /the figures differ/],
    [['viewer-5', '--json', '--csv'], /exclude each other/],
    [['--svg', 'x.svg'], /Name it/],
    [['viewer-5', '--svg', join(folder, 'none', 'x.svg')], /cannot be written \(ENOENT\)/],
  ])('%j: one line, exit code 2, nothing on stdout', (args, words) => {
    const { status, stdout, stderr } = capline(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(words)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(existsSync('x.svg')).toBe(false)
  })
})
