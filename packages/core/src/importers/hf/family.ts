/**
 * What a family importer gets and gives. It reads one configuration object and answers with the parts of a ModelSpec that
 * do not depend on the checkpoint's name or number formats; bad values are recorded in the reader, never thrown.
 */
import type { ModelSpec, Tower } from '../../architecture/model.ts'
import type { Reader } from './reader.ts'

export interface ModelParts extends Omit<ModelSpec, 'id' | 'name' | 'family' | 'precision' | 'towers'> {
  readonly towers?: readonly Tower[]
  /** Where the routed experts live inside a layer, when not below `mlp` (module names of quantisation lists). */
  readonly expertModules?: readonly string[]
}

export interface FamilyInput {
  readonly config: Reader
  readonly modelType: string
  /**
   * Imports a nested configuration (`text_config`) through the same table; `fallbackType` is its model type when it names
   * none. A multimodal wrapper takes these parts and adds its `towers`.
   */
  readonly nested: (key: string, fallbackType: string) => ModelParts
}

export type Importer = (input: FamilyInput) => ModelParts

/** A fragment of the registry: model types to importers. */
export type Fragment = { readonly [modelType: string]: Importer }
