/**
 * Diffusion transformers: DiT (arXiv 2212.09748, section 3 and table 1), both the original arguments (`input_size`, `depth`,
 * `hidden_size`) and diffusers' transformer configuration (`sample_size`, `num_layers`, `attention_head_dim`).
 * One pass is one denoising step of a batch of latents; the VAE and the text or label encoder stay outside.
 */
import { attention, dense, layer, perLayer, stackOf } from '../build.ts'
import type { Fragment, Importer } from '../family.ts'
import { BOUNDS } from '../reader.ts'

/** Width of the sinusoidal timestep features. */
const TIMESTEP_FEATURES = 256

const dit: Importer = ({ config: r }) => {
  const heads = r.int(['num_heads', 'num_attention_heads'], BOUNDS.heads)
  const perHead = r.optionalInt(['attention_head_dim', 'head_dim'], BOUNDS.heads)
  const hidden = r.int('hidden_size', BOUNDS.size, perHead === undefined ? undefined : perHead * heads)
  if (hidden % heads !== 0) r.refuse('num_heads', `${heads} heads do not divide ${hidden} values`, 'Check both.')
  const depth = r.int(['depth', 'num_layers', 'num_hidden_layers'], BOUNDS.layers)
  const side = r.int(['input_size', 'sample_size', 'image_size'], BOUNDS.size)
  const patch = r.int('patch_size', { min: 1, max: 1024 }, 2)
  if (side % patch !== 0) r.refuse('patch_size', `${patch} does not divide the latent's ${side}`, 'Check both.')
  const channels = r.int(['in_channels', 'num_channels'], BOUNDS.size, 4)
  const learnsVariance = r.bool('learn_sigma', true)
  const outChannels = r.int('out_channels', BOUNDS.size, learnsVariance ? 2 * channels : channels)
  const classes = r.int(['num_classes', 'num_embeds_ada_norm'], BOUNDS.vocab, 1000)
  const ratio = r.float('mlp_ratio', BOUNDS.factor, 4)
  const sizes = { heads, kvHeads: heads, headDim: Math.floor(hidden / heads) }
  const norm = { kind: 'layer', bias: false, plain: true } as const
  const mixer = attention(sizes, { pattern: { kind: 'bidirectional' }, qkvBias: true, outBias: true, rotaryDim: 0 })
  const one = layer(mixer, dense(Math.round(hidden * ratio), false, 'gelu', true), { norm, modulationVectors: 6 })
  const patchValues = patch * patch * channels
  const embedders = patchValues * hidden + hidden + TIMESTEP_FEATURES * hidden + hidden * hidden + 2 * hidden
  // One more class stands for none; the last layer is modulated by a shift and a scale.
  const conditions = (classes + 1) * hidden + 2 * hidden * hidden + 2 * hidden
  return {
    kind: 'diffusion',
    stack: stackOf(
      hidden,
      perLayer(depth, () => one),
      norm,
    ),
    head: { outputSize: patch * patch * outChannels, tied: false, bias: true, transformSize: 0, everyToken: true },
    diffusion: { patchValues, tokens: (side / patch) ** 2, conditionParameters: embedders + conditions },
  }
}

export const DIFFUSION_FAMILY: Fragment = { dit, DiTTransformer2DModel: dit, Transformer2DModel: dit }
