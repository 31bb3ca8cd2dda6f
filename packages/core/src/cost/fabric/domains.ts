/**
 * How far the fast link of each accelerator reaches: kind, shape, how many accelerators one domain joins, and the network
 * adapter usual beside one. The rates are the catalogue's; a rate stands here only where the catalogue has none. What no
 * document said is marked with the source `general` and shown as assumed.
 */
import type { LinkKind } from './linkClasses.ts'
import type { FabricSourceKey } from './sources.ts'

/** switch: any pair at full rate; mesh: a link to each sibling; torus: `ports` links to neighbours; host: through the CPU. */
export type Topology = 'switch' | 'mesh' | 'torus' | 'host'

export interface Domain {
  readonly kind: LinkKind
  readonly topology: Topology
  /** Accelerators one domain joins. */
  readonly size: number
  /** Torus: links of one accelerator. */
  readonly ports?: number
  readonly source: FabricSourceKey
  /** One direction per accelerator, all ports, where the catalogue has no rate; or the part of it used inside. */
  readonly bandwidthBytePerS?: number
  readonly bandwidthSource?: FabricSourceKey
}

const HGX: Domain = { kind: 'nvswitch', topology: 'switch', size: 8, source: 'aiconfigurator' }
const RACK: Domain = { kind: 'nvswitch', topology: 'switch', size: 72, source: 'aiconfigurator' }
const XGMI: Domain = { kind: 'xgmi', topology: 'mesh', size: 8, source: 'mlNetwork' }
/** V100 servers: eight in a hybrid cube; taken as a switch, which flatters pairs that are not neighbours. */
const CUBE: Domain = { kind: 'nvlink', topology: 'switch', size: 8, source: 'general' }
const torus = (size: number, ports: number, source: FabricSourceKey): Domain => ({
  kind: 'ici',
  topology: 'torus',
  size,
  ports,
  source,
})

export const DOMAINS: Readonly<Record<string, Domain>> = {
  'a100-sxm-40gb': HGX,
  'a100-sxm-80gb': HGX,
  'h100-sxm': HGX,
  'h200-sxm': HGX,
  h20: HGX,
  h800: HGX,
  b200: HGX,
  b300: HGX,
  gb200: RACK,
  gb300: RACK,
  'v100-sxm-16gb': CUBE,
  'v100-sxm-32gb': CUBE,
  mi250: { ...XGMI, size: 2, source: 'general' },
  mi300x: XGMI,
  mi325x: { ...XGMI, bandwidthBytePerS: 448e9, bandwidthSource: 'mlNetwork' },
  mi350x: { ...XGMI, bandwidthBytePerS: 7 * 76.8e9, bandwidthSource: 'vllmRocm' },
  mi355x: { ...XGMI, bandwidthBytePerS: 7 * 76.8e9, bandwidthSource: 'vllmRocm' },
  // 21 of the 24 ports of a card go to its siblings, three leave the node.
  'gaudi-3': {
    kind: 'roce',
    topology: 'mesh',
    size: 8,
    source: 'mlNetwork',
    bandwidthBytePerS: 525e9,
    bandwidthSource: 'mlNetwork',
  },
  'gaudi-2': {
    kind: 'roce',
    topology: 'mesh',
    size: 8,
    source: 'mlNetwork',
    bandwidthBytePerS: 262.5e9,
    bandwidthSource: 'mlNetwork',
  },
  'tpu-v5e': torus(256, 4, 'tpuV5e'),
  'tpu-v5p': torus(8960, 6, 'tpuV5p'),
  'tpu-v6e': torus(256, 4, 'general'),
  'tpu-v7': torus(9216, 6, 'general'),
}

/** A link of the hardware's own whose domain nobody stated (GH200, hardware files of users). */
export const UNKNOWN_DOMAIN: Domain = { kind: 'nvswitch', topology: 'switch', size: 8, source: 'general' }

/** Boards on PCIe, eight in a server as AIConfigurator describes them. GeForce drivers refuse peer access. */
export const PCIE_DOMAIN: Domain = { kind: 'pcie', topology: 'host', size: 8, source: 'aiconfigurator' }
export const PCIE_HOST_DOMAIN: Domain = { kind: 'pcie-host', topology: 'host', size: 8, source: 'geforcePeer' }

/** Systems with one accelerator and no slot for another. */
export const SINGLE = new Set(['dgx-spark', 'jetson-agx-orin-64gb', 'ryzen-ai-max-395'])

/** PCIe of an architecture's boards, one direction, where the catalogue's row names none: x16 of the generation. */
export const PCIE_BYTE_PER_S: Readonly<Record<string, { readonly name: string; readonly bytePerS: number }>> = {
  volta: { name: 'PCIe 3.0 x16', bytePerS: 16e9 },
  turing: { name: 'PCIe 3.0 x16', bytePerS: 16e9 },
  ampere: { name: 'PCIe 4.0 x16', bytePerS: 32e9 },
  ada: { name: 'PCIe 4.0 x16', bytePerS: 32e9 },
  hopper: { name: 'PCIe 5.0 x16', bytePerS: 64e9 },
  blackwell: { name: 'PCIe 5.0 x16', bytePerS: 64e9 },
  'blackwell-rtx': { name: 'PCIe 5.0 x16', bytePerS: 64e9 },
  cdna: { name: 'PCIe 4.0 x16', bytePerS: 32e9 },
  cdna2: { name: 'PCIe 4.0 x16', bytePerS: 32e9 },
  cdna3: { name: 'PCIe 5.0 x16', bytePerS: 64e9 },
  cdna4: { name: 'PCIe 5.0 x16', bytePerS: 64e9 },
  rdna3: { name: 'PCIe 4.0 x16', bytePerS: 32e9 },
  rdna4: { name: 'PCIe 5.0 x16', bytePerS: 64e9 },
}

/** The adapter reference designs put beside each accelerator; read as one direction, byte/s. Anything else: ask. */
export const USUAL_ADAPTER: Readonly<Record<string, { readonly bytePerS: number; readonly source: FabricSourceKey }>> =
  {
    'a100-sxm-40gb': { bytePerS: 25e9, source: 'aiconfigurator' },
    'a100-sxm-80gb': { bytePerS: 25e9, source: 'aiconfigurator' },
    'h100-sxm': { bytePerS: 50e9, source: 'aiconfigurator' },
    'h200-sxm': { bytePerS: 50e9, source: 'aiconfigurator' },
    h800: { bytePerS: 50e9, source: 'deepEp' },
    h20: { bytePerS: 50e9, source: 'nccl1244' },
    b200: { bytePerS: 50e9, source: 'gb200Network' },
    b300: { bytePerS: 100e9, source: 'aiconfigurator' },
    gb200: { bytePerS: 50e9, source: 'gb200Network' },
    gb300: { bytePerS: 100e9, source: 'aiconfigurator' },
    'gaudi-3': { bytePerS: 75e9, source: 'mlNetwork' },
    'gaudi-2': { bytePerS: 37.5e9, source: 'mlNetwork' },
  }
