/** The measured basis: a user's own kernel tables as a timer; what they lack is priced by the calibrated models. */
import { type MeasuredDevice, measuredSeconds, measuredTime } from '../measured/index.ts'
import type { KernelTimer } from './kernelPricer.ts'

export function measuredTimer(device: MeasuredDevice): KernelTimer {
  return {
    seconds: (query) => measuredSeconds(query, device),
    range: (query, seconds) => {
      const time = measuredTime(query, device)
      if (!time) return { low: seconds / 2, high: seconds * 2, borrowed: true, extrapolated: true }
      const { low, high, basis, exact } = time
      // A calibrated figure among measured ones stands outside what was measured.
      return { low, high, borrowed: basis === 'calibrated', extrapolated: basis === 'calibrated' && !exact }
    },
  }
}
