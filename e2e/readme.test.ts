/** What the README shows is what the command line prints, and every command it names runs. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

function capline(line: string) {
  const done = spawnSync(process.execPath, ['packages/cli/bin/capline.js', ...line.split(' ')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '110', NO_COLOR: '1' },
  })
  return { status: done.status, out: done.stdout, err: done.stderr }
}

const blocks = [...README.matchAll(/```\n([\s\S]*?)```/g)].map((match) => match[1] as string)

describe('README', () => {
  it('shows real output', () => {
    const shown = blocks.find((block) => block.startsWith('$ npx capline '))
    if (!shown) throw new Error('the README shows no output')
    const [command = '', ...lines] = shown.trimEnd().split('\n')
    const { out } = capline(command.replace('$ npx capline ', ''))
    expect(out).toContain(lines.join('\n').trim())
    const table = blocks[blocks.indexOf(shown) + 1]?.trimEnd() ?? ''
    expect(table.length).toBeGreaterThan(500)
    // Blank lines are left out of the table.
    expect(out.replace(/\n+/g, '\n')).toContain(table)
  })

  it('names commands that run', () => {
    const commands = [...README.matchAll(/`capline ([^`]+)`/g)].map((match) => match[1] as string)
    // Needs files of the reader's own, serves until stopped, or names a command without a question.
    const own = /path\/to|my-card|^analyze$|^calibrate$|--data DIR|^view /
    const tried = commands.filter((command) => !own.test(command))
    expect(tried.length).toBeGreaterThan(5)
    for (const command of tried) {
      const { status, err } = capline(command)
      expect(err, command).toBe('')
      expect(status, command).toBe(0)
    }
  })
})
