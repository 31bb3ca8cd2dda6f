/** The evidence data: read only when a command asks for it, from beside the bundle or from the repository. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type EvidenceSet, type Result, readEvidence } from '@capline/core'
import { readText } from './files.ts'

const PLACES = ['./evidence.tsv', '../../../core/data/evidence/evidence.tsv'] as const

export function loadEvidence(): Result<EvidenceSet> {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  const path = paths.find((one) => existsSync(one)) ?? (paths[0] as string)
  const text = readText(path)
  return text.ok ? readEvidence(text.value, path) : text
}
