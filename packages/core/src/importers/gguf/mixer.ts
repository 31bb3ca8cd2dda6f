/**
 * The mixer of one block of a GGUF file: attention, latent attention, gated delta net, Mamba 1 or 2, told apart by the
 * tensors the block has, with sizes from the metadata that the tensors must agree with.
 * Source: ggml-org/llama.cpp `src/models/*.cpp` (load_arch_tensors), `src/llama-model.cpp` (create_tensor_qkv).
 */
import type {
  Attention,
  LatentAttention,
  LinearAttention,
  Mixer,
  Pattern,
  StateSpace,
} from '../../architecture/model.ts'
import { CAUSAL, sliding } from '../hf/build.ts'
import { BOUNDS } from '../hf/reader.ts'
import type { Facts } from './facts.ts'

export function readMixer(f: Facts, block: number): Mixer | undefined {
  if (f.holds(block, 'attn_kv_a_mqa')) return latent(f, block)
  if (f.holds(block, 'ssm_conv1d')) {
    if (f.holds(block, 'ssm_ba') || f.holds(block, 'ssm_beta')) return deltaNet(f, block)
    return stateSpace(f, block)
  }
  return f.holds(block, 'attn_q') || f.holds(block, 'attn_qkv') ? attention(f, block) : undefined
}

function pattern(f: Facts, block: number): Pattern {
  if (!f.windowed(block)) return CAUSAL
  const seen = sliding(f.windowTokens, f.context)
  return seen.kind === 'sliding' && f.family.window?.chunked ? { kind: 'chunked', chunk: f.windowTokens } : seen
}

/** A size per head: the window layers' own key, the common key, or the hidden size shared out. */
function headSize(f: Facts, block: number, name: string, fallback: number): number {
  const own = `${name}_swa`
  return f.int(f.windowed(block) && f.has(own) ? own : name, { min: 1, max: BOUNDS.size.max }, fallback)
}

function rotary(f: Facts, block: number, headDim: number): number {
  const { rope, noRope } = f.family
  if (rope === 'none') return 0
  if (noRope === 'full' && f.windowTokens > 0 && !f.windowed(block)) return 0
  if (noRope === 'fourth' && (block + 1) % 4 === 0) return 0
  const own = 'rope.dimension_count_swa'
  return f.int(f.windowed(block) && f.has(own) ? own : 'rope.dimension_count', { max: headDim }, headDim)
}

function attention(f: Facts, block: number): Attention {
  const numQHeads = f.heads[block] ?? 0
  const numKvHeads = f.kvHeads[block] ?? 0
  if (numQHeads === 0 || numKvHeads === 0 || numQHeads % numKvHeads !== 0) {
    const reason = `${numQHeads} query heads cannot share ${numKvHeads} key/value heads in block ${block}`
    f.refuse(f.key('attention.head_count_kv'), reason, 'The first must be a multiple of the second: convert again.')
    return {
      kind: 'attention',
      numQHeads: 1,
      numKvHeads: 1,
      headDim: 1,
      pattern: CAUSAL,
      qkvBias: false,
      outBias: false,
      rotaryDim: 0,
    }
  }
  const shared = Math.max(1, Math.floor(f.hidden / numQHeads))
  const headDim = headSize(f, block, 'attention.key_length', shared)
  const vHeadDim = headSize(f, block, 'attention.value_length', shared)
  const sharesKv = block < f.layers && block >= f.layers - f.int('attention.shared_kv_layers', BOUNDS.count, 0)
  const queries = numQHeads * headDim
  const keys = numKvHeads * headDim
  const values = numKvHeads * vHeadDim
  const fused = f.matrix(block, 'attn_qkv')
  const q = f.matrix(block, 'attn_q')
  const k = f.matrix(block, 'attn_k')
  const v = f.matrix(block, 'attn_v')
  if (fused) f.expect(block, 'attn_qkv', 'outputs', fused[1], queries + keys + values)
  const outputGate = q?.[1] === 2 * queries
  if (q && !outputGate) f.expect(block, 'attn_q', 'outputs', q[1], queries)
  if (k) f.expect(block, 'attn_k', 'outputs', k[1], keys)
  if (v) f.expect(block, 'attn_v', 'outputs', v[1], values)
  if (!fused && !k && !sharesKv) f.refuse(`blk.${block}.attn_k.weight`, 'is missing', 'Convert the model again.')
  const out = f.matrix(block, 'attn_output')
  f.expect(block, 'attn_output', 'inputs', out?.[0] ?? 0, numQHeads * vHeadDim)
  const qkNorm = readQkNorm(f, block, headDim, queries)
  return {
    kind: 'attention',
    numQHeads,
    numKvHeads,
    headDim,
    ...(vHeadDim !== headDim && { vHeadDim }),
    pattern: pattern(f, block),
    qkvBias: f.holds(block, 'attn_qkv', 'bias') || f.holds(block, 'attn_q', 'bias'),
    outBias: f.holds(block, 'attn_output', 'bias'),
    ...(qkNorm && { qkNorm }),
    rotaryDim: rotary(f, block, headDim),
    ...(outputGate && { outputGate }),
    ...(!fused && k && !v && { keyIsValue: true }),
    ...(sharesKv && { sharesKv }),
    ...(f.holds(block, 'attn_sinks') && { sinks: true }),
  }
}

function readQkNorm(f: Facts, block: number, headDim: number, width: number): Attention['qkNorm'] {
  const norm = f.matrix(block, 'attn_q_norm')
  if (!norm) return undefined
  const size = norm[0] * norm[1]
  if (size !== headDim) f.expect(block, 'attn_q_norm', 'elements', size, width)
  return size === headDim ? 'head' : 'width'
}

/** Newer files store the latent as one key/value head (`key_length_mla` = the real head); older ones only the real head. */
function latent(f: Facts, block: number): LatentAttention {
  const numQHeads = Math.max(1, f.heads[block] ?? 0)
  const kvLoraRank = f.int('attention.kv_lora_rank', BOUNDS.size)
  const qkRopeHeadDim = f.int('rope.dimension_count', BOUNDS.size)
  const split = f.has('attention.key_length_mla')
  const headDim = f.int(split ? 'attention.key_length_mla' : 'attention.key_length', { min: 1, max: BOUNDS.size.max })
  const vHeadDim = f.int(split ? 'attention.value_length_mla' : 'attention.value_length', BOUNDS.size)
  if (headDim <= qkRopeHeadDim) {
    const reason = `${headDim} is not larger than the ${qkRopeHeadDim} rotary dimensions`
    f.refuse(f.key('attention.key_length'), reason, 'Convert the model again.')
  }
  const qLoraRank = f.matrix(block, 'attn_q_a')?.[1]
  const query = qLoraRank === undefined ? 'attn_q' : 'attn_q_b'
  f.expect(block, query, 'outputs', f.matrix(block, query)?.[1] ?? 0, numQHeads * headDim)
  f.expect(block, 'attn_kv_a_mqa', 'outputs', f.matrix(block, 'attn_kv_a_mqa')?.[1] ?? 0, kvLoraRank + qkRopeHeadDim)
  f.expect(block, 'attn_output', 'inputs', f.matrix(block, 'attn_output')?.[0] ?? 0, numQHeads * vHeadDim)
  const sparse = f.has('attention.indexer.top_k')
  const topK = f.int('attention.indexer.top_k', BOUNDS.tokens, 1)
  return {
    kind: 'mla',
    numQHeads,
    ...(qLoraRank !== undefined && { qLoraRank }),
    kvLoraRank,
    qkNopeHeadDim: Math.max(1, headDim - qkRopeHeadDim),
    qkRopeHeadDim,
    vHeadDim,
    pattern: sparse ? { kind: 'selected', topK } : pattern(f, block),
    ...(sparse && {
      indexer: {
        numHeads: f.int('attention.indexer.head_count', BOUNDS.heads),
        headDim: f.int('attention.indexer.key_length', BOUNDS.size),
        queryInputSize: qLoraRank ?? f.hidden,
        blockTokens: 1,
        shared: !f.holds(block, 'indexer.attn_k'),
      },
    }),
  }
}

function deltaNet(f: Facts, block: number): LinearAttention {
  const numValueHeads = f.int('ssm.time_step_rank', BOUNDS.heads)
  const inner = f.int('ssm.inner_size', BOUNDS.size)
  const numKeyHeads = f.int('ssm.group_count', BOUNDS.heads)
  const keyHeadDim = f.int('ssm.state_size', BOUNDS.size)
  const convTaps = f.int('ssm.conv_kernel', BOUNDS.count)
  shareOut(f, inner, numValueHeads)
  const conv = f.matrix(block, 'ssm_conv1d')
  f.expect(block, 'ssm_conv1d', 'channels', conv?.[1] ?? 0, 2 * numKeyHeads * keyHeadDim + inner)
  f.expect(block, 'ssm_out', 'inputs', f.matrix(block, 'ssm_out')?.[0] ?? 0, inner)
  return {
    kind: 'linear',
    rule: 'delta',
    numKeyHeads,
    numValueHeads,
    keyHeadDim,
    valueHeadDim: inner / numValueHeads,
    convTaps,
    outputGate: true,
    gateRank: 0,
  }
}

function shareOut(f: Facts, inner: number, heads: number): void {
  if (inner % heads === 0) return
  f.refuse(f.key('ssm.inner_size'), `${inner} does not share out among ${heads} heads`, 'Convert the model again.')
}

function stateSpace(f: Facts, block: number): StateSpace {
  const first = f.holds(block, 'ssm_x')
  const innerSize = f.int('ssm.inner_size', BOUNDS.size)
  const rank = f.int('ssm.time_step_rank', BOUNDS.size)
  f.expect(block, 'ssm_out', 'inputs', f.matrix(block, 'ssm_out')?.[0] ?? 0, innerSize)
  if (!first) shareOut(f, innerSize, rank)
  return {
    kind: first ? 'mamba1' : 'mamba2',
    innerSize,
    stateSize: f.int('ssm.state_size', BOUNDS.size),
    convTaps: f.int('ssm.conv_kernel', BOUNDS.count),
    numHeads: first ? 0 : rank,
    numGroups: first ? 0 : f.int('ssm.group_count', BOUNDS.heads),
    dtRank: first ? rank : 0,
    convBias: f.holds(block, 'ssm_conv1d', 'bias'),
    projBias: f.holds(block, 'ssm_in', 'bias'),
    ...(f.holds(block, 'ssm_dt_norm') && { innerNorms: true }),
  }
}
