/**
 * The hardware numbers of LLM-Viewer at commit 472f71f, under its own names: bytes per second, operations per
 * second, bytes. They exist only to reproduce the figures and tables computed with it; the catalogue's own rows
 * are the ones to plan with. Left out: everything LLM-Viewer does not model (capacity, links, vector units).
 *
 * Known oddities, kept as they are: H100 bandwidth is 8% under the data sheet; the on-chip buffer is the sum of
 * the register files, not a cache; the 13900K is counted with AVX-512, which the part does not enable, and has
 * no INT8 figure; operand widths of 8 bits and below all use the INT8 peak.
 */
import type { AcceleratorSourceKey } from './cite.ts'

export interface ViewerHardware {
  readonly name: string
  readonly bandwidthBytePerS: number
  /** Peak used when an activation is wider than 8 bits. */
  readonly fp16OpPerS: number
  /** Peak used for 8-bit and narrower activations; absent where LLM-Viewer has none and fails. */
  readonly int8OpPerS?: number
  readonly onChipBufferBytes: number
}

export const VIEWER_HARDWARE_SOURCE: AcceleratorSourceKey = 'llmViewer'

function entry(
  name: string,
  bandwidthBytePerS: number,
  fp16OpPerS: number,
  int8OpPerS: number,
  onChipBufferBytes: number,
): ViewerHardware {
  return { name, bandwidthBytePerS, fp16OpPerS, int8OpPerS, onChipBufferBytes }
}

const ENTRIES: readonly ViewerHardware[] = [
  entry('nvidia_V100', 900e9, 112e12, 62e12, 20_480e3),
  entry('nvidia_A6000', 768e9, 154.8385e12, 309.7e12, 21_504e3),
  entry('nvidia_A100', 1555e9, 312e12, 624e12, 27_648e3),
  entry('nvidia_A100_40G', 1555e9, 312e12, 624e12, 27_648e3),
  entry('nvidia_A100_80G', 2039e9, 312e12, 624e12, 27_648e3),
  entry('nvidia_A800_80G_SXM', 2039e9, 312e12, 624e12, 27_648e3),
  entry('nvidia_A40', 696e9, 149.7e12, 299.3e12, 21_504e3),
  entry('nvidia_H100', 3072e9, 989.5e12, 1979e12, 33_792e3),
  entry('nvidia_H100_SXM', 3072e9, 989.5e12, 1979e12, 33_792e3),
  entry('nvidia_H100_PCIe', 2048e9, 756.5e12, 1513e12, 29_184e3),
  entry('nvidia_L40', 864e9, 181e12, 362e12, 36_352e3),
  { name: 'intel_13900k', bandwidthBytePerS: 89.6e9, fp16OpPerS: 1.3824e12, onChipBufferBytes: 36e6 },
]

const BY_NAME: ReadonlyMap<string, ViewerHardware> = new Map(ENTRIES.map((hardware) => [hardware.name, hardware]))

/** Keyed by LLM-Viewer's name. No prototype, so a name such as `constructor` finds nothing. */
export const VIEWER_HARDWARE: Readonly<Record<string, ViewerHardware>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, ViewerHardware>, Object.fromEntries(BY_NAME)),
)

/** Catalogue id to LLM-Viewer's name. Variants it does not tell apart share one entry. */
const VIEWER_NAME_BY_ID: ReadonlyMap<string, string> = new Map([
  ['v100-pcie-16gb', 'nvidia_V100'],
  ['v100-pcie-32gb', 'nvidia_V100'],
  ['v100-sxm-16gb', 'nvidia_V100'],
  ['v100-sxm-32gb', 'nvidia_V100'],
  ['rtx-a6000', 'nvidia_A6000'],
  ['a100-sxm-40gb', 'nvidia_A100_40G'],
  ['a100-pcie-40gb', 'nvidia_A100_40G'],
  ['a100-sxm-80gb', 'nvidia_A100_80G'],
  ['a800-sxm-80gb', 'nvidia_A800_80G_SXM'],
  ['a40', 'nvidia_A40'],
  ['h100-sxm', 'nvidia_H100_SXM'],
  ['h100-pcie', 'nvidia_H100_PCIe'],
  ['l40', 'nvidia_L40'],
  ['i9-13900k', 'intel_13900k'],
])

/** LLM-Viewer's numbers for a catalogue id; undefined where it has no entry for that part. */
export function viewerHardwareFor(acceleratorId: string): ViewerHardware | undefined {
  const name = VIEWER_NAME_BY_ID.get(acceleratorId)
  return name === undefined ? undefined : BY_NAME.get(name)
}
