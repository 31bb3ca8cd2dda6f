/** Sparse attention and caches that evict (survey section 2.4.1, viewer paper section 7.5.1). */
import { sparsity } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const sparseAttentionRow = rowsOf('sparse-attention', 'model')
const kvEvictionRow = rowsOf('kv-eviction', 'model')

export const SPARSE_ATTENTION: readonly TechniqueRow[] = [
  sparseAttentionRow('sparse-attention-sparse-transformer', 'Sparse Transformers', 'CAP 2.4.1', 'C65', 'P', {
    mechanism: 'Each token attends to a local window and to every n-th position before it.',
    cells: [sparsity('Sparse Transformers', 'static', 'Local + dilated', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 128, stride: 128 })],
    training: 'the model itself',
  }),
  sparseAttentionRow('adaptively-sparse-transformers', 'Adaptively Sparse Transformers', 'CAP 2.4.1', 'C51', 'P', {
    mechanism:
      'Replaces softmax by a function with a learned sharpness per head that gives many keys a weight of exactly zero.',
    cells: [sparsity('Adaptively Sparse Transformers', 'dynamic', 'Topk', 'trained', 'encoder-decoder')],
    uses: [use('APAT', { select: 'exact' }, { topKShare: 0.25 })],
    training: 'the model itself',
    notes: ['How many keys stay depends on the input; all scores are still computed.'],
  }),
  sparseAttentionRow('block-attention', 'Block Attention (BlockBERT)', 'CAP 2.4.1', 'C64', 'P', {
    mechanism: 'Cuts the sequence into blocks and lets each head pair every block with one other.',
    cells: [sparsity('Block Attention', 'static', 'Block', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { block: 512 })],
    training: 'the model itself',
  }),
  sparseAttentionRow('etc', 'ETC', 'CAP 2.4.1; VW 7.5.1', 'C82 V4', 'P', {
    mechanism: 'Long inputs attend within a window; a small second input sees, and is seen by, everything.',
    cells: [sparsity('ETC', 'static', 'Local + Global', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 169, global: 230 })],
    training: 'the model itself',
  }),
  sparseAttentionRow('bigbird', 'BigBird', 'CAP 2.4.1', 'C67', 'P', {
    mechanism: 'Joins a window, a few global tokens and a few random keys per query.',
    cells: [sparsity('BigBird', 'static', 'Local + Global + Random', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 192, global: 128, random: 192 })],
    training: 'the model itself',
  }),
  sparseAttentionRow('longformer', 'Longformer', 'CAP 2.4.1; VW 7.5.1', 'C66 V11', 'P', {
    mechanism: 'A sliding window for all tokens and full attention for a chosen few.',
    cells: [sparsity('Longformer', 'static', 'Local + Global', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 512, global: 8 })],
    training: 'the model itself',
  }),
  sparseAttentionRow('reformer', 'Reformer', 'CAP 2.4.1', 'C54', 'P', {
    mechanism: 'Hashes queries and keys into buckets and attends only within a bucket.',
    cells: [sparsity('Reformer', 'dynamic', 'LSH', 'trained', 'encoder-decoder')],
    uses: [use('APAT', { select: 'hash' }, { topK: 128, rounds: 4 })],
    training: 'the model itself, with shared queries and keys',
  }),
  sparseAttentionRow('sinkhorn-attention', 'Sinkhorn Attention', 'CAP 2.4.1', 'C52', 'P', {
    mechanism: 'Learns to sort blocks so that each attends to itself and to its match.',
    cells: [sparsity('Sinkhorn Attention', 'dynamic', 'Block + Sort', 'trained', 'encoder-decoder')],
    uses: [use('APAT', { select: 'sort-net' }, { block: 64, topK: 64 })],
    training: 'the model with the sorting network',
  }),
  sparseAttentionRow('routing-transformer', 'Routing Transformer', 'CAP 2.4.1', 'C53', 'P', {
    mechanism: 'Clusters queries and keys on the way and attends within a cluster.',
    cells: [sparsity('Routing Transformer', 'dynamic', 'Clustering', 'trained', 'encoder-decoder')],
    uses: [use('APAT', { select: 'cluster' }, { topK: 256, clusters: 64 })],
    training: 'the model with the clusters',
  }),
  sparseAttentionRow('star-transformer', 'Star Transformer', 'CAP 2.4.1', 'C68', 'P', {
    mechanism: 'Tokens stand in a ring and talk to their neighbours and to one relay that sees all.',
    cells: [sparsity('Star Transformer', 'static', 'Local + Global', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 3, global: 1 })],
    training: 'the model itself',
  }),
  sparseAttentionRow('longt5', 'LongT5', 'CAP 2.4.1; VW 7.5.1', 'C69 V73', 'P', {
    mechanism: 'A sliding window beside the averages of earlier blocks, which stand in for what lies outside it.',
    cells: [sparsity('LongT5', 'static', 'Local + Global', 'trained', 'encoder-decoder', true)],
    uses: [use('APAT', { globalShare: 0.0625 }, { local: 127 })],
    training: 'the model itself',
    notes: ['One averaged token stands for 16.'],
  }),
  sparseAttentionRow('longnet', 'LongNet', 'CAP 2.4.1', 'C70', 'P', {
    mechanism: 'Mixes attention over ever longer segments that is ever more thinned out.',
    cells: [sparsity('LongNet', 'static', 'Dilated', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 2048, levels: 5, dilation: 2 })],
    training: 'the model itself',
    notes: ['Segments and steps grow together; five scales stand for them.'],
  }),
  sparseAttentionRow('zebra', 'Zebra', 'CAP 2.4.1', 'C71', 'P', {
    mechanism: 'Only one layer in each group attends to everything; the others keep to a window.',
    cells: [sparsity('Zebra', 'static', 'Local or Global', 'trained', 'encoder-decoder')],
    uses: [use('APAT', {}, { local: 512, layerShare: 0.75 })],
    training: 'the model itself',
    notes: ['One layer in four sees everything.'],
  }),
  sparseAttentionRow('landmark-attention', 'Landmark Attention', 'CAP 2.4.1; VW 7.5.1', 'C55 V151', 'P', {
    mechanism: 'A landmark token closes each block; a query scores the landmarks and opens only the best blocks.',
    cells: [sparsity('Landmark Attention', 'dynamic', 'Block + Topk', 'trained', 'encoder-decoder')],
    uses: [
      use('APAT', { select: 'landmark' }, { block: 50, topK: 200 }),
      use('PLACE', { what: 'kv', tier: 'host' }, { share: 0.9, readShare: 0.05 }),
    ],
    training: 'fine-tuning with the landmark tokens',
  }),
  kvEvictionRow('lm-infinite', 'LM-Infinite', 'CAP 2.4.1; VW 7.5.1', 'C74 V76', 'P', {
    mechanism: 'Attends to the first tokens and to the latest, and caps distances at the trained length.',
    cells: [sparsity('LM-Infinite', 'static', 'Local + Global', 'trained', 'decoder-only')],
    uses: [
      use('KVB', { policy: 'static', prefill: 'budget' }, { sink: 4, recent: 2048 }),
      use('POS', { kind: 'clip', unlimited: true }, { keys: 'rotated-at-read' }),
    ],
    training: 'none by its title (zero-shot); the survey’s table says yes',
    notes: ['The survey’s table asks for training; the cited title says zero-shot. The cell is kept as printed.'],
  }),
  kvEvictionRow(
    'streamingllm',
    'StreamingLLM',
    'CAP 2.4.1; VW 7.5.1',
    'C12 V216',
    [
      { type: 'P', inferred: false, section: '2.4.1', note: 'its family’s' },
      { type: 'CP', inferred: false, section: '2.4.1', note: 'named in the text as the exception' },
    ],
    {
      mechanism: 'Keeps the first few tokens and the latest in the cache and counts positions inside the cache.',
      cells: [sparsity('StreamingLLM', 'static', 'Local + Global', 'plug-in', 'decoder-only')],
      uses: [
        use('KVB', { policy: 'static', prefill: 'budget' }, { sink: 4, recent: 1020 }),
        use('POS', { kind: 'cache-relative', unlimited: true }, { keys: 'rotated-at-read' }),
      ],
      notes: ['The survey types its family P and names it as the exception that reaches CP.'],
    },
  ),
  kvEvictionRow('h2o', 'H2O (heavy hitter oracle)', 'CAP 2.4.1; VW 7.5.1', 'C76 V242', 'P', {
    mechanism: 'Keeps the latest tokens and those that collected the most attention; each head evicts the rest.',
    cells: [sparsity('H2O', 'dynamic', 'Local + Topk', 'plug-in', 'decoder-only')],
    uses: [use('KVB', { policy: 'accumulated-attention' }, { budget: 0.2 })],
  }),
  kvEvictionRow('keyformer', 'Keyformer', 'CAP 2.4.1', 'C77', 'P', {
    mechanism: 'Keeps the latest tokens and key tokens chosen by a score with noise added.',
    cells: [sparsity('Keyformer', 'dynamic', 'Local + Topk', 'plug-in', 'decoder-only')],
    uses: [use('KVB', { policy: 'gumbel-score' }, { budget: 0.5 })],
  }),
  kvEvictionRow('sparq-attention', 'SparQ Attention', 'CAP 2.4.1', 'C78', 'P', {
    mechanism:
      'Keeps the whole cache but reads a few components of every key to guess which keys matter, and reads only those; the mean value stands in for the rest.',
    cells: [sparsity('SparQ Attention', 'dynamic', 'Topk', 'plug-in', 'decoder-only', true)],
    uses: [
      use('APAT', { select: 'projection', compensation: 'mean-value', prefill: 'full' }, { topK: 128, selectDims: 32 }),
    ],
  }),
  kvEvictionRow('easykv', 'EasyKV (Ren and Zhu, RoCo)', 'CAP 2.4.1', 'C79', 'P', {
    mechanism: 'Evicts by mean attention, and spares tokens whose attention varies much.',
    cells: [sparsity('EasyKV', 'dynamic', 'Topk', 'plug-in', 'decoder-only')],
    uses: [use('KVB', { policy: 'mean-deviation' }, { budget: 0.5 })],
  }),
  kvEvictionRow('less', 'LESS', 'CAP 2.4.1', 'C80', 'P', {
    mechanism: 'Folds what an eviction policy drops into a small state that queries can still read.',
    cells: [sparsity('LESS', 'dynamic', 'Topk', 'trained', 'decoder-only', true)],
    uses: [
      use('KVB', { policy: 'accumulated-attention', compensation: 'low-rank' }, { budget: 0.1, compensationRank: 8 }),
      use('LIN', { scope: 'beside' }, { rank: 8 }),
      use('TRAIN', { what: 'low-rank state', part: 'adapter' }),
    ],
    training: 'small kernels per layer, on the model’s own attention outputs',
  }),
  kvEvictionRow('infllm', 'InfLLM', 'CAP 2.4.1', 'C81', 'P', {
    mechanism:
      'Keeps sinks and the latest tokens on the device, older blocks in host memory, and fetches the blocks whose representatives fit the query.',
    cells: [sparsity('InfLLM', 'dynamic', 'Local + Topk', 'plug-in', 'decoder-only')],
    uses: [
      use('APAT', { select: 'landmark' }, { global: 64, local: 4096, block: 128, topK: 2048 }),
      use('PLACE', { what: 'kv', tier: 'host' }, { share: 0.9, readShare: 0.05 }),
    ],
    notes: ['Sinks and the latest tokens stay on the device.'],
  }),
  kvEvictionRow('fastgen', 'FastGen (adaptive KV compression)', 'CAP 2.4.1', 'C75', 'P', {
    mechanism:
      'Looks at each head’s attention during prefill and gives it the cheapest cache policy that keeps it intact.',
    cells: [sparsity(undefined, 'dynamic', undefined, 'plug-in', 'decoder-only')],
    uses: [use('KVB', { policy: 'profiled' }, { budget: 0.5 })],
  }),
]
