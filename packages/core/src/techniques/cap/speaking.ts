/**
 * Which published measurements may speak for a technique in a question, before they are ranked by distance: of the dose the
 * plan applies, and of a baseline that worked at all.
 *
 *   dose      widths, compression and stretch always ask, assumed or not: a prompt cut to a seventh says nothing of one cut
 *             to a third, however near its model
 *   baseline  a model read past the length it was trained for falls apart by itself, so a perplexity measured there tells
 *             how far a technique reaches; it speaks of accuracy only where the request is past this model's length too
 */
import { findModel } from '../../catalog/models/index.ts'
import type { EvidenceRecord, Setting } from '../../evidence/record.ts'
import { compareSetting } from '../../evidence/settings.ts'
import type { Use } from '../primitive.ts'

/** Parameters of primitives that sources state as settings: how much of a technique is applied. */
const SETTINGS: { readonly [parameter: string]: readonly [setting: string, text: (value: number) => string] } = {
  'WB.bits': ['weightBits', String],
  'AB.bits': ['activationBits', String],
  'KB.bits': ['kvBits', String],
  'CTX.ratio': ['compression', (ratio) => `${ratio}x`],
  'POS.scale': ['scale', String],
}

const WIDTHS: Readonly<Record<string, string>> = { WB: 'weightBits', AB: 'activationBits', KB: 'kvBits' }

/** What the uses say of settings that at least one record states: nobody is asked for what nobody says. */
export function settingOf(uses: readonly Use[], records: readonly EvidenceRecord[]): Setting {
  const out: Record<string, string> = {}
  const states = (name: string) => records.some(({ setting }) => setting[name] !== undefined)
  // Formats that are not narrowed stay: four-bit weights alone are no four-bit activations.
  const narrowed = uses.some(({ primitive }) => Object.hasOwn(WIDTHS, primitive))
  for (const [primitive, name] of Object.entries(WIDTHS)) {
    if (narrowed && !uses.some((use) => use.primitive === primitive) && states(name)) out[name] = '16'
  }
  for (const use of uses) {
    for (const [name, value] of Object.entries(use.with)) {
      const known = SETTINGS[`${use.primitive}.${name}`]
      if (!known || typeof value !== 'number') continue
      if (states(known[0])) out[known[0]] = known[1](value)
    }
  }
  return out
}

/** States another dose than the one asked for; what it does not state is not known to differ. */
export const isOtherDose = (record: EvidenceRecord, asked: Setting): boolean =>
  Object.entries(asked).some(([name, value]) => compareSetting(value, record.setting[name]) === 'different')

const windows = new Map<string, number | undefined>()

/** Trained length of the catalogue's model that a name is, or is made from (`llama-2-7b-clex-4k`: Llama 2 7B). */
function catalogueWindow(name: string): number | undefined {
  if (windows.has(name)) return windows.get(name)
  const words = name.split('-')
  let found: number | undefined
  for (let length = words.length; length > 1 && found === undefined; length--) {
    for (let at = 0; at + length <= words.length && found === undefined; at++) {
      found = findModel(words.slice(at, at + length).join('-'))?.spec.trainedContextTokens
    }
  }
  windows.set(name, found)
  return found
}

/** Trained length of a record's baseline; a length in the name is the baseline's own unless the technique made it. */
function baselineWindow({ model, technique }: EvidenceRecord): number | undefined {
  if (model === undefined) return undefined
  const named = model.includes(technique) ? undefined : /-(\d+)k$/.exec(model)?.[1]
  return named === undefined ? catalogueWindow(model) : Number(named) * 1024
}

/**
 * Where no length is known, the baseline's own series tells: within it a longer text is at most a little harder (within 1.08
 * of the least in StreamingLLM’s series), past it perplexity leaps (there by 1.46 at the least).
 */
const FALLEN = 1.25

function isPastTraining(record: EvidenceRecord, series: readonly EvidenceRecord[]): boolean {
  const { metric, contextTokens, baseline } = record
  if (metric !== 'perplexity' || contextTokens === undefined || !baseline) return false
  const window = baselineWindow(record)
  if (window !== undefined && contextTokens > window) return true
  const shorter = series.filter(
    (one) =>
      one.metric === metric &&
      one.model === record.model &&
      one.benchmark === record.benchmark &&
      one.baseline?.name === baseline.name &&
      (one.contextTokens ?? contextTokens) < contextTokens,
  )
  return shorter.some((one) => baseline.value > FALLEN * (one.baseline?.value ?? Number.POSITIVE_INFINITY))
}

/** Without those whose baseline had fallen apart, unless this request is past its model's length as well. */
export function withWorkingBaseline(
  records: readonly EvidenceRecord[],
  { contextTokens, trainedTokens }: { readonly contextTokens: number; readonly trainedTokens?: number },
): readonly EvidenceRecord[] {
  if (trainedTokens !== undefined && contextTokens > trainedTokens) return records
  return records.filter((record) => !isPastTraining(record, records))
}
