/** What the second worker does for each kind of request about techniques and figures. */
import { ok, type Result } from '@capline/core'
import { chosenOf } from './chosen.ts'
import { compareTechniques } from './compare.ts'
import { effectOfWith } from './effect.ts'
import { evidenceTables } from './evidence.ts'
import { galleryList, galleryPage } from './gallery.ts'
import { techniqueList } from './list.ts'
import type { TechniqueKind, TechniqueRequests, Tell } from './protocol.ts'
import { rankFor } from './rank.ts'
import { techniquePage } from './technique.ts'

type Handler<K extends TechniqueKind> = (
  ask: TechniqueRequests[K]['ask'],
  tell: Tell,
) => Result<TechniqueRequests[K]['answer']> | Promise<Result<TechniqueRequests[K]['answer']>>

const HANDLERS: { readonly [K in TechniqueKind]: Handler<K> } = {
  techniques: () => ok(techniqueList()),
  chosen: chosenOf,
  effect: effectOfWith,
  compareTechniques,
  rank: rankFor,
  technique: techniquePage,
  techniqueEvidence: ({ id, model }) => evidenceTables(id, model),
  gallery: () => ok(galleryList()),
  galleryPage,
}

export function handleTechnique(kind: TechniqueKind, ask: unknown, tell: Tell): Promise<Result<unknown>> {
  return Promise.resolve((HANDLERS[kind] as Handler<TechniqueKind>)(ask as never, tell))
}
