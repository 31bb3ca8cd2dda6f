/**
 * What published measurements say a technique gains in speed, beside what the model of costs says: the interval of the records
 * with and without it, and where and on what they were made. A figure of another load, model or device is no contradiction of
 * a modelled one: the records nearest by condition speak, with their conditions, and only those of the conditions asked for
 * are compared with the model of costs. A bound ("up to 1.5 times") stays a bound.
 */
import { type Effect, effectOf } from '../../evidence/effect.ts'
import { MODEL_STEPS, modelStep, parseModelName } from '../../evidence/models.ts'
import type { EvidenceRecord } from '../../evidence/record.ts'
import { formatNumber } from '../../units/format.ts'
import { measuredNamesOf } from './measured.ts'
import type { Member } from './selection.ts'

export interface MeasuredSpeed {
  /** Improvement: 1.13 is 1.13 times as fast. */
  readonly low: number
  readonly high: number
  readonly records: readonly EvidenceRecord[]
}

/** What is only bounded: "up to", "more than". */
export interface SpeedBounds {
  readonly atLeast?: number
  readonly atMost?: number
  readonly records: readonly EvidenceRecord[]
}

const SPEEDS: ReadonlySet<string> = new Set(['speed-up', 'decode-speed-up', 'throughput-gain'])

/** A modelled gain beyond this multiple of the best measured one contradicts it: kernels and texts differ by less. */
const BEYOND = 1.25

type Gain = Pick<Effect, 'bound'> & { readonly ratio: number }

function gainOf(record: EvidenceRecord): Gain | undefined {
  const { bound, against, ratio } = effectOf(record) ?? {}
  return bound !== undefined && against === 'without' && ratio !== undefined ? { bound, ratio } : undefined
}

/** A suite speaks with its overall figure where its source prints one, not with its parts beside it. */
function overall(records: readonly EvidenceRecord[]): readonly EvidenceRecord[] {
  const whole = new Set(records.map(({ benchmark }) => benchmark))
  return records.filter(({ benchmark }) => {
    const suite = benchmark.split('/')[0] ?? benchmark
    return (
      suite === benchmark || !(whole.has(suite) || whole.has(`${suite}/overall`)) || benchmark === `${suite}/overall`
    )
  })
}

const known = new WeakMap<readonly EvidenceRecord[], Map<string, EvidenceRecord[]>>()

/** Records of speed by technique: gathered once for a set of records. */
function speedsOf(records: readonly EvidenceRecord[]): Map<string, EvidenceRecord[]> {
  const found = known.get(records)
  if (found) return found
  const made = new Map<string, EvidenceRecord[]>()
  for (const record of records) {
    if (!SPEEDS.has(record.metric) || gainOf(record) === undefined) continue
    made.set(record.technique, [...(made.get(record.technique) ?? []), record])
  }
  known.set(records, made)
  return made
}

const isExact = (record: EvidenceRecord) => gainOf(record)?.bound === '='

/** Figures, then bounds: a bound on a suite says nothing of the figures of its parts. */
function under(records: readonly EvidenceRecord[], names: readonly string[]): readonly EvidenceRecord[] {
  const own = names.flatMap((technique) => speedsOf(records).get(technique) ?? [])
  return [...overall(own.filter(isExact)), ...overall(own.filter((record) => !isExact(record)))]
}

function intervalOf(records: readonly EvidenceRecord[]): MeasuredSpeed | undefined {
  const exact = records.filter(isExact)
  const gains = exact.flatMap((record) => gainOf(record)?.ratio ?? [])
  return gains.length === 0 ? undefined : { low: Math.min(...gains), high: Math.max(...gains), records: exact }
}

function boundsOf(records: readonly EvidenceRecord[]): SpeedBounds | undefined {
  const bounded = records.filter((record) => !isExact(record))
  const ends = (kinds: string) =>
    bounded.flatMap((record) => {
      const { bound = '=', ratio = 1 } = gainOf(record) ?? {}
      return kinds.includes(bound) ? [ratio] : []
    })
  const [least, most] = [ends('>~'), ends('<~')]
  if (bounded.length === 0) return undefined
  return {
    ...(least.length > 0 ? { atLeast: Math.min(...least) } : {}),
    ...(most.length > 0 ? { atMost: Math.max(...most) } : {}),
    records: bounded,
  }
}

/** Under these names of the evidence, whatever their settings. */
export function measuredSpeedUnder(
  records: readonly EvidenceRecord[],
  names: readonly string[],
): MeasuredSpeed | undefined {
  return intervalOf(under(records, names))
}

/** What of it is only bounded. */
export function speedBoundsUnder(
  records: readonly EvidenceRecord[],
  names: readonly string[],
): SpeedBounds | undefined {
  return boundsOf(under(records, names))
}

export const speedNamesOf = (member: Member): string[] => measuredNamesOf(member).map(({ technique }) => technique)

export function measuredSpeedOf(records: readonly EvidenceRecord[], member: Member): MeasuredSpeed | undefined {
  return measuredSpeedUnder(records, speedNamesOf(member))
}

const times = (x: number) => `${formatNumber(x, 3)}×`

/** `1.13× to 1.34×`; where only bounds are published, `at most 1.5×`. */
export function rangeText(speed: MeasuredSpeed | undefined, bounds: SpeedBounds | undefined): string {
  if (speed) return speed.low === speed.high ? times(speed.low) : `${times(speed.low)} to ${times(speed.high)}`
  const { atLeast, atMost } = bounds ?? {}
  return [
    ...(atLeast === undefined ? [] : [`at least ${times(atLeast)}`]),
    ...(atMost === undefined ? [] : [`at most ${times(atMost)}`]),
  ].join(', ')
}

const SHOWN = 2

/** The first two, and how many more. */
function few(texts: readonly (string | undefined)[]): string {
  const all = [...new Set(texts.filter((text): text is string => text !== undefined && text !== ''))]
  const more = all.length - SHOWN
  return all.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function loads(records: readonly EvidenceRecord[]): string {
  const sizes = records.flatMap(({ setting }) => (setting.batch === undefined ? [] : [Number(setting.batch)]))
  const rates = records.flatMap(({ setting: { requestsPerS: rate } }) =>
    rate === undefined ? [] : [rate === 'high' ? 'high load' : rate === '1' ? '1 request/s' : `${rate} requests/s`],
  )
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  const batches = Number.isFinite(least + most) ? [least === most ? `batch ${least}` : `batch ${least} to ${most}`] : []
  return few([...batches, ...rates])
}

/** Where and on what: `spec-bench; batch 1; vicuna-7b; A100`. */
export const conditionsText = (records: readonly EvidenceRecord[]): string =>
  [
    few(records.map(({ benchmark }) => benchmark.split('/')[0])),
    loads(records),
    few(records.map(({ model }) => model)),
    few(records.map(({ hardware }) => hardware)),
  ]
    .filter((text) => text !== '')
    .join('; ')

/** What a question runs on, to find the records nearest to it. */
export interface SpeedAsked {
  readonly model: string
  readonly accelerator: string
  readonly accelerators: number
  /** Sequences at once. */
  readonly batch: number
}

/** From so many at once a load is called high. */
const HIGH = 32
/** Of a load nobody states: further than a factor of two, nearer than ten. */
const UNKNOWN_LOAD = 2

/** Doublings between the loads. A rate of requests stands for as many at once, which orders records and no more. */
function loadGap({ setting: { batch, requestsPerS } }: EvidenceRecord, asked: number): number {
  if (batch === undefined && requestsPerS === 'high') return Math.max(0, Math.log2(HIGH / asked))
  const size = Number(batch ?? requestsPerS)
  return size > 0 ? Math.abs(Math.log2(size / asked)) : UNKNOWN_LOAD
}

const plainName = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')

function isSameHardware({ hardware }: EvidenceRecord, { accelerator, accelerators }: SpeedAsked): boolean {
  const [, count = '1', device = ''] = /^(?:(\d+)x )?(.+)$/.exec(hardware ?? '') ?? []
  return device !== '' && Number(count) === accelerators && plainName(accelerator).includes(plainName(device))
}

function modelGap({ model }: EvidenceRecord, asked: SpeedAsked): number {
  const name = parseModelName(asked.model)
  const step = name ? modelStep(name, model === undefined ? undefined : parseModelName(model)) : 'unnamed'
  return MODEL_STEPS[step].distance
}

const isHere = (record: EvidenceRecord, asked: SpeedAsked) =>
  loadGap(record, asked.batch) <= 1 && modelGap(record, asked) === 0 && isSameHardware(record, asked)

export interface NearSpeed {
  readonly speed?: MeasuredSpeed
  readonly bounds?: SpeedBounds
  /** At the load, on the model and the hardware asked for; else elsewhere. */
  readonly isHere: boolean
  /** Nearest first. */
  readonly records: readonly EvidenceRecord[]
}

/** The records nearest by condition: those of the question's own, or else those of the nearest load. */
export function speedNear(
  records: readonly EvidenceRecord[],
  member: Member,
  asked: SpeedAsked,
): NearSpeed | undefined {
  const all = under(records, speedNamesOf(member))
  if (all.length === 0) return undefined
  const here = all.filter((record) => isHere(record, asked))
  const least = Math.min(...all.map((record) => loadGap(record, asked.batch)))
  const gap = (record: EvidenceRecord) => modelGap(record, asked) + (isSameHardware(record, asked) ? 0 : 1)
  const near = here.length > 0 ? here : all.filter((record) => loadGap(record, asked.batch) === least)
  const sorted = near.toSorted((a, b) => gap(a) - gap(b))
  const [speed, bounds] = [intervalOf(sorted), boundsOf(sorted)]
  return { ...(speed ? { speed } : {}), ...(bounds ? { bounds } : {}), isHere: here.length > 0, records: sorted }
}

/** `modelled`: of this technique alone; left out where it is part of more. */
export function measuredSpeedWords({ speed, bounds, isHere, records }: NearSpeed, modelled?: number): string {
  const range = rangeText(speed, bounds)
  const told = speed?.records ?? records
  const at = [conditionsText(told), few(told.map(({ id }) => id))].filter((text) => text !== '').join('; ')
  if (!isHere) return `measured elsewhere (${at}): ${range}`
  const most = Math.max(speed?.high ?? 0, bounds?.atMost ?? 0)
  const beyond = modelled !== undefined && most > 0 && modelled > BEYOND * most
  return `measured ${range}${beyond ? `, less than the ${times(modelled)} modelled` : ''} (${at})`
}
