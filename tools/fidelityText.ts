/**
 * How docs/fidelity.md says numbers: per cent, tables, a figure with its target and whether it is missed; in how many classes
 * the target for an unseen device holds, and where the plain roofline is nearer than we are.
 */
import type { FidelityRow } from './fidelityFile.ts'

export const pct = (x: number | null | undefined) =>
  x === null || x === undefined || Number.isNaN(x) ? '–' : x.toFixed(1)

export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const bar = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [head, bar, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** With its target, and whether it is missed. */
export const judged = (x: number | null | undefined, target: number | undefined) =>
  target === undefined || x === null || x === undefined || Number.isNaN(x)
    ? pct(x)
    : `${pct(x)} (${target})${x > target ? ' missed' : ''}`

/** Which classes reach their target only where a sibling was measured. */
export function reachText(rows: readonly FidelityRow[]): string {
  const aimed = rows.filter(({ by, targets }) => by === 'all' && targets)
  const missed = (of: (row: FidelityRow) => number | undefined) =>
    aimed.filter((row) => (of(row) ?? 0) > (row.targets?.[1] ?? Number.POSITIVE_INFINITY))
  const far = missed((row) => row.unseenArchitecturePct)
  const near = missed((row) => row.unseenDevicePct)
  const names = far.map(({ title }) => title).join('; ')
  return (
    `The target for an unseen device is reached in ${aimed.length - near.length} of ${aimed.length} classes where another ` +
    `device of its architecture was measured, and in ${aimed.length - far.length} where none was` +
    `${far.length > 0 ? ` (missed: ${names})` : ''}.`
  )
}

/** Parts of the page where calibration does not pay. */
export function nearerTable(rows: readonly (FidelityRow & { readonly name?: string })[]): string {
  const lines = rows
    .filter((row) => row.rooflinePct < row.oursPct)
    .map((row) => {
      const part = row.set === 'foreign' || row.by === 'all' ? '' : `${row.by} `
      const what = `${row.title}, ${part}${row.name ?? row.key}`
      return [what, String(row.n), pct(row.rooflinePct), pct(row.oursPct), row.ratio?.toFixed(2) ?? '–']
    })
  return table(['', 'rows', 'roofline', 'ours', 'predicted / measured'], lines)
}
