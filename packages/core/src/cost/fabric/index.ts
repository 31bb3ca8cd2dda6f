/** Communication over fabrics: how accelerators are joined, and what collectives and messages cost over it. */
export { type FabricOp, flatRingSeconds } from './algorithms.ts'
export { type Collective, type CollectiveTime, collectiveTime, prepareCollective } from './collectives.ts'
export type { Topology } from './domains.ts'
export { type ExpertExchange, exchangeBytes, expectedDistinct } from './expertExchange.ts'
export {
  type Fabric,
  type FabricLink,
  type FabricRequest,
  fabricOf,
  groupOf,
  type RankGroup,
  type ScaleOutLink,
} from './fabric.ts'
export { usableBytePerS } from './inside.ts'
export type { LinkKind } from './linkClasses.ts'
export { NETWORKS, type NetworkSpec, parseNetwork } from './network.ts'
export { FABRIC_SOURCES, type FabricSourceKey } from './sources.ts'
