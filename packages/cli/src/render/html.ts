import type { Analysis, Bench } from '@capline/core'
export function renderReport(_bench: Bench, _analysis: Analysis): string {
  return ''
}
