/**
 * The language part of multimodal models, nested under `text_config` or spelled out flat, and the wrappers of which only
 * that part is imported. Those whose encoders are known add `towers` to the same parts (`vision.ts`).
 */
import type { FamilyInput, Fragment, Importer, ModelParts } from '../family.ts'

/** The language part: `text_config`, or the file itself when it is flat. */
export function textPart(input: FamilyInput, textType: string, flat: Importer | undefined): ModelParts {
  if (flat && !input.config.has('text_config')) return flat(input)
  return input.nested('text_config', textType)
}

/** Gemma 3 with its image encoder left out: no file that describes the encoder was at hand. */
const gemma3: Importer = (input) => textPart(input, 'gemma3_text', undefined)

export const WRAPPERS: Fragment = { gemma3 }
