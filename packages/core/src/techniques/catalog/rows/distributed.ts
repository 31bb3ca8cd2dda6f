/** Distributed acceleration: sequence parallelism and what it builds on (survey section 2.4.3). */
import { lineage } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('sequence-parallel', 'system')

export const DISTRIBUTED: readonly TechniqueRow[] = [
  row('online-normalizer', 'Online normalizer for softmax', 'CAP 2.4.3', 'C88', 'P', {
    mechanism: 'Computes softmax in one pass over blocks with a running maximum and sum.',
    cells: [lineage('general')],
    uses: [use('FUSE', { what: 'softmax' })],
  }),
  row('memory-efficient-attention', 'Memory-Efficient Attention (Rabe and Staats)', 'CAP 2.4.3', 'C89', 'P', {
    mechanism: 'Goes through queries and keys in chunks, so that scores need little memory.',
    onlyNamed: true,
    cells: [lineage('general', 'online-normalizer')],
    uses: [use('FUSE', {}, { what: 'attention' })],
  }),
  row('blockwise-parallel-transformer', 'Blockwise Parallel Transformer (BPT)', 'CAP 2.4.3', 'C90', 'P', {
    mechanism:
      'Finishes attention and feed-forward block by block, so that neither is ever held for the whole sequence.',
    cells: [lineage('long-context', 'memory-efficient-attention')],
    uses: [use('FUSE', { what: 'attention' })],
    notes: [
      'What it saves beyond fused attention is activation memory of the feed-forward block, which is not priced.',
    ],
  }),
  row('ring-attention', 'Ring Attention', 'CAP 2.4.3', 'C91', 'P', {
    mechanism:
      'Each device holds a piece of the sequence; keys and values go round the ring while attention is computed.',
    cells: [lineage('long-context', 'blockwise-parallel-transformer')],
    tags: ['prefill'],
    uses: [
      use('PAR', { axis: 'cp', pattern: 'ring', overlapped: true }, { degree: 8 }),
      use('FUSE', { what: 'attention' }),
    ],
    notes: ['Attention and feed-forward go block by block; only the attention is priced as fused.'],
  }),
  row('burst-attention', 'Burst Attention', 'CAP 2.4.3', 'C92', 'P', {
    mechanism: 'A ring within a node and one between nodes, with tiles on chip and a plan over the whole cluster.',
    cells: [lineage('long-context', 'ring-attention', 'flash-attention')],
    tags: ['prefill'],
    uses: [
      use('PAR', { axis: 'cp', pattern: 'two-level-ring', overlapped: true }, { degree: 8 }),
      use('FUSE', { what: 'attention' }),
    ],
    notes: [
      'Inside one node its two rings are one, and it costs what Ring Attention does: give a degree beyond a node.',
    ],
  }),
  row('striped-attention', 'Striped Attention', 'CAP 2.4.3', 'C93', 'P', {
    mechanism: 'Deals tokens to devices in turn, so that a causal mask leaves each the same work.',
    cells: [lineage('long-context', 'ring-attention')],
    tags: ['prefill'],
    uses: [use('PAR', { axis: 'cp', pattern: 'ring', overlapped: true, balance: 'striped' }, { degree: 8 })],
  }),
  row('dist-attention', 'Dist Attention', 'CAP 2.4.3', 'C94 C95', 'P', {
    mechanism: 'In decode, sends the one query to the devices that hold the cache and merges their partial results.',
    cells: [lineage('long-context', 'ring-attention')],
    tags: ['decode'],
    uses: [use('PAR', { axis: 'cp', pattern: 'query', overlapped: false }, { degree: 8 })],
    notes: [
      'The survey gives it together with Infinite-LLM, which introduced it.',
      'In decode every split of the sequence is priced so: partial results are merged; in a prompt queries travel, which is fewer bytes than keys only beside a long cache.',
    ],
  }),
  row('infinite-llm', 'Infinite-LLM', 'CAP 2.4.3', 'C94', 'P', {
    mechanism:
      'Serves a cluster with that attention, and lets a long request borrow cache blocks from other instances.',
    tags: ['cluster'],
    uses: [
      use('PAR', { axis: 'cp', pattern: 'query' }, { degree: 8 }),
      use('ALLOC', { policy: 'paged', global: true }, { blockTokens: 16 }),
      use('SCHED', { policy: 'kv-borrow' }),
    ],
  }),
  row('loongserve', 'LoongServe (ESP)', 'CAP 2.4.3', 'C95', 'P', {
    mechanism:
      'Changes how many devices share a request: many in prefill, fewer in decode, more again as the answer grows.',
    tags: ['cluster'],
    uses: [
      use('PAR', { axis: 'cp', pattern: 'ring', overlapped: true }, { degree: 8, decodeDegree: 2 }),
      use('SCHED', { policy: 'elastic-sequence' }),
    ],
    notes: [
      'One degree in prefill and one in decode are priced; growing again as the answer grows is not.',
      'Keys stay on the ranks that decode while they go round in prefill, so that changing the degree moves nothing.',
    ],
  }),
  row('sequence-parallelism', 'Sequence Parallelism (Li et al.)', 'CAP 2.4.3', 'C97', 'P', {
    mechanism: 'Splits activations along the sequence and passes keys, then values, round the devices.',
    onlyNamed: true,
    uses: [use('PAR', {}, { axis: 'cp', degree: 8, pattern: 'ring', overlapped: false })],
  }),
  row('megatron-sp', 'Megatron (TP + sequence parallel, Korthikanti)', 'CAP 2.4.3', 'C98', 'P', {
    mechanism: 'Adds a split along the sequence to tensor parallelism for the parts it had left whole.',
    onlyNamed: true,
    uses: [use('PAR', {}, { axis: 'tp', degree: 8, pattern: 'allgather+reduce-scatter' })],
  }),
  row('deepspeed-ulysses', 'DeepSpeed Ulysses', 'CAP 2.4.3', 'C99', 'P', {
    mechanism: 'Exchanges tokens for heads before attention and back after it.',
    onlyNamed: true,
    uses: [use('PAR', {}, { axis: 'cp', degree: 8, pattern: 'all-to-all' })],
  }),
  row('tensor-parallelism', 'Tensor parallelism (TP)', 'CAP 2.4.3', '', 'P*', {
    mechanism: 'Splits every weight matrix over the devices and adds up their results twice per layer.',
    onlyNamed: true,
    uses: [use('PAR', {}, { axis: 'tp', degree: 8, pattern: 'allreduce' })],
    notes: ['Named by the survey as orthogonal to its subject.'],
  }),
  row('pipeline-parallelism', 'Pipeline parallelism (PP)', 'CAP 2.4.3', '', 'P*', {
    mechanism: 'Gives each device some of the layers; activations pass from one to the next.',
    onlyNamed: true,
    uses: [use('PAR', {}, { axis: 'pp', degree: 4, pattern: 'point-to-point' })],
    notes: ['Named by the survey as orthogonal to its subject.'],
  }),
  row(
    'efficiently-scaling-transformer-inference',
    'Efficiently Scaling Transformer Inference (Pope et al.)',
    'CAP 1',
    'C6',
    'P*',
    {
      mechanism: 'Chooses among ways to split weights and activations by the bytes each would move.',
      onlyNamed: true,
      uses: [use('PAR', {}, { axis: 'tp2d', degree: 64, pattern: 'allgather+reduce-scatter' })],
    },
  ),
]
