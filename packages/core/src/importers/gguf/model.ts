/**
 * A GGUF header as a ModelSpec. Sizes come from the metadata and must agree with the tensors; what only the tensors show
 * (biases, gates, norms, a tied head, which layers have experts) is read from them. Weight bytes are exact: the file's own
 * blocks, per class and per format (`measuredWeights`), with the nearest format per class in `precision`.
 *
 * Files split in shards are given as all their headers. A vision projector (mmproj), an adapter and a vocabulary are no
 * models and are refused by name, as is an architecture nobody has described (`families.ts`).
 * Leaves out: towers (they are in a file of their own) and the formats an engine computes and caches in, which a GGUF
 * file does not state: activations are taken as 16-bit, the cache as FP16 (llama.cpp's default).
 */
import type { Embedding, Head, Layer, ModelSpec, MtpHead, Norm } from '../../architecture/model.ts'
import { fail, ok, type Result, show, showName } from '../../units/result.ts'
import { layer as makeLayer, stackOf } from '../hf/build.ts'
import { BOUNDS } from '../hf/reader.ts'
import { measureWeights, nearestPrecision, type StoredTensor } from '../safetensors/measure.ts'
import { Facts, shape3, tensorName } from './facts.ts'
import { ARCHITECTURES, familyOf } from './families.ts'
import { readFfn } from './ffn.ts'
import type { GgufHeader, GgufTensor } from './header.ts'
import { readMixer } from './mixer.ts'
import { roleOf } from './roles.ts'
import { joinShards } from './shards.ts'

export interface GgufOptions {
  readonly id?: string
  readonly name?: string
}

/**
 * The headers of a GGUF file, or of all files of a split one, as a model with its weights in bytes as stored. Fails, naming the key or
 * the tensor, for unknown architectures, missing sizes, and tensors that contradict the metadata.
 */
export function importGguf(headers: GgufHeader | readonly GgufHeader[], options: GgufOptions = {}): Result<ModelSpec> {
  const joined = joinShards('metadata' in headers ? [headers] : headers)
  if (!joined.ok) return joined
  const { metadata, tensors } = joined.value
  const architecture = metadata.get('general.architecture')
  const type = metadata.get('general.type')
  if (typeof architecture !== 'string') {
    return fail(
      'general.architecture',
      `${show(architecture ?? 'nothing')} names no architecture`,
      'Convert the model again.',
    )
  }
  if (architecture === 'clip' || type === 'mmproj') {
    return fail('general.architecture', 'this is a vision or audio projector', 'Give the language model it belongs to.')
  }
  if (type === 'adapter') return fail('general.type', 'this is an adapter (LoRA)', 'Give the model it adapts.')
  const family = familyOf(architecture)
  if (!family) {
    const known = `Known: ${ARCHITECTURES.join(', ')}.`
    return fail('general.architecture', `${show(architecture)} is not described here`, known)
  }
  if (tensors.size === 0) return fail('tensors', 'the file has none (a vocabulary only)', 'Give a file with weights.')

  const facts = new Facts(architecture, family, metadata, tensors)
  if (!facts.reader.bool(facts.key('attention.causal'), true)) {
    facts.refuse(facts.key('attention.causal'), 'false: this is an encoder', 'Give a model that generates text.')
  }
  const stored = storedTensors(facts)
  const parts = readParts(facts)
  const problem = facts.reader.problems[0]
  if (problem) return { ok: false, problem }
  const stated = facts.reader.string(['general.name'], facts.reader.string('general.basename', architecture))
  const name = options.name ?? (showName(stated) || architecture)
  const wide = stored.some((tensor) => tensor.dtype === 'bf16')
  return ok({
    id:
      options.id ??
      (name
        .toLowerCase()
        .replace(/[^a-z0-9.]+/g, '-')
        .replace(/^-|-$/g, '') ||
        architecture),
    name,
    family: modelType(facts),
    ...parts,
    towers: [],
    ...facts.context,
    precision: { ...nearestPrecision(stored, facts.layers), activations: wide ? 'bf16' : 'fp16', kv: 'fp16' },
    measuredWeights: measureWeights(stored),
  })
}

function modelType({ family, tensors, layers }: Facts): string {
  const { variant, modelType: usual } = family
  return variant && tensors.has(`blk.${layers - 1}.${variant.tensor}`) ? variant.modelType : usual
}

/** Every tensor with its class; a name or a format that has no place in a model refuses the file. */
function storedTensors(facts: Facts): StoredTensor[] {
  const stored: StoredTensor[] = []
  const seen = new Set<number>()
  for (const { name, type, bytes, elements, shape } of facts.tensors.values()) {
    const role = roleOf(name, facts.layers)
    if (!role) {
      const reason = `this tensor has no place in a ${facts.architecture} model as described here`
      facts.refuse(showName(name), reason, 'Give the standard conversion of the model, or ask for this architecture.')
      break
    }
    if (!type.dtype && shape.length > 1) {
      facts.refuse(showName(name), `is stored as ${type.name}, which is no weight format`, 'Quantise the model again.')
      break
    }
    if (role.layer !== undefined) seen.add(role.layer)
    const scale = /\.(scale|input_scale)$/.test(name)
    stored.push({ ...role, ...(type.dtype && { dtype: type.dtype }), bytes, elements: scale ? 0 : elements })
  }
  for (let layer = 0; layer < facts.layers && facts.reader.problems.length === 0; layer++) {
    if (!seen.has(layer)) {
      const reason = `no tensor of the ${facts.layers} layers' layer ${layer} is in the file`
      facts.refuse(`blk.${layer}`, reason, 'Give the whole model: all shards, and no draft-only or layer-pruned file.')
    }
  }
  return stored
}

function readParts(facts: Facts): Pick<ModelSpec, 'kind' | 'embedding' | 'stack' | 'head' | 'mtp'> {
  const { tensors, hidden } = facts
  const table = shape3(tensors.get(tensorName(undefined, 'token_embd')))
  if (!table) facts.refuse('token_embd.weight', 'is missing', 'Give the whole model: the first shard holds it.')
  facts.expectGlobal('token_embd', 'columns', table?.[0] ?? 0, hidden)
  const vocabSize = Math.max(1, table?.[1] ?? 1)
  const layers = range(0, facts.layers).map((block) => readLayer(facts, block))
  const finalNorm = readNorm(facts, ['output_norm'], undefined)
  const mtp = readMtp(facts)
  return {
    kind: 'decoder',
    embedding: readEmbedding(facts, vocabSize),
    stack: stackOf(hidden, layers, finalNorm),
    head: readHead(facts, vocabSize),
    ...(mtp && { mtp }),
  }
}

function readEmbedding(facts: Facts, vocabSize: number): Embedding {
  const rows = (stem: string) => shape3(facts.tensors.get(tensorName(undefined, stem)))
  const norm = facts.tensors.has('token_embd_norm.weight') && readNorm(facts, ['token_embd_norm'], undefined)
  const perLayer = rows('per_layer_token_embd')
  if (perLayer) facts.expectGlobal('per_layer_token_embd', 'columns beyond whole layers', perLayer[0] % facts.layers, 0)
  return {
    vocabSize,
    size: facts.hidden,
    positions: rows('position_embd')?.[1] ?? 0,
    tokenTypes: rows('token_types')?.[1] ?? 0,
    ...(norm && { norm }),
    ...(perLayer && { perLayer: { vocabSize: perLayer[1], size: perLayer[0] / facts.layers } }),
  }
}

function readHead(facts: Facts, vocabSize: number): Head {
  const output: GgufTensor | undefined = facts.tensors.get('output.weight')
  const outputSize = output?.shape[1] ?? vocabSize
  if (output) facts.expectGlobal('output', 'columns', output.shape[0] ?? 0, facts.hidden)
  return { outputSize, tied: !output, bias: facts.tensors.has('output.bias'), transformSize: 0 }
}

/** Blocks after the decoder predict further tokens, if the file kept them. */
function readMtp(facts: Facts): MtpHead | undefined {
  const blocks = range(facts.layers, facts.blocks).filter((block) => facts.holds(block, 'nextn.eh_proj'))
  return blocks.length > 0 ? { layers: blocks.map((block) => readLayer(facts, block)), joins: true } : undefined
}

function readNorm(facts: Facts, stems: readonly string[], block: number | undefined): Norm {
  const kind = facts.has('attention.layer_norm_rms_epsilon') ? 'rms' : 'layer'
  const bias = stems.some((stem) => facts.tensors.has(tensorName(block, stem, 'bias')))
  return { kind, bias, ...(facts.family.plainNorm && { plain: true }) }
}

/** `post_attention_norm` stands before the FFN in some families, after attention where `post_ffw_norm` is there too. */
function readLayer(facts: Facts, block: number): Layer {
  const mixer = readMixer(facts, block)
  const ffn = readFfn(facts, block)
  const has = (stem: string) => facts.holds(block, stem)
  const before = has('attn_norm') || facts.family.plainNorm === true
  const after = has('post_ffw_norm')
  if (!before && !after) facts.refuse(`blk.${block}.attn_norm.weight`, 'is missing', 'Convert the model again.')
  const normPlacement = !before ? 'post' : after ? 'both' : 'pre'
  const own = has('attn_norm_2') || (facts.architecture === 'gptneox' && useParallel(facts))
  const lone = !has('ffn_norm') && !has('post_attention_norm') && !facts.family.plainNorm
  const beside = mixer && ffn && normPlacement === 'pre' && (own || lone)
  const perLayerInputSize = facts.matrix(block, 'inp_gate')?.[1]
  return makeLayer(mixer, ffn, {
    norm: readNorm(facts, ['attn_norm', 'ffn_norm', 'post_attention_norm'], block),
    normPlacement,
    ...(beside && { parallel: own ? 'own-norms' : 'shared-norm' }),
    ...(perLayerInputSize !== undefined && { perLayerInputSize }),
  })
}

function useParallel(facts: Facts): boolean {
  return facts.reader.bool(facts.key('use_parallel_residual'), true)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.min(to - from, BOUNDS.layers.max) }, (_, index) => from + index)
}
