/**
 * Module names of checkpoints and the patterns that quantisation configurations select them by: plain names, which cover
 * everything below them (`self_attn`, `model.layers.0.mlp`), globs (`*.attn.*`) and simple regular expressions
 * (`re:.*mlp\.(gate|up)_proj.*`). Regular expressions are translated, never run: only literals, `.*`, digit classes,
 * and alternatives are understood, so a hostile pattern cannot stall the importer.
 */
import type { Ffn, Layer, Mixer, WeightClass } from '../../architecture/model.ts'

/** The large matrices of each weight class inside one layer, by the names publishers use. */
export function layerModules(layer: Layer, expertModules?: readonly string[]): ReadonlyMap<WeightClass, string[]> {
  const out = new Map<WeightClass, string[]>()
  if (layer.mixer) out.set('attention', mixerModules(layer.mixer))
  if (layer.ffn?.kind === 'dense') out.set('ffn', join(FFN_PARENTS, FFN_PARTS))
  if (layer.ffn?.kind === 'moe') moeModules(layer.ffn, out, expertModules)
  return out
}

const FFN_PARENTS = ['mlp', 'ffn', 'feed_forward', 'mixer']
const FFN_PARTS = [
  'gate_proj',
  'up_proj',
  'down_proj',
  'gate_up_proj',
  'w1',
  'w2',
  'w3',
  'fc1',
  'fc2',
  'c_fc',
  'c_proj',
]
const MOE_PARENTS = [...FFN_PARENTS, 'block_sparse_moe', 'moe']

function join(parents: readonly string[], parts: readonly string[]): string[] {
  return parents.flatMap((parent) => parts.map((part) => `${parent}.${part}`))
}

function mixerModules(mixer: Mixer): string[] {
  if (mixer.kind === 'attention' || mixer.kind === 'compressed')
    return join(
      ['self_attn', 'attn', 'attention', 'mixer'],
      ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'qkv_proj', 'wq_b', 'wo_b'],
    )
  if (mixer.kind === 'mla') {
    const query = mixer.qLoraRank === undefined ? ['q_proj'] : ['q_a_proj', 'q_b_proj']
    return join(['self_attn', 'attn'], [...query, 'kv_a_proj_with_mqa', 'kv_b_proj', 'o_proj'])
  }
  if (mixer.kind === 'linear')
    return join(['linear_attn', 'self_attn'], ['in_proj_qkvz', 'in_proj_qkv', 'in_proj_z', 'out_proj'])
  return join(['mixer', 'mamba'], ['in_proj', 'out_proj'])
}

function moeModules(
  ffn: Ffn & { kind: 'moe' },
  out: Map<WeightClass, string[]>,
  expertModules?: readonly string[],
): void {
  const parts = ['gate_proj', 'up_proj', 'down_proj', 'w1', 'w2', 'w3']
  const parents = expertModules ?? MOE_PARENTS.map((parent) => `${parent}.experts`)
  out.set('experts', [...join(parents, [...parts.map((part) => `0.${part}`), ...parts, 'gate_up_proj'])])
  if (ffn.sharedIntermediateSize)
    out.set(
      'shared',
      join(
        MOE_PARENTS.flatMap((p) => [`${p}.shared_experts`, `${p}.shared_expert`, `${p}.shared_mlp`]),
        parts,
      ),
    )
  if (ffn.denseBeside) out.set('ffn', join(FFN_PARENTS, FFN_PARTS))
}

/** A selector of modules; `layer` when it can only match modules of that layer. */
export interface Selector {
  readonly glob: string
  readonly layer?: number
}

const PREFIX = /^(?:\^|model\.|language_model\.|backbone\.|transformer\.|\*\.(?=layers\.))+/
const MAX_ALTERNATIVES = 64

/** A pattern as selectors, or undefined when it uses more than this reader understands. */
export function parseSelector(pattern: string, layers: number): readonly Selector[] | undefined {
  const texts = pattern.startsWith('re:') ? expandRegex(pattern.slice(3)) : [pattern]
  return texts?.flatMap((text) => {
    const glob = `*.${text.replace(PREFIX, '')}`
    const layer = /[.*]layers\.(\d{1,6})(\.|\*|$)/.exec(glob)
    if (!layer) return [{ glob }]
    if (layer[2] !== '*') return [{ glob, layer: Number(layer[1]) }]
    // `layers.1*` is layer 1 and layers 10 to 19.
    const starts = layer[1] ?? ''
    return Array.from({ length: layers + 1 }, (_, index) => ({ glob, layer: index })).filter((one) =>
      String(one.layer).startsWith(starts),
    )
  })
}

/** Does the selector cover this module (`layers.3.mlp.gate`), by its own name or one of its parents'? */
export function selects(selector: Selector, module: string): boolean {
  return matchGlob(`${selector.glob}.*`, `.${module}.`)
}

/** Alternatives multiplied out, wildcards as `*`; undefined for anything else. */
function expandRegex(source: string): string[] | undefined {
  let out = ['']
  let rest = source.replace(/^\^/, '').replace(/\$$/, '')
  while (rest !== '') {
    const token =
      /^(?:\.\*\??|\.\+|\\d[+*]?|\[0-9\][+*]?)/.exec(rest) ?? /^\\?\./.exec(rest) ?? /^[\w-]+/.exec(rest) ?? undefined
    const group = token ? undefined : /^\((?:\?:)?([\w.\\|-]*)\)/.exec(rest)
    if (!token && !group) return undefined
    const text = (token ?? group)?.[0] ?? ''
    const choices = group
      ? (group[1] ?? '').replace(/\\\./g, '.').split('|')
      : [/^(?:\.[*+]|\\d|\[)/.test(text) ? '*' : text.replace('\\.', '.')]
    out = out.flatMap((prefix) => choices.map((choice) => prefix + choice))
    if (out.length > MAX_ALTERNATIVES) return undefined
    rest = rest.slice(text.length)
  }
  return out
}

/** `*` matches any run of characters; linear in text × stars. */
export function matchGlob(glob: string, text: string): boolean {
  let [g, t] = [0, 0]
  let [star, mark] = [-1, 0]
  while (t < text.length) {
    if (g < glob.length && glob[g] === '*') {
      star = g++
      mark = t
    } else if (g < glob.length && glob[g] === text[t]) {
      g++
      t++
    } else if (star >= 0) {
      g = star + 1
      t = ++mark
    } else return false
  }
  while (g < glob.length && glob[g] === '*') g++
  return g === glob.length
}
