/**
 * Constants of the classes of links that no kernel table covers, in one form (Hockney with two protocols):
 *
 *   time = call + rounds · hop + min(V / (quick · B), setup · weight + V / (rich · B))
 *
 * B is the link's one-way bandwidth, V the bytes through one port (algorithms.ts). `quick` is the low-latency protocol of
 * small messages, `rich` the streaming one. `spread`: measured over predicted in what was read; where nothing was
 * measured it is a factor of two either way, and the class is marked `assumed`.
 */
import type { FabricSourceKey } from './sources.ts'

export type LinkKind =
  | 'nvswitch'
  | 'nvlink'
  | 'xgmi'
  | 'pcie'
  | 'pcie-host'
  | 'ici'
  | 'neuronlink'
  | 'infiniband'
  | 'roce'
  | 'ethernet'

export interface LinkConstants {
  /** Start of the call on the accelerators, s. */
  readonly callS: number
  /** One round of messages, s. */
  readonly hopS: number
  /** Shares of the one-way bandwidth: small and large messages. */
  readonly quick: number
  readonly rich: number
  /** Setting up the streaming protocol, s; between nodes it grows as ranks^setupGrowth. */
  readonly setupS: number
  readonly setupGrowth: number
  readonly spread: readonly [number, number]
  readonly assumed: boolean
  readonly sources: readonly FabricSourceKey[]
  readonly fittedTo: string
}

const RDMA: LinkConstants = {
  callS: 0,
  hopS: 16e-6,
  quick: 0.15,
  rich: 0.96,
  setupS: 24e-6,
  setupGrowth: 0.66,
  spread: [0.85, 1.3],
  assumed: false,
  sources: ['mlBenchmarks', 'nccl1357', 'nccl1244', 'coreweaveRacks'],
  fittedTo: '4 x 8 B200 and 2 x 1 H100 over 400 Gb/s',
}

/** NVSwitch and NVLink fall back on these only where no calibrated collective exists. */
const NVLINK: LinkConstants = {
  callS: 6e-6,
  hopS: 2.5e-6,
  quick: 0.2,
  rich: 0.75,
  setupS: 12e-6,
  setupGrowth: 0,
  spread: [0.65, 1.54],
  assumed: false,
  sources: ['aiconfigurator'],
  fittedTo: 'NCCL on A100, H100, B200 in one node',
}

export const LINK_CONSTANTS: Readonly<Record<LinkKind, LinkConstants>> = {
  nvswitch: NVLINK,
  nvlink: NVLINK,
  xgmi: {
    callS: 8e-6,
    hopS: 2.5e-6,
    quick: 0.28,
    rich: 0.72,
    setupS: 25e-6,
    setupGrowth: 0,
    spread: [0.7, 1.5],
    assumed: false,
    sources: ['mlNetwork', 'rocmXgmi', 'vllmRocm'],
    fittedTo: 'RCCL on 2 and 8 MI300X (large), vLLM on 8 MI355X (small)',
  },
  pcie: {
    callS: 4e-6,
    hopS: 3e-6,
    quick: 0.35,
    // Between what servers reach of the link: four A100 0.74, four H100 0.78; B60 0.54, RTX 5090 0.55 (four) and 0.44.
    rich: 0.66,
    setupS: 45e-6,
    setupGrowth: 0,
    spread: [0.84, 1.55],
    assumed: false,
    sources: ['vidur', 'nccl1639'],
    fittedTo: 'four A100 and H100, between them and B60 servers',
  },
  'pcie-host': {
    callS: 8e-6,
    hopS: 6e-6,
    quick: 0.17,
    rich: 0.17,
    setupS: 0,
    setupGrowth: 0,
    // From 0.04 (eight L40S over two sockets) to 0.55 of the link: the platform's memory decides.
    spread: [0.3, 4],
    assumed: false,
    sources: ['vidur', 'aiconfigurator', 'nccl1639'],
    fittedTo: 'two A40 and four L40S without peer access',
  },
  ici: {
    callS: 5e-6,
    hopS: 1e-6,
    quick: 0.4,
    rich: 0.8,
    setupS: 5e-6,
    setupGrowth: 0,
    spread: [0.5, 2],
    assumed: true,
    sources: ['general'],
    fittedTo: 'nothing',
  },
  neuronlink: {
    callS: 10e-6,
    hopS: 2e-6,
    quick: 0.3,
    rich: 0.7,
    setupS: 20e-6,
    setupGrowth: 0,
    spread: [0.5, 2],
    assumed: true,
    sources: ['general'],
    fittedTo: 'nothing',
  },
  infiniband: RDMA,
  roce: RDMA,
  ethernet: {
    callS: 0,
    hopS: 28e-6,
    quick: 0.15,
    rich: 0.6,
    setupS: 24e-6,
    setupGrowth: 0.66,
    spread: [0.6, 2],
    assumed: true,
    sources: ['vidur'],
    fittedTo: 'A100 nodes whose network is not named, taken as one 100 Gb/s adapter',
  },
}

/** Point to point: latency, and the share of one port that a single pair reaches. */
export interface PairConstants {
  readonly latencyS: number
  readonly share: number
  readonly spread: readonly [number, number]
}

const NVLINK_PAIR: PairConstants = { latencyS: 8e-6, share: 0.78, spread: [0.75, 1.35] }
const RDMA_PAIR: PairConstants = { latencyS: 12e-6, share: 0.72, spread: [0.75, 1.3] }

/** Vidur: two H100 0.78 of NVLink after 6 µs, A100 0.76 to 0.98 after 10; between nodes 0.72 of 400 Gb/s after 12 µs. */
export const PAIR_CONSTANTS: Readonly<Record<LinkKind, PairConstants>> = {
  nvswitch: NVLINK_PAIR,
  nvlink: NVLINK_PAIR,
  xgmi: { latencyS: 8e-6, share: 0.75, spread: [0.7, 1.5] },
  pcie: { latencyS: 10e-6, share: 0.75, spread: [0.9, 1.6] },
  'pcie-host': { latencyS: 10e-6, share: 0.13, spread: [0.3, 2] },
  ici: { latencyS: 5e-6, share: 0.8, spread: [0.5, 2] },
  neuronlink: { latencyS: 10e-6, share: 0.7, spread: [0.5, 2] },
  infiniband: RDMA_PAIR,
  roce: RDMA_PAIR,
  ethernet: { latencyS: 28e-6, share: 0.62, spread: [0.6, 2] },
}

/** Share of the adapter in an all-to-all between nodes (DeepEP on H800: 39 to 48 of 50 GB/s). */
export const EXCHANGE_SHARE = 0.9

/** Rings of a library cross a node boundary through at most so many adapters: twenty racks of 72 reach what eight carry. */
export const MOST_RAILS = 8
