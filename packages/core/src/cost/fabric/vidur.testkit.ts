/**
 * Which rows of Vidur's network profiles (../shared/measured/other/vidur/network, MIT) are asked of which fabric, and the
 * errors kept to so far. A series is what a test prices: a collective of so many ranks over a fabric.
 */
import type { FabricOp } from './algorithms.ts'
import type { FabricRequest } from './fabric.ts'

export interface Series {
  readonly accelerator: string
  readonly engine?: string | undefined
  readonly op: FabricOp
  readonly perNode: number
  readonly nodes: number
  readonly network?: string | undefined
  readonly request?: Partial<FabricRequest>
  readonly unseen?: boolean
}

const NVLINK_PAIR = { scaleUp: { kind: 'nvlink', bandwidthBytePerS: 300e9 } } as const
const PCIE = (bandwidthBytePerS: number) => ({ scaleUp: { kind: 'pcie', bandwidthBytePerS } }) as const

/**
 * Vidur: median error kept to so far, per cent; file; workers, those of one node; series. The A100 nodes' network is not
 * named: taken as one 100 Gb/s adapter a node, because messages settle at 7.8 GB/s however many take part.
 */
export const VIDUR: readonly (readonly [string, number, string, number, number, Series])[] = [
  [
    'H100 NVLink pair, message',
    5,
    'h100_dgx/send_recv_slim.csv',
    2,
    2,
    { accelerator: 'h100-sxm', op: 'send_recv', perNode: 2, nodes: 1 },
  ],
  [
    'A100 NVLink pair, message',
    17,
    'a100_dgx/send_recv_slim.csv',
    2,
    2,
    { accelerator: 'a100-sxm-80gb', op: 'send_recv', perNode: 2, nodes: 1 },
  ],
  [
    'H100 two nodes, message',
    2,
    'h100_dgx/send_recv_slim.csv',
    2,
    1,
    { accelerator: 'h100-sxm', op: 'send_recv', perNode: 1, nodes: 2, network: '400Gb/s' },
  ],
  [
    'A100 two nodes, message',
    2,
    'a100_dgx/send_recv_slim.csv',
    2,
    1,
    { accelerator: 'a100-sxm-80gb', op: 'send_recv', perNode: 1, nodes: 2, network: '1x100GbE' },
  ],
  [
    'A40 without peers, message',
    5,
    'a40_pairwise_nvlink/send_recv_slim.csv',
    2,
    2,
    { accelerator: 'a40', op: 'send_recv', perNode: 2, nodes: 1, request: { peerAccess: false } },
  ],
  [
    'H100 x2 all-reduce',
    9,
    'h100_dgx/all_reduce_slim.csv',
    2,
    2,
    { accelerator: 'h100-sxm', op: 'all_reduce', perNode: 2, nodes: 1 },
  ],
  [
    'H100 x4 all-reduce',
    10,
    'h100_dgx/all_reduce_slim.csv',
    4,
    4,
    { accelerator: 'h100-sxm', op: 'all_reduce', perNode: 4, nodes: 1 },
  ],
  [
    'H100 x8 all-reduce',
    19,
    'h100_dgx/all_reduce_slim.csv',
    8,
    8,
    { accelerator: 'h100-sxm', op: 'all_reduce', perNode: 8, nodes: 1 },
  ],
  [
    'A100 x2 all-reduce',
    13,
    'a100_dgx/all_reduce_slim.csv.gz',
    2,
    2,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 2, nodes: 1 },
  ],
  [
    'A100 x4 all-reduce',
    16,
    'a100_dgx/all_reduce_slim.csv.gz',
    4,
    4,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 4, nodes: 1 },
  ],
  [
    'A100 x8 all-reduce',
    25,
    'a100_dgx/all_reduce_slim.csv.gz',
    8,
    8,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 8, nodes: 1 },
  ],
  [
    'A100 bridged pair all-reduce',
    5,
    'a100_pairwise_nvlink/all_reduce_slim.csv',
    2,
    2,
    { accelerator: 'a100-pcie-80gb', op: 'all_reduce', perNode: 2, nodes: 1, request: NVLINK_PAIR },
  ],
  [
    'H100 bridged pair all-reduce',
    10,
    'h100_pairwise_nvlink/all_reduce_slim.csv',
    2,
    2,
    { accelerator: 'h100-pcie', op: 'all_reduce', perNode: 2, nodes: 1, request: NVLINK_PAIR },
  ],
  [
    'A100 x4 over PCIe all-reduce',
    14,
    'a100_pairwise_nvlink/all_reduce_slim.csv',
    4,
    4,
    { accelerator: 'a100-pcie-80gb', op: 'all_reduce', perNode: 4, nodes: 1, request: PCIE(32e9) },
  ],
  [
    'H100 x4 over PCIe all-reduce',
    20,
    'h100_pairwise_nvlink/all_reduce_slim.csv',
    4,
    4,
    { accelerator: 'h100-pcie', op: 'all_reduce', perNode: 4, nodes: 1, request: PCIE(64e9) },
  ],
  [
    'A100 2 x 1 all-reduce',
    22,
    'a100_dgx/all_reduce_slim.csv.gz',
    2,
    1,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 1, nodes: 2, network: '1x100GbE' },
  ],
  [
    'A100 2 x 2 all-reduce',
    40,
    'a100_dgx/all_reduce_slim.csv.gz',
    4,
    2,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 2, nodes: 2, network: '1x100GbE' },
  ],
  [
    'A100 2 x 4 all-reduce',
    55,
    'a100_dgx/all_reduce_slim.csv.gz',
    8,
    4,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 4, nodes: 2, network: '1x100GbE' },
  ],
  [
    'A100 2 x 8 all-reduce',
    32,
    'a100_dgx/all_reduce_slim.csv.gz',
    16,
    8,
    { accelerator: 'a100-sxm-80gb', op: 'all_reduce', perNode: 8, nodes: 2, network: '1x100GbE' },
  ],
]
