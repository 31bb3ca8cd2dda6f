/**
 * What published measurements say a technique gains in speed, beside what the model of costs says: the interval of the records
 * with and without it, where and on what they were made, and whether the modelled gain lies beyond all of them.
 */
import { effectOf } from '../../evidence/effect.ts'
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

const SPEEDS: ReadonlySet<string> = new Set(['speed-up', 'decode-speed-up', 'throughput-gain'])

/** A modelled gain beyond this multiple of the best measured one contradicts it: batch, model and hardware differ by less. */
const BEYOND = 1.25

const gainOf = (record: EvidenceRecord): number | undefined => {
  const effect = effectOf(record)
  return effect?.bound === '=' && effect.against === 'without' ? effect.ratio : undefined
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

export function measuredSpeedOf(records: readonly EvidenceRecord[], member: Member): MeasuredSpeed | undefined {
  const own = overall(measuredNamesOf(member).flatMap(({ technique }) => speedsOf(records).get(technique) ?? []))
  const gains = own.flatMap((record) => gainOf(record) ?? [])
  return gains.length === 0 ? undefined : { low: Math.min(...gains), high: Math.max(...gains), records: own }
}

const few = (names: readonly string[]) => {
  const [first, second, ...rest] = [...new Set(names)]
  return (
    [first, second].filter((one) => one !== undefined).join(', ') + (rest.length > 0 ? ` and ${rest.length} more` : '')
  )
}

export function measuredSpeedWords({ low, high, records }: MeasuredSpeed, modelled: number): string {
  const number = (x: number) => formatNumber(x, 3)
  const range = low === high ? `${number(low)}×` : `${number(low)}× to ${number(high)}×`
  const models = few(records.flatMap(({ model }) => model ?? []))
  const places = few(records.flatMap(({ hardware }) => hardware ?? []))
  const benchmarks = few(records.map(({ benchmark }) => benchmark.split('/')[0] ?? benchmark))
  const at = [benchmarks, models, places, few(records.map(({ id }) => id))].filter((one) => one !== '').join('; ')
  const beyond = modelled > BEYOND * high ? `, less than the ${number(modelled)}× modelled` : ''
  return `measured ${range}${beyond} (${at})`
}
