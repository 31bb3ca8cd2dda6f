/**
 * Circles of value imports: modules that need one another before either has run, so that what a constant holds depends on
 * which of them was asked for first. Types are gone when the program runs: `import type`, and lists of `type` names alone,
 * make no circle.
 */
import { dirname, resolve } from 'node:path'

/** From `import` or `export` at the start of a line to its path, over several lines where a list of names takes them. */
const STATEMENT = /^(?:import|export)\s(?!type\s)((?:[\w*$\s,]|\{[^}]*\})*?)from '(\.[^'\n]+)'|^import '(\.[^'\n]+)'/gm

/** A list of nothing but types: `{ type A, type B }`. */
const ONLY_TYPES = /^\s*\{(?:\s*type\s[^,}]+,?)+\s*\}\s*$/

/** Modules a file imports values from, as absolute paths. */
export function valueImports(path: string, text: string): string[] {
  return [...text.matchAll(STATEMENT)]
    .filter(([, names = '']) => !ONLY_TYPES.test(names))
    .map(([, , from, alone]) => resolve(dirname(path), (from ?? alone) as string))
}

/** Each circle once, as the modules along it; none where every module can be run after those it imports. */
export function importCircles(modules: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (at: string) => {
    const open = path.indexOf(at)
    if (open >= 0) circles.push(path.slice(open))
    if (open >= 0 || done.has(at)) return
    path.push(at)
    for (const next of modules.get(at) ?? []) visit(next)
    path.pop()
    done.add(at)
  }
  for (const at of modules.keys()) visit(at)
  return circles
}
