/**
 * Collective times others published, with where they were read (FABRIC_SOURCES): small excerpts, used as expectations.
 * `fitted`: the constants of the class of link were chosen looking at this series; the others were not used.
 */
import type { FabricOp } from './algorithms.ts'
import type { FabricSourceKey } from './sources.ts'

export interface Published {
  readonly title: string
  readonly source: FabricSourceKey
  readonly accelerator: string
  readonly engine?: string
  readonly op: FabricOp
  readonly perNode: number
  readonly nodes: number
  readonly network?: string
  readonly fitted: boolean
  /** Median absolute error, per cent, that the model has kept to so far. */
  readonly withinPct: number
  /** [bytes, seconds] */
  readonly points: readonly (readonly [number, number])[]
}

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB
/** Bytes with the algorithm bandwidth in GB/s. */
const rate = (bytes: number, gigabytePerS: number) => [bytes, bytes / (gigabytePerS * 1e9)] as const
/** Bytes with the bus bandwidth of an all-reduce in GB/s. */
const bus = (bytes: number, ranks: number, gigabytePerS: number) =>
  [bytes, (bytes * 2 * (ranks - 1)) / ranks / (gigabytePerS * 1e9)] as const
const micro = (bytes: number, microseconds: number) => [bytes, microseconds * 1e-6] as const

/** DeepEP: 128 tokens, hidden 7168, a copy per expert, top 8; dispatch FP8 with scales, combine BF16. */
const DISPATCH = 128 * 8 * 7168 * (1 + 4 / 128)
const COMBINE = 128 * 8 * 7168 * 2
const deepEp = (nodes: number, dispatchUs: number, combineUs: number): Published => ({
  title: `Expert exchange, ${nodes} x 8 H800, 400 Gb/s`,
  source: 'deepEp',
  accelerator: 'h800',
  op: 'alltoall',
  perNode: 8,
  nodes,
  network: 'ib-ndr',
  fitted: false,
  withinPct: 10,
  points: [micro(DISPATCH, dispatchUs), micro(COMBINE, combineUs)],
})

export const PUBLISHED: readonly Published[] = [
  {
    title: 'All-reduce, 4 x 8 B200, 400 Gb/s',
    source: 'mlBenchmarks',
    accelerator: 'b200',
    op: 'all_reduce',
    perNode: 8,
    nodes: 4,
    network: '400Gb/s',
    fitted: true,
    withinPct: 10,
    points: [
      rate(32 * KIB, 0.33),
      rate(64 * KIB, 0.66),
      rate(128 * KIB, 1.21),
      rate(256 * KIB, 2.1),
      rate(512 * KIB, 3.61),
      rate(MIB, 6.44),
      rate(2 * MIB, 10.73),
      rate(4 * MIB, 16.33),
      rate(8 * MIB, 26.12),
      rate(16 * MIB, 37.06),
      rate(32 * MIB, 73.76),
      rate(64 * MIB, 102.07),
      rate(128 * MIB, 134.45),
      rate(256 * MIB, 146.18),
      rate(512 * MIB, 159.95),
      rate(GIB, 188.9),
      rate(4 * GIB, 193.37),
      rate(16 * GIB, 194.43),
    ],
  },
  {
    title: 'All-reduce, 2 x 1 H100, 400 Gb/s',
    source: 'nccl1357',
    accelerator: 'h100-sxm',
    op: 'all_reduce',
    perNode: 1,
    nodes: 2,
    network: '400Gb/s',
    fitted: true,
    withinPct: 6,
    points: [
      micro(2_097_152, 93.35),
      micro(4_194_304, 153.3),
      micro(8_388_608, 227.8),
      micro(16_777_216, 419.9),
      micro(33_554_432, 808.2),
    ],
  },
  {
    title: 'All-reduce, 2 x 8 H20, 400 Gb/s, smallest',
    source: 'nccl1244',
    accelerator: 'h20',
    op: 'all_reduce',
    perNode: 8,
    nodes: 2,
    network: '400Gb/s',
    fitted: true,
    withinPct: 8,
    points: [micro(128, 46.52), micro(512, 46.42)],
  },
  {
    title: 'All-reduce, 20 racks of 72 GB200, 400 Gb/s',
    source: 'coreweaveRacks',
    accelerator: 'gb200',
    op: 'all_reduce',
    perNode: 72,
    nodes: 20,
    network: '400Gb/s',
    fitted: true,
    withinPct: 10,
    points: [
      micro(536_870_912, 7108.4),
      micro(1_073_741_824, 9805.7),
      micro(2_147_483_648, 14_980),
      micro(4_294_967_296, 24_782),
    ],
  },
  {
    title: 'All-reduce, 2 x 1 DGX Spark, 200 Gb/s, small',
    source: 'spark',
    accelerator: 'dgx-spark',
    op: 'all_reduce',
    perNode: 1,
    nodes: 2,
    network: 'roce-200',
    fitted: false,
    withinPct: 18,
    points: [micro(8192, 30.33), micro(16_384, 30.75), micro(32_768, 37.44), micro(65_536, 64.71)],
  },
  {
    title: 'All-reduce, 4 x 8 A100, 200 Gb/s, large',
    source: 'nccl812',
    accelerator: 'a100-sxm-80gb',
    op: 'all_reduce',
    perNode: 8,
    nodes: 4,
    network: 'ib-hdr',
    fitted: false,
    withinPct: 3,
    points: [bus(8 * GIB, 32, 192)],
  },
  deepEp(2, 118, 195),
  deepEp(4, 155, 273),
  deepEp(8, 173, 314),
  deepEp(16, 192, 369),
  deepEp(32, 194, 360),
  {
    title: 'All-reduce, one rack of 72 GB200',
    source: 'coreweaveRack',
    accelerator: 'gb200',
    op: 'all_reduce',
    perNode: 72,
    nodes: 1,
    fitted: false,
    withinPct: 17,
    points: [
      micro(536_870_912, 1806.7),
      micro(1_073_741_824, 3108.8),
      micro(2_147_483_648, 5589.1),
      micro(4_294_967_296, 10_094),
      micro(8_589_934_592, 20_299),
    ],
  },
  {
    title: 'All-reduce, 8 H200',
    source: 'mlBenchmarks',
    accelerator: 'h200-sxm',
    op: 'all_reduce',
    perNode: 8,
    nodes: 1,
    fitted: false,
    withinPct: 12,
    points: [
      bus(32 * KIB, 8, 3.15),
      bus(64 * KIB, 8, 6.16),
      bus(128 * KIB, 8, 12.46),
      bus(256 * KIB, 8, 24.68),
      bus(512 * KIB, 8, 48.15),
      bus(MIB, 8, 74.57),
      bus(2 * MIB, 8, 96.26),
      bus(4 * MIB, 8, 145.14),
      bus(8 * MIB, 8, 196.56),
      bus(16 * MIB, 8, 255.9),
      bus(32 * MIB, 8, 301.25),
      bus(64 * MIB, 8, 368.86),
      bus(128 * MIB, 8, 414.54),
      bus(256 * MIB, 8, 441.87),
      bus(512 * MIB, 8, 456.23),
      bus(GIB, 8, 465.91),
    ],
  },
  {
    title: 'All-reduce, 2 MI300X',
    source: 'mlNetwork',
    accelerator: 'mi300x',
    op: 'all_reduce',
    perNode: 2,
    nodes: 1,
    fitted: true,
    withinPct: 5,
    points: [bus(4 * GIB, 2, 47.671)],
  },
  {
    title: 'All-reduce, 8 MI300X',
    source: 'mlNetwork',
    accelerator: 'mi300x',
    op: 'all_reduce',
    perNode: 8,
    nodes: 1,
    fitted: true,
    withinPct: 5,
    points: [bus(4 * GIB, 8, 312.912)],
  },
  {
    title: 'All-reduce, 8 MI355X, vLLM',
    source: 'vllmRocm',
    accelerator: 'mi355x',
    engine: 'vllm',
    op: 'all_reduce',
    perNode: 8,
    nodes: 1,
    fitted: true,
    withinPct: 8,
    points: [
      micro(24 * KIB, 6.3),
      micro(48 * KIB, 6.7),
      micro(96 * KIB, 7.6),
      micro(192 * KIB, 10),
      micro(384 * KIB, 13.1),
      micro(768 * KIB, 16),
      micro(1536 * KIB, 24.2),
    ],
  },
  {
    title: 'All-reduce, 8 Gaudi 3',
    source: 'hccl',
    accelerator: 'gaudi-3',
    op: 'all_reduce',
    perNode: 8,
    nodes: 1,
    fitted: false,
    withinPct: 17,
    points: [micro(268_435_456, 915.8)],
  },
  {
    title: 'All-reduce, 4 RTX 5090 with peer access, large',
    source: 'nccl1639',
    accelerator: 'rtx-5090',
    op: 'all_reduce',
    perNode: 4,
    nodes: 1,
    fitted: false,
    withinPct: 20,
    points: [bus(GIB, 4, 35)],
  },
  {
    title: 'All-reduce, 8 RTX 5090 with peer access, large',
    source: 'nccl1639',
    accelerator: 'rtx-5090',
    op: 'all_reduce',
    perNode: 8,
    nodes: 1,
    fitted: false,
    withinPct: 36,
    points: [bus(GIB, 8, 28)],
  },
]
