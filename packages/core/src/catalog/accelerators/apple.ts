/**
 * Apple silicon: the GPU of each M-series chip with its largest memory option. Peaks are the FP32 rate of the
 * shader cores (no matrix unit is counted), bandwidth is the data-sheet peak, SI units. macOS lets the GPU wire
 * only part of the memory; the sizes here are the whole (Apple's GB are GiB). Left out: the neural engine, the
 * neural accelerators of the M5 GPUs, smaller memory options and, but for M3 Max, binned variants.
 */
import type { Accelerator, AcceleratorVendor } from './accelerator.ts'
import { type Cite, cite, GIB } from './cite.ts'

const hf = cite('huggingface')
const bandwidth = cite('appleBandwidth')
const m5 = cite('appleM5')
const m5ProMax = cite('appleM5ProMax')

const VENDOR: AcceleratorVendor = 'apple'

interface Chip {
  readonly id: string
  readonly year: number
  readonly tflops: number
  readonly gibibytes: number
  readonly gigabytesPerS: number
  readonly watts: number
  readonly usd: number
  readonly from?: Cite
}

function chip({ id, year, tflops, gibibytes, gigabytesPerS, watts, usd, from = bandwidth }: Chip): Accelerator {
  const words = id.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return {
    id,
    name: `Apple ${words.join(' ')}`,
    vendor: VENDOR,
    architecture: `apple-${words[0]?.toLowerCase() ?? id}`,
    kind: 'soc',
    year,
    aliases: [`apple-${id}`],
    matrixFlopPerS: {},
    vectorFlopPerS: { fp32: hf(tflops * 1e12) },
    memoryBytes: hf(gibibytes * GIB, 'largest data-sheet size, shared with the CPU and the operating system'),
    memoryKind: 'unified LPDDR',
    memoryBandwidthBytePerS: from(gigabytesPerS * 1e9),
    powerW: hf(watts, 'estimated package power'),
    priceUsd: hf(usd, 'a Mac with this chip and its largest memory'),
  }
}

export const APPLE: readonly Accelerator[] = [
  chip({ id: 'm1', year: 2020, tflops: 2.6, gibibytes: 16, gigabytesPerS: 68, watts: 15, usd: 1250 }),
  chip({ id: 'm1-pro', year: 2021, tflops: 5.2, gibibytes: 32, gigabytesPerS: 200, watts: 30, usd: 2900 }),
  chip({ id: 'm1-max', year: 2021, tflops: 10.4, gibibytes: 64, gigabytesPerS: 400, watts: 60, usd: 3900 }),
  chip({ id: 'm1-ultra', year: 2022, tflops: 21, gibibytes: 128, gigabytesPerS: 800, watts: 120, usd: 6200 }),
  chip({ id: 'm2', year: 2022, tflops: 3.6, gibibytes: 24, gigabytesPerS: 100, watts: 20, usd: 1500 }),
  chip({ id: 'm2-pro', year: 2023, tflops: 6.8, gibibytes: 32, gigabytesPerS: 200, watts: 35, usd: 2800 }),
  chip({ id: 'm2-max', year: 2023, tflops: 13.49, gibibytes: 96, gigabytesPerS: 400, watts: 80, usd: 4500 }),
  chip({ id: 'm2-ultra', year: 2023, tflops: 27.2, gibibytes: 192, gigabytesPerS: 800, watts: 150, usd: 7000 }),
  chip({ id: 'm3', year: 2023, tflops: 4.1, gibibytes: 24, gigabytesPerS: 100, watts: 22, usd: 1500 }),
  chip({ id: 'm3-pro', year: 2023, tflops: 7.4, gibibytes: 36, gigabytesPerS: 150, watts: 40, usd: 2400 }),
  chip({ id: 'm3-max', year: 2023, tflops: 14.2, gibibytes: 128, gigabytesPerS: 400, watts: 90, usd: 5000 }),
  {
    id: 'm3-max-14core',
    name: 'Apple M3 Max (14-core CPU bin)',
    vendor: VENDOR,
    architecture: 'apple-m3',
    kind: 'soc',
    year: 2023,
    aliases: ['apple-m3-max-14core', 'm3-max-binned'],
    matrixFlopPerS: {},
    vectorFlopPerS: {},
    memoryKind: 'unified LPDDR',
    memoryBandwidthBytePerS: cite('appleLineup')(300e9),
    note: 'The narrower memory bus of the smaller bin; its GPU peak was not found.',
  },
  chip({ id: 'm3-ultra', year: 2025, tflops: 28.4, gibibytes: 512, gigabytesPerS: 819, watts: 180, usd: 9500 }),
  chip({ id: 'm4', year: 2024, tflops: 4.6, gibibytes: 32, gigabytesPerS: 120, watts: 22, usd: 1600 }),
  chip({ id: 'm4-pro', year: 2024, tflops: 9.2, gibibytes: 64, gigabytesPerS: 273, watts: 45, usd: 2600 }),
  chip({ id: 'm4-max', year: 2024, tflops: 18.4, gibibytes: 128, gigabytesPerS: 546, watts: 100, usd: 5000 }),
  chip({ id: 'm5', year: 2025, tflops: 5.7, gibibytes: 32, gigabytesPerS: 153, watts: 25, usd: 2000, from: m5 }),
  chip({
    id: 'm5-pro',
    year: 2026,
    tflops: 11.4,
    gibibytes: 64,
    gigabytesPerS: 307,
    watts: 50,
    usd: 2900,
    from: m5ProMax,
  }),
  chip({
    id: 'm5-max',
    year: 2026,
    tflops: 22.8,
    gibibytes: 128,
    gigabytesPerS: 614,
    watts: 110,
    usd: 5000,
    from: m5ProMax,
  }),
]
