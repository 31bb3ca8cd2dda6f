import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutsOf, findNearest, makeFound, NEIGHBOURS, type Tree } from './tree.ts'

/** Sizes of kernels are few and repeat: so do these. */
const coordinate = fc.integer({ min: 0, max: 12 }).map((x) => x / 2)
const point = fc.tuple(coordinate, coordinate, coordinate)

/** Points on lines that run along the first coordinate, in tree order. */
function treeOf(given: readonly (readonly number[])[]): Tree {
  const dims = 3
  const cuts = cutsOf(Float64Array.from(given.flat()), given.length, dims)
  const points = Array.from(cuts.order, (i) => given[i] ?? [])
  const names = points.map((p) => p.slice(1).join())
  const line = Int32Array.from(names, (name) => names.indexOf(name))
  return {
    dims,
    run: 0,
    count: points.length,
    at: Float64Array.from(points.flat()),
    line,
    site: line.map((one) => one % 3),
    cuts,
  }
}

/** By looking at every point: the nearest on either side of each line, sorted. */
function reference(tree: Tree, place: readonly number[], reach: number, leftPoint: number, leftSite: number) {
  const best = new Map<string, number>()
  for (let i = 0; i < tree.count; i++) {
    if (i === leftPoint || tree.site[i] === leftSite) continue
    const at = [...tree.at.subarray(i * 3, i * 3 + 3)]
    const squared = at.reduce((sum, x, d) => sum + (x - (place[d] ?? 0)) ** 2, 0)
    if (squared >= reach * reach) continue
    const key = `${tree.line[i]}${(at[0] ?? 0) < (place[0] ?? 0)}`
    best.set(key, Math.min(squared, best.get(key) ?? Number.POSITIVE_INFINITY))
  }
  return [...best.values()].sort((a, b) => a - b).slice(0, NEIGHBOURS)
}

describe('nearest points', () => {
  test('the tree is a permutation cut between different values', () => {
    fc.assert(
      fc.property(fc.uniqueArray(point, { minLength: 1, maxLength: 200, selector: String }), (points) => {
        const { order, axis, below, above } = treeOf(points).cuts
        expect([...order].sort((a, b) => a - b)).toEqual(points.map((_, i) => i))
        axis.forEach((d, node) => {
          if (d >= 0) expect(below[node]).toBeLessThan(above[node] as number)
        })
      }),
    )
  })
  test('as found by looking at all of them: the nearest exactly, the others within the factor a box must be worth', () => {
    const place = fc.tuple(fc.double({ min: -1, max: 7, noNaN: true }), coordinate, coordinate)
    fc.assert(
      fc.property(
        fc.uniqueArray(point, { minLength: 1, maxLength: 300, selector: String }),
        place,
        fc.constantFrom(1, 2, 9),
        fc.integer({ min: -1, max: 20 }),
        fc.integer({ min: -1, max: 2 }),
        (points, at, reach, leftPoint, leftSite) => {
          const tree = treeOf(points)
          const found = makeFound()
          findNearest(tree, Float64Array.from(at), reach, found, leftPoint, leftSite)
          const expected = reference(tree, at, reach, leftPoint, leftSite)
          // A box is skipped when it could not halve the worst distance, so a short list is always complete.
          if (expected.length < NEIGHBOURS && reach === 9) expect(found.count).toBeLessThanOrEqual(expected.length)
          for (let i = 0; i < found.count; i++) {
            expect(found.squared[i]).toBeLessThan(reach * reach)
            expect(found.squared[i]).toBeGreaterThanOrEqual((expected[i] ?? 0) - 1e-12)
            expect(found.point[i]).not.toBe(leftPoint)
            expect(tree.site[found.point[i] as number]).not.toBe(leftSite)
            if (i > 0) expect(found.squared[i]).toBeGreaterThanOrEqual(found.squared[i - 1] as number)
          }
          const [nearest] = expected
          if (nearest !== undefined && nearest * 2 < reach * reach) {
            expect(found.squared[0]).toBeLessThanOrEqual(2 * nearest + 1e-12)
          }
        },
      ),
    )
  })
})
