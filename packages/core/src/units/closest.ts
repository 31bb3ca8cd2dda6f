/** Suggestions for a misspelt name: the candidates with the fewest edits (Levenshtein), as long as they are few. */

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}

/** At most `most` candidates near `name`, nearest first; those that contain it count as near. */
export function closest(name: string, candidates: readonly string[], most: number): string[] {
  const wanted = name.toLowerCase().slice(0, 80)
  if (wanted === '') return []
  const limit = Math.max(wanted.length < 4 ? 1 : 2, Math.floor(wanted.length / 3))
  return candidates
    .map((id) => {
      const distance = edits(wanted, id.toLowerCase())
      const contains = wanted.length >= 3 && id.toLowerCase().includes(wanted)
      return { id, distance: contains ? Math.min(distance, 1) : distance }
    })
    .filter((candidate) => candidate.distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.id.localeCompare(b.id))
    .slice(0, most)
    .map((candidate) => candidate.id)
}
