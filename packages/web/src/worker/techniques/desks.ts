/** The desk of a question: its baseline with the evidence of its model, made once per question and kept while it is asked. */
import {
  type Desk,
  deskOf,
  fail,
  type Member,
  ok,
  parseSelection,
  type QuestionLink,
  type Result,
  type Selection,
  selectionOf,
} from '@capline/core'
import { readLevels } from '../../app/levels.ts'
import { resolve } from '../resolve.ts'
import { loadEvidence } from './evidence.ts'
import type { WithLink } from './protocol.ts'

export interface AtDesk {
  readonly desk: Desk
  /** Why no evidence speaks: it could not be loaded. */
  readonly without?: string
}

const MOST = 3
const desks = new Map<string, AtDesk>()

const NOTHING: readonly Member[] = []

/** Read as the command line reads it; empty: nothing. */
export function selectionIn(text: string): Result<Selection> {
  return text.trim() === '' ? ok(selectionOf(NOTHING)) : parseSelection(text, 'techniques')
}

/** `fixed`: techniques that every answer has, the baseline too. */
export async function deskFor(link: QuestionLink, fixed = '', levels = ''): Promise<Result<AtDesk>> {
  const thresholds = readLevels(levels)
  if (!thresholds.ok) return thresholds
  const ready = resolve(link)
  if (!ready.ok) return ready
  const evidence = await loadEvidence()
  const key = JSON.stringify([link, fixed, levels, evidence.ok])
  const found = desks.get(key)
  if (found) return ok(found)
  const selection = selectionIn(fixed)
  if (!selection.ok) return selection
  const desk = deskOf(ready.value.analysis.scenario, {
    levels: thresholds.value,
    ...(evidence.ok ? { records: evidence.value.records } : {}),
    ...(selection.value.members.length > 0 ? { fixed: selection.value } : {}),
  })
  if (!desk.ok) return desk
  const made: AtDesk = {
    desk: desk.value,
    ...(evidence.ok ? {} : { without: `The published measurements ${evidence.problem.reason}` }),
  }
  desks.set(key, made)
  for (const old of desks.keys()) {
    if (desks.size <= MOST) break
    desks.delete(old)
  }
  return ok(made)
}

/** Techniques cannot be asked of nothing. */
export function chosenIn({ with: text }: WithLink): Result<Selection> {
  const selection = selectionIn(text)
  if (!selection.ok || selection.value.members.length > 0) return selection
  return fail('techniques', 'none is named', 'Choose one')
}
