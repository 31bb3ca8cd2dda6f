/**
 * Dense feed-forward block: gated (SwiGLU, arXiv 2002.05202: three matrices) or plain (two).
 * gate_proj, up_proj 2·T·h·f each, mlp_act on T·f elements, down_proj 2·T·f·h flop.
 * RWKV's channel mix (arXiv 2404.05892 section 4) adds an interpolation with the previous token for each of its two inputs
 * and a sigmoid gate on the output from a projection of 2·T·h·h flop.
 */
import type { DenseFfn, WeightClass } from '../model.ts'
import { elementwise, linear, type Operator } from '../operator.ts'
import type { Pass } from '../pass.ts'

export function denseFfn(
  ffn: DenseFfn,
  pass: Pass,
  hidden: number,
  input: string,
  options: { readonly prefix?: string; readonly of?: WeightClass } = {},
): Operator[] {
  const { tokens, convention } = pass
  const prefix = options.prefix ?? ''
  const of = options.of ?? 'ffn'
  const { intermediateSize: f, bias } = ffn
  const width = convention.actWidth === 'hidden' ? hidden : f
  const flop = convention.vectorFlop[ffn.activation] + (ffn.gated ? convention.vectorFlop.gate : 0)
  const inputs = ffn.gated ? [`${prefix}gate_proj`, `${prefix}up_proj`] : [`${prefix}up_proj`]
  const body = (from: string) => [
    ...inputs.map((name) => linear(pass, name, [from], of, tokens, hidden, f, { bias })),
    elementwise(pass, `${prefix}mlp_act`, inputs, tokens, width, { reads: inputs.length, writes: 1, flop }),
    linear(pass, `${prefix}down_proj`, [`${prefix}mlp_act`], of, tokens, f, hidden, { bias }),
  ]
  return ffn.channelMix ? channelMix(pass, hidden, input, of, body) : body(input)
}

/** RWKV: mixes every input with the previous token's, and gates the output. */
function channelMix(
  pass: Pass,
  hidden: number,
  input: string,
  of: WeightClass,
  body: (from: string) => Operator[],
): Operator[] {
  const { tokens, convention } = pass
  const gate = { reads: 2, writes: 1, flop: convention.vectorFlop.silu + convention.vectorFlop.gate }
  const inner = body('channel_shift')
  return [
    elementwise(
      pass,
      'channel_shift',
      [input],
      tokens,
      hidden,
      { reads: 2, writes: 2, flop: 6 },
      { parameters: 2 * hidden },
    ),
    linear(pass, 'receptance_proj', ['channel_shift'], of, tokens, hidden, hidden),
    ...inner,
    elementwise(pass, 'channel_gate', [(inner.at(-1) as Operator).name, 'receptance_proj'], tokens, hidden, gate),
  ]
}
