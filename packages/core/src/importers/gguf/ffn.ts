/**
 * The feed-forward part of one block of a GGUF file, from the shapes of its tensors: dense (gated when there is a gate, or
 * when the up projection is twice as wide as what goes down), or experts with a router, shared experts and a dense FFN
 * beside them. Source: ggml-org/llama.cpp `src/models/*.cpp` (load_arch_tensors), `src/llama-graph.cpp` (build_ffn).
 */
import type { DenseFfn, Ffn, MoeFfn } from '../../architecture/model.ts'
import { BOUNDS } from '../hf/reader.ts'
import type { Facts } from './facts.ts'

export function readFfn(f: Facts, block: number): Ffn | undefined {
  if (f.holds(block, 'ffn_gate_inp')) return experts(f, block)
  return dense(f, block)
}

function dense(f: Facts, block: number): DenseFfn | undefined {
  const up = f.matrix(block, 'ffn_up')
  const down = f.matrix(block, 'ffn_down')
  if (!up && !down) return undefined
  const width = down?.[0] ?? 0
  const separate = f.holds(block, 'ffn_gate')
  const fused = !separate && up?.[1] === 2 * width
  if (!fused) f.expect(block, 'ffn_up', 'outputs', up?.[1] ?? 0, width)
  f.expect(block, 'ffn_up', 'inputs', up?.[0] ?? 0, f.hidden)
  return {
    kind: 'dense',
    intermediateSize: width,
    gated: separate || fused,
    activation: f.family.activation,
    bias: f.holds(block, 'ffn_up', 'bias') || f.holds(block, 'ffn_down', 'bias'),
  }
}

function experts(f: Facts, block: number): MoeFfn {
  const numExperts = f.int('expert_count', BOUNDS.experts)
  const topK = f.topK[block] ?? 0
  if (topK < 1 || topK > numExperts) {
    const reason = `${topK} of ${numExperts} experts per token in block ${block}`
    f.refuse(f.key('expert_used_count'), reason, `Give a number from 1 to ${numExperts}.`)
  }
  f.expect(block, 'ffn_gate_inp', 'outputs', f.matrix(block, 'ffn_gate_inp')?.[1] ?? 0, numExperts)
  // Files from before 2024 keep one tensor per expert.
  const single = f.matrix(block, 'ffn_down.0')
  const down = f.matrix(block, 'ffn_down_exps') ?? (single && [single[0], single[1], numExperts])
  const width = down?.[0] ?? 0
  f.expect(block, 'ffn_down_exps', 'experts', down?.[2] ?? 0, numExperts)
  const latentSize = f.matrix(block, 'ffn_latent_down')?.[1]
  f.expect(block, 'ffn_down_exps', 'outputs', down?.[1] ?? 0, latentSize ?? f.hidden)
  const fused = f.matrix(block, 'ffn_gate_up_exps')
  const up = f.matrix(block, 'ffn_up_exps') ?? f.matrix(block, 'ffn_up.0')
  if (fused) f.expect(block, 'ffn_gate_up_exps', 'outputs', fused[1], 2 * width)
  else f.expect(block, 'ffn_up_exps', 'outputs', up?.[1] ?? 0, width)
  const shared = f.matrix(block, 'ffn_down_shexp')?.[0]
  const beside = dense(f, block)
  return {
    kind: 'moe',
    numExperts,
    topK: Math.max(1, Math.min(topK, numExperts)),
    expertIntermediateSize: width,
    gated: fused !== undefined || f.holds(block, 'ffn_gate_exps') || f.holds(block, 'ffn_gate.0'),
    activation: f.family.activation,
    expertBias: f.holds(block, 'ffn_down_exps', 'bias'),
    routerBias: f.holds(block, 'ffn_gate_inp', 'bias') || f.holds(block, 'exp_probs_b', 'bias'),
    ...(latentSize !== undefined && { latentSize }),
    ...(shared !== undefined && { sharedIntermediateSize: shared }),
    ...(f.holds(block, 'ffn_gate_inp_shexp') && { sharedGate: true }),
    ...(beside && { denseBeside: beside }),
  }
}
