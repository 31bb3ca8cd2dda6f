/**
 * Memory behind the accelerator's own: what may lie there and how fast it comes. Bytes per second one way, bytes.
 *
 * The way to the host is the accelerator's own link where the catalogue has it. The host is one server socket of the
 * catalogue; capacities are those of the machine FlexGen is measured on (one T4, 208 GB DRAM, 1.5 TB SSD: README of
 * FMInference/FlexLLMGen). Disk bandwidth is general knowledge (one NVMe drive): `assumed`, and every figure can be given.
 */
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { roofsOf, vectorPeak } from '../cost/peaks.ts'
import type { Placed, TierFigures } from './plan.ts'

export interface Tiers {
  readonly hostLinkBytePerS: number
  readonly hostMemoryBytePerS: number
  readonly hostFlopPerS: number
  readonly hostBytes: number
  readonly diskBytePerS: number
  readonly diskBytes: number
  readonly remoteBytePerS: number
  /** What processors inside the memory read at; unknown, they are as fast as the accelerator's own reads. */
  readonly inMemoryBytePerS: number
  /** Which of them nobody sourced for this machine. */
  readonly assumed: readonly string[]
}

/** The host that stands for any: figures and sources in the catalogue of accelerators. */
const HOST_ID = 'epyc-genoa'

const ASSUMED = {
  /** PCIe 4.0 x16 counted at 2 GB/s per lane, for accelerators whose link the catalogue does not know. */
  hostLinkBytePerS: 32e9,
  /** One NVMe drive on PCIe 4.0, sequential reads. */
  diskBytePerS: 3.5e9,
  /** 200 Gbit/s, for accelerators whose link to siblings the catalogue does not know. */
  remoteBytePerS: 25e9,
} as const

const FLEXGEN = { hostBytes: 208e9, diskBytes: 1.5e12 } as const

const known = new WeakMap<Accelerator, Tiers>()

function defaultsFor(accelerator: Accelerator): Tiers {
  const host = findAccelerator(HOST_ID)
  const roofs = host ? roofsOf(host) : undefined
  const hostFlopPerS = roofs ? vectorPeak(roofs) : undefined
  if (!roofs || hostFlopPerS === undefined) throw new Error(`the catalogue has no host ${HOST_ID}`)
  const link = accelerator.hostLink?.bandwidthBytePerS.value
  const siblings = accelerator.scaleUpLink?.bandwidthBytePerS.value
  return {
    ...FLEXGEN,
    hostLinkBytePerS: link ?? ASSUMED.hostLinkBytePerS,
    hostMemoryBytePerS: roofs.bandwidthBytePerS,
    hostFlopPerS,
    diskBytePerS: ASSUMED.diskBytePerS,
    remoteBytePerS: siblings ?? ASSUMED.remoteBytePerS,
    inMemoryBytePerS: accelerator.memoryBandwidthBytePerS?.value ?? roofs.bandwidthBytePerS,
    assumed: [
      'disk bandwidth',
      ...(link === undefined ? ['link to the host'] : []),
      ...(siblings === undefined ? ['link to other machines'] : []),
    ],
  }
}

/** Tiers behind an accelerator, with what a technique or user says of them. */
export function tiersOf(accelerator: Accelerator, own: readonly (TierFigures | undefined)[] = []): Tiers {
  let tiers = known.get(accelerator)
  if (!tiers) {
    tiers = defaultsFor(accelerator)
    known.set(accelerator, tiers)
  }
  return own.some((figures) => figures !== undefined) ? Object.assign({}, tiers, ...own) : tiers
}

/** What the placements of a plan say of the tiers, together. */
export function tiersFor(accelerator: Accelerator, placed: readonly Placed[]): Tiers {
  return tiersOf(
    accelerator,
    placed.map((one) => one.tiers),
  )
}
