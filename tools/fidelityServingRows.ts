/**
 * Rows of the fidelity file about served requests: TPOT, TTFT and throughput by engine, device, model, family, regime and
 * mode, with what cross-validation says of whole models and whole devices left out of the fit (engines' constants; the
 * rows that take part in it), and the parts of TPOT and throughput that have a target.
 *
 * TPOT and TTFT are those of the public points, aggregated; throughput is that of TensorRT-LLM's tables. What lies outside
 * (disaggregated, other tables) has rows by mode and by source.
 */
import {
  findModel,
  medianPct,
  REGIMES,
  type ServingMetric,
  type ServingScore,
  type Unseen,
  type UnusedRow,
} from '@capline/core'
import {
  errorColumns,
  type FidelityPlot,
  type FidelityRow,
  given,
  type PlotPoint,
  pairedErrors,
} from './fidelityFile.ts'

export interface Scored extends PlotPoint {
  readonly score: ServingScore
}

export const isMixture = ({ point }: ServingScore) =>
  findModel(point.model)?.spec.stack.kinds.some(({ ffn }) => ffn?.kind === 'moe') ?? false
export const familyOf = (model: string) => findModel(model)?.spec.family ?? model
export const isMixedUp = ({ point }: ServingScore) => point.engine === 'trtllm' && point.model.startsWith('deepseek')
export const isAggregatedTpot = ({ metric, point }: ServingScore) =>
  metric === 'tpot' && point.mode === 'aggregated' && point.source === 'points'

export interface Target {
  readonly what: string
  readonly title: string
  readonly known: number
  readonly unseen: number
  readonly holds: (score: ServingScore) => boolean
}

export const TARGETS: readonly Target[] = [
  {
    what: 'tpot_dense',
    title: 'TPOT, dense models, aggregated',
    known: 7,
    unseen: 10,
    holds: (one) => isAggregatedTpot(one) && !isMixture(one),
  },
  {
    what: 'tpot_mixtures',
    title: 'TPOT, mixtures and MLA, aggregated',
    known: 12,
    unseen: 16,
    holds: (one) => isAggregatedTpot(one) && isMixture(one),
  },
  {
    what: 'tpot_mixtures_clear',
    title: '… without DeepSeek on TensorRT-LLM',
    known: 12,
    unseen: 16,
    holds: (one) => isAggregatedTpot(one) && isMixture(one) && !isMixedUp(one),
  },
  {
    what: 'throughput',
    title: 'Offline throughput (TensorRT-LLM tables)',
    known: 12,
    unseen: 18,
    holds: ({ metric, point }) => metric === 'throughput' && point.source === 'trtllm_perf',
  },
]

export interface Unfitted {
  /** Errors of a point whose model, or device, was left out of the fit of the engines' constants; by the point's id. */
  readonly byPoint: ReadonlyMap<string, Unseen>
  /** What takes part in that fit. */
  readonly models: ReadonlySet<string>
  readonly devices: ReadonlySet<string>
}

/**
 * Log ratios of those that were fitted without their model, or their device. Only public points take part in fits; no
 * constant is fitted to throughput, so there it is the rows of models, or devices, that no fit of an engine has seen.
 */
export function leftOut(rows: readonly Scored[], unseen: Unfitted, what: 'model' | 'device'): number[] {
  return rows.flatMap(({ measured, predicted, score: { metric, point } }) => {
    if (metric === 'throughput') {
      const isSeen = what === 'model' ? unseen.models.has(point.model) : unseen.devices.has(point.accelerator)
      return isSeen ? [] : [Math.log(predicted / measured)]
    }
    if (point.source !== 'points') return []
    return unseen.byPoint.get(point.id)?.[what]?.[metric === 'tpot' ? 0 : 1] ?? []
  })
}

const WHATS: Readonly<Record<ServingMetric, { readonly title: string; readonly source: string }>> = {
  tpot: { title: 'Time per output token', source: 'points' },
  ttft: { title: 'Time to first token', source: 'points' },
  throughput: { title: 'Offline throughput', source: 'trtllm_perf' },
}

/** What a measured figure is grouped by, predicted or not. */
interface Place {
  readonly metric: ServingMetric
  readonly source: string
  readonly engine: string
  readonly device: string
  readonly model: string
  readonly family: string
  readonly regime: string
  readonly mode: string
}

const BY = ['engine', 'device', 'model', 'family', 'regime', 'mode', 'source'] as const
type By = (typeof BY)[number]

const modeOf = (name: string) => (name.startsWith('disagg') ? 'disaggregated' : 'aggregated')
const regimeOf = (name = '') => ((REGIMES as readonly string[]).includes(name) ? name : '')

const placeOf = ({ metric, point }: ServingScore): Place => ({
  metric,
  source: point.source,
  engine: point.engine,
  device: point.accelerator,
  model: point.model,
  family: familyOf(point.model),
  regime: regimeOf(point.columns.regime),
  mode: point.mode,
})

const placesOf = (table: string, { metrics, columns }: UnusedRow): Place[] =>
  metrics.map((metric) => ({
    metric,
    source: table,
    engine: columns.engine ?? '',
    device: columns.device ?? '',
    model: columns.model ?? '',
    family: familyOf(columns.model ?? ''),
    regime: regimeOf(columns.regime),
    mode: modeOf(columns.mode ?? ''),
  }))

/** Whether a figure belongs to the rows of this grouping. */
function belongs(place: Place, metric: ServingMetric, by: By | 'all'): boolean {
  if (place.metric !== metric || (by !== 'all' && place[by] === '')) return false
  const isMain = place.source === WHATS[metric].source
  if (by === 'source') return place.mode === 'aggregated'
  return isMain && (by === 'mode' || place.mode === 'aggregated')
}

export interface UnusedTable {
  readonly table: string
  readonly unused: readonly UnusedRow[]
}

export function servingRows(
  rows: readonly Scored[],
  scores: readonly ServingScore[],
  tables: readonly UnusedTable[],
  unseen: Unfitted,
): FidelityRow[] {
  const missing = [
    ...scores.filter(({ predicted }) => predicted === undefined).map(placeOf),
    ...tables.flatMap(({ table, unused }) => unused.flatMap((row) => placesOf(table, row))),
  ]
  const crossed = (own: readonly Scored[]) => ({
    ...given('unseenModelPct', medianPct(leftOut(own, unseen, 'model'))),
    ...given('unseenDevicePct', medianPct(leftOut(own, unseen, 'device'))),
  })
  const partsOf = (metric: ServingMetric, by: By | 'all'): FidelityRow[] => {
    const keyOf = (place: Place) => (by === 'all' ? '' : place[by])
    const own = rows.filter(({ score }) => belongs(placeOf(score), metric, by))
    const absent = missing.filter((place) => belongs(place, metric, by))
    const target = by === 'all' ? TARGETS.find(({ what }) => what === metric) : undefined
    return pairedErrors(own, ({ score }) => ({ key: keyOf(placeOf(score)) })).map(({ row, roof }) => {
      const key = row.group.key ?? ''
      const skipped = absent.filter((place) => keyOf(place) === key).length
      return {
        set: 'serving',
        what: metric,
        title: WHATS[metric].title,
        by,
        key,
        ...errorColumns(row, roof),
        ...(skipped > 0 ? { skipped } : {}),
        ...crossed(own.filter(({ score }) => keyOf(placeOf(score)) === key)),
        ...(target ? { targets: [target.known, target.unseen] as const } : {}),
      }
    })
  }
  const aimed = TARGETS.filter(({ what }) => what !== 'throughput').flatMap((target): FidelityRow[] => {
    const own = rows.filter(({ score }) => target.holds(score))
    const title = target.title.replace('…', 'TPOT, mixtures and MLA')
    return pairedErrors(own, () => ({})).map(({ row, roof }) => ({
      set: 'serving',
      what: target.what,
      title: title.replace(', aggregated', ''),
      by: 'all',
      key: '',
      ...errorColumns(row, roof),
      ...crossed(own),
      targets: [target.known, target.unseen],
    }))
  })
  return [
    ...partsOf('tpot', 'all'),
    ...aimed,
    ...partsOf('ttft', 'all'),
    ...partsOf('throughput', 'all'),
    ...BY.flatMap((by) => (['tpot', 'ttft', 'throughput'] as const).flatMap((metric) => partsOf(metric, by))),
  ]
}

export function servingPlots(rows: readonly Scored[]): FidelityPlot[] {
  const plot = (what: string, title: string, holds: (score: ServingScore) => boolean): FidelityPlot => ({
    set: 'serving',
    what,
    title,
    points: rows.filter(({ score }) => holds(score)),
  })
  return [
    plot('tpot_dense', 'TPOT, dense models', (one) => isAggregatedTpot(one) && !isMixture(one)),
    plot('tpot_mixtures', 'TPOT, mixtures and MLA', (one) => isAggregatedTpot(one) && isMixture(one)),
    plot('ttft', 'TTFT, aggregated', (one) => belongs(placeOf(one), 'ttft', 'all')),
    plot('throughput', 'Offline throughput, tokens/s', (one) => belongs(placeOf(one), 'throughput', 'all')),
  ]
}
