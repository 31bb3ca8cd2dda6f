/**
 * Served formats from what a table says (`fp8`, `nvfp4`, `fp8_block`, …). Published quantised checkpoints decide the parts a
 * one-word precision leaves open: NVFP4 checkpoints of mixture-of-experts models keep attention in 16 bit (NVIDIA's
 * hf_quant_config.json of DeepSeek V3.1, GLM 5, MiniMax M2.5, Kimi K2.6: `self_attn` excluded), dense ones do not (Llama);
 * both they and static FP8 ones declare an FP8 cache (`kv_cache_quant_algo`). A format the checkpoint already has by itself
 * (DeepSeek in FP8 blocks, gpt-oss in MXFP4) stays as published. Which engines follow the declared cache is in `profile.ts`.
 */

import type { PrecisionChange } from '../architecture/formats.ts'
import { type Format, format } from '../architecture/formats.ts'
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import type { ServingFormats } from './point.ts'

/** Words of the tables → formats; `''` and 16-bit words give none: as published. */
const WORDS: Readonly<Record<string, DtypeId>> = {
  fp8: 'fp8',
  fp8_static: 'fp8',
  fp8_ootb: 'fp8',
  fp8_block: 'fp8-block',
  fp4: 'nvfp4',
  nvfp4: 'nvfp4',
  nvfp4_wo: 'nvfp4',
  mxfp4: 'mxfp4',
  w4a16_mxfp4: 'mxfp4',
  w4a8_mxfp4_mxfp8: 'mxfp4',
  mxfp8: 'mxfp8',
  int8: 'int8',
  int8_wo: 'int8',
  sq: 'int8',
  int4: 'int4',
  int4_wo: 'int4',
  w4afp8: 'int4',
  awq: 'int4',
  gptq: 'int4',
  w4a16: 'int4',
  w4a16_awq: 'int4',
  w8a16: 'int8',
  fp8_e4m3: 'fp8',
  float8: 'fp8',
  fp8_per_tensor: 'fp8',
  fp8_per_channel: 'fp8',
  fp8_blockwise: 'fp8-block',
  modelopt_fp8: 'fp8',
  modelopt_fp4: 'nvfp4',
}
const SIXTEEN_BIT = ['', 'bf16', 'fp16', 'bfloat16', 'float16', 'half', 'auto', 'none', 'nan']

/** One spelling: `FP8-block`, `fp8_block` and `fp8 block` are one word. */
const fold = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')

const formatNamed = (word: string): DtypeId | undefined => {
  const known = fold(word)
  return Object.hasOwn(WORDS, known) ? WORDS[known] : undefined
}

export const isKnownPrecision = (word: string): boolean =>
  SIXTEEN_BIT.includes(fold(word)) || formatNamed(word) !== undefined

const hasExperts = (model: ModelSpec): boolean => model.stack.kinds.some(({ ffn }) => ffn?.kind === 'moe')

/** Whether the matrix units multiply this width, so that activations are quantised too. */
function multiplies(accelerator: Accelerator, of: Format): boolean {
  return accelerator.matrixFlopPerS[of.compute] !== undefined
}

/** What inputs of a layer with these weights are quantised to; undefined: kept in 16 bit (weight-only). */
function inputFormat(weights: DtypeId, accelerator: Accelerator): DtypeId | undefined {
  if (weights === 'int4' || weights === 'int4-g32' || !multiplies(accelerator, format(weights))) return 'bf16'
  if (weights === 'mxfp4') return 'mxfp8'
  return weights
}

export interface PrecisionWords {
  readonly precision: string
  /** Of dense layers and of experts, where the table tells them apart. */
  readonly gemm?: string
  readonly moe?: string
}

const narrow = (id: DtypeId): boolean => format(id).bits <= 8

/** `kv8`: whether the engine keeps an 8-bit cache for checkpoints that declare one, per bits of the weights. */
export function formatsOf(
  words: PrecisionWords,
  model: ModelSpec,
  accelerator: Accelerator,
  keepsNarrowCache: (weightBits: number) => boolean,
): ServingFormats {
  const word = fold(words.gemm || words.precision)
  const weights = formatNamed(word)
  const published = model.precision
  const isMoe = hasExperts(model)
  const served = weights ?? published.classes?.experts ?? published.weights
  const servedBits = format(served).bits
  // Weight-only integer checkpoints (Kimi K2.5 in INT4) declare no cache format.
  const declares = servedBits <= 8 && !served.startsWith('int')
  const kv: DtypeId | undefined = declares && keepsNarrowCache(servedBits) ? 'fp8' : undefined
  const cache = kv ? { kv } : {}
  if (!weights) {
    // 16 bit: a checkpoint published narrower was served as it is only when nothing else is said.
    const isWide = ['bf16', 'fp16', 'bfloat16', 'float16'].includes(word)
    return isWide && narrow(published.weights) ? { weights: 'bf16', activations: 'bf16', ...cache } : cache
  }
  const [publishedBits, saidBits] = [format(published.weights).bits, format(weights).bits]
  // Nobody widens a checkpoint's weights to serve them: a wider word is of inputs, or of the device (gpt-oss "FP8" on Hopper).
  if (publishedBits < saidBits && publishedBits <= 8) {
    const activations = inputFormat(published.weights, accelerator)
    return activations ? { activations } : {}
  }
  const sameWidth = publishedBits === saidBits
  if (narrow(published.weights) && sameWidth && (weights !== 'nvfp4' || published.weights === 'mxfp4')) {
    const activations = inputFormat(published.weights, accelerator)
    return { ...(activations ? { activations } : {}), ...cache }
  }
  const experts = formatNamed(words.moe || word) ?? weights
  const activations = inputFormat(isMoe ? experts : weights, accelerator)
  return {
    weights,
    ...(isMoe && experts !== weights ? { experts } : {}),
    ...(isMoe && format(weights).bits < 8 ? { attention: 'bf16' as const } : {}),
    ...(activations ? { activations } : {}),
    ...cache,
  }
}

/**
 * `-FP8` repositories: their models' own publishers quantise in 128 × 128 blocks (config.json of Qwen3 FP8, GLM 5 FP8,
 * MiniMax M2.5); those who quantise others' models for an engine, one scale per tensor or channel.
 */
const REQUANTISERS = /^(?:nvidia|redhatai|neuralmagic|amd)\//i

/** The format that a repository's name ends in: those of its weights. */
const REPOSITORY_FORMAT = /-(fp8|nvfp4|fp4|mxfp4|awq|w4a16)(?:-(?:dynamic|static|block|kv))?$/i

/** Words of a row, made precise by the repository that was served: where the row says nothing, the name does. */
export function refinedWords(said: PrecisionWords, path: string): PrecisionWords {
  const named = REPOSITORY_FORMAT.exec(path)?.[1]
  const isSilent = !said.precision && !said.gemm && !said.moe
  const words = isSilent && named !== undefined ? { ...said, precision: named } : said
  const isBlocks = /\/.*-fp8$/i.test(path) && !REQUANTISERS.test(path)
  if (!isBlocks) return words
  const refine = (word = '') => (fold(word) === 'fp8' ? 'fp8_block' : word)
  return { precision: refine(words.precision), gemm: refine(words.gemm), moe: refine(words.moe) }
}

export function precisionChange(formats: ServingFormats): PrecisionChange {
  const { weights, experts, attention, activations, kv } = formats
  return {
    ...(weights ? { weights } : {}),
    ...(activations ? { activations } : {}),
    ...(kv ? { kv } : {}),
    ...(experts || attention
      ? { classes: { ...(experts ? { experts } : {}), ...(attention ? { attention } : {}) } }
      : {}),
  }
}
