/** Parameters of steps, calls, context and places: TPP BRANCH CALLS REPL POS CTX RETR REUSE PLACE ALLOC SCHED PAR TRAIN. */
import type { Parameter } from '../primitive.ts'
import { choice, count, described, flag, number, share, text, tokens } from './make.ts'

type Table = { readonly [name: string]: Parameter }

export const TPP: Table = {
  gamma: count('Tokens proposed in a row before the target checks them (γ)', 4, {
    unit: 'tokens',
    max: 1024,
    identity: 0,
  }),
  acceptance: share('Chance that a proposed token is accepted (α)', 0.7, 0),
  draftCost: number(
    'Time of one draft pass as a share of the target’s (c); 0 with a draft model: priced from the model',
    0,
  ),
  draftModel: text('Draft model of the catalogue; empty: none (draftCost, heads, n-grams)', '', ''),
  draftLayerShare: share('The draft is the target with this share of its layers; 0: not so', 0, 0),
  treeNodes: count('Nodes of a tree that is checked at once; 0: a chain of γ', 0, { max: 4096, identity: 0 }),
  treeWidth: count('Candidates per position in the tree', 1, { min: 1, max: 1024 }),
  candidates: count('Independent drafts of γ tokens that are checked together', 1, { min: 1, max: 1024, identity: 1 }),
  tokensPerPass: number('Expected tokens a pass yields (τ); 0: from γ and α', 0, {
    unit: 'tokens',
    max: 4096,
    identity: 0,
  }),
  passes: count('Passes that make the whole answer (non-autoregressive, iterative); 0: not fixed', 0, {
    max: 1e6,
    identity: 0,
  }),
  window: count('Lookahead window W (tokens generated ahead per level)', 0, { max: 4096, identity: 0 }),
  ngram: count('Length N of lookahead n-grams', 0, { max: 1024, identity: 0 }),
  guesses: count('n-grams checked beside the window (G)', 0, { max: 4096, identity: 0 }),
  lossless: flag('The output is the target’s own', true),
}

export const BRANCH: Table = {
  branches: count('Branches of one answer that are decoded side by side (m)', 5, { min: 1, max: 1024, identity: 1 }),
  skeletonTokens: tokens('Tokens made one after another before the branches part', 60, { identity: 0 }),
  sharePrefix: flag('Branches share the keys and values of what stands before them', true),
}

export const CALLS: Table = {
  serial: number('Calls one after another that a question takes', 2, { min: 1, max: 1e5, identity: 1 }),
  parallel: number('Calls that run beside each of these', 1, { min: 1, max: 1e5, identity: 1 }),
  offline: number('Calls outside the question, spread over the questions they serve', 0, { max: 1e6, identity: 0 }),
  mode: choice('How they hang together', ['serial', 'fan-out', 'dag', 'offline']),
  promptTokens: tokens('Prompt of each further call; 0: the question’s own', 0),
  outputTokens: tokens('Output of each further call; 0: the answer’s own', 0),
  grows: flag('Each call’s prompt holds what the calls before it said'),
}

export const REPL: Table = {
  replicas: count('Copies of the model that answer the same call', 2, { min: 1, max: 1024, identity: 1 }),
  combine: described(choice('How the answers become one', ['confidence', 'marginalise', 'vote', 'none'])),
  devices: choice('Each copy has its own accelerator, or all share one', ['own', 'shared']),
}

export const POS: Table = {
  kind: described(
    choice('Position map', [
      'rope',
      'alibi',
      'xpos',
      'clex',
      'linear',
      'ntk',
      'ntk-dynamic',
      'yarn',
      'fire',
      'longrope',
      'kerple',
      'sandwich',
      'permute',
      'power',
      'base-change',
      'relative',
      'segment-aware',
      'clip',
      'cache-relative',
      'multi-scale',
    ]),
  ),
  scale: number('Factor on the trained context', 1, { min: 0.01, max: 1e6, identity: 1 }),
  keys: choice(
    'Cached rotary keys whose positions change: none do; stored before rotation and rotated whenever they are read; or rotated anew and written back in every step',
    ['as-stored', 'rotated-at-read', 'rotated-anew'],
    'as-stored',
  ),
  unlimited: flag('Positions set no limit', false, false),
  base: described(number('Base of rotary angles; 0: the model’s', 0)),
  temperature: described(number('Factor on the attention logits; 0: the model’s', 0)),
  exponent: described(number('Exponent of the map (xPos γ, power κ); 0: none', 0)),
  unscaledTokens: described(tokens('First tokens whose positions are not scaled', 0)),
  perReplica: described(flag('Every replica has its own base')),
  perHead: flag('Every head has a scale of its own, within the trained length: the reach stays', false, false),
}

export const CTX: Table = {
  site: choice('What is made shorter', [
    'prompt',
    'soft-token',
    'hidden',
    'kv-pool',
    'order',
    'tree',
    'evict-summary',
    'summary',
    'qk-heads',
    'image-tokens',
  ]),
  ratio: number('Tokens in per token out (r)', 4, { min: 1, max: 10_000, identity: 1 }),
  pass: choice('What compressing costs: nothing, a pass of a small model, of an encoder, or of the served model', [
    'none',
    'small-model',
    'encoder',
    'own',
  ]),
  passes: number('Passes over the text', 1, { max: 1000 }),
  model: text('The small model or encoder, of the catalogue; empty: a typical one, which the outcome names', ''),
  offline: flag('Done before the request (the compressed text is kept)'),
}

export const RETR: Table = {
  k: count('Chunks brought in; 0: none', 5, { max: 100_000, identity: 0 }),
  chunk: tokens('Tokens of a chunk', 256, { min: 1, max: 1e6 }),
  store: choice('What is stored', [
    'vector',
    'web',
    'archive',
    'stream',
    'phases',
    'messages',
    'episodes',
    'experience',
    'n-grams',
    'phrases',
    'chunks',
    'hidden',
    'dialogue',
    'paragraphs',
    'graph',
    'triples',
    'wiki',
    'kv',
  ]),
  inject: choice('Where it goes in: the prompt, cross-attention, the keys of attention, or proposals of tokens', [
    'prompt',
    'cross-attention',
    'attention',
    'proposal',
  ]),
  recall: share('Share of what matters that look-up finds; 0: not known', 0),
  searchS: number('Time of one search', 0, { unit: 's' }),
  embedder: text('Model that embeds the query, of the catalogue; empty: none is priced'),
  queryTokens: tokens('Tokens of the query that are embedded', 32, { max: 1e6 }),
  write: described(choice('When something is stored', ['beforehand', 'on-evict', 'every-turn', 'by-the-model'])),
  evict: described(choice('What is forgotten', ['never', 'forgetting-curve', 'oldest'])),
  score: described(choice('What ranks', ['similarity', 'recency+importance+relevance', 'subscription', 'exact'])),
}

export const REUSE: Table = {
  hit: share('Share of the prompt whose keys and values are already there', 0.5, 0),
  source: described(choice('Whence', ['prefix', 'trace', 'gist', 'skeleton'])),
}

export const PLACE: Table = {
  what: choice('Tensors that are placed', ['weights', 'kv', 'activations']),
  share: share('Share of their bytes that is placed there; 0: none', 1, 0),
  tier: choice('Where', ['host', 'disk', 'remote', 'on-chip']),
  readShare: share('Share of the placed bytes that a pass brings in', 1),
  overlapped: flag('Moved while something else computes', true),
  compute: choice('Where the work on them is done', ['accelerator', 'host', 'memory']),
  search: flag('Shares are found by a linear program under the capacities, not given'),
  overflow: flag(
    'Only what does not fit the accelerator is placed, at most the share; what does not fit the host goes on to the disk',
    false,
    false,
  ),
  bandwidthBytePerS: number('Bandwidth of the way there; 0: the accelerator’s link to its host', 0, { unit: 'B/s' }),
}

export const ALLOC: Table = {
  policy: choice('How the cache is allotted', ['paged', 'contiguous', 'radix-tree', 'tokens']),
  blockTokens: tokens('Tokens of a block', 16, { min: 1, identity: 1 }),
  waste: share('Share of the reserved cache that holds nothing, beside the last block’s', 0, 0),
  reservedTokens: tokens('contiguous: tokens reserved per sequence whatever it uses; 0: its own length', 0, {
    identity: 0,
  }),
  global: described(flag('Blocks may lie in another instance’s memory', false, false)),
  evict: described(choice('What goes when it is full', ['none', 'lru', 'preempt'])),
}

export const SCHED: Table = {
  policy: choice(
    'How steps are formed',
    ['continuous', 'static', 'chunked', 'split-fuse', 'disaggregated', 'kv-borrow', 'elastic-sequence', 'zigzag'],
    'static',
  ),
  budgetTokens: tokens('Most new tokens one step takes (chunk or token budget); 0: no limit', 0, { identity: 0 }),
  batch: count('Sequences together; 0: the workload’s', 0, { identity: 0 }),
  longestOverMean: number('static: the longest answer of a batch over the mean one, which all wait for', 1, {
    min: 1,
    identity: 1,
  }),
  spareCompute: described(flag('Spare compute trains the draft meanwhile', false, false)),
}

export const PAR: Table = {
  axis: choice('What is split', ['tp', 'cp', 'pp', 'ep', 'tp2d']),
  degree: count('Accelerators', 8, { min: 1, max: 65_536, identity: 1 }),
  decodeDegree: count('Accelerators while decoding (elastic); 0: the same', 0, { max: 65_536, identity: 0 }),
  pattern: described(
    choice(
      'How the ranks of the axis exchange: of cp and tp in the layout and priced, of the others as the links run it',
      [
        'usual',
        'allreduce',
        'allgather+reduce-scatter',
        'ring',
        'two-level-ring',
        'query',
        'all-to-all',
        'hierarchical-all-to-all',
        'point-to-point',
        'scan',
      ],
    ),
    ['usual', 'allreduce', 'hierarchical-all-to-all', 'point-to-point', 'scan'],
  ),
  overlapped: flag('Communication runs under computation'),
  balance: choice(
    'cp: how a prompt is dealt out; contiguous pieces of causal work are uneven, and all wait for the busiest',
    ['contiguous', 'striped'],
  ),
  linkBytePerS: number('Bandwidth between accelerators, one direction; 0: the accelerator’s link', 0, { unit: 'B/s' }),
}

export const TRAIN: Table = {
  what: text('What is trained or calibrated', 'calibration', ''),
  part: choice('Which parameters move', [
    'all',
    'adapter',
    'new-tokens',
    'scales',
    'norms',
    'heads',
    'draft',
    'student',
    'detector',
    'none',
  ]),
  data: text('On what'),
}
