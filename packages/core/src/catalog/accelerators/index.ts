/**
 * The accelerator catalogue: every row by id, exact look-up by id or alias, and the nearest ids for an error
 * message. Names are compared without case, spaces, underscores and hyphens; nothing is matched by prefix, so a
 * name that is not in the catalogue is never silently taken for a similar part.
 */
import { closest } from '../../units/closest.ts'
import { foldName } from '../../units/text.ts'
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

/** Folded id or alias to row. Ids go in last: an alias never shadows an id. */
const BY_FOLDED_NAME: ReadonlyMap<string, Accelerator> = new Map([
  ...ROWS.flatMap((row) => row.aliases.map((alias) => [foldName(alias), row] as const)),
  ...ROWS.map((row) => [foldName(row.id), row] as const),
])

/** The row of an id or alias, whatever its case, spaces, underscores or hyphens; undefined when there is none. */
export function findAccelerator(name: string): Accelerator | undefined {
  return name.length > LONGEST_NAME ? undefined : BY_FOLDED_NAME.get(foldName(name))
}

/** Up to `n` catalogue ids nearest to a name (or one of their aliases), nearest first; empty when nothing is close. */
export function suggestAccelerators(name: string, n = 3): string[] {
  const near = closest(foldName(name.slice(0, LONGEST_NAME)), [...BY_FOLDED_NAME.keys()], 4 * n)
  const ids = near.map((known) => (BY_FOLDED_NAME.get(known) as Accelerator).id)
  return [...new Set(ids)].slice(0, Math.max(0, n))
}
