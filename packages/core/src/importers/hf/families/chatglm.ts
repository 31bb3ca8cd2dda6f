/**
 * ChatGLM 2 and 3, and Qwen 1: gated decoders with their own key names. Source: the custom code published with
 * THUDM/chatglm3-6b (`modeling_chatglm.py`) and Qwen/Qwen-7B (`modeling_qwen.py`).
 */
import type { Norm } from '../../../architecture/model.ts'
import {
  attention,
  checkGroups,
  decoder,
  dense,
  layer,
  perLayer,
  RMS,
  readFfnSize,
  readShape,
  type Shape,
} from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { KEYS } from '../keys.ts'
import { BOUNDS } from '../reader.ts'
import { llamaLike } from './llama.ts'

/** ChatGLM 2 and 3: grouped heads, biases on the query/key/value projections only, half of each head turned. */
const chatglm: Importer = ({ config: r }) => {
  const heads = r.int(KEYS.heads, BOUNDS.heads)
  const hidden = r.int(KEYS.hidden, BOUNDS.size)
  const multiQuery = r.bool('multi_query_attention', false)
  const groups = r.optionalInt('multi_query_group_num', BOUNDS.heads)
  const kvHeads = multiQuery ? (groups ?? 1) : heads
  checkGroups(r, 'multi_query_group_num', heads, kvHeads)
  const headDim = r.int(KEYS.headDim, BOUNDS.heads, Math.max(1, Math.floor(hidden / heads)))
  const vocab = r.int(r.has('padded_vocab_size') ? 'padded_vocab_size' : 'vocab_size', BOUNDS.vocab)
  const shape: Shape = { layers: r.int(KEYS.layers, BOUNDS.layers), hidden, heads, kvHeads, headDim, vocab }
  const bias = r.bool('add_bias_linear', false)
  const norm: Norm = r.bool('rmsnorm', true) ? RMS : { kind: 'layer', bias: true }
  const ffn = dense(readFfnSize(r, hidden), true, 'silu', bias)
  const mixer = attention(shape, {
    qkvBias: bias || r.bool('add_qkv_bias', false),
    outBias: bias,
    rotaryDim: 2 * Math.floor(headDim / 4),
  })
  const one = layer(mixer, ffn, { norm })
  return decoder(
    r,
    shape,
    perLayer(shape.layers, () => one),
    {
      finalNorm: r.bool('post_layer_norm', true) ? norm : undefined,
    },
  )
}

/** Qwen 1: intermediate_size counts both input projections of the gated FFN; the first context is seq_length. */
const qwen: Importer = ({ config: r }) => {
  const shape = readShape(r)
  const both = r.int('intermediate_size', { min: 2, max: BOUNDS.ffn.max })
  if (both % 2 !== 0) r.refuse('intermediate_size', `${both} is odd, but counts two projections`, 'Check the value.')
  const bias = !r.bool('no_bias', true)
  const trained = r.optionalInt('seq_length', BOUNDS.tokens)
  const longest = r.optionalInt('max_position_embeddings', BOUNDS.tokens)
  const first = trained ?? longest
  const context = {
    ...(first !== undefined && { trainedContextTokens: first }),
    ...(first !== undefined && longest !== undefined && longest > first && { extendedContextTokens: longest }),
  }
  return llamaLike(r, { shape, qkvBias: true, outBias: bias, ffnBias: bias, ffnSize: Math.floor(both / 2), context })
}

export const CHATGLM_FAMILY: Fragment = { chatglm, qwen }
