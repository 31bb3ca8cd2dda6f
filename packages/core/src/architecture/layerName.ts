/** What a layer is called after its blocks, the same for a row of the catalogue and for an imported file. */
import type { Ffn, Mixer, Pattern } from './model.ts'

const PATTERN_NAMES: Readonly<Record<Pattern['kind'], string>> = {
  causal: 'full',
  sliding: 'sliding',
  chunked: 'chunked',
  bidirectional: 'bidirectional',
  selected: 'sparse',
  compressed: 'compressed',
  sparse: 'sparse',
  kept: 'pruned',
  segments: 'segmented',
}

function mixerName(mixer: Mixer): string {
  if ('pattern' in mixer && mixer.pattern.kind === 'bidirectional' && mixer.pattern.block) return 'windowed attention'
  if (mixer.kind === 'linear') return 'linear attention'
  if (!('pattern' in mixer)) return mixer.kind === 'mamba1' ? 'Mamba' : 'Mamba 2'
  const pattern = mixer.kind === 'mla' && mixer.pattern.kind === 'causal' ? '' : `${PATTERN_NAMES[mixer.pattern.kind]} `
  return `${pattern}${mixer.kind === 'mla' ? 'latent ' : ''}attention`
}

/** `full attention + MoE`; what a layer is called where its row or file gives it no name. */
export function layerName(mixer: Mixer | undefined, ffn: Ffn | undefined): string {
  const parts = [mixer && mixerName(mixer), ffn && (ffn.kind === 'moe' ? 'MoE' : 'dense FFN')]
  return parts.filter((part) => part !== undefined).join(' + ') || 'no operation'
}
