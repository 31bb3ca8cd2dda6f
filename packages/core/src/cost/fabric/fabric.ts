/**
 * How the accelerators of a deployment are joined: a fast domain (NVLink, xGMI, ICI, PCIe) that reaches `perNode` of
 * them, and a network between domains. Rates are one direction, byte/s. Figures come from the catalogue, from
 * `domains.ts` with their sources, or from the user; what is general knowledge is named in `assumed`; what nobody knows is
 * a problem, never a guess.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import {
  DOMAINS,
  type Domain,
  PCIE_BYTE_PER_S,
  PCIE_DOMAIN,
  PCIE_HOST_DOMAIN,
  SINGLE,
  type Topology,
  UNKNOWN_DOMAIN,
  USUAL_ADAPTER,
} from './domains.ts'
import { LINK_CONSTANTS, type LinkKind, PAIR_CONSTANTS } from './linkClasses.ts'
import type { NetworkSpec } from './network.ts'

export interface FabricLink {
  readonly kind: LinkKind
  readonly name: string
  readonly topology: Topology
  /** One direction, per accelerator with all its ports; between nodes: per adapter. */
  readonly bandwidthBytePerS: number
  /** One round of messages inside a collective, and one message by itself. */
  readonly latencyS: number
  readonly messageLatencyS: number
  /** Accelerators it joins, whether or not this deployment uses them all. */
  readonly joins: number
  /** Torus: links of one accelerator. */
  readonly ports?: number
  /** Key of FABRIC_SOURCES or of the catalogue's sources, or `user`. */
  readonly source: string
}

export interface ScaleOutLink extends FabricLink {
  readonly adaptersPerNode: number
  /** Adapters that one rank has to itself and uses together (EFA); at least 1. */
  readonly adaptersPerRank: number
}

export interface Fabric {
  readonly accelerator: string
  /** Accelerators of one fast domain (a server, or an NVL72 rack). */
  readonly perNode: number
  readonly nodes: number
  /** Absent: one accelerator alone. */
  readonly scaleUp?: FabricLink
  /** Absent: one node. */
  readonly scaleOut?: ScaleOutLink
  /** What was not read anywhere or not said for this deployment, in words. */
  readonly assumed: readonly string[]
}

export interface FabricRequest {
  /** Accelerators of the deployment. */
  readonly count: number
  /** Accelerators of one node, where it is not the usual number. */
  readonly perNode?: number
  readonly network?: NetworkSpec
  /** PCIe boards only: whether they reach each other's memory directly. */
  readonly peerAccess?: boolean
  /** Instead of the accelerator's own link. */
  readonly scaleUp?: { readonly kind: LinkKind; readonly bandwidthBytePerS: number }
}

const MOST = 100_000

function link(domain: Domain, name: string, bandwidthBytePerS: number, source: string): FabricLink {
  const { kind, topology, size, ports } = domain
  return {
    kind,
    name,
    topology,
    bandwidthBytePerS,
    joins: size,
    ...(ports === undefined ? {} : { ports }),
    latencyS: LINK_CONSTANTS[kind].hopS,
    messageLatencyS: PAIR_CONSTANTS[kind].latencyS,
    source,
  }
}

interface Reach {
  readonly domain: Domain
  readonly link: FabricLink
}

function scaleUpOf(accelerator: Accelerator, request: FabricRequest, assumed: string[]): Reach | undefined {
  const { id, scaleUpLink, hostLink } = accelerator
  const known = Object.hasOwn(DOMAINS, id) ? DOMAINS[id] : undefined
  if (request.scaleUp) {
    const { kind, bandwidthBytePerS } = request.scaleUp
    const topology: Topology = kind.startsWith('pcie') ? 'host' : kind === 'xgmi' ? 'mesh' : 'switch'
    const domain = known?.kind === kind ? known : { ...UNKNOWN_DOMAIN, kind, topology }
    return { domain, link: link(domain, kind, bandwidthBytePerS, 'user') }
  }
  const own = known?.bandwidthBytePerS ?? scaleUpLink?.bandwidthBytePerS.value
  if (own !== undefined) {
    const domain = known ?? UNKNOWN_DOMAIN
    if (domain.source === 'general') assumed.push(`${domain.size} accelerators within reach of ${id}'s link`)
    const source = known?.bandwidthSource ?? scaleUpLink?.bandwidthBytePerS.source ?? 'general'
    return { domain, link: link(domain, scaleUpLink?.name ?? domain.kind, own, source) }
  }
  if (accelerator.kind !== 'gpu' || SINGLE.has(id)) return undefined
  const isGeForce = accelerator.name.includes('GeForce')
  const hasPeerAccess = request.peerAccess ?? !isGeForce
  if (request.peerAccess === undefined) {
    // Measured: four L40S 2.2 to 2.9 times the time of boards that do, eight up to ten times.
    const otherwise = hasPeerAccess ? 'if not, four take two to three times as long, eight up to ten' : 'if so, quicker'
    assumed.push(`boards ${hasPeerAccess ? 'reach' : 'do not reach'} each other's memory over PCIe; ${otherwise}`)
  }
  const domain = hasPeerAccess ? PCIE_DOMAIN : PCIE_HOST_DOMAIN
  if (hostLink) {
    const { value, source } = hostLink.bandwidthBytePerS
    return { domain, link: link(domain, hostLink.name, value, source) }
  }
  const usual = Object.hasOwn(PCIE_BYTE_PER_S, accelerator.architecture)
    ? PCIE_BYTE_PER_S[accelerator.architecture]
    : undefined
  if (!usual) return undefined
  assumed.push(`${usual.name}, after the architecture`)
  return { domain, link: link(domain, usual.name, usual.bytePerS, 'general') }
}

/** `sockets`: accelerators a node has place for; they share its adapters. */
function scaleOutOf(
  accelerator: Accelerator,
  perNode: number,
  sockets: number,
  request: FabricRequest,
  assumed: string[],
): ScaleOutLink | undefined {
  const { network } = request
  const beside = (kind: LinkKind, name: string, bytePerS: number, source: string, adapters: number): ScaleOutLink => ({
    ...link({ kind, topology: 'switch', size: MOST, source: 'general' }, name, bytePerS, source),
    adaptersPerNode: adapters,
    adaptersPerRank: Math.max(1, Math.floor(adapters / sockets)),
  })
  if (network) {
    const { kind, name, bandwidthBytePerS, source, adaptersPerNode } = network
    return beside(kind, name, bandwidthBytePerS, source, adaptersPerNode ?? perNode)
  }
  const usual = Object.hasOwn(USUAL_ADAPTER, accelerator.id) ? USUAL_ADAPTER[accelerator.id] : undefined
  if (!usual) return undefined
  const rate = `${(usual.bytePerS * 8) / 1e9} Gb/s`
  assumed.push(`one ${rate} adapter beside every accelerator`)
  return beside('infiniband', rate, usual.bytePerS, usual.source, perNode)
}

/** The fabric of `count` accelerators; a problem when a figure it needs is not known. */
export function fabricOf(accelerator: Accelerator, request: FabricRequest): Result<Fabric> {
  const { count } = request
  const { id } = accelerator
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    return fail('--accelerators', `${count} accelerators cannot be joined`, `Give a whole number from 1 to ${MOST}`)
  }
  if (request.perNode !== undefined && (!Number.isInteger(request.perNode) || request.perNode < 1)) {
    return fail('--per-node', `${request.perNode} accelerators in a node`, 'Give a whole number of at least 1')
  }
  const assumed: string[] = []
  const reach = count === 1 ? undefined : scaleUpOf(accelerator, request, assumed)
  const most = reach?.domain.size ?? 1
  const perNode = Math.min(count, request.perNode ?? most)
  if (perNode > 1 && !reach) {
    const remedy = 'Give the link and its rate in a hardware file (scaleUpLink), or one accelerator per node'
    return fail('--accelerators', `how ${count} of ${id} are joined is not known`, remedy)
  }
  const nodes = Math.ceil(count / perNode)
  const common = { accelerator: id, perNode, nodes, assumed }
  const joins = Math.max(perNode, most)
  const inside = perNode > 1 && reach ? { ...common, scaleUp: { ...reach.link, joins } } : common
  if (nodes === 1) return ok(inside)
  const scaleOut = scaleOutOf(accelerator, perNode, joins, request, assumed)
  if (!scaleOut) {
    const reason = `${count} of ${id} take ${nodes} nodes of ${perNode}, and the network between them is not known`
    return fail('--network', reason, 'Give its rate per adapter, such as --network 400Gb/s or --network ib-ndr')
  }
  return ok({ ...inside, scaleOut })
}

/** A group of ranks that communicate: how many of them sit in each node, on how many nodes. */
export interface RankGroup {
  readonly perNode: number
  readonly nodes: number
}

/** `ranks` packed into as few nodes as hold them, evenly. */
export function groupOf(ranks: number, fabric: Fabric): RankGroup {
  const nodes = Math.ceil(ranks / fabric.perNode)
  return { perNode: Math.ceil(ranks / nodes), nodes }
}
