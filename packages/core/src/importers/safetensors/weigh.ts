/**
 * The weights of a Hugging Face checkpoint, weighed from the headers of its safetensors files: exact bytes per class and
 * per format. Packed formats are counted as stored and as the weights they hold: GPTQ and AWQ words (`qweight` with
 * `qzeros` and `scales`), compressed-tensors (`weight_packed`), NVFP4 and MXFP4 bytes, bitsandbytes NF4. Scales, zero-points
 * and index tables are overhead: bytes of the format they serve, no elements.
 *
 * Sources: AutoGPTQ and AutoAWQ `qlinear`/`gemm` packing (32 / bits values to a word), vllm-project/compressed-tensors
 * `compressors`, NVIDIA ModelOpt exports (`weight_scale`, `weight_scale_2`), openai/gpt-oss (`_blocks`, `_scales`).
 * Leaves out what only the configuration says: the bits of a `weight_packed` word (its elements stay unknown).
 */

import type { CheckpointPrecision, MeasuredWeights } from '../../architecture/model.ts'
import type { DtypeId } from '../../catalog/dtypes/table.ts'
import { fail, ok, type Result, showName } from '../../units/result.ts'
import type { SafetensorsDtype, SafetensorsHeader, SafetensorsTensor } from './header.ts'
import { measureWeights, nearestPrecision, type StoredTensor } from './measure.ts'
import { hfRole, mtpLayersOf } from './roles.ts'

export interface WeighedTensors {
  readonly measured: MeasuredWeights
  /** One format per class that comes nearest, and layers that differ. */
  readonly precision: Pick<CheckpointPrecision, 'weights' | 'classes' | 'layers'>
  /** Names no rule knows, counted with the FFN or the norms; at most `MAX_UNKNOWN`. */
  readonly unknown: readonly string[]
}

const MAX_UNKNOWN = 20

const MAIN = /(?:\.(?:weight|qweight|weight_packed)|_blocks)$/
const HELPER = new RegExp(
  `(?:\\.(?:${[
    'qzeros|scales|g_idx|weight_g_idx|weight_shape|weight_zero_point|weight_global_scale|input_global_scale',
    'weight_scale|weight_scale_2|weight_scale_inv|input_scale|scale|SCB|weight\\.SCB',
    'weight\\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\\..+)',
  ].join('|')})|_scales|_scale|_scale_inv)$`,
)

/** The tensors of one linear layer: what holds the weights, and what serves it. */
interface Module {
  main?: SafetensorsTensor
  readonly helpers: Map<string, SafetensorsTensor>
}

export function weighTensors(headers: readonly SafetensorsHeader[]): Result<WeighedTensors> {
  const tensors = headers.flatMap((header) => header.tensors)
  if (tensors.length === 0) return fail('file', 'there is no tensor', 'Give the files that hold the weights.')
  const names = new Set<string>()
  for (const { name } of tensors) {
    if (names.has(name)) return fail(showName(name), 'is in two files', 'Give each file of one model once.')
    names.add(name)
  }
  const mtpLayers = mtpLayersOf(names)
  const unknown: string[] = []
  const stored: StoredTensor[] = []
  let layers = 0
  const add = (tensor: SafetensorsTensor, held: Held) => {
    const { known, ...role } = hfRole(tensor.name, tensor.shape.length, mtpLayers)
    if (!known && unknown.length < MAX_UNKNOWN) unknown.push(tensor.name)
    layers = Math.max(layers, (role.layer ?? -1) + 1)
    stored.push({ ...role, ...held, bytes: tensor.bytes })
  }
  for (const { main, helpers } of modulesOf(tensors)) {
    const held: Held = main ? heldBy(main, helpers) : {}
    if (main) add(main, held)
    // What serves nothing is a tensor of its own.
    for (const helper of helpers.values()) {
      add(helper, main ? { ...(held.dtype && { dtype: held.dtype }), elements: 0 } : plain(helper))
    }
  }
  return ok({
    measured: measureWeights(stored),
    precision: nearestPrecision(stored, Math.min(layers, 10_000)),
    unknown,
  })
}

function modulesOf(tensors: readonly SafetensorsTensor[]): Iterable<Module> {
  const modules = new Map<string, Module>()
  for (const tensor of tensors) {
    const { name } = tensor
    const helper = HELPER.exec(name)
    const owner = helper ? name.slice(0, helper.index) : name.replace(MAIN, '')
    const module: Module = modules.get(owner) ?? { helpers: new Map() }
    modules.set(owner, module)
    // Two mains of one name (`x` and `x.weight`) are kept apart.
    if (helper) module.helpers.set(helper[0].slice(1), tensor)
    else if (module.main) modules.set(` ${name}`, { main: tensor, helpers: new Map() })
    else module.main = tensor
  }
  return modules.values()
}

/** The format and the number of weights a tensor holds. */
type Held = Pick<StoredTensor, 'dtype' | 'elements'>

function held(dtype: DtypeId | undefined, elements: number | undefined): Held {
  return { ...(dtype && { dtype }), ...(elements !== undefined && { elements }) }
}

const PLAIN: { readonly [D in SafetensorsDtype]?: DtypeId } = {
  F32: 'fp32',
  F16: 'fp16',
  BF16: 'bf16',
  F8_E4M3: 'fp8',
  F8_E5M2: 'fp8',
  F8_E4M3FNUZ: 'fp8',
  F8_E5M2FNUZ: 'fp8',
  F6_E2M3: 'fp6',
  F6_E3M2: 'fp6',
  F4: 'fp4',
  I8: 'int8',
}

function plain(tensor: SafetensorsTensor): Held {
  return held(PLAIN[tensor.dtype], tensor.elements)
}

function heldBy(main: SafetensorsTensor, helpers: ReadonlyMap<string, SafetensorsTensor>): Held {
  const { name, dtype, elements } = main
  const scale = ['weight_scale', 'weight_scale_inv', 'scales', 'scale', 'scale_inv']
    .map((part) => helpers.get(part))
    .find((found) => found !== undefined)
  const micro = scale?.dtype === 'F8_E8M0' || scale?.dtype === 'U8'
  if (name.endsWith('.qweight')) return gptqWords(main, helpers)
  if (name.endsWith('.weight_packed') && dtype === 'I32') return { dtype: 'int4' }
  if (helpers.has('weight.absmax')) return dtype === 'U8' ? held('nf4', 2 * elements) : plain(main)
  // Two 4-bit floats to a byte; the scale's own format tells which kind.
  if (scale && (dtype === 'U8' || (dtype === 'I8' && micro))) return held(micro ? 'mxfp4' : 'nvfp4', 2 * elements)
  if (scale && dtype === 'F4') return held(micro ? 'mxfp4' : 'nvfp4', elements)
  if (scale && micro && dtype.startsWith('F6')) return held('mxfp6', elements)
  if (scale && dtype === 'F8_E4M3') {
    const rows = main.shape[0] ?? 1
    const block = scale.shape.length >= 2 && scale.elements > 1 && scale.elements !== rows
    return held(micro ? 'mxfp8' : block ? 'fp8-block' : 'fp8', elements)
  }
  return plain(main)
}

/** Bits per weight of GPTQ and AWQ words: zero-points are packed alike, one per scale; else from the group index. */
function gptqWords(main: SafetensorsTensor, helpers: ReadonlyMap<string, SafetensorsTensor>): Held {
  const zeros = helpers.get('qzeros')?.shape[1]
  const scales = helpers.get('scales')?.shape[1]
  const inputs = helpers.get('g_idx')?.shape[0]
  const rows = main.shape[0]
  const bits = zeros && scales ? (32 * zeros) / scales : inputs && rows ? (32 * rows) / inputs : Number.NaN
  const known = ([2, 3, 4, 8] as const).find((one) => Math.abs(one - bits) < 0.05)
  if (known === undefined || main.dtype !== 'I32') return { dtype: 'int4' }
  return held(`int${known}`, Math.round((main.elements * 32) / known))
}
