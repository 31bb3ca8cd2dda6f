/** Layouts that were tried, as a table for people and for programs, and what the accelerators gain over half as many. */
import { describeLayout, sameLayout } from '../layout/layout.ts'
import type { Analysis } from '../scenario/analyze.ts'
import type { Gain, LayoutChoice } from '../scenario/layouts.ts'
import { formatBytes, formatDollars, formatNumber, formatSeconds } from '../units/format.ts'
import { endsBeside } from '../units/interval.ts'

export interface LayoutRow {
  readonly layout: string
  readonly chosen: boolean
  readonly fits: boolean
  readonly memory: string
  readonly ttft: string
  readonly tpot: string
  readonly throughput: string
  readonly price: string
  /** Of these, where kernels are priced: `10.4–12.5`, in the number's own unit where no other is said. */
  readonly ranges?: { readonly [R in 'ttft' | 'tpot' | 'throughput' | 'price']?: string }
}

const FORMATS = {
  ttft: formatSeconds,
  tpot: formatSeconds,
  throughput: (rate: number) => formatNumber(rate),
  price: formatDollars,
} as const

function rangesOf({ ranges, ...choice }: LayoutChoice): Pick<LayoutRow, 'ranges'> {
  if (!ranges) return {}
  const values = {
    ttft: choice.ttftS,
    tpot: choice.tpotS,
    throughput: choice.outputTokensPerS,
    price: choice.priceUsdPerMillionOutputTokens,
  }
  const texts = (Object.keys(FORMATS) as (keyof typeof FORMATS)[]).flatMap((id) => {
    const [value, ends] = [values[id], ranges[id]]
    return ends && value !== undefined ? [[id, endsBeside(value, ends, FORMATS[id])] as const] : []
  })
  return { ranges: Object.fromEntries(texts) }
}

export function layoutRows(choices: readonly LayoutChoice[], analysis: Analysis): LayoutRow[] {
  return choices.map((choice) => ({
    layout: describeLayout(choice.layout),
    chosen: sameLayout(choice.layout, analysis.layout),
    fits: choice.fits,
    memory: formatBytes(choice.totalBytes),
    ttft: formatSeconds(choice.ttftS),
    tpot: choice.tpotS === undefined ? '–' : formatSeconds(choice.tpotS),
    throughput: `${formatNumber(choice.outputTokensPerS)} tokens/s`,
    price:
      choice.priceUsdPerMillionOutputTokens === undefined ? '–' : formatDollars(choice.priceUsdPerMillionOutputTokens),
    ...rangesOf(choice),
  }))
}

/** The rows for programs: the layout's axes, seconds, bytes, dollars per million output tokens. */
export function layoutsJson(choices: readonly LayoutChoice[]) {
  return choices.map(({ layout, ...rest }) => ({ layout: { ...layout, text: describeLayout(layout) }, ...rest }))
}

/** Below this gain another accelerator is not worth its price. */
const WORTH_IT = 1.1

/** `8 accelerators: 1.7 × the tokens per second of 4, each token in 0.6 × the time.` */
export function gainText({ count, against, speedup, tpotRatio, basis }: Gain): string {
  const than = against === 1 ? 'of one' : `of ${against}`
  const token = tpotRatio === undefined ? '' : `, each token in ${formatNumber(tpotRatio, 2)} × the time`
  const numbers = `${formatNumber(speedup, 3)} × the tokens per second ${than}${token} (${basis})`
  if (speedup >= WORTH_IT) return `${count} accelerators give ${numbers}.`
  const more = against === 1 ? 'A second accelerator does' : `${count - against} more accelerators do`
  return `${more} not help here: ${count} give ${numbers}.`
}
