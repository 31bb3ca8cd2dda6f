/** The command as people run it: the real entry in a process of its own, its output, its errors and its speed. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectPace } from './pace.ts'

const BIN = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'capline-e2e-'))
const at = (name: string) => join(folder, name)

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

function capline(args: readonly string[], input = ''): Outcome {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
  })
  return { status, stdout, stderr, seconds: (performance.now() - began) / 1000 }
}

const LLAMA = ['llama-2-7b', '--on', 'rtx-a6000']

const CONFIG = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 256,
  intermediate_size: 688,
  num_hidden_layers: 2,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  vocab_size: 1000,
  max_position_embeddings: 2048,
  torch_dtype: 'bfloat16',
  tie_word_embeddings: false,
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
}

beforeAll(() => {
  writeFileSync(at('config.json'), JSON.stringify(CONFIG))
  writeFileSync(at('broken.json'), JSON.stringify(CONFIG).slice(0, 60))
  writeFileSync(at('empty.json'), '')
  writeFileSync(at('random.gguf'), Buffer.from([0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, ...Array(16).fill(255)]))
  mkdirSync(at('bare'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('version and help', () => {
  it('says the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(BIN, '..', '..', 'package.json'), 'utf8')) as { version: string }
    expect(capline(['--version']).stdout).toBe(`${version}\n`)
    expect(capline(['-V']).stdout).toBe(`${version}\n`)
  })

  it('helps with examples, and without arguments', () => {
    expect(capline([]).stdout).toContain('Usage: capline')
    for (const command of ['analyze', 'fit', 'sweep', 'models', 'accelerators', 'dtypes']) {
      const { status, stdout } = capline([command, '--help'])
      expect(status).toBe(0)
      expect(stdout).toContain(`$ capline ${command}`)
    }
  })

  it('answers within the time people were promised', () => {
    const best = (args: readonly string[]) => Math.min(...[1, 2, 3].map(() => capline(args).seconds))
    expectPace('capline --version', best(['--version']) * 1000, 300)
    expectPace('capline analyze', best(['analyze', ...LLAMA]) * 1000, 600)
  })
})

interface OperatorJson {
  readonly name: string
  readonly repeat: number
  readonly flop: number
  readonly bytes: number
  readonly timeS: number
}
interface PhaseJson {
  readonly operators: readonly OperatorJson[]
  readonly total: { readonly flop: number; readonly bytes: number; readonly timeS: number }
}

describe('analyze', () => {
  it('prints the JSON other programs rely on', () => {
    const { status, stdout, stderr } = capline(['analyze', ...LLAMA, '--json'])
    expect([status, stderr]).toEqual([0, ''])
    const json = JSON.parse(stdout)
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining([
        'schema',
        'model',
        'accelerator',
        'workload',
        'phases',
        'memory',
        'request',
        'parameters',
      ]),
    )
    expect(Object.keys(json.phases)).toEqual(['prefill', 'decode'])
    for (const phase of Object.values(json.phases) as PhaseJson[]) {
      for (const operator of phase.operators) {
        expect(Object.keys(operator)).toEqual(
          expect.arrayContaining(
            'name repeat flop bytes weightBytes activationReadBytes activationWriteBytes kvReadBytes kvWriteBytes arithmeticIntensity attainableFlopPerS bound timeS'.split(
              ' ',
            ),
          ),
        )
      }
      for (const key of ['flop', 'bytes', 'timeS'] as const) {
        const sum = phase.operators.reduce((total, operator) => total + operator.repeat * operator[key], 0)
        expect(sum / phase.total[key]).toBeCloseTo(1, 9)
      }
    }
    expect(json.memory.fits).toBe(true)
    expect(json.memory.totalBytes).toBeLessThan(json.memory.capacityBytes)
    expect(json.request.e2eS).toBeCloseTo(json.request.ttftS + 127 * json.request.tpotS, 9)
    expect(json.parameters.total).toBe(6_738_415_616)
  })

  it('prints CSV: one header line, then one line per operator and phase', () => {
    const json = JSON.parse(capline(['analyze', ...LLAMA, '--json']).stdout)
    const lines = capline(['analyze', ...LLAMA, '--csv'])
      .stdout.trimEnd()
      .split('\n')
    expect(lines[0]).toMatch(/^phase,part,layer,name,/)
    expect(lines.length).toBe(1 + json.phases.prefill.operators.length + json.phases.decode.operators.length)
    const width = lines[0]?.split(',').length
    for (const line of lines) expect(line.split(',').length).toBe(width)
  })

  it('prints Markdown with tables', () => {
    const { stdout } = capline(['analyze', ...LLAMA, '--markdown'])
    expect(stdout).toMatch(/^# .+ on .+RTX A6000/)
    expect(stdout).toContain('## Prefill')
    expect(stdout).toMatch(/\| :--- \|.*---: \|/)
  })

  it('shows the answer first on a terminal of 80 columns', () => {
    const { stdout } = spawnSync(process.execPath, [BIN, 'analyze', ...LLAMA], {
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '80', NO_COLOR: '1' },
    })
    const lines = stdout.split('\n')
    expect(lines[3]).toMatch(/^✔ Fits: /)
    for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(80)
  })

  it('writes one self-contained HTML file beside any other form', () => {
    const path = at('report.html')
    const { stdout } = capline(['analyze', ...LLAMA, '--json', '--html', path])
    expect(JSON.parse(stdout).schema).toMatch(/^capline/)
    const html = readFileSync(path, 'utf8')
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|\ssrc=/i)
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(5)
    expect(html.match(/role="img"/g)?.length).toBeGreaterThanOrEqual(5)
    for (const tag of ['svg', 'table', 'ul', 'li', 'figure', 'text', 'tbody', 'div']) {
      const opened = html.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length ?? 0
      expect(html.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0, tag).toBe(opened)
    }
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('escapes what comes from files', () => {
    const hostile = at('hostile-name.json')
    writeFileSync(hostile, JSON.stringify({ ...CONFIG }))
    const card = at('card.json')
    const name = '<script>alert(1)</script>\u001b[31m'
    writeFileSync(card, JSON.stringify({ name, memory: '48GiB', bandwidth: '864GB/s', matrix: { bf16: '181TFLOPS' } }))
    const { status, stdout } = capline(['analyze', hostile, '--on', card, '--html', at('hostile.html')])
    expect(status).toBe(0)
    expect(stdout).not.toContain('\u001b')
    expect(readFileSync(at('hostile.html'), 'utf8')).not.toContain('<script')
  })

  it('takes a config file, a folder, and stdin', () => {
    const byFile = JSON.parse(capline(['analyze', at('config.json'), '--on', 'h100-sxm', '--json']).stdout)
    const byFolder = JSON.parse(capline(['analyze', folder, '--on', 'h100-sxm', '--json']).stdout)
    const byStdin = JSON.parse(capline(['analyze', '-', '--on', 'h100-sxm', '--json'], JSON.stringify(CONFIG)).stdout)
    expect(byFolder.request).toEqual(byFile.request)
    expect(byStdin.request).toEqual(byFile.request)
  })
})

describe('fit, sweep and the catalogues', () => {
  it('answers the inverse questions exactly', () => {
    const fit = JSON.parse(capline(['fit', ...LLAMA, '--context', 'max', '--json']).stdout)
    const { maxContextTokens } = fit
    expect(fit.memory.fits).toBe(true)
    const at = (tokens: number) =>
      JSON.parse(capline(['fit', ...LLAMA, '--context', String(tokens), '--json']).stdout).fits
    expect([at(maxContextTokens), at(maxContextTokens + 1)]).toEqual([true, false])
    expect(fit.minAccelerators).toBe(1)
  })

  it('sweeps several parameters: one line per point', () => {
    const { stdout } = capline(['sweep', ...LLAMA, '--over', 'batch=1..16:log', '--over', 'prompt=1k,2k', '--csv'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBe(1 + 5 * 2)
    expect(lines[0]).toMatch(/^batch,prompt,/)
    expect(lines[2]).toMatch(/^1,2048,/)
  })

  it('lists models, accelerators and formats', () => {
    for (const list of ['models', 'accelerators', 'dtypes']) {
      expect(capline([list]).stdout).toContain('rows.')
      expect(JSON.parse(capline([list, '--json']).stdout)[list].length).toBeGreaterThan(0)
    }
    expect(capline(['accelerators', 'h100-sxm']).stdout).toContain('Sources')
    expect(capline(['models', 'llama-2-7b']).stdout).toContain('6.74 B')
  })

  it('is silent when the reader stops listening', () => {
    const command = `"${process.execPath}" "${BIN}" sweep llama-2-7b --on h100-sxm --over batch=1..20000 --csv | head -1`
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
    expect(stdout).toMatch(/^batch,/)
    expect(stderr).toBe('')
  })
})

const H100 = ['--on', 'h100-sxm']

describe('what users get wrong', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['an unknown model', ['analyze', 'llama-9-7b', ...H100], /MODEL: "llama-9-7b"/],
    [
      'an unknown accelerator',
      ['analyze', 'llama-2-7b', '--on', 'h1000'],
      /--on: "h1000" is not a known accelerator\. Did you mean/,
    ],
    ['no accelerator', ['analyze', 'llama-2-7b'], /--on: is missing/],
    ['no model', ['analyze'], /MODEL: is missing/],
    ['a negative number', ['analyze', ...LLAMA, '--batch', '-1'], /--batch: "-1"/],
    ['NaN', ['analyze', ...LLAMA, '--batch', 'NaN'], /--batch: "NaN"/],
    ['a number beyond reason', ['analyze', ...LLAMA, '--batch', '1e300'], /--batch: "1e300"/],
    ['half a sequence', ['analyze', ...LLAMA, '--batch', '1.5'], /--batch: "1.5"/],
    ['an unknown format', ['analyze', ...LLAMA, '--kv', 'foo'], /--kv: "foo" is not a known format/],
    [
      'an unknown option',
      ['analyze', ...LLAMA, '--bacth', '2'],
      /--bacth: is not a known option\. Did you mean --batch/,
    ],
    ['an unknown command', ['analyse', ...LLAMA], /analyse: is not a known command\. Did you mean analyze/],
    ['an option without its value', ['analyze', ...LLAMA, '--batch'], /--batch: has no value/],
    ['two forms at once', ['analyze', ...LLAMA, '--json', '--csv'], /--json --csv: these exclude each other/],
    ['a missing file', ['analyze', './no-such/config.json', ...H100], /no such file/],
    ['a folder without a config', ['analyze', at('bare'), ...H100], /has no config\.json/],
    ['broken JSON', ['analyze', at('broken.json'), ...H100], /broken\.json: is not JSON/],
    ['an empty file', ['analyze', at('empty.json'), ...H100], /empty\.json: is empty/],
    ['a hostile GGUF header', ['analyze', at('random.gguf'), ...H100], /random\.gguf/],
    ['an unwritable report', ['analyze', ...LLAMA, '--html', at('no/such/folder.html')], /--html .*cannot be written/],
    ['too many arguments', ['models', 'a', 'b'], /too many arguments/],
    ['a sweep of nothing', ['sweep', ...LLAMA], /--over: is missing/],
    ['a sweep that ends before it begins', ['sweep', ...LLAMA, '--over', 'batch=8..2'], /--over batch: /],
    ['heads that cannot be shared', ['fit', ...LLAMA, '--tp', '3'], /--tp: 3 accelerators cannot share the 32 heads/],
    [
      'layouts that contradict each other',
      ['analyze', ...LLAMA, '--tp', '2', '--count', '4'],
      /--count: 4 accelerators, but TP 2 makes 2/,
    ],
    ['experts of a dense model', ['analyze', ...LLAMA, '--ep', '2'], /--ep: .*no experts/],
  ])('%s: one line, exit code 2, nothing on stdout', (_, args, expected) => {
    const { status, stdout, stderr } = capline(args)
    expect(stderr).toMatch(/^capline: [^\n]+\n$/)
    expect(stderr).toMatch(expected)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect([status, stdout]).toEqual([2, ''])
  })

  it.each<[string, unknown]>([
    ['negative sizes', { ...CONFIG, hidden_size: -4096 }],
    ['absurd sizes', { ...CONFIG, num_hidden_layers: 1e300 }],
    ['text for numbers', { ...CONFIG, num_attention_heads: 'many' }],
    ['no numbers at all', { model_type: 'llama', hidden_size: null, num_hidden_layers: [] }],
    ['an unknown architecture', { model_type: 'not-a-model', architectures: ['NobodyForCausalLM'] }],
    ['a list', []],
    ['a number', 7],
    ['prototype keys', JSON.parse('{"__proto__": {"model_type": "llama"}, "constructor": 1}')],
    ['heads that do not divide', { ...CONFIG, num_key_value_heads: 3 }],
  ])('a config with %s is refused in one line', (_, config) => {
    const { status, stdout, stderr } = capline(['analyze', '-', ...H100], JSON.stringify(config))
    expect(stderr).toMatch(/^capline: stdin[^\n]+\n$/)
    expect([status, stdout]).toEqual([2, ''])
  })

  it('survives deep nesting', () => {
    const deep = `${'{"text_config":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    const { status, stderr, seconds } = capline(['analyze', '-', ...H100], deep)
    expect(stderr).toMatch(/^capline: [^\n]+\n$/)
    expect(status).toBe(2)
    expectPace('capline analyze of deep nesting', seconds * 1000, 2000)
  })
})
