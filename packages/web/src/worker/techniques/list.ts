/** What can be turned on: every technique by family, and the number formats in short. */
import { capTypesText, TECHNIQUE_FAMILIES, TECHNIQUE_ROWS, type TechniqueRow } from '@capline/core'
import type { TechniqueList } from './protocol.ts'

const SHORTS: TechniqueList['shorts'] = [
  { id: 'w8', name: '8-bit weights' },
  { id: 'w4', name: '4-bit weights' },
  { id: 'w8a8', name: '8-bit weights and activations' },
  { id: 'fp8', name: 'FP8 weights and activations' },
  { id: 'kv8', name: '8-bit KV cache' },
  { id: 'kv4', name: '4-bit KV cache' },
  { id: 'w4kv4', name: '4-bit weights and KV cache' },
  { id: 'w4a8kv4', name: '4-bit weights, 8-bit activations, 4-bit KV cache' },
]

/** Letters only; where they are printed belongs on the technique's own page. */
export const letters = ({ types }: TechniqueRow) =>
  capTypesText(types.map(({ type, inferred }) => ({ type, inferred })))

export function techniqueList(): TechniqueList {
  return {
    techniques: TECHNIQUE_ROWS.map((row) => ({
      id: row.id,
      name: row.name,
      family: row.family,
      familyTitle: TECHNIQUE_FAMILIES[row.family].title,
      type: letters(row),
      observes: row.observes !== undefined,
    })),
    shorts: SHORTS,
  }
}
