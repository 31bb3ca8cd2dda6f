/**
 * A collective inside one fast domain. Where kernels were measured (NVLink behind a switch, and boards measured on PCIe)
 * the calibrated models of `kernels/collective.ts` price it; elsewhere the constants of the class of link do. An
 * all-reduce is the quicker of the engine's own kernel and the library's: the tables measured the engines' dispatch as it
 * is, its fall-back to the library for large messages included.
 */
import type { DeviceModel } from '../kernels/device.ts'
import { kernelCell, kernelTime } from '../kernels/device.ts'
import type { CollectiveOp, CollectiveQuery } from '../kernels/query.ts'
import { type FabricOp, oneShotVolume, portVolume, rounds } from './algorithms.ts'
import type { FabricLink } from './fabric.ts'
import { LINK_CONSTANTS, type LinkConstants, PAIR_CONSTANTS } from './linkClasses.ts'

/** What a price comes with. */
export interface Origin {
  readonly algorithm: string
  /** Measured over predicted. */
  readonly spread: readonly [number, number]
  readonly basis: 'calibrated' | 'assumed'
  /** Constants of another device or of a class of links. */
  readonly borrowed: boolean
  readonly extrapolated: boolean
  readonly from: string
}

export interface Priced {
  readonly seconds: (bytes: number) => number
  /** The library's shortest call of this kind, s. */
  readonly startS: number
  readonly origin: (bytes: number) => Origin
}

/** Kernels were measured on up to eight GPUs. */
const MEASURED_RANKS = 8
/** Beyond them: figures spread further. */
const WIDER = 1.25

const KIB = 1024
const MIB = 1024 * KIB

/** Engines' own all-reduce: kernels for these many ranks of one domain, below a size (vLLM, SGLang; sources.ts). */
const OWN_KERNEL: Readonly<Record<string, { readonly belowBytes: number; readonly belowBytesRocm: number }>> = {
  vllm: { belowBytes: 8 * MIB, belowBytesRocm: 8 * MIB },
  sglang: { belowBytes: 8 * MIB, belowBytesRocm: 16 * MIB },
}
/** The limit both engines share on NVIDIA hardware. */
const LIMIT_BYTES = 8 * MIB
const OWN_KERNEL_RANKS: readonly number[] = [2, 4, 6, 8]
/** Eight MI355X (vLLM pull request 39080): 6.3 µs at 24 KiB, 24.2 at 1.5 MiB. */
const OWN_KERNEL_CALL_S = 4e-6
const OWN_KERNEL_HOP_S = 1e-6

/** One direction that `ranks` of the domain can use of a port: a mesh has one link to each sibling, a torus to neighbours. */
export function usableBytePerS(link: FabricLink, ranks: number): number {
  if (link.topology === 'mesh') return (link.bandwidthBytePerS * (ranks - 1)) / (link.joins - 1)
  if (link.topology === 'torus') {
    return link.bandwidthBytePerS * Math.min(1, Math.max(1, Math.log2(ranks)) / (link.ports ?? 1))
  }
  return link.bandwidthBytePerS
}

function pair(link: FabricLink): Priced {
  const { share, spread } = PAIR_CONSTANTS[link.kind]
  const bytePerS = share * usableBytePerS(link, 2)
  const { assumed } = LINK_CONSTANTS[link.kind]
  const origin: Origin = {
    algorithm: 'send and receive',
    spread,
    basis: assumed ? 'assumed' : 'calibrated',
    borrowed: true,
    extrapolated: assumed,
    from: `${link.kind} pairs`,
  }
  return {
    seconds: (bytes) => link.messageLatencyS + bytes / bytePerS,
    startS: link.messageLatencyS,
    origin: () => origin,
  }
}

/** Direct exchanges on a mesh need one or two rounds; rings and trees on the others. */
function algorithmic(op: FabricOp, ranks: number, link: FabricLink, engine?: string): Priced {
  const c: LinkConstants = LINK_CONSTANTS[link.kind]
  const bytePerS = usableBytePerS(link, ranks)
  const startS = c.callS + rounds(op, ranks) * link.latencyS
  const setupS = c.setupS * (op === 'all_reduce' ? 1 : 0.5)
  const quick = c.quick * bytePerS
  const rich = c.rich * bytePerS
  const library = (bytes: number) => {
    const volume = portVolume(op, bytes, ranks)
    return startS + Math.min(volume / quick, setupS + volume / rich)
  }
  const own = engine === undefined ? undefined : OWN_KERNEL[engine]
  const hasOwn = own && op === 'all_reduce' && link.kind === 'xgmi' && OWN_KERNEL_RANKS.includes(ranks)
  const limit = hasOwn ? own.belowBytesRocm : 0
  const oneShot = (bytes: number) => OWN_KERNEL_CALL_S + OWN_KERNEL_HOP_S + oneShotVolume(bytes, ranks) / quick
  const twoShot = (bytes: number) => OWN_KERNEL_CALL_S + 2 * OWN_KERNEL_HOP_S + portVolume(op, bytes, ranks) / quick
  // Past its limit the library takes over; it is never quicker than the kernel was just below.
  const atLimit = hasOwn ? Math.min(oneShot(limit), twoShot(limit), library(limit)) : 0
  const seconds = (bytes: number) => {
    if (!hasOwn) return library(bytes)
    if (bytes >= limit) return Math.max(library(bytes), atLimit)
    return Math.min(oneShot(bytes), twoShot(bytes), library(bytes))
  }
  const nameOf = (bytes: number) => {
    if (!hasOwn || bytes >= limit) return link.topology === 'mesh' ? 'direct' : op === 'alltoall' ? 'pairwise' : 'ring'
    const best = seconds(bytes)
    return best === oneShot(bytes) ? 'one-shot' : best === twoShot(bytes) ? 'two-shot' : 'direct'
  }
  return {
    seconds,
    startS,
    origin: (bytes) => ({
      algorithm: nameOf(bytes),
      spread: c.spread,
      basis: c.assumed ? 'assumed' : 'calibrated',
      borrowed: true,
      extrapolated: c.assumed,
      from: `${link.kind}: ${c.fittedTo}`,
    }),
  }
}

/** Whose kernels stand for an accelerator on NVLink whose architecture nobody measured. */
const NVLINK_STAND_IN: Readonly<Record<string, { readonly id: string; readonly architecture: string }>> = {
  volta: { id: 'a100-sxm-80gb', architecture: 'ampere' },
}
const NVLINK_STAND_IN_ELSE = { id: 'b200', architecture: 'blackwell' }

/** The device with the fabric's link, and with NVLink constants where its architecture has none: never PCIe's. */
function boundTo(link: FabricLink, device: DeviceModel, isNvlink: boolean): DeviceModel {
  const chip = { ...device.chip, link: link.bandwidthBytePerS }
  const bound = chip.link === device.chip.link ? device : { ...device, chip, cells: new Map() }
  if (!isNvlink || kernelCell(bound, 'nccl', 'all_reduce')?.borrowing !== 'other') return bound
  const standIn = NVLINK_STAND_IN[chip.architecture] ?? NVLINK_STAND_IN_ELSE
  return { ...bound, chip: { ...chip, ...standIn }, cells: new Map() }
}

/**
 * The calibrated models; undefined where neither the device nor its kind of link was measured.
 *
 * With an engine an all-reduce is what its tables measured: its own kernel below a limit, the library above. Two ranks were
 * not measured in graphs (vLLM, SGLang): there the quicker of the two below the limit, the library above.
 * Without an engine it is the library. Its rows with eight ranks are 8-bit, which switches do not reduce in flight; above
 * the limit the engines' rows are the same library on 16-bit tensors, and the quicker of the two is taken.
 */
function calibrated(op: CollectiveOp, ranks: number, link: FabricLink, device: DeviceModel): Priced | undefined {
  const isNvlink = link.kind === 'nvswitch' || link.kind === 'nvlink'
  const bound = boundTo(link, device, isNvlink)
  const libraryCell = kernelCell(bound, 'nccl', op)
  const ownCell = op === 'all_reduce' ? kernelCell(bound, 'custom_allreduce', op) : undefined
  const library = libraryCell && (isNvlink || libraryCell.borrowing === 'own') ? libraryCell : undefined
  const own = ownCell && (isNvlink || ownCell.borrowing === 'own') ? ownCell : undefined
  if (!library && !own) return undefined

  // More ranks than were measured: the volume of theirs at the rate of eight, and a tree's growth in latency.
  const gpus = Math.min(ranks, MEASURED_RANKS)
  const isBeyond = ranks > MEASURED_RANKS
  const scale = ((ranks - 1) / ranks) * (gpus / (gpus - 1))
  const query = { kind: 'collective' as const, op, gpus, custom: false, bytes: 1 }
  const ownQuery = { ...query, custom: true }
  const priceLibrary = (bytes: number) => {
    query.bytes = bytes * scale
    return library ? library.model.seconds(query, bound.chip, library.constants) : Number.POSITIVE_INFINITY
  }
  const priceOwn = (bytes: number) => {
    ownQuery.bytes = bytes * scale
    return own ? own.model.seconds(ownQuery, bound.chip, own.constants) : Number.POSITIVE_INFINITY
  }
  const isGuess = ranks === 2 && own?.source.kernel.endsWith('_graph') === true && library !== undefined
  const { engine } = device
  const hasKernel = engine !== undefined && (OWN_KERNEL[engine] === undefined || OWN_KERNEL_RANKS.includes(ranks))
  const isDispatched = own !== undefined && !isBeyond && hasKernel
  const atLimit = priceLibrary(LIMIT_BYTES)
  const usesOwn = (bytes: number): boolean => {
    if (!library) return true
    if (isDispatched) return !isGuess || (bytes < LIMIT_BYTES && priceOwn(bytes) < priceLibrary(bytes))
    if (!isNvlink || ranks === 2 || bytes < LIMIT_BYTES) return false
    const byOwn = priceOwn(bytes)
    return byOwn > atLimit && byOwn < priceLibrary(bytes)
  }
  const price = (bytes: number): number => {
    if (!library || (isDispatched && !isGuess)) return priceOwn(bytes)
    const byLibrary = priceLibrary(bytes)
    if (bytes < LIMIT_BYTES) return isDispatched ? Math.min(byLibrary, priceOwn(bytes)) : byLibrary
    if (!isNvlink || ranks === 2) return byLibrary
    return Math.max(atLimit, Math.min(byLibrary, priceOwn(bytes)))
  }
  const shortest = library ? priceLibrary(1) : priceOwn(1)
  const doubling = isBeyond ? (shortest * Math.log2(ranks / gpus)) / (2 * Math.log2(gpus)) : 0
  const origin = (bytes: number): Origin => {
    const isOwn = usesOwn(bytes)
    const asked: CollectiveQuery = { ...query, bytes: bytes * scale, custom: isOwn }
    const time = kernelTime(asked, bound)
    if (!time || !(time.timeS > 0)) throw new Error('a cell that was found prices nothing')
    const isStandIn = bound.chip.id !== device.chip.id
    const wide = isStandIn ? device.table.borrowed[isOwn ? 'custom_allreduce' : 'nccl']?.otherArchitecture : undefined
    const [low, high] = wide ?? [time.low / time.timeS, time.high / time.timeS]
    const isFar = isBeyond || (isOwn && ranks === 2 && own?.source.kernel.endsWith('_graph') === true)
    const wider = isFar ? WIDER : 1
    return {
      algorithm: isOwn && isDispatched ? `all-reduce of ${own?.source.backend ?? 'the engine'}` : 'NCCL',
      spread: [low / wider, high * wider],
      basis: 'calibrated',
      borrowed: time.borrowed || isStandIn,
      extrapolated: time.extrapolated || isFar,
      from: time.from,
    }
  }
  return { seconds: (bytes) => doubling + price(bytes), startS: doubling + shortest, origin }
}

/** `ranks` of one domain. */
export function priceInside(op: FabricOp, ranks: number, link: FabricLink, device: DeviceModel | undefined): Priced {
  if (op === 'send_recv') return pair(link)
  if (device && link.topology !== 'torus') {
    if (op === 'broadcast') {
      // A broadcast moves what an all-gather of a tensor larger by n / (n − 1) moves through a port.
      const gather = calibrated('all_gather', ranks, link, device)
      if (gather) {
        const factor = ranks / (ranks - 1)
        return {
          ...gather,
          seconds: (bytes) => gather.seconds(bytes * factor),
          origin: (b) => gather.origin(b * factor),
        }
      }
    } else {
      const own = calibrated(op, ranks, link, device)
      if (own) return own
    }
  }
  return algorithmic(op, ranks, link, device?.engine)
}
