/**
 * Under which names the published measurements know a member of a selection, and which combinations somebody measured as
 * one. Short settings are rounding to nearest: methods (AWQ, GPTQ, KIVI) do better and are named by themselves.
 */
import type { Setting } from '../../evidence/record.ts'
import { evidenceIdsOf } from '../catalog/evidence.ts'
import type { Member } from './selection.ts'

interface MeasuredName {
  readonly technique: string
  readonly setting: Setting
}

const SHORT: Readonly<Record<string, readonly MeasuredName[]>> = {
  w2: [{ technique: 'rtn', setting: { weightBits: '2' } }],
  w3: [{ technique: 'rtn', setting: { weightBits: '3' } }],
  w4: [{ technique: 'rtn', setting: { weightBits: '4' } }],
  w8: [{ technique: 'rtn', setting: { weightBits: '8' } }],
  w4a4: [{ technique: 'rtn', setting: { weightBits: '4', activationBits: '4' } }],
  w8a8: [{ technique: 'smoothquant', setting: {} }],
  w4a8kv4: [{ technique: 'qserve', setting: {} }],
  kv4: [{ technique: 'kv-q4', setting: {} }],
  fp8: [{ technique: 'fp8', setting: {} }],
}

export function measuredNamesOf({ id, row }: Member): readonly MeasuredName[] {
  if (row) return evidenceIdsOf(id).map((technique) => ({ technique, setting: {} }))
  return SHORT[id] ?? []
}

/** Members that were measured together, as the evidence names the whole. */
const TOGETHER: readonly { readonly members: readonly string[]; readonly as: MeasuredName }[] = [
  { members: ['w4', 'a8', 'kv4'], as: { technique: 'qserve', setting: {} } },
  { members: ['w4a8', 'kv4'], as: { technique: 'qserve', setting: {} } },
  { members: ['w8', 'a8'], as: { technique: 'smoothquant', setting: {} } },
  { members: ['w4', 'a4'], as: { technique: 'rtn', setting: { weightBits: '4', activationBits: '4' } } },
]

export function measuredCombination(members: readonly Member[]): MeasuredName | undefined {
  const ids = members.map(({ id }) => id)
  return TOGETHER.find((one) => one.members.length === ids.length && one.members.every((id) => ids.includes(id)))?.as
}
