/** The command from arguments to text: the list, an answer, no evidence, and every mistake as one line and exit code 2. */
import { describe, expect, it } from 'vitest'
import { main } from '../main.ts'

async function run(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await main(['evidence', ...args], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    width: 160,
    colour: false,
    progress: false,
  })
  return { code, out: out.join(''), err: err.join('') }
}

describe('capline evidence', () => {
  it('lists the measured techniques', async () => {
    const { code, out } = await run()
    expect(code).toBe(0)
    expect(out).toMatch(/^minference +27 /m)
    expect(out).toContain('4811 records')
  })

  it('answers with effect, grade, source and where it turns', async () => {
    const { code, out } = await run('minference', '--benchmark', 'prefill')
    expect(code).toBe(0)
    expect(out).toMatch(/^prefill +TTFT +1\.34× .*\bA\b/m)
    expect(out.replace(/\s+/g, ' ')).toContain('worse at 49,152 tokens (7.8 s against 7.3 s), better at 65,536 tokens')
    expect(out).toContain('https://github.com/microsoft/MInference/blob/fb56c917f618e8645f1cfc37535afd7424d78f0d/')
  })

  it('says no evidence, and is no error', async () => {
    expect(await run('snapkv')).toMatchObject({ code: 0, err: '' })
    expect((await run('snapkv')).out).toContain('No evidence for SnapKV')
    expect((await run('kivi', '--model', 'qwen3-8b')).out).toContain('No evidence for KIVI on qwen3-8b.')
    expect((await run('awq', '--benchmark', 'foobench')).out).toContain('No record of any technique has that benchmark')
  })

  it('prints the same answer as JSON, with every record’s source', async () => {
    const { code, out } = await run('q4_k_m', '--model', 'llama-2-70b', '--json')
    expect(code).toBe(0)
    const answer = JSON.parse(out)
    expect(answer).toMatchObject({ schema: 'capline.evidence.answer/1', status: 'found', technique: { id: 'gguf' } })
    expect(answer.question.setting).toEqual({ format: 'q4_k_m' })
    for (const { source, grade } of answer.records)
      expect([source.url.startsWith('https://'), grade]).toEqual([true, 'A'])
  })

  it.each([
    [['minferense'], 'Did you mean minference?'],
    [['xyzzyplughxyzzy'], '`capline evidence` lists the techniques'],
    [['__proto__'], 'is no technique'],
    [['\u001b[31mred'], 'is no technique'],
    [['awq', '--context', 'long'], '--context'],
    [['awq', '--setting', 'kvBits'], 'NAME=VALUE'],
    [['awq', '--model', ' '], '--model: is empty'],
    [['--model', 'llama-2-7b'], 'narrows a question'],
    [['awq', 'gptq'], 'too many arguments'],
  ])('%j is one line and exit code 2', async (args, words) => {
    const { code, out, err } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(err.trimEnd().split('\n').length).toBe(1)
    expect(err).not.toContain('\u001b')
  })

  it('cannot be steered by what it quotes', async () => {
    const { out } = await run('awq', '--model', 'x\u001b[2J\u202ey')
    for (const character of ['\u001b', '\u202e']) expect(out).not.toContain(character)
  })
})
