/** What the command says of a basis without its tables and of a word left out. */
import { describe, expect, it } from 'vitest'
import { main } from './main.ts'

async function run(...argv: string[]) {
  let [out, err] = ['', '']
  const code = await main(argv, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    width: 120,
    colour: false,
    progress: false,
  })
  return { code, out, err }
}

const LLAMA = ['llama-3.1-8b', '--on', 'h100-sxm'] as const

describe('--basis measured', () => {
  it.each(['measured', 'measured:'])('%s says that it needs a folder', async (basis) => {
    const { code, out, err } = await run('analyze', ...LLAMA, '--basis', basis)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('measured:DIR')
    expect(err).toContain('--basis')
  })
  it('names it beside the others where another name is unknown', async () => {
    expect((await run('analyze', ...LLAMA, '--basis', 'guessed')).err).toContain('roofline, calibrated, measured:DIR')
  })
  it('says where own tables are taken, and where not', async () => {
    const { code, err } = await run('sweep', ...LLAMA, '--over', 'batch=1,2', '--basis', 'measured:tables')
    expect(code).toBe(2)
    expect(err).toMatch(/--basis: .*analyze/)
  })
})

describe('a word left out', () => {
  it('is asked for by what the command takes', async () => {
    expect((await run('validate')).err).toMatch(/^capline: WHAT: is missing\. Write kernels or serving/)
    expect((await run('analyze')).err).toContain('Give a model, such as llama-3.1-8b')
  })
})
