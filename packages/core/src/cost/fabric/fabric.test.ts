import { describe, expect, test } from 'vitest'
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { ACCELERATORS } from '../../catalog/accelerators/index.ts'
import type { Result } from '../../units/result.ts'
import { DOMAINS, SINGLE, USUAL_ADAPTER } from './domains.ts'
import { type Fabric, type FabricRequest, fabricOf, groupOf } from './fabric.ts'
import { NETWORKS, type NetworkSpec, parseNetwork } from './network.ts'

const of = (id: string) => ACCELERATORS[id] as Accelerator

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.path}: ${result.problem.reason}`)
  return result.value
}

const fabric = (id: string, request: FabricRequest): Fabric => value(fabricOf(of(id), request))
const network = (raw: string): NetworkSpec => value(parseNetwork('--network', raw))

describe('fabricOf', () => {
  test('eight H100 share NVSwitch; sixteen are two nodes over the usual adapter', () => {
    const one = fabric('h100-sxm', { count: 8 })
    expect(one).toMatchObject({ perNode: 8, nodes: 1, scaleUp: { kind: 'nvswitch', bandwidthBytePerS: 450e9 } })
    expect(one.scaleOut).toBeUndefined()
    expect(one.assumed).toEqual([])
    const two = fabric('h100-sxm', { count: 16 })
    expect(two).toMatchObject({ perNode: 8, nodes: 2, scaleOut: { bandwidthBytePerS: 50e9, adaptersPerNode: 8 } })
    expect(two.assumed).toEqual(['one 400 Gb/s adapter beside every accelerator'])
  })
  test('a GB200 rack is one domain of 72', () => {
    expect(fabric('gb200', { count: 72 })).toMatchObject({ perNode: 72, nodes: 1 })
    expect(fabric('gb200', { count: 144 })).toMatchObject({ perNode: 72, nodes: 2 })
  })
  test('MI300X is a mesh, TPU v5e a torus, L40S PCIe', () => {
    expect(fabric('mi300x', { count: 8 }).scaleUp).toMatchObject({ kind: 'xgmi', topology: 'mesh' })
    expect(fabric('tpu-v5e', { count: 16 }).scaleUp).toMatchObject({ kind: 'ici', topology: 'torus', ports: 4 })
    expect(fabric('l40s', { count: 4 }).scaleUp).toMatchObject({ kind: 'pcie', bandwidthBytePerS: 32e9 })
  })
  test('a mesh keeps its links to siblings that are not used, a node its adapters', () => {
    expect(fabric('mi300x', { count: 2 })).toMatchObject({ perNode: 2, scaleUp: { joins: 8 } })
    const efa = fabric('h100-sxm', { count: 4, perNode: 2, network: network('efa-v2') })
    expect(efa.scaleOut).toMatchObject({ adaptersPerNode: 32, adaptersPerRank: 4 })
    expect(fabric('h100-sxm', { count: 16 }).scaleOut?.adaptersPerRank).toBe(1)
  })
  test('GeForce boards do not reach each other, unless said', () => {
    expect(fabric('rtx-4090', { count: 2 }).scaleUp?.kind).toBe('pcie-host')
    expect(fabric('rtx-4090', { count: 2, peerAccess: true }).scaleUp?.kind).toBe('pcie')
    expect(fabric('rtx-4090', { count: 2 }).assumed).toHaveLength(2)
  })
  test('a network nobody named is asked for, not guessed', () => {
    const result = fabricOf(of('mi300x'), { count: 16 })
    expect(result).toMatchObject({ ok: false, problem: { path: '--network' } })
    const named = fabric('mi300x', { count: 16, network: network('roce-400') })
    expect(named.scaleOut).toMatchObject({ kind: 'roce', bandwidthBytePerS: 50e9, adaptersPerNode: 8 })
  })
  test('what has no link stays alone', () => {
    expect(fabric('dgx-spark', { count: 1 })).toEqual({ accelerator: 'dgx-spark', perNode: 1, nodes: 1, assumed: [] })
    expect(fabric('dgx-spark', { count: 2, network: network('200Gb/s') })).toMatchObject({ perNode: 1, nodes: 2 })
    expect(fabricOf(of('cerebras-wse-3'), { count: 4 })).toMatchObject({ ok: false })
    expect(fabricOf(of('h100-sxm'), { count: 0 })).toMatchObject({ ok: false, problem: { path: '--accelerators' } })
  })
  test('groups fill as few nodes as hold them', () => {
    const two = fabric('h100-sxm', { count: 16 })
    expect(groupOf(4, two)).toEqual({ perNode: 4, nodes: 1 })
    expect(groupOf(16, two)).toEqual({ perNode: 8, nodes: 2 })
  })
  test('every accelerator makes a fabric or a problem that says what to do', () => {
    for (const accelerator of Object.values(ACCELERATORS)) {
      for (const count of [1, 2, 8, 16, 100]) {
        const result = fabricOf(accelerator, { count })
        if (result.ok) {
          const { perNode, nodes, scaleUp, scaleOut } = result.value
          expect(perNode * nodes).toBeGreaterThanOrEqual(count)
          expect(perNode === 1 || scaleUp !== undefined).toBe(true)
          expect(nodes === 1 || scaleOut !== undefined).toBe(true)
        } else expect(result.problem.remedy).toMatch(/^Give /)
      }
    }
  })
  test('tables name accelerators of the catalogue', () => {
    for (const id of [...Object.keys(DOMAINS), ...Object.keys(USUAL_ADAPTER), ...SINGLE]) {
      expect(ACCELERATORS[id], id).toBeDefined()
    }
  })
})

describe('parseNetwork', () => {
  test.each([
    ['400Gb/s', 'infiniband', 50e9],
    ['400Gbps', 'infiniband', 50e9],
    ['50GB/s', 'infiniband', 50e9],
    ['0.4Tb/s', 'infiniband', 50e9],
    ['ib-ndr', 'infiniband', 50e9],
    ['IB-XDR', 'infiniband', 100e9],
    ['100GbE', 'ethernet', 12.5e9],
    ['roce-400', 'roce', 50e9],
    ['ethernet-25', 'ethernet', 3.125e9],
  ] as const)('%s', (raw, kind, bandwidthBytePerS) => {
    const read = network(raw)
    expect(read.kind).toBe(kind)
    expect(read.bandwidthBytePerS).toBeCloseTo(bandwidthBytePerS, 0)
    expect(read.adaptersPerNode).toBeUndefined()
  })
  test('adapters of a node', () => {
    expect(network('8x400Gb/s')).toMatchObject({ adaptersPerNode: 8, bandwidthBytePerS: 50e9 })
    expect(network('1x100GbE')).toMatchObject({ adaptersPerNode: 1, kind: 'ethernet' })
    expect(network('efa-v2')).toMatchObject({ adaptersPerNode: 32, bandwidthBytePerS: 12.5e9 })
    expect(network('4 x ib-hdr')).toMatchObject({ adaptersPerNode: 4, bandwidthBytePerS: 25e9 })
  })
  test.each(['', '400', 'ib-ndx', '0Gb/s', '0x400Gb/s', '400PB/s', '9000GB/s', 'constructor', 'x'.repeat(99), 7, null])(
    '%s is refused with a remedy',
    (raw) => {
      const result = parseNetwork('--network', raw)
      expect(result.ok).toBe(false)
      if (!result.ok) expect(result.problem.remedy).toContain('400Gb/s')
    },
  )
  test('a slip of the pen gets a suggestion', () => {
    const result = parseNetwork('--network', 'ib-ndx')
    if (!result.ok) expect(result.problem.remedy).toContain('Did you mean ib-')
  })
  test('every name reads', () => {
    for (const name of Object.keys(NETWORKS)) expect(network(name).bandwidthBytePerS).toBeGreaterThan(0)
  })
})
