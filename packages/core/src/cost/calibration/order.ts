/**
 * The order in which samples are fitted: by device, engine, kernel, then the figures of the call, then its time. A fit looks
 * at evenly spaced rows and adds up residuals one after another, so the order of rows in the files, and of the files in the
 * folder, would show in the constants if they were taken as they come.
 */
import type { KernelSample } from './sample.ts'

function compare(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const x = String(a)
  const y = String(b)
  return x < y ? -1 : x > y ? 1 : 0
}

/** The same samples in the one order that depends on nothing but them. */
export function inOrder(samples: readonly KernelSample[]): KernelSample[] {
  const keyed = samples.map((sample) => {
    const { op, device, backend, kernel, query, seconds } = sample
    // The figures as the query lists them, whatever order an importer wrote them in: by name.
    const figures = Object.entries(query as object).sort(([a], [b]) => compare(a, b))
    return { sample, key: [op, device, backend, kernel, ...figures.map(([, value]) => value), seconds] }
  })
  keyed.sort((a, b) => {
    const length = Math.min(a.key.length, b.key.length)
    for (let i = 0; i < length; i++) {
      const order = compare(a.key[i], b.key[i])
      if (order !== 0) return order
    }
    return a.key.length - b.key.length
  })
  return keyed.map(({ sample }) => sample)
}
