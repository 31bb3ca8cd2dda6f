/**
 * Mixture of experts (GShard, arXiv 2006.16668; shared experts: DeepSeekMoE, arXiv 2401.06066): a router picks topK of
 * numExperts for every token.
 *
 * Work follows tokens · topK; weights read follow the *distinct* experts that the pass touches, E·(1 − (1 − k/E)^T)
 * under uniform routing. Latent MoE (Nemotron-3) puts a projection before and after the experts. With Z zero-computation
 * experts (LongCat-Flash) the router chooses among E + Z: a token computes topK·E/(E + Z) experts on average, and the
 * distinct experts touched are E/(E + Z) of those touched among all.
 * Leaves out: routing skew, padding of the grouped product, the permutation's index arithmetic.
 */
import type { KernelCall } from '../kernelCall.ts'
import type { ExpertSpread, MoeFfn } from '../model.ts'
import { alter, elementwise, linear, type Operator, WITHIN } from '../operator.ts'
import type { Pass } from '../pass.ts'
import { denseFfn } from './dense.ts'

/** What the router chooses from, and what of it computes: of `pool` experts the share that has weights. */
function routing(ffn: MoeFfn): { readonly pool: number; readonly share: number; readonly computed: number } {
  const pool = ffn.numExperts + (ffn.zeroExperts ?? 0)
  const share = ffn.numExperts / pool
  return { pool, share, computed: ffn.topK * share }
}

const WHOLE: ExpertSpread = { tp: 1, ep: 1, sources: 1 }

/** Expected distinct experts for the tokens of all sources: (1 − k/E)^(s·T) = (1 − k′/E)^T, so k′ stands for s ranks. */
function touched(ffn: MoeFfn, pass: Pass, pool: number, sources: number): number {
  const { topK } = ffn
  if (sources === 1 || topK >= pool) return pass.touched(pool, topK)
  return pass.touched(pool, pool * (1 - (1 - topK / pool) ** sources))
}

/** One projection of every expert of this rank over the tokens routed to it. */
function grouped(
  ffn: MoeFfn,
  pass: Pass,
  name: string,
  after: readonly string[],
  k: number,
  n: number,
  kernel: KernelCall,
): Operator {
  const { computed, pool, share } = routing(ffn)
  const { ep, sources } = ffn.spread ?? WHOLE
  const own = ffn.numExperts / ep
  const routed = (pass.tokens * sources * computed) / ep
  const one = linear(pass, name, after, 'experts', routed, k, n, { bias: ffn.expertBias })
  return alter(one, {
    kind: 'grouped-gemm',
    weightBytes: (one.storedBytes * touched(ffn, pass, pool, sources) * share) / ep,
    parameters: one.parameters * own,
    activeParameters: (one.parameters * computed * sources) / ep,
    storedBytes: one.storedBytes * own,
    shape: { m: routed, k, n, count: own },
    kernel,
  })
}

/** The fused kernel that runs every projection of the experts, as calibrated costs know it. */
function expertKernel(ffn: MoeFfn, width: number): KernelCall {
  const { tp, ep } = ffn.spread ?? WHOLE
  return {
    kind: 'moe',
    hidden: width,
    inter: ffn.expertIntermediateSize,
    topK: ffn.topK,
    experts: ffn.numExperts,
    tp,
    ep,
    gated: ffn.gated,
    rowsPerToken: routing(ffn).computed / ep,
  }
}

export function moeFfn(ffn: MoeFfn, pass: Pass, hidden: number, input: string): Operator[] {
  const { tokens, convention } = pass
  const { topK } = ffn
  const { pool, computed } = routing(ffn)
  const { tp, ep, sources } = ffn.spread ?? WHOLE
  const f = Math.ceil(ffn.expertIntermediateSize / tp)
  const width = ffn.latentSize ?? hidden
  const routed = (tokens * sources * computed) / ep
  const out: Operator[] = []
  const chosen: string[] = []
  // Where a table chooses, the router's product still weighs the chosen experts.
  const router = linear(pass, 'router', [input], 'router', tokens, hidden, pool, { bias: ffn.routerBias })
  out.push(router)
  if (!ffn.hashRouted) {
    const work = { reads: 1, writes: 0, flop: convention.vectorFlop.softmax, kind: 'softmax' } as const
    out.push(elementwise(pass, 'router_topk', ['router'], tokens, pool, work))
  }
  chosen.push(ffn.hashRouted ? 'router' : 'router_topk')
  let expertInput = input
  if (ffn.latentSize !== undefined) {
    out.push(linear(pass, 'latent_down_proj', [input], 'ffn', tokens, hidden, width))
    expertInput = 'latent_down_proj'
  }
  const inputs = ffn.gated ? ['expert_gate_proj', 'expert_up_proj'] : ['expert_up_proj']
  const flop = convention.vectorFlop[ffn.activation] + (ffn.gated ? convention.vectorFlop.gate : 0)
  const kernel = expertKernel(ffn, width)
  inputs.forEach((name, i) => {
    out.push(grouped(ffn, pass, name, [expertInput, ...chosen], width, f, i === 0 ? kernel : WITHIN))
  })
  const act = elementwise(pass, 'expert_act', inputs, routed, f, { reads: inputs.length, writes: 1, flop })
  out.push(alter(act, { kernel: WITHIN }))
  out.push(grouped(ffn, pass, 'expert_down_proj', ['expert_act'], f, width, WITHIN))
  // Weighted sum of each token's topK outputs; a zero-computation expert's output is its input.
  const combine = elementwise(pass, 'expert_combine', ['expert_down_proj', ...chosen], tokens * sources, width, {
    reads: topK / ep,
    writes: 1,
    flop: (2 * topK) / ep,
  })
  out.push(alter(combine, { kernel: WITHIN }))
  let parts = ['expert_combine']
  if (ffn.latentSize !== undefined) {
    out.push(linear(pass, 'latent_up_proj', parts, 'ffn', tokens, width, hidden))
    parts = ['latent_up_proj']
  }
  if (ffn.sharedIntermediateSize) {
    const shared = {
      kind: 'dense',
      intermediateSize: ffn.sharedIntermediateSize,
      gated: ffn.gated,
      activation: ffn.activation,
      bias: false,
    } as const
    out.push(...denseFfn(shared, pass, hidden, input, { prefix: 'shared_', of: 'shared' }))
    parts.push('shared_down_proj')
    if (ffn.sharedGate) {
      out.push(linear(pass, 'shared_gate', [input], 'router', tokens, hidden, 1))
      parts.push('shared_gate')
    }
  }
  if (ffn.denseBeside) {
    out.push(...denseFfn(ffn.denseBeside, pass, hidden, input, { prefix: 'dense_' }))
    parts.push('dense_down_proj')
  }
  if (parts.length > 1) {
    const sum = { reads: parts.length, writes: 1, flop: parts.length - 1 }
    out.push(elementwise(pass, 'expert_sum', parts, tokens, hidden, sum))
  }
  return out
}
