/**
 * From a name, as published or typed, to a technique: spelling, punctuation and case aside, and with the setting a name may
 * carry (`q4_k_m` is the GGUF quantization in that format, `KIVI-2` is KIVI at 2 bits).
 */
import { closest } from '../units/closest.ts'
import type { Setting } from './record.ts'
import { TECHNIQUES } from './techniques.ts'

export interface FoundTechnique {
  readonly technique: string
  /** What the name itself says of the setting. */
  readonly setting: Setting
}

/** Names without case, spaces and punctuation; `+` and `#` mean something. */
const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/×/g, 'x')
    .replace(/[^a-z0-9+#]/g, '')

const NAMES: ReadonlyMap<string, string> = new Map(
  [...TECHNIQUES.values()].flatMap(({ id, name, aliases }) =>
    [...aliases, name, id].map((one) => [plain(one), id] as const),
  ),
)

/** Names that carry a setting. */
const PATTERNS: readonly (readonly [RegExp, (match: readonly string[]) => FoundTechnique])[] = [
  [
    /^(?:llama\.cpp |gguf[ :-]?)?(i?q\d_\w+|i?q\d_k)$/i,
    ([, format = '']) => ({ technique: 'gguf', setting: { format: format.toLowerCase() } }),
  ],
  [
    /^gguf q(\d)k([sm])(-opt-rtn)?$/i,
    ([, bits = '', size = '', opt]) => ({
      technique: 'gguf',
      setting: { format: `q${bits}_k_${size.toLowerCase()}`, ...(opt ? { method: 'opt-rtn' } : {}) },
    }),
  ],
  [
    /^gguf opt-rtn \((\d)bit\)$/i,
    ([, bits = '']) => ({ technique: 'gguf', setting: { weightBits: bits, method: 'opt-rtn' } }),
  ],
  [
    /^exl2 ([\d.]+) ?bpw\b.*$/i,
    ([, bits = '']) => ({ technique: 'exl2', setting: { weightBits: String(Number(bits)) } }),
  ],
  [/^kivi-?(\d)$/i, ([, bits = '']) => ({ technique: 'kivi', setting: { kvBits: bits } })],
  [/^yarn \(s=(\d+)\)$/i, ([, scale = '']) => ({ technique: 'yarn', setting: { scale } })],
  [
    /^streamingllm (\d+)\+(\d+)$/i,
    ([, sinks = '', window = '']) => ({ technique: 'streamingllm', setting: { sinks, window } }),
  ],
  [/^window attention 0\+(\d+)$/i, ([, window = '']) => ({ technique: 'window-attention', setting: { window } })],
  [
    /^(rtn|autoround|autoround\+alg_ext) (mxfp4|nvfp4) g(\d+)$/i,
    ([, method = '', format = '', group = '']) => ({
      technique: method.toLowerCase() === 'rtn' ? 'rtn' : 'autoround',
      setting: { format: format.toLowerCase(), group },
    }),
  ],
]

export function findTechnique(name: string): FoundTechnique | undefined {
  const wanted = name.trim().slice(0, 200)
  const id = NAMES.get(plain(wanted))
  if (id !== undefined && plain(wanted) !== '') return { technique: id, setting: {} }
  for (const [pattern, found] of PATTERNS) {
    const match = pattern.exec(wanted)
    if (match) return found(match)
  }
  return undefined
}

export function suggestTechniques(name: string, most = 3): string[] {
  const near = closest(name, [...TECHNIQUES.keys()], most)
  if (near.length > 0) return near
  const byAlias = closest(plain(name), [...NAMES.keys()], most).map((alias) => NAMES.get(alias) as string)
  return [...new Set(byAlias)]
}
