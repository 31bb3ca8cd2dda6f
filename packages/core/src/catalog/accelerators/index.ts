/**
 * The accelerator catalogue: every row by id, exact look-up by id or alias, and the nearest ids for an error
 * message. Names are compared without case, spaces, underscores and hyphens; nothing is matched by prefix, so a
 * name that is not in the catalogue is never silently taken for a similar part.
 */
import type { Accelerator } from './accelerator.ts'
import { AMD } from './amd.ts'
import { APPLE } from './apple.ts'
import { CPU } from './cpu.ts'
import { GOOGLE_TPU } from './google-tpu.ts'
import { INTEL_AWS_OTHERS } from './intel-aws-others.ts'
import { NVIDIA_ADA } from './nvidia-ada.ts'
import { NVIDIA_AMPERE } from './nvidia-ampere.ts'
import { NVIDIA_AMPERE_RTX } from './nvidia-ampere-rtx.ts'
import { NVIDIA_BLACKWELL } from './nvidia-blackwell.ts'
import { NVIDIA_HOPPER } from './nvidia-hopper.ts'
import { NVIDIA_VOLTA_TURING } from './nvidia-volta-turing.ts'
import { PIM } from './pim.ts'

export type { Accelerator, AcceleratorVendor, ComputeDtype, Link } from './accelerator.ts'
export { ACCELERATOR_SOURCES } from './sources.ts'
export { VIEWER_HARDWARE, type ViewerHardware, viewerHardwareFor } from './viewer-hardware.ts'

const ROWS: readonly Accelerator[] = [
  ...NVIDIA_VOLTA_TURING,
  ...NVIDIA_AMPERE,
  ...NVIDIA_AMPERE_RTX,
  ...NVIDIA_ADA,
  ...NVIDIA_HOPPER,
  ...NVIDIA_BLACKWELL,
  ...AMD,
  ...GOOGLE_TPU,
  ...INTEL_AWS_OTHERS,
  ...APPLE,
  ...CPU,
  ...PIM,
]

/** Every row by id, in catalogue order. No prototype, so a name such as `constructor` finds nothing. */
export const ACCELERATORS: Readonly<Record<string, Accelerator>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, Accelerator>,
    Object.fromEntries(ROWS.map((row) => [row.id, row])),
  ),
)

const LONGEST_NAME = 80

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

/** Folded id or alias to row. Ids go in last: an alias never shadows an id. */
const BY_FOLDED_NAME: ReadonlyMap<string, Accelerator> = new Map([
  ...ROWS.flatMap((row) => row.aliases.map((alias) => [fold(alias), row] as const)),
  ...ROWS.map((row) => [fold(row.id), row] as const),
])

/** The row of an id or alias, whatever its case, spaces, underscores or hyphens; undefined when there is none. */
export function findAccelerator(name: string): Accelerator | undefined {
  return name.length > LONGEST_NAME ? undefined : BY_FOLDED_NAME.get(fold(name))
}

/** Fewest insertions, deletions and substitutions that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? a.length
}

/** How far a known name is from what was typed; a name that contains it counts as one edit away. */
function remoteness(typed: string, known: string): number {
  if (known === typed) return 0
  return typed.length > 1 && known.includes(typed) ? 1 : editDistance(typed, known)
}

/** Up to `n` catalogue ids nearest to a name, nearest first; empty when nothing is close. */
export function suggestAccelerators(name: string, n = 3): string[] {
  const typed = fold(name.slice(0, LONGEST_NAME))
  if (typed === '') return []
  const limit = Math.max(2, Math.floor(typed.length / 3))
  const nearest = new Map<string, number>()
  for (const [known, row] of BY_FOLDED_NAME) {
    const distance = remoteness(typed, known)
    if (distance <= limit && distance < (nearest.get(row.id) ?? Infinity)) nearest.set(row.id, distance)
  }
  return [...nearest]
    .sort(([idA, a], [idB, b]) => a - b || (idA < idB ? -1 : 1))
    .slice(0, Math.max(0, n))
    .map(([id]) => id)
}
