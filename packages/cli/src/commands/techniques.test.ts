/** The command from arguments to text: list, filters, pages, JSON, and every mistake as one line and exit code 2. */
import { TECHNIQUE_ROWS } from '@capline/core'
import { describe, expect, it } from 'vitest'
import { main } from '../main.ts'

async function run(width: number, ...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await main(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    width,
    colour: false,
    progress: false,
  })
  return { code, out: out.join(''), err: err.join('') }
}

describe('capline techniques', () => {
  it('lists all of them by family, in any width', async () => {
    for (const width of [60, 100, 160]) {
      const { code, out } = await run(width, 'techniques')
      expect(code).toBe(0)
      const lines = out.split('\n')
      for (const { id } of TECHNIQUE_ROWS) expect(out, id).toContain(`\n${id} `)
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width)
      expect(out.replace(/\s+/g, ' ')).toContain('353 techniques.')
    }
    expect((await run(100, 'techniques')).out).toMatch(/^streamingllm +P and CP +KVB POS +118$/m)
  })

  it.each([
    [['--type', 'cp'], 16, 'streamingllm'],
    [['--type', 'AP'], 1, 'ap-type-gap'],
    [['--layer', 'hardware'], 30, 'upmem-pim-dimm'],
    [['--family', 'kv-eviction'], 9, 'h2o'],
    [['--family', 'KV eviction', '--type', 'CP'], 1, 'streamingllm'],
  ])('%j narrows to %i with %s', async (args, count, id) => {
    const { code, out } = await run(100, 'techniques', ...args, '--json')
    expect(code).toBe(0)
    const { schema, techniques } = JSON.parse(out) as { schema: string; techniques: { id: string }[] }
    expect(schema).toBe('capline.techniques/1')
    expect(techniques.length).toBe(count)
    expect(techniques.map((one) => one.id)).toContain(id)
  })

  it('says when nothing is left', async () => {
    const { code, out } = await run(100, 'techniques', '--family', 'moe', '--layer', 'agent')
    expect([code, out.startsWith('0 techniques.')]).toEqual([0, true])
  })

  it('says what it meets in others, and what averages of accuracy hide', async () => {
    const { out } = await run(100, 'techniques', 'h2o')
    const text = out.replace(/\s+/g, ' ')
    expect(text).toContain('not KVB with KVB (dynamic-memory-compression, lm-infinite and 9 more): both set which keys')
    expect(text).toMatch(/order matters, KVB with POS \([^)]+\): keys cached .*?; KVB is applied after/)
    expect(text).toContain('short cuts (KVB of h2o)')
    const { compatibility, cautions } = JSON.parse((await run(100, 'techniques', 'h2o', '--json')).out)
    expect(compatibility[0]).toMatchObject({ primitive: 'KVB', other: 'KVB', kind: 'conflicting' })
    expect(compatibility[0].techniques).toContain('streamingllm')
    expect(cautions.map(({ id }: { id: string }) => id)).toEqual(['refusals', 'short cuts'])
  })

  it('shows a page: what it does, parameters and which are assumed, claims computed, evidence, sources', async () => {
    const { out } = await run(160, 'techniques', 'deja-vu')
    expect(out).toMatch(/^deja-vu · Contextual sparsity$/m)
    expect(out).toMatch(/^ {2}density +0\.2(?! +assumed)/m)
    expect(out).toMatch(/^ {2}predictorRank +1000 {2}assumed/m)
    expect(out).toMatch(/Computed: 2\.\d+ ×, as stated; OPT-13B/)
    expect(out).toContain('No evidence: no published measurement of Deja Vu was found')
    expect(out).toContain('Liu et al. 2023 #141')
  })

  it('says which parameters only describe', async () => {
    const { out } = await run(160, 'techniques', 'memgpt')
    expect(out).toMatch(/^ {2}write +on-evict +(describes|assumed), not priced/m)
    // How a split sequence is exchanged has a price in every way the layout knows.
    for (const priced of ['ring-attention', 'deepspeed-ulysses']) {
      expect((await run(160, 'techniques', priced)).out, priced).not.toMatch(/^ {2}(axis|pattern) .*not priced/m)
    }
  })

  it('flags what a document misprints and what our model does not bear out', async () => {
    expect((await run(100, 'techniques', 'qft')).out).toContain('3.1.3 prints “DFT”: QFT')
    const { out } = await run(160, 'techniques', 'hbm-pim')
    expect(out).toContain('Computed: 0.6 OPs/byte, not as stated')
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /Why: its 1\.2 TFLOPS behind 2 TB\/s are balanced at 0\.6 operations per byte/,
    )
  })

  it('links a named model to its row, and computes what is claimed of it', async () => {
    const { out } = await run(160, 'techniques', 'glam')
    expect(out).toMatch(/models: glam-64b-64e/)
    expect(out).toMatch(/Computed: 0\.5445 ×, as stated; operations to read 512 tokens/)
    expect((await run(160, 'techniques', 'gemini')).out).toMatch(
      /Not in the catalogue of models: its sizes are not published/,
    )
  })

  it('names the families that a word stands in', async () => {
    const { code, err } = await run(100, 'techniques', '--family', 'quantization')
    expect(code).toBe(2)
    expect(err).toMatch(/Did you mean quantization-kv, quantization-ptq, quantization-qat, quantization-peft\?/)
    expect((await run(100, 'techniques', '--family', 'zzzz')).err).toMatch(/One of: model-memory/)
  })

  it('has a page for every technique that keeps within 60 columns', async () => {
    for (const { id } of TECHNIQUE_ROWS.filter((_, i) => i % 16 === 0)) {
      const { code, out, err } = await run(60, 'techniques', id)
      expect([code, err], id).toEqual([0, ''])
      expect(out, id).not.toMatch(/undefined|NaN|\[object/)
      for (const line of out.split('\n')) expect(line.length, `${id}: ${line}`).toBeLessThanOrEqual(60)
    }
  })

  it('prints the page as JSON', async () => {
    const { out } = await run(100, 'techniques', 'kivi', '--json')
    const page = JSON.parse(out)
    expect(page).toMatchObject({
      schema: 'capline.technique/1',
      id: 'kivi',
      types: [{ type: 'CP', inferred: true }],
      claims: [{ stated: 2, decidedBy: 'setting', input: 2, computed: null, within: null }],
      evidence: [{ id: 'kivi', records: 64 }],
    })
    expect(page.primitives[0].parameters[0]).toMatchObject({ name: 'bits', value: 2, assumed: false })
  })

  it.each([
    [['h20'], 'Did you mean h2o'],
    [['xyzzyplughxyzzy'], '`capline techniques` lists them'],
    [['__proto__'], 'is no technique'],
    [['\u001b[31mred'], 'is no technique'],
    [['--type', 'PC'], 'One of: C, A, P, CP, CA, AP, CAP, none'],
    [['--family', 'moo'], '--family: "moo" is none'],
    [['--layer', ''], '--layer: "" is none'],
    [['h2o', '--type', 'P'], 'narrows the list'],
    [['h2o', 'kivi'], 'too many arguments'],
  ])('%j is one line and exit code 2', async (args, words) => {
    const { code, out, err } = await run(100, 'techniques', ...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(err.trimEnd().split('\n').length).toBe(1)
    expect(err).not.toContain('\u001b')
  })
})

describe('capline evidence, for techniques of the catalogue', () => {
  it('knows them all: measured ones by their other name, the rest without evidence', async () => {
    expect((await run(100, 'evidence', 'llma')).out).toContain('34 records for Prompt lookup')
    for (const [id, name] of [
      ['deebert', 'DeeBERT'],
      ['groq-lpu', 'Groq LPU / TSP'],
      ['retro', 'RETRO'],
    ] as const) {
      const { code, out } = await run(100, 'evidence', id)
      expect([code, out.split('\n')[0]]).toEqual([0, `No evidence for ${name}: no published measurement was found.`])
    }
    const { out } = await run(100, 'evidence', 'deebert', '--json')
    expect(JSON.parse(out)).toMatchObject({ status: 'none', technique: { id: 'deebert' }, rows: [], records: [] })
  })
})
