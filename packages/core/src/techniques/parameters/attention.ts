/** Parameters of which pairs are attended and what stays in memory: APAT, KVB, LIN, MEM, and of kernels: FUSE, EFF. */
import type { Parameter } from '../primitive.ts'
import { choice, count, described, flag, number, share, text, tokens } from './make.ts'

type Table = { readonly [name: string]: Parameter }

export const APAT: Table = {
  local: tokens('Last tokens a token sees, itself included', 0, { identity: 0 }),
  dilation: count('Step between the keys of the local window (1: neighbours)', 1, { min: 1, identity: 1 }),
  levels: count('Dilated windows of this many scales side by side', 1, { min: 1, identity: 1 }),
  global: tokens('First tokens that every token sees', 0, { identity: 0 }),
  globalShare: share('Global tokens as a share of the context (summaries of blocks)', 0, 0),
  random: tokens('Tokens seen at random', 0, { identity: 0 }),
  stride: tokens('Beyond the window, every this-many-th token is seen; 0: none', 0, { identity: 0 }),
  block: tokens('Own block only, up to the token itself; with topK: unit in which keys are chosen', 0, { identity: 0 }),
  topK: tokens('Tokens chosen by content (whole blocks: their tokens)', 0, { identity: 0 }),
  topKShare: share('Chosen tokens as a share of the context', 0, 0),
  select: choice('How keys are chosen', [
    'none',
    'exact',
    'projection',
    'low-bit',
    'landmark',
    'detector',
    'hash',
    'cluster',
    'sort-net',
    'knn',
    'sorted-greedy',
    'accumulated',
    'static-mask',
  ]),
  selectDims: count(
    'Width that choosing works on: dimensions read of each key, or rank of a detector; 0: the head’s',
    0,
  ),
  selectBits: number('Bits that choosing works with', 16, { min: 1, max: 16, unit: 'bits' }),
  clusters: count('Centroids a query is compared with (cluster, knn)', 0),
  rounds: count('Rounds of hashing', 1, { min: 1 }),
  prefill: choice('While a prompt is read: the pattern too, or all of its pairs (methods for decoding)', [
    'pattern',
    'full',
  ]),
  compensation: choice('State that stands for the keys that are not chosen', ['none', 'mean-value'], 'none'),
  layerShare: share('Share of the attention layers that take the pattern; the rest stay as they are', 1),
  mask: described(
    choice('A mask that changes who sees whom among the new tokens, not how many pairs a kernel computes', [
      'none',
      'tree',
      'lookahead',
    ]),
  ),
}

export const KVB: Table = {
  sink: tokens('First tokens that are always kept', 0, { identity: 0 }),
  recent: tokens('Last tokens that are always kept', 0, { identity: 0 }),
  heavy: tokens('Tokens kept for their weight', 0, { identity: 0 }),
  budgetTokens: tokens('Most tokens kept in all; 0: by budget, or sink + recent + heavy alone', 0, { identity: 0 }),
  budget: share('Most tokens kept, as a share of the context (1: all)', 1, 1),
  policy: choice('What goes', [
    'static',
    'accumulated-attention',
    'gumbel-score',
    'mean-deviation',
    'profiled',
    'merge',
    'cascade',
  ]),
  compensation: choice('State that stands for what went', ['none', 'low-rank', 'mean-value', 'merge-mean'], 'none'),
  compensationRank: count('Rank of a low-rank compensation state', 8, { min: 1 }),
  prefill: choice('While a prompt is read: all of its pairs, or only the budget’s', ['full', 'budget']),
}

export const LIN: Table = {
  rank: count('Features r a query and a key are mapped to; 0: the width of a head', 0),
  kernel: described(choice('Feature map', ['elu+1', 'favor+', 'softmax-split', 'taylor', 'mixing', 'learned'])),
  scope: choice('Instead of attention, or a state beside it (for what the keys no longer hold)', [
    'attention',
    'beside',
  ]),
  layerShare: share('Share of the attention layers (last ones first kept); 0: none', 1, 0),
}

export const MEM: Table = {
  segment: tokens('Tokens of a segment; 0: no segments', 512, { identity: 0 }),
  bank: tokens('Entries of memory that a segment may see', 512, { identity: 0 }),
  carry: tokens('Entries one segment leaves in the memory; 0: one per token', 0),
  bank2: tokens('Entries of a second, compressed memory', 0, { identity: 0 }),
  compress: number('Tokens per entry of the second memory', 3, { min: 1 }),
  matrix: flag('The memory is a matrix per head (associative), not entries', false, false),
  aggregate: choice('How memory meets the segment', ['attention', 'gate', 'soft-prompt']),
  organization: described(choice('Order of the memory', ['fifo', 'two-fifo', 'random', 'list'])),
  retrieval: choice('What is read', ['all', 'knn', 'linear']),
  topK: tokens('Entries that knn retrieval reads', 0),
  update: described(choice('How entries change', ['none', 'attention', 'recurrence', 'accumulate', 'delta'])),
  evict: described(choice('What goes', ['discard', 'forget', 'in-place', 'never'])),
  layerShare: share('Share of the layers that keep a cache of their own', 1),
}

export const FUSE: Table = {
  what: choice(
    'Operators that become one kernel',
    ['none', 'attention', 'softmax', 'activation', 'ffn', 'attention+ffn', 'elementwise', 'all'],
    'none',
  ),
  blockRows: tokens('Rows (queries, tokens) of one block; 0: the smallest a matrix unit takes, 16', 0),
  blockKeys: tokens('Keys (or columns of the inner dimension) of one block; 0: 64', 0),
  onChipBytes: number('On-chip memory of one block; 0: the accelerator’s', 0, { unit: 'B' }),
  neededElsewhere: text(
    'An intermediate that something else reads (attention scores for a policy), which forbids dropping it',
    '',
    '',
  ),
  framework: choice('What the framework can express: any pattern, only its library’s, or nothing that branches', [
    'any',
    'library',
    'none',
  ]),
}

export const EFF: Table = {
  computeEfficiency: number('Share of the matrix peak that is reached', 1, { min: 0.001, max: 1, identity: 1 }),
  memoryEfficiency: number('Share of the bandwidth that is reached', 1, { min: 0.001, max: 1, identity: 1 }),
  occupancy: number('Share of the compute units that have work', 1, { min: 0.001, max: 1, identity: 1 }),
  operators: choice('Operators it holds for', ['all', 'attention', 'linear', 'experts', 'elementwise']),
  dequant: choice('How narrow weights reach the matrix unit', ['none', 'lut', 'cuda-core', 'overlapped']),
  dequantFlopPerWeight: number('Vector work of widening one weight that no other work hides', 0, {
    unit: 'flop',
    identity: 0,
  }),
}
