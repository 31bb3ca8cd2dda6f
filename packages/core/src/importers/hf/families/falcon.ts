/**
 * Falcon and MPT: the first open models with one or few KV heads. Sources: transformers `modeling_falcon.py`,
 * `modeling_mpt.py`.
 */
import type { Norm } from '../../../architecture/model.ts'
import { attention, checkGroups, decoder, dense, layer, perLayer, readContext, readShape } from '../build.ts'
import { classDefaults } from '../defaults.ts'
import type { Fragment, Importer } from '../family.ts'
import { BOUNDS } from '../reader.ts'
import { gptLike } from './gpt.ts'

/**
 * Falcon: 7B shares one norm and one KV head; the new architecture (40B, 180B) has KV groups and, unless told otherwise,
 * a norm for each block; the RW models use ALiBi and may run their blocks in turn.
 */
const falcon: Importer = ({ config: r }) => {
  const base = readShape(r)
  const isNew = r.bool('new_decoder_architecture', false)
  const multiQuery = r.bool('multi_query', true)
  const kvHeads = isNew || !multiQuery ? base.kvHeads : 1
  const bias = r.bool('bias', false)
  const norms = r.optionalInt('num_ln_in_parallel_attn', { min: 1, max: 2 }) ?? (isNew ? 2 : 1)
  const isParallel = isNew || r.bool('parallel_attn', true)
  const alibi = r.bool('alibi', false)
  return gptLike(r, {
    shape: { ...base, kvHeads },
    mixer: { qkvBias: bias, outBias: bias, rotaryDim: alibi ? 0 : base.headDim },
    ffnBias: bias,
    tied: true,
    ...(isParallel && { parallel: norms === 2 && isNew ? 'own-norms' : 'shared-norm' }),
  })
}

/** MPT: ALiBi instead of the learned positions its configuration mentions; no biases, not even on norms. */
const mpt: Importer = ({ config: r }) => {
  const base = readShape(r)
  const inner = r.object('attn_config', classDefaults('mpt.attn_config'))
  const kvHeads = inner?.optionalInt('kv_n_heads', BOUNDS.heads) ?? base.heads
  if (inner) checkGroups(inner, 'kv_n_heads', base.heads, kvHeads)
  const alibi = inner?.bool('alibi', true) ?? true
  const rope = inner?.bool('rope', false) ?? false
  const bias = !r.bool('no_bias', true)
  const ratio = r.float('expansion_ratio', { min: 0.01, max: 1000 }, 4)
  const width = ratio * base.hidden
  if (!Number.isInteger(width) || width > BOUNDS.ffn.max)
    r.refuse(
      'expansion_ratio',
      `${ratio} × ${base.hidden} is not a usable FFN width`,
      'Give a ratio that makes a whole number.',
    )
  const shape = { ...base, kvHeads }
  const context = readContext(r)
  const norm: Norm = { kind: 'layer', bias }
  const one = layer(
    attention(shape, {
      qkvBias: bias,
      outBias: bias,
      rotaryDim: rope ? base.headDim : 0,
      ...(inner?.bool('qk_ln', false) && { qkNorm: 'width' }),
    }),
    dense(Number.isInteger(width) ? width : base.hidden, false, 'gelu', bias),
    { norm },
  )
  const learned = !alibi && !rope && r.bool('learned_pos_emb', true)
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
    {
      tied: true,
      finalNorm: norm,
      context,
      embedding: { positions: learned ? (context.trainedContextTokens ?? 0) : 0 },
    },
  )
}

export const FALCON_FAMILY: Fragment = { falcon, mpt }
