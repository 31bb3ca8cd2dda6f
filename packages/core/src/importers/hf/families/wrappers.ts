/** The language part of multimodal models, nested under `text_config` or spelled out flat. */
import type { FamilyInput, Importer, ModelParts } from '../family.ts'

/** The language part: `text_config`, or the file itself when it is flat. */
export function textPart(input: FamilyInput, textType: string, flat: Importer | undefined): ModelParts {
  if (flat && !input.config.has('text_config')) return flat(input)
  return input.nested('text_config', textType)
}
