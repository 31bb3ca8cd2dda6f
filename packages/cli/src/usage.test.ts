/** Mistakes in calling the command, and the examples of its help texts. */
import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { COMMANDS, makeProgram } from './program.ts'
import { usageProblem } from './usage.ts'

function mistake(args: readonly string[]) {
  try {
    makeProgram('0.0.0', () => {}).parse([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return usageProblem(error)
    throw error
  }
  return undefined
}

describe('usageProblem', () => {
  it.each([
    [['fit', 'm', '--uesrs', '3'], '--uesrs', 'Did you mean --users?'],
    [['sweap'], 'sweap', 'Did you mean sweep?'],
    [['analyze', 'm', '--batch'], '--batch', 'See `capline --help`'],
    [['help', 'nothing'], 'help', 'See `capline --help`'],
  ])('%j', (args, path, remedy) => {
    expect(mistake(args)).toMatchObject({ path, remedy })
  })

  it('lets every example of the help texts through', () => {
    for (const { examples } of COMMANDS) {
      for (const example of examples) {
        const args = example
          .replace(/ > .*$/, '')
          .split(' ')
          .slice(1)
        expect(mistake(args), example).toBeUndefined()
      }
    }
  })
})
