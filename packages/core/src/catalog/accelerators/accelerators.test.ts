import { describe, expect, it } from 'vitest'
import type { Sourced } from '../source.ts'
import {
  ACCELERATOR_SOURCES,
  ACCELERATORS,
  type Accelerator,
  findAccelerator,
  suggestAccelerators,
  VIEWER_HARDWARE,
  viewerHardwareFor,
} from './index.ts'
import { VIEWER_HARDWARE_SOURCE } from './viewer-hardware.ts'

const rows = Object.values(ACCELERATORS)
const fold = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '')

/** Every figure of a row with the path it sits at. */
function figures(row: Accelerator): [string, Sourced][] {
  const found: [string, Sourced][] = []
  const walk = (path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    if ('value' in value && 'source' in value) found.push([path, value as Sourced])
    else for (const [key, inner] of Object.entries(value)) walk(`${path}.${key}`, inner)
  }
  walk(row.id, row)
  return found
}

const all = rows.flatMap(figures)

describe('sources', () => {
  it('every figure names a source of the table', () => {
    const missing = all.filter(([, figure]) => !Object.hasOwn(ACCELERATOR_SOURCES, figure.source))
    expect(missing).toEqual([])
  })

  it('every source is cited', () => {
    const cited = new Set<string>([VIEWER_HARDWARE_SOURCE, ...all.map(([, figure]) => figure.source)])
    expect(Object.keys(ACCELERATOR_SOURCES).filter((key) => !cited.has(key))).toEqual([])
  })

  it('every source has an address and the day it was read', () => {
    for (const source of Object.values(ACCELERATOR_SOURCES)) {
      expect(source.url).toMatch(/^(https:\/\/|github\.com\/)\S/)
      expect(source.read).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    }
  })
})

describe('names', () => {
  it('has at least 50 rows keyed by their id', () => {
    expect(rows.length).toBeGreaterThanOrEqual(50)
    for (const [id, row] of Object.entries(ACCELERATORS)) expect(row.id).toBe(id)
  })

  it('no id or alias means two parts', () => {
    const owner = new Map<string, string>()
    for (const row of rows) {
      for (const name of new Set([row.id, ...row.aliases].map(fold))) {
        expect(owner.get(name), `${name} of ${row.id}`).toBeUndefined()
        owner.set(name, row.id)
      }
    }
  })

  it('ids are lower case and hyphenated', () => {
    for (const row of rows) expect(row.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it.each([
    ['nvidia_V100', 'v100-pcie-16gb'],
    ['nvidia_A6000', 'rtx-a6000'],
    ['nvidia_A100', 'a100-sxm-40gb'],
    ['nvidia_A100_40G', 'a100-sxm-40gb'],
    ['nvidia_A100_80G', 'a100-sxm-80gb'],
    ['nvidia_A800_80G_SXM', 'a800-sxm-80gb'],
    ['nvidia_A40', 'a40'],
    ['nvidia_H100', 'h100-sxm'],
    ['nvidia_H100_SXM', 'h100-sxm'],
    ['nvidia_H100_PCIe', 'h100-pcie'],
    ['nvidia_L40', 'l40'],
    ['intel_13900k', 'i9-13900k'],
  ])('LLM-Viewer name %s is %s', (name, id) => {
    expect(findAccelerator(name)?.id).toBe(id)
    expect(Object.hasOwn(VIEWER_HARDWARE, name)).toBe(true)
  })

  it.each([
    ['a100_pcie', 'a100-pcie-80gb'],
    ['a100_sxm', 'a100-sxm-80gb'],
    ['a30', 'a30'],
    ['b200_sxm', 'b200'],
    ['b300_sxm', 'b300'],
    ['b60', 'arc-pro-b60'],
    ['gb200', 'gb200'],
    ['gb300', 'gb300'],
    ['h100_pcie', 'h100-pcie'],
    ['h100_sxm', 'h100-sxm'],
    ['h200_sxm', 'h200-sxm'],
    ['l4', 'l4'],
    ['l40s', 'l40s'],
    ['rtx_pro_6000_server', 'rtx-pro-6000'],
  ])('AIConfigurator system %s is %s', (name, id) => {
    expect(findAccelerator(name)?.id).toBe(id)
  })

  it.each([
    ['H100', 'h100-sxm'],
    ['a100', 'a100-sxm-80gb'],
    ['RTX 4090', 'rtx-4090'],
    ['4090', 'rtx-4090'],
    ['MI300X', 'mi300x'],
    ['Apple M3 Max', 'm3-max'],
    ['NVIDIA H100 80GB HBM3', 'h100-sxm'],
  ])('spelling %s is %s', (name, id) => {
    expect(findAccelerator(name)?.id).toBe(id)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '_', 'h10', 'h1000'])(
    'does not take %j for a part',
    (name) => {
      expect(findAccelerator(name)).toBeUndefined()
      expect(ACCELERATORS[name]).toBeUndefined()
      expect(VIEWER_HARDWARE[name]).toBeUndefined()
      expect(viewerHardwareFor(name)).toBeUndefined()
    },
  )

  it('answers a huge name at once', () => {
    expect(findAccelerator('x'.repeat(1e6))).toBeUndefined()
    expect(suggestAccelerators('x'.repeat(1e6))).toEqual([])
  })

  it('suggests the nearest ids, and none for noise', () => {
    expect(suggestAccelerators('h10-sxm')[0]).toBe('h100-sxm')
    expect(suggestAccelerators('rtx4091')[0]).toBe('rtx-4090')
    expect(suggestAccelerators('mi300')[0]).toBe('mi300x')
    expect(suggestAccelerators('gaudi', 5)).toEqual(['gaudi-2', 'gaudi-3'])
    expect(suggestAccelerators('h100', 2)).toHaveLength(2)
    expect(suggestAccelerators('h100', 0)).toEqual([])
    expect(suggestAccelerators('')).toEqual([])
    expect(suggestAccelerators('qqqqqqqqqqqqqqqqqqqq')).toEqual([])
  })
})

/** Bounds no real part leaves, tight enough that a slip of a thousand does. */
const RANGES: readonly [RegExp, number, number][] = [
  [/\.matrixFlopPerS\.|\.vectorFlopPerS\./, 1e10, 1e17],
  [/\.memoryBytes$/, 1e8, 2e12],
  [/\.memoryBandwidthBytePerS$/, 1e10, 1e17],
  [/\.l2Bytes$/, 1e6, 1e9],
  [/\.sharedMemoryBytesPerUnit$/, 6e4, 2e8],
  [/\.computeUnits$/, 1, 1e6],
  [/\.clockHz$/, 5e8, 5e9],
  [/Link\.bandwidthBytePerS$/, 1e10, 2e12],
  [/\.powerW$/, 10, 2000],
  [/\.priceUsdPerHour$/, 0.05, 50],
  [/\.priceUsd$/, 300, 100_000],
]

describe('plausibility', () => {
  it('every figure is within physical bounds', () => {
    for (const [path, figure] of all) {
      const range = RANGES.find(([pattern]) => pattern.test(path))
      expect(range, `no bounds for ${path}`).toBeDefined()
      if (range === undefined) continue
      expect(figure.value, path).toBeGreaterThanOrEqual(range[1])
      expect(figure.value, path).toBeLessThanOrEqual(range[2])
    }
  })

  it('byte counts and unit counts are whole', () => {
    for (const [path, figure] of all) {
      if (/Bytes(PerUnit)?$|\.computeUnits$/.test(path)) expect(Number.isInteger(figure.value), path).toBe(true)
    }
  })

  it('no row is without both compute and bandwidth', () => {
    for (const row of rows) {
      const peaks = Object.keys(row.matrixFlopPerS).length + Object.keys(row.vectorFlopPerS).length
      expect(peaks > 0 || row.memoryBandwidthBytePerS !== undefined, row.id).toBe(true)
    }
  })

  it('narrower floating-point operands are never slower', () => {
    for (const { id, matrixFlopPerS: peak } of rows) {
      const ladder = [peak.bf16 ?? peak.fp16, peak.fp8, peak.fp4].flatMap((figure) => (figure ? [figure.value] : []))
      for (const [i, value] of ladder.entries()) expect(value, id).toBeGreaterThanOrEqual(ladder[i - 1] ?? 0)
      if (peak.int8 && peak.int4) expect(peak.int4.value, id).toBeGreaterThanOrEqual(peak.int8.value)
    }
  })

  it('fp16 and bf16 peaks are within a factor of four, and matrix is not below vector', () => {
    for (const { id, matrixFlopPerS: matrix, vectorFlopPerS: vector } of rows) {
      if (matrix.fp16 && matrix.bf16) {
        const ratio = matrix.fp16.value / matrix.bf16.value
        expect(ratio, id).toBeGreaterThan(0.24)
        expect(ratio, id).toBeLessThan(4.1)
      }
      const widest = matrix.bf16 ?? matrix.fp16
      if (widest && vector.fp32) expect(widest.value, id).toBeGreaterThan(vector.fp32.value)
    }
  })

  it('the ridge point is sane', () => {
    for (const row of rows) {
      const peak = row.matrixFlopPerS.bf16 ?? row.matrixFlopPerS.fp16
      if (peak === undefined || row.memoryBandwidthBytePerS === undefined) continue
      const ridge = peak.value / row.memoryBandwidthBytePerS.value
      expect(ridge, row.id).toBeGreaterThan(row.memoryKind === 'SRAM' || row.kind === 'pim' ? 0.1 : 20)
      expect(ridge, row.id).toBeLessThan(700)
    }
  })

  it('the whole memory is read in a microsecond to 3 seconds', () => {
    for (const { id, memoryBytes, memoryBandwidthBytePerS } of rows) {
      if (memoryBytes === undefined || memoryBandwidthBytePerS === undefined) continue
      const seconds = memoryBytes.value / memoryBandwidthBytePerS.value
      expect(seconds, id).toBeGreaterThan(1e-6)
      expect(seconds, id).toBeLessThan(3)
    }
  })
})

describe('figures others depend on', () => {
  it('RTX A6000', () => {
    const a6000 = findAccelerator('rtx-a6000')
    expect(a6000?.matrixFlopPerS.bf16?.value).toBe(154.8e12)
    expect(a6000?.memoryBandwidthBytePerS?.value).toBe(768e9)
    expect(a6000?.memoryBytes?.value).toBe(49_140 * 2 ** 20)
  })

  it('H100 SXM', () => {
    const h100 = findAccelerator('h100')
    expect(h100?.memoryBytes?.value).toBe(81_559 * 2 ** 20)
    expect(h100?.sharedMemoryBytesPerUnit?.value).toBe(227 * 1024)
    expect(h100?.scaleUpLink?.bandwidthBytePerS.value).toBe(450e9)
  })

  it('AIConfigurator peaks are kept exactly', () => {
    expect(findAccelerator('b300')?.matrixFlopPerS.int8?.value).toBe(153.5e12)
    expect(findAccelerator('b60')?.matrixFlopPerS.bf16?.value).toBe(98.304e12)
  })
})

describe('LLM-Viewer hardware', () => {
  it('has its twelve entries', () => {
    expect(Object.keys(VIEWER_HARDWARE)).toHaveLength(12)
    for (const [name, entry] of Object.entries(VIEWER_HARDWARE)) expect(entry.name).toBe(name)
  })

  it('every mapped id exists and every name of it but the two generic ones is reachable', () => {
    const reached = new Set(rows.flatMap((row) => viewerHardwareFor(row.id)?.name ?? []))
    const generic = Object.keys(VIEWER_HARDWARE).filter((name) => !reached.has(name))
    expect(generic.sort()).toEqual(['nvidia_A100', 'nvidia_H100'])
  })

  it('keeps the peaks and bandwidths its results show', () => {
    expect(viewerHardwareFor('rtx-a6000')).toMatchObject({ fp16OpPerS: 154.8385e12, bandwidthBytePerS: 768e9 })
    expect(viewerHardwareFor('h100-sxm')).toMatchObject({ fp16OpPerS: 989.5e12, bandwidthBytePerS: 3072e9 })
    expect(viewerHardwareFor('i9-13900k')?.int8OpPerS).toBeUndefined()
  })
})
