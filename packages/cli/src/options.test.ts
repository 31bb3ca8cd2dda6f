/** An option that holds one value refuses a second, in every command; those that gather values take them. */
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { main } from './main.ts'
import { collecting } from './options.ts'
import { COMMANDS } from './program.ts'

async function run(...argv: string[]) {
  let [out, err] = ['', '']
  const terminal = {
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
    },
    width: 100,
    colour: false,
    progress: false,
  }
  const code = await main(argv, terminal)
  return { code, out, err }
}

describe('an option given twice', () => {
  const cases = COMMANDS.flatMap(({ name, arguments: own, options }) => {
    const made = options(new Command(name))
    return made.options
      .filter(({ required, optional }) => required || optional)
      .map((option) => ({ name, needsModel: own.startsWith('<'), flag: option.long ?? '', many: collecting(option) }))
  })

  it('is looked for in all of them', () => {
    expect(cases.length).toBeGreaterThan(80)
    expect(cases.filter(({ many }) => many).map(({ name, flag }) => `${name} ${flag}`)).toEqual([
      'sweep --over',
      'compare --with',
      'evidence --setting',
      'figures --set',
    ])
  })

  for (const { name, needsModel, flag, many } of cases) {
    if (many) continue
    it(`${name} ${flag}`, async () => {
      const { code, out, err } = await run(name, ...(needsModel ? ['llama-3.1-8b'] : []), flag, 'one', flag, 'two')
      expect(code).toBe(2)
      expect(out).toBe('')
      expect(err).toMatch(new RegExp(`^capline: ${flag}: is given twice, as "one" and as "two"\\. .+`))
      expect(err.trim().split('\n')).toHaveLength(1)
    })
  }

  it.each([
    [['evidence', 'eagle', '--setting', 'batch=1', '--setting', 'batch=2'], '--setting batch'],
    [['figures', 'viewer-8', '--set', 'length=1', '--set', 'length=2'], '--set length'],
    [['sweep', 'llama-3.1-8b', '--on', 'h100-sxm', '--over', 'batch=1', '--over', 'batch=2'], '--over batch'],
  ])('is refused by name where values are gathered: %j', async (argv, place) => {
    const { code, err } = await run(...argv)
    expect(code).toBe(2)
    expect(err).toContain(`capline: ${place}: is given twice`)
  })

  it('is one even where both are the same, and says how several techniques are one set', async () => {
    const { err } = await run('rank', 'llama-3.1-8b', '--with', 'w4', '--with', 'kv4')
    expect(err).toContain('--with w4,kv4')
    expect((await run('techniques', '--type', 'CP', '--type', 'CP')).code).toBe(2)
  })
})
