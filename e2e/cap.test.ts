/** `capline compare`, `rank` and `audit` as people run them: what they say, how fast, on narrow terminals, and what goes wrong. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { expectPace } from './pace.ts'

const BIN = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))
const LLAMA = ['llama-3.1-8b', '--on', 'h100-sxm'] as const

function run(args: readonly string[], columns = '100') {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: columns },
  })
  return { status, stdout, stderr, seconds: (performance.now() - began) / 1000 }
}

const fits = (text: string, columns: number) => {
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns)
}

describe('compare', () => {
  const asked = ['compare', ...LLAMA, '--prompt', '64k', '--batch', '4', '--with', 'h2o:budget=0.2', '--with', 'w4,kv4']

  it('puts baseline and sets side by side, with why, evidence and levels', () => {
    const { status, stdout } = run([...asked, '--keep-accuracy', '0.99', '--max-tpot', '20ms'])
    expect(status).toBe(0)
    fits(stdout, 100)
    expect(stdout).toMatch(
      /Time per output token +1[45][.\d]* ms +[\d.]+ ms \([\d.]+× better\) +[\d.]+ ms \([\d.]+× better\)/,
    )
    expect(stdout).toContain('cache read a step')
    expect(stdout).toContain('RULER')
    expect(stdout).toContain('no evidence')
    expect(stdout).toMatch(/✔ TPOT within 20 ms/)
  })

  it('is JSON of a documented shape', () => {
    const { stdout } = run([...asked, '--json'])
    const { schema, baseline, sets } = JSON.parse(stdout) as {
      schema: string
      baseline: { context: { tokens: number } }
      sets: { with: string; verdict: { movements: Record<string, string> }; accuracy: { basis: string } }[]
    }
    expect(schema).toBe('capline.compare/1')
    expect(baseline.context.tokens).toBe(32768)
    expect(sets.map((set) => set.with)).toEqual(['h2o:budget=0.2', 'w4,kv4'])
    expect(sets[0]?.verdict.movements).toEqual({ C: 'keeps', A: 'unknown', P: 'improves' })
  })

  it('of priced kernels names the basis and gives intervals', () => {
    const priced = ['compare', ...LLAMA, '--prompt', '4k', '--basis', 'calibrated', '--with', 'w4']
    const { stdout } = run(priced)
    expect(stdout).toMatch(/Calibrated basis[^:]*80 %\s+interval/)
    expect(stdout).toMatch(/80 % interval +\S+ to \S+ ms +\S+ to \S+ ms/)
    expect(run(asked).stdout).not.toContain('interval')
    fits(stdout, 100)
    const { baseline } = JSON.parse(run([...priced, '--json']).stdout) as {
      baseline: { performance: { ttftS: number; intervals: { ttftS: { low: number; high: number } } } }
    }
    expect(baseline.performance.intervals.ttftS.low).toBeLessThan(baseline.performance.ttftS)
  })

  it('has no factors against a baseline that does not fit', () => {
    const { stdout } = run(['compare', ...LLAMA, '--prompt', '64k', '--batch', '8', '--with', 'w4,kv4'])
    expect(stdout).toContain('The baseline does not fit in memory')
    expect(stdout).toMatch(/Time per output token +[\d.]+ ms +[\d.]+ ms$/m)
    expect(stdout).toMatch(/Memory of one +[\d.]+ GiB ✘ +[\d.]+ GiB \([\d.]+× better\)/)
  })

  it('says that a request is longer than the model was made for', () => {
    const long = ['llama-2-7b', '--on', 'h100-sxm', '--prompt', '32k']
    const past = /request of 32,896 tokens is longer than the 4,096/
    const { stdout } = run(['compare', ...long, '--with', 'yarn', '--with', 'w4'], '140')
    expect(stdout).toMatch(past)
    expect(stdout).toMatch(/Context, tokens +4,096 ✘ +65,536 \(16× better\) +4,096 ✘/)
    expect(run(['rank', ...long, '--for', 'cost', '--top', '1'], '140').stdout).toMatch(past)
  })

  it('stays readable on 60 columns', () => {
    const { status, stdout } = run(asked, '60')
    expect(status).toBe(0)
    fits(stdout, 60)
  })
})

describe('rank', () => {
  it('answers over the whole catalogue at once', () => {
    const { status, stdout, seconds } = run([
      'rank',
      ...LLAMA,
      '--batch',
      '16',
      '--prompt',
      '8k',
      '--for',
      'tpot',
      '--top',
      '5',
    ])
    expect(status).toBe(0)
    fits(stdout, 100)
    expect(stdout).toMatch(/^1 +\S.* [\d.]+ ms +[\d.]+× better/m)
    expect(stdout).toContain('Why, and what it needs')
    expect(stdout).toContain('12 only say what to measure')
    // 0.7 s for the ranking and 0.4 s to start, on two free cores.
    expectPace('capline rank', seconds * 1000, 1500)
  })

  it('keeps to a level of accuracy, and says what it left out', () => {
    const { stdout } = run(['rank', ...LLAMA, '--for', 'cost', '--keep-accuracy', '99%', '--top', '3', '--json'])
    const { ranking, left, full } = JSON.parse(stdout) as {
      ranking: { members: { id: string }[]; factor: number }[]
      left: { why: string }[]
      full: { accuracy: { basis: string; lowestRetained: number } }[]
    }
    for (const { accuracy } of full) expect(accuracy.lowestRetained).toBeGreaterThanOrEqual(0.99)
    expect(ranking.some(({ members }) => members[0]?.id === 'h2o')).toBe(false)
    expect(left.some(({ why }) => why === 'unproven')).toBe(true)
  })

  it('holds a level by evidence of the dose asked for and of the model alone', () => {
    const asked = ['rank', ...LLAMA, '--batch', '16', '--prompt', '16k', '--for', 'cost', '--keep-accuracy', '0.99']
    const { ranking, left } = JSON.parse(run([...asked, '--json']).stdout) as {
      ranking: { members: { id: string }[] }[]
      left: { id: string; words?: string }[]
    }
    const ids = ranking.map(({ members }) => members[0]?.id)
    for (const id of ['llmlingua2', 'memgpt', 'clex']) expect(ids).not.toContain(id)
    expect(left.find(({ id }) => id === 'llmlingua2')?.words).toMatch(/nearest evidence: another model/)
    const shown = run(['rank', ...LLAMA, '--prompt', '16k', '--for', 'ttft', '--top', '60', '--unproven'], '200').stdout
    expect(shown).toMatch(/nearest: another model, [\d.]+–[\d.]+ %/)
  })

  it('by context names what takes more, with what is on already', () => {
    const { stdout } = run(['rank', ...LLAMA, '--for', 'context', '--with', 'fp8', '--type', 'CP', '--top', '3'])
    expect(stdout).toContain('with fp8')
    expect(stdout).toMatch(/× better/)
  })

  it('fits 60 columns', () => {
    fits(run(['rank', ...LLAMA, '--for', 'ttft', '--top', '4'], '60').stdout, 60)
  })

  it('prices all pairs that go together, on all cores', () => {
    const small = ['rank', ...LLAMA, '--for', 'throughput', '--pairs', '--include', 'switch', '--top', '3', '--json']
    const { status, stdout, seconds } = run(small)
    expect(status).toBe(0)
    const { ranking, counts, pairs } = JSON.parse(stdout) as {
      ranking: { members: { id: string }[] }[]
      counts: Record<string, number>
      pairs: boolean
    }
    expect(pairs).toBe(true)
    expect(counts.twice).toBeGreaterThan(0)
    for (const { members } of ranking) expect(members).toHaveLength(2)
    expectPace('capline rank --pairs', seconds * 1000, 15_000)
  })
})

describe('audit', () => {
  it('sets what moves against what is printed, AP in sight', () => {
    const { status, stdout } = run(['audit', ...LLAMA, '--batch', '4', '--prompt', '64k'])
    expect(status).toBe(0)
    fits(stdout, 100)
    expect(stdout).toMatch(/^ {2}AP +/m)
    expect(stdout).toContain('exception that reaches CP')
    expect(stdout).toContain('MInference')
    expect(stdout).toContain('Agent memory over model memory')
  })

  it('is JSON, and fits 60 columns with every row', () => {
    const { rows, cells } = JSON.parse(run(['audit', ...LLAMA, '--family', 'kv-eviction', '--json']).stdout) as {
      rows: { id: string }[]
      cells: Record<string, string[]>
    }
    expect(rows.map(({ id }) => id)).toContain('streamingllm')
    expect(cells.AP).toEqual([])
    fits(run(['audit', ...LLAMA, '--family', 'kv-eviction', '--all'], '60').stdout, 60)
  })
})

describe('analyze --with and figure 1', () => {
  it('show operators and triangle of the techniques', () => {
    const { stdout, stderr } = run(['analyze', ...LLAMA, '--prompt', '8k', '--with', 'speculative-decoding,w4'])
    expect(stdout).toContain('int4g128')
    expect(stderr).toContain('Not in these operators: a pass yields')
    const figure = run(['figures', 'cap-1', '--model', 'llama-3.1-8b', '--on', 'h100-sxm', '--json'])
    const { rows } = JSON.parse(figure.stdout) as { rows: { label: string; type: string }[] }
    expect(rows.find(({ label }) => label === 'streamingllm')?.type).toBe('CP')
  })
})

describe('what goes wrong', () => {
  const cases: readonly (readonly [args: readonly string[], words: RegExp])[] = [
    [['compare', ...LLAMA], /--with: is missing/],
    [['compare', ...LLAMA, '--with', 'h2oo'], /"h2oo" is no technique.*Did you mean h2o/],
    [['compare', ...LLAMA, '--with', 'h2o:budget=2'], /--with h2o budget: 2 is more than 1/],
    [['compare', ...LLAMA, '--with', 'kv4,none'], /--with: none is the baseline and stands alone/],
    [['compare', ...LLAMA, '--with', 'wanda:structure=2/4'], /Did you mean 2:4\?/],
    [['compare', ...LLAMA, '--with', 'w4', '--max-tpot', '20'], /--max-tpot: "20" has no unit. Write 20ms or 20s/],
    [['rank', ...LLAMA, '--for', 'tpot', '--for', 'ttft'], /--for: is given twice, as "tpot" and as "ttft"/],
    [['compare', ...LLAMA, '--with', 'awq,gptq'], /awq with gptq: both set the format of the weights/],
    [
      ['compare', ...LLAMA, '--with', 'memorizing-transformer,longformer'],
      /memorizing-transformer with longformer:.*Choose one/,
    ],
    [['compare', ...LLAMA, '--with', 'w4', '--keep-accuracy', '1.5'], /--keep-accuracy: 1.5 is more than all/],
    [['compare', ...LLAMA, '--with', 'w4', '--max-ttft', 'soon'], /--max-ttft: "soon"/],
    [['rank', ...LLAMA], /--for: is missing/],
    [['rank', 'bert-base', '--on', 'h100-sxm', '--for', 'tpot'], /--for tpot: BERT base has no time per output token/],
    [['rank', ...LLAMA, '--for', 'tpt'], /--for: "tpt" is no goal. Did you mean/],
    [['rank', ...LLAMA, '--for', 'tpot', '--include', 'x'], /--include/],
    [['rank', ...LLAMA, '--for', 'tpot', '--top', '0'], /--top: 0 is less than 1/],
    [['audit', ...LLAMA, '--type', 'X'], /--type/],
    [['audit', ...LLAMA, '--family', 'x'], /--family/],
    [['analyze', ...LLAMA, '--with', 'nothing-here'], /--with: "nothing-here"/],
  ]
  for (const [args, words] of cases) {
    it(args.slice(3).join(' ') || String(args[0]), () => {
      const { status, stdout, stderr } = run(args)
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(words)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    })
  }
})
