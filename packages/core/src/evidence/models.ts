/**
 * Model names: the spellings of one model made one, and taken apart into family, generation, size and variant, so that two
 * models can be said to be the same, of one generation, of one family, or only of like size. Perplexity changes do not carry
 * over between generations of one family (2-bit weights cost Llama-2-70B 9 % and Llama-3-8B 56 %), so these are kept apart.
 */
export interface ModelName {
  /** As we write it: llama-3.1-8b-instruct. */
  readonly name: string
  /** Empty when the name belongs to no family we know. */
  readonly family: string
  readonly generation: string
  /** Billions of parameters, all of them. */
  readonly billions?: number
  /** What is left: chat, instruct, a context extension, a fine-tune. */
  readonly variant: string
}

/** Words of spelling that say nothing about the model. */
const NOISE = new Set(['hf', 'meta', 'model', 'fp16', 'bf16', 'v0', 'base'])

/** Longest first: `codellama` is not `llama`. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/code-?llama/, 'codellama'],
  [/open-?llama/, 'openllama'],
  [/tiny-?llama/, 'tinyllama'],
  [/long-?llama/, 'longllama'],
  [/(?:n)?vila/, 'vila'],
  [/mega-?beam-mistral/, 'megabeam'],
  [/mixtral/, 'mixtral'],
  [/mistral/, 'mistral'],
  [/vicuna/, 'vicuna'],
  [/long-?chat/, 'longchat'],
  [/llama/, 'llama'],
  [/qwen/, 'qwen'],
  [/gpt-?oss/, 'gpt-oss'],
  [/gpt-?j/, 'gpt-j'],
  [/gpt/, 'gpt'],
  [/deepseek/, 'deepseek'],
  [/gemma/, 'gemma'],
  [/gemini/, 'gemini'],
  [/claude/, 'claude'],
  [/command-r/, 'command-r'],
  [/phi/, 'phi'],
  [/falcon/, 'falcon'],
  [/jamba/, 'jamba'],
  [/internlm/, 'internlm'],
  [/glm/, 'glm'],
  [/kimi/, 'kimi'],
  [/dbrx/, 'dbrx'],
  [/solar/, 'solar'],
  [/yi(?=-|$)/, 'yi'],
  [/opt(?=-|$)/, 'opt'],
  [/mpt/, 'mpt'],
  [/pythia/, 'pythia'],
  [/stablelm/, 'stablelm'],
  [/btlm/, 'btlm'],
  [/lwm/, 'lwm'],
  [/exaone/, 'exaone'],
  [/bitnet/, 'bitnet'],
  [/small-?thinker/, 'smallthinker'],
  [/roberta/, 'roberta'],
  [/longt5/, 'longt5'],
  [/t5/, 't5'],
]

/** Names that stand for no one model. */
const NO_MODEL =
  /^$|\b(?:several|range of|popular|see (?:doc|post|readme)|batched inference|models?|family|class|readme sample|model in the|attention (?:kernel|op)|compressor|training|encoder|rag|autoregressive|lm, fine-tuned|layer lm|small transformer|instances|the section)\b|^lm$|,|\b\d+m\b.* \/ | \/ /i

function spelling(raw: string): string {
  return raw
    .toLowerCase()
    .replace(/ \+ limited memory/, '')
    .replace(/†/g, '')
    .replace(/\((?:post|multi-agent|limited)[^)]*\)/g, '')
    .replace(/\([\d.]+b\/[\d.]+b\)/g, '')
    .replace(/^deepseek-r1\/v3/, 'deepseek-v3')
    .replace(/^llama\(relu\)-2/, 'llama-2-relu')
    .replace(/^[a-z0-9_.-]+\/(?=[a-z])/, '')
    .replace(/command[ -]r\+/, 'command-r-plus')
    .replace(/-99(?:\.9)?$/, '')
    .replace(/\bgptj\b|\bgpt-j\b/, 'gpt-j')
    .replace(/\bgptj_/, 'gpt-j-')
    .replace(/\bgpt3-/, 'gpt-3-')
    .replace(/[\s_/(),;+]+/g, '-')
    .replace(/\bllama-?v?(?=[1234])/g, 'llama-')
    .replace(/\bllama-v(?=\d)/g, 'llama-')
    .replace(/\b(phi|gemma|claude|glm|internlm)-?v?(?=\d)/g, '$1-')
    .replace(/\bqwen-(?=\d+\.\d-\d)/g, 'qwen')
    .replace(/\bqwen-(?=[123]\b(?!\.?\d*b))/g, 'qwen')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '')
}

const SIZE = /^(\d+(?:\.\d+)?)([bm])$/

/** Experts share their attention: these names are not products. */
const EXPERTS: Readonly<Record<string, number>> = { '8x7b': 46.7, '8x22b': 141 }

interface Size {
  readonly text: string
  readonly billions: number
}

function sizeOf(words: readonly string[]): Size | undefined {
  for (const word of words) {
    const experts = EXPERTS[word]
    if (experts !== undefined) return { text: word, billions: experts }
    const match = SIZE.exec(word)
    if (match) return { text: word, billions: Number(match[1]) / (match[2] === 'm' ? 1000 : 1) }
  }
  return undefined
}

/** `(12B/52B)`: active and total. */
function totalOf(raw: string): number | undefined {
  const match = /\([\d.]+b\/([\d.]+)b\)/i.exec(raw)
  return match ? Number(match[1]) : undefined
}

/** The name taken apart; undefined where it names no one model. */
export function parseModelName(raw: string): ModelName | undefined {
  const text = raw.trim().slice(0, 120).replace(/,-.*$/, '')
  if (NO_MODEL.test(text)) return undefined
  const spelt = spelling(text)
  if (spelt === '') return undefined
  const [family = ''] = FAMILIES.filter(([pattern]) => pattern.test(spelt)).map(([, id]) => id)
  const size = sizeOf(spelt.split('-'))
  const generation =
    /(?:llama|qwen|phi|gemma|claude|gemini|glm|internlm|gpt|exaone|vila|yi|jamba)-?v?(\d+(?:\.\d+)?)(?!\.?\d*[bmkx])(?=-|$|o)/.exec(
      spelt,
    )?.[1] ?? ''
  const seen = new Set<string>()
  const words = spelt.split('-').filter((word) => {
    if (NOISE.has(word) || seen.has(word)) return false
    seen.add(word)
    return true
  })
  const kept = words.filter((word) => word !== size?.text && !family.split('-').includes(word))
  const stem = family === 'llama' || family === 'qwen' ? family : ''
  const variant = kept.filter((word) => word !== generation && !(stem && word === `${stem}${generation}`)).join('-')
  const first = family === 'llama' && generation === '' && !spelt.includes('distill') ? '1' : generation
  const billions = totalOf(text) ?? size?.billions
  const name =
    stem === ''
      ? words.join('-')
      : [
          stem === 'qwen'
            ? `qwen${generation}`
            : generation === '' || generation === '1'
              ? 'llama'
              : `llama-${generation}`,
          ...(size ? [size.text] : []),
          ...(variant === '' ? [] : [variant]),
        ].join('-')
  return { name, family, generation: first, ...(billions === undefined ? {} : { billions }), variant }
}

/** How far two models are from each other, from the same to nothing in common. */
export const MODEL_STEPS = {
  same: { distance: 0, words: 'the same model' },
  variant: { distance: 1, words: 'a variant of the model' },
  generation: { distance: 3, words: 'another size of the same generation' },
  family: { distance: 4, words: 'another generation of the family' },
  size: { distance: 5, words: 'another family, like size' },
  other: { distance: 7, words: 'another family and size' },
  unnamed: { distance: 8, words: 'no one model named' },
} as const

type ModelStep = keyof typeof MODEL_STEPS

/** Sizes within a factor of 1.5 are alike (7B and 8B, 13B and 14B, 65B and 72B). */
const LIKE = 1.5

function alike(a: ModelName, b: ModelName): boolean {
  if (a.billions === undefined || b.billions === undefined) return false
  return Math.max(a.billions, b.billions) <= LIKE * Math.min(a.billions, b.billions)
}

export function modelStep(asked: ModelName, found: ModelName | undefined): ModelStep {
  if (!found) return 'unnamed'
  if (asked.name === found.name) return 'same'
  const isKin = asked.family !== '' && asked.family === found.family
  if (isKin && asked.generation === found.generation) {
    const isOneSize = asked.billions !== undefined && asked.billions === found.billions
    return isOneSize ? 'variant' : 'generation'
  }
  if (isKin) return 'family'
  return alike(asked, found) ? 'size' : 'other'
}
