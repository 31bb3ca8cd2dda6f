/** Parameters of which parameters exist and which of them a token touches: WSP, DIM, RANK, SIDE, LFRAC, WFRAC, EXP. */
import type { Parameter } from '../primitive.ts'
import { choice, count, described, flag, number, share, text, tokens } from './make.ts'

type Table = { readonly [name: string]: Parameter }

const layerShare = share('Share of the layers it is applied to', 1)

export const WSP: Table = {
  density: share('Share of the weights that are kept (mean over layers)', 0.5, 1),
  structure: choice('Where the zeros may stand', ['unstructured', '2:4', 'n:m', 'row', 'block']),
  indexBits: number('Bits per kept weight that say where it stands', 0, { max: 32, unit: 'bits' }),
  work: choice('Who skips the zeros: the hardware where it can, nobody, or hardware built for it', [
    'hardware',
    'dense',
    'skipped',
  ]),
}

export const DIM: Table = {
  student: text('Smaller model of the catalogue that takes the place of this one; empty: this one, reshaped', '', ''),
  depth: number('Factor on the number of layers', 1, { min: 0.01, max: 4, identity: 1 }),
  hidden: number('Factor on the hidden size', 1, { min: 0.01, max: 4, identity: 1 }),
  heads: number('Factor on the attention heads', 1, { min: 0.01, max: 4, identity: 1 }),
  kvHeads: count('Key/value heads; 0: in proportion to the heads', 0, { identity: 0 }),
  ffn: number('Factor on the width of the feed-forward blocks', 1, { min: 0.01, max: 4, identity: 1 }),
  parameterShare: number(
    'Share of the layers’ parameters to keep, taken evenly from heads and FFN; 1: as the factors say',
    1,
    {
      min: 0.01,
      max: 1,
      identity: 1,
    },
  ),
  crossLayerShare: share('Share of the layers that keep their cross-attention', 1, 1),
}

export const RANK: Table = {
  mode: choice('Instead of the matrix, beside it, or as a train of small tensors', [
    'replace',
    'additive',
    'tensor-train',
  ]),
  rank: count('Rank r; 0: by rankShare', 0, { identity: 0 }),
  rankShare: share('Rank as a share of the smaller side of each matrix; 0 adds nothing in additive mode', 0.5, 1),
  parameterShare: share('Share of each matrix’s parameters to keep, instead of a rank; 0: not used', 0, 0),
  cores: count('Cores of a tensor train', 3, { min: 2, max: 12 }),
  site: choice('Matrices it is applied to', ['all', 'attention', 'ffn', 'embedding', 'head']),
  layerShare,
  merged: flag('Additive: folded into the matrix before serving, so that it costs nothing'),
}

export const SIDE: Table = {
  what: text('What it is, in a word'),
  form: choice(
    'Shape of one module',
    [
      'none',
      'matrix',
      'bottleneck',
      'predictor',
      'head',
      'embedding',
      'layer',
      'rotation',
      'score-bias',
      'tower',
      'cross-attention',
      'custom',
    ],
    'none',
  ),
  copies: count('How many of them (heads: one per position ahead)', 1, { min: 1 }),
  rank: count('Inner width r of a bottleneck or predictor', 64, { min: 1 }),
  rows: count('Rows of an embedding; cross-attention: fetched tokens that a token attends to', 1, { min: 1, max: 1e9 }),
  chunk: tokens('cross-attention: tokens of the text that share what was fetched', 64, { min: 1 }),
  parameters: number(
    'custom and tower: parameters of one module; cross-attention: of the encoder of what was fetched',
    0,
  ),
  flopPerToken: number('custom: work per token', 0, { unit: 'flop' }),
  outputTokens: tokens('tower: tokens of one picture that join the prompt', 0),
  place: choice('Where it stands: in every layer, or once after the stack', ['layer', 'network']),
  layerShare,
}

export const LFRAC: Table = {
  fraction: number('Expected share of the layers that a token runs through, E[l]/L', 0.6, {
    min: 0.01,
    max: 1,
    unit: 'share',
    identity: 1,
  }),
  earliest: share('Share of the layers before the first exit: every token runs them (0: an exit after any layer)', 0),
  signal: described(
    choice('What decides', [
      'none',
      'entropy',
      'max-probability',
      'patience',
      'classifier',
      'gap',
      'policy',
      'position',
      'schedule',
    ]),
  ),
  exitHead: choice('Head evaluated where a token may exit: none, the output head, or a small classifier', [
    'none',
    'vocabulary',
    'classifier',
  ]),
  exits: count('Exits at which the head is evaluated', 0),
  classes: count('Rows of a small classifier', 2, { min: 1 }),
  kv: choice(
    'Keys and values an exited token leaves in the layers above: copied state projected, recomputed later in a batch, none, or never missed',
    ['copy', 'recompute', 'none', 'present'],
  ),
  batch: choice(
    'A layer’s weights are read if any token of the pass reaches it (union), or all leave together (uniform)',
    ['union', 'uniform'],
  ),
  scope: choice('Applied to the served model, or only to draft passes (priced by TPP)', ['model', 'draft']),
}

export const WFRAC: Table = {
  density: number('Share of neurons or heads that one token uses', 0.2, {
    min: 0.001,
    max: 1,
    unit: 'share',
    identity: 1,
  }),
  sites: choice('What is left out', ['ffn', 'heads', 'heads+ffn']),
  idle: choice('Which neurons stand idle: any, or only those of a ReLU (exactly zero)', ['any', 'relu']),
  work: choice(
    'Of several tokens: a dense product computes what any of them needs for all (union), or hardware skips for each (per-token)',
    ['union', 'per-token'],
  ),
  predictorRank: count('Inner width of the predictor that chooses (hidden → r → neurons); 0: none', 0),
}

export const EXP: Table = {
  experts: count('Experts E that a dense feed-forward block becomes; a mixture keeps its own', 8, {
    min: 1,
    identity: 1,
  }),
  topK: count('Experts a token goes to', 2, { min: 1, identity: 1 }),
  capacity: number('Capacity factor: rows computed per row routed', 1, { min: 1, max: 16, identity: 1 }),
  every: count('One block in this many becomes a mixture', 1, { min: 1 }),
  width: number('Width of one expert as a share of the dense block’s', 1, { min: 0.001, max: 4, identity: 1 }),
  residual: flag('The dense block stays beside the experts', false, false),
}
