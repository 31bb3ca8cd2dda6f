/** What counts as an import of values, and which modules stand in a circle. */
import { describe, expect, it } from 'vitest'
import { importCircles, valueImports } from './importCircles.ts'

describe('value imports', () => {
  it('are those that are still there when the program runs', () => {
    const text = [
      "import type { A } from './a.ts'",
      "import { type B, type C } from './b.ts'",
      "import { type D, d } from './d.ts'",
      "import {\n  e,\n  type F,\n} from '../e.ts'",
      "export * from './g.ts'",
      "export type { H } from './h.ts'",
      "import * as i from './i.ts'",
      "import './j.ts'",
      "import fs from 'node:fs'",
      "export const text = `a from './k.ts'`",
    ].join('\n')
    expect(valueImports('/in/one.ts', text)).toEqual(['/in/d.ts', '/e.ts', '/in/g.ts', '/in/i.ts', '/in/j.ts'])
  })
})

describe('circles', () => {
  it('are found with the modules along them, and only they', () => {
    const modules = new Map([
      ['main', ['a', 'd']],
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ])
    expect(importCircles(modules)).toEqual([['a', 'b', 'c']])
    expect(importCircles(new Map([['main', ['main']]]))).toEqual([['main']])
  })

  it('are none where modules meet again without turning back', () => {
    expect(
      importCircles(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['d']],
          ['c', ['d']],
        ]),
      ),
    ).toEqual([])
  })
})
