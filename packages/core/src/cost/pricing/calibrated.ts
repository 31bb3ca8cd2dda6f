/**
 * The calibrated basis: kernel models with constants fitted to measured kernels (`cost/kernels`, `cost/calibration`), of
 * the device itself or borrowed from its architecture or class.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { type DeviceModel, deviceModel, kernelSeconds, kernelTime } from '../kernels/device.ts'
import type { CostModel } from '../roofline.ts'
import { type CollectiveTimer, type KernelTimer, kernelPricer } from './kernelPricer.ts'

/** The calibrated models as a timer. A class that was never measured anywhere gives NaN, which callers must not show. */
export function calibratedTimer(device: DeviceModel): KernelTimer {
  return {
    seconds: (query) => kernelSeconds(query, device),
    range: (query, seconds) => {
      const time = kernelTime(query, device)
      if (!time) return { low: seconds / 2, high: seconds * 2, borrowed: true, extrapolated: true }
      const { low, high, borrowed, extrapolated } = time
      return { low, high, borrowed, extrapolated }
    },
  }
}

export interface KernelBasis {
  readonly basis: 'calibrated' | 'measured'
  readonly timer: KernelTimer
  readonly collective: CollectiveTimer
}

/** The roofline's cost with times from kernels; undefined when the catalogue lacks the figures kernel models need. */
export function kernelCost(
  roofline: CostModel,
  accelerator: Accelerator,
  engine: string | undefined,
  collective: CollectiveTimer,
  measured?: KernelTimer,
): CostModel | undefined {
  const device = deviceModel(accelerator, engine)
  if (!device) return undefined
  return {
    ...roofline,
    basis: measured ? 'measured' : 'calibrated',
    pricer: kernelPricer({
      chip: device.chip,
      timer: measured ?? calibratedTimer(device),
      collective,
      rates: roofline.rates,
    }),
  }
}
