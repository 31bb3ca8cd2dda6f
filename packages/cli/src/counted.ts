/** The tally of reasons under a table: what was left out, how often, and why. */

/** Reasons and their counts, most frequent first. */
export function counted(reasons: Iterable<string>): string[] {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${n} ${n === 1 ? 'row' : 'rows'}: ${reason}`)
}
