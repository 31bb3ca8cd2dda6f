/**
 * The calibrated basis: kernel models with constants fitted to measured kernels (`cost/kernels`, `cost/calibration`), of
 * the device itself or borrowed from its architecture or class.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import {
  type DeviceModel,
  deviceModel,
  fusedQuantisationSeconds,
  kernelCell,
  kernelSeconds,
  kernelTime,
} from '../kernels/device.ts'
import { type GemmQuery, KERNEL_FORMATS, type KernelQuery, type MoeQuery } from '../kernels/query.ts'
import type { CostModel } from '../roofline.ts'
import { type CollectiveTimer, type KernelTimer, kernelPricer, SMALL_KERNELS } from './kernelPricer.ts'

/**
 * Quantising the input in a replayed graph: at most two more short kernels (values, and scales in the order the product
 * reads them) and a pass that reads 16 bit and writes 8. Some benchmarks spend up to 12 µs of host time on it.
 */
function passSeconds({ m, k }: GemmQuery, { chip }: DeviceModel): number {
  return 2 * SMALL_KERNELS.launchS + (3 * m * k) / (chip.bandwidth * SMALL_KERNELS.bandwidthShare)
}

/**
 * Of the fixed cost of a mixture's chain of kernels (routing, permutation, two grouped products, gathering), the share that
 * shows inside a step, where each kernel is launched while the one before still runs and the chain's first waits for none.
 * One number for all engines and devices, chosen by served requests: TPOT of mixtures left out of the fit is off by 11.8 %
 * at 1, 9.5 % at 0.8, 9.3 % at 0.75, 9.1 % at 0.6; of devices left out, 11.5 %, 10.6 %, 10.8 % and 12.4 %.
 */
const EXPERT_CHAIN_SHARE = 0.75

/** What of the chain's fixed cost hides. */
function hiddenChainSeconds(query: MoeQuery, device: DeviceModel): number {
  const fixed = kernelCell(device, 'moe', query.format)?.constants[0] ?? 0
  return (1 - EXPERT_CHAIN_SHARE) * fixed
}

/** The calibrated models as a timer. A class that was never measured anywhere gives NaN, which callers must not show. */
export function calibratedTimer(device: DeviceModel, fusesQuantisation = false): KernelTimer {
  const seconds = (query: KernelQuery): number => {
    const timeS = kernelSeconds(query, device)
    if (query.kind === 'moe') return timeS - hiddenChainSeconds(query, device)
    if (query.kind !== 'gemm' || !KERNEL_FORMATS[query.format].quantises) return timeS
    const quantiseS = fusedQuantisationSeconds(query, device)
    return timeS - quantiseS + (fusesQuantisation ? 0 : Math.min(quantiseS, passSeconds(query, device)))
  }
  return {
    seconds,
    range: (query, seconds) => {
      const time = kernelTime(query, device)
      if (!time) return { low: seconds / 2, high: seconds * 2, borrowed: true, extrapolated: true }
      const { timeS, low, high, borrowed, extrapolated } = time
      return { low: (low * seconds) / timeS, high: (high * seconds) / timeS, borrowed, extrapolated }
    },
  }
}

/** What of an engine matters to the price of a kernel. */
export interface KernelTraits {
  /** Whose kernels, as kernel tables name engines; absent: whichever was measured most. */
  readonly kernels?: string | undefined
  /** Inputs of narrow products are quantised inside the kernel before. */
  readonly fusesQuantisation: boolean
  /** Exponent of the power law that tokens per expert follow. */
  readonly routingAlpha: number
}

/** The roofline's cost with times from kernels; undefined when the catalogue lacks the figures kernel models need. */
export function kernelCost(
  roofline: CostModel,
  accelerator: Accelerator,
  traits: KernelTraits,
  collective: CollectiveTimer,
  measured?: KernelTimer,
): CostModel | undefined {
  const device = deviceModel(accelerator, traits.kernels)
  if (!device) return undefined
  return {
    ...roofline,
    basis: measured ? 'measured' : 'calibrated',
    pricer: kernelPricer({
      chip: device.chip,
      timer: measured ?? calibratedTimer(device, traits.fusesQuantisation),
      collective,
      rates: roofline.rates,
      routingAlpha: traits.routingAlpha,
    }),
  }
}
