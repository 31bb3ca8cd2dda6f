/** Model memory: recurrence and stores inside the model (survey section 2.2.1, viewer paper section 7.5.2). */
import { compression, memory } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('model-memory', 'model')

export const MODEL_MEMORY: readonly TechniqueRow[] = [
  row('transformer-xl', 'Transformer-XL', 'CAP 2.2.1; VW 7.5.2', 'C10 V31', 'C', {
    mechanism:
      'Reads a long text segment by segment and lets each segment also attend to the stored hidden states of the one before it.',
    cells: [memory('Transformer-XL', 'dot-attention', 'FIFO', 'all', false, 'discard')],
    uses: [
      use(
        'MEM',
        { aggregate: 'attention', organization: 'fifo', retrieval: 'all', update: 'none', evict: 'discard' },
        { segment: 512, bank: 512 },
      ),
      use('POS', { kind: 'relative' }),
    ],
    training: 'the model itself, with the recurrence',
  }),
  row('compressive-transformer', 'Compressive Transformer', 'CAP 2.2.1; VW 7.5.2', 'C27 V166', 'C', {
    mechanism:
      'Adds a second queue behind the recurrence: states that fall out of the first are squeezed several to one instead of thrown away.',
    cells: [memory('Compressive Transformer', 'dot-attention', 'FIFO', 'all', false, 'discard')],
    uses: [
      use(
        'MEM',
        { aggregate: 'attention', organization: 'two-fifo', retrieval: 'all', update: 'none', evict: 'discard' },
        { segment: 512, bank: 512, bank2: 512, compress: 3 },
      ),
    ],
    training: 'the model itself and the compression function',
  }),
  row('memorizing-transformer', 'Memorizing Transformer', 'CAP 2.2.1; VW 7.5.2', 'C28 V211', 'C', {
    mechanism:
      'One layer keeps old keys and values outside the model, looks up the nearest few for every query, and a learned gate mixes them with local attention.',
    cells: [memory('Memorizing Transformer', 'learned gate', 'FIFO', 'kNN', false, 'discard')],
    uses: [
      use(
        'MEM',
        { aggregate: 'gate', organization: 'fifo', retrieval: 'knn', update: 'none', evict: 'discard' },
        { segment: 512, bank: 65_536, topK: 32 },
      ),
      use('PLACE', { what: 'kv', tier: 'host' }, { share: 0.99, readShare: 0.01 }),
    ],
    training: 'the model itself; the stored pairs get no gradient',
    notes: ['Only the layer with the memory fetches from the host.'],
  }),
  row('memformer', 'Memformer', 'CAP 2.2.1; VW 7.5.2', 'C29 V207', 'C', {
    mechanism:
      'Every segment reads a fixed set of memory slots by cross-attention and rewrites them one by one; slots nobody writes fade.',
    cells: [memory('Memformer', 'dot-attention', 'random', 'all', true, 'yes')],
    uses: [
      use(
        'MEM',
        { aggregate: 'attention', organization: 'random', retrieval: 'all', update: 'attention', evict: 'forget' },
        { segment: 512, bank: 128, carry: 128 },
      ),
    ],
    training: 'the model itself and the slot writer',
  }),
  row('memory-transformer', 'Memory Transformer', 'CAP 2.2.1', 'C30', 'C', {
    mechanism:
      'Puts a few trainable tokens before the prompt, through which ordinary attention keeps a summary of everything.',
    cells: [memory('Memory Transformer', 'soft prompt', 'random', 'all', true, 'yes')],
    uses: [
      use(
        'MEM',
        { aggregate: 'soft-prompt', organization: 'random', retrieval: 'all', update: 'attention', evict: 'in-place' },
        { segment: 0, bank: 16, carry: 16 },
      ),
      use('TRAIN', { what: 'memory tokens', part: 'new-tokens' }),
    ],
    training: 'the memory tokens and the model',
  }),
  row('rmt', 'RMT (Recurrent Memory Transformer)', 'CAP 2.2.1', 'C31', 'C', {
    mechanism: 'The memory tokens a segment ends with are the memory tokens the next one starts with.',
    cells: [memory('RMT', 'soft prompt', 'FIFO', 'all', false, 'discard')],
    uses: [
      use(
        'MEM',
        { aggregate: 'soft-prompt', organization: 'fifo', retrieval: 'all', update: 'recurrence', evict: 'discard' },
        { segment: 512, bank: 10, carry: 10 },
      ),
      use('TRAIN', { what: 'recurrence over segments', part: 'all' }),
    ],
    training: 'the model, with gradients through several segments',
  }),
  row(
    'autocompressor',
    'AutoCompressor',
    'CAP 2.2.1; CAP 2.5.1',
    'C32',
    [
      { type: 'C', inferred: false, section: '2.2.1' },
      { type: 'CP', inferred: false, section: '2.5.1' },
    ],
    {
      mechanism:
        'Each segment leaves a few summary vectors that are prepended to all later segments, or kept as a short stand-in for a prompt.',
      cells: [
        memory('AutoCompressor', 'soft prompt', 'FIFO', 'all', false, 'discard'),
        compression('AutoCompressor', 'white'),
      ],
      uses: [
        use('CTX', { site: 'soft-token', pass: 'own' }, { ratio: 30 }),
        use(
          'MEM',
          { aggregate: 'soft-prompt', organization: 'fifo', retrieval: 'all', update: 'accumulate', evict: 'discard' },
          { segment: 1536, bank: 50, carry: 50 },
        ),
        use('TRAIN', { what: 'summary vectors', part: 'all' }),
      ],
      training: 'fine-tuning of the model on its own summaries',
      notes: ['Counted twice by the survey: as model memory (C) and as prompt compression (CP).'],
    },
  ),
  row('infini-attention', 'Infini-Attention', 'CAP 2.2.1', 'C33', 'C', {
    mechanism:
      'Every attention layer carries a fixed matrix that past keys and values are written into and queries read linearly; a gate mixes it with local attention.',
    cells: [memory('Infini-Attention', 'learned gate', 'random', 'linear', true, 'yes')],
    uses: [
      use(
        'MEM',
        {
          matrix: true,
          aggregate: 'gate',
          organization: 'random',
          retrieval: 'linear',
          update: 'delta',
          evict: 'in-place',
        },
        { segment: 2048, bank: 0 },
      ),
      use('TRAIN', { what: 'memory and gate', part: 'all' }),
    ],
    training: 'continued training with the memory and its gate',
    notes: ['Retrieval is linear attention over a matrix per head.'],
  }),
  row('legoos', 'LegoOS', 'CAP 2.2.1', 'C34', 'C*', {
    mechanism:
      'An operating system for disaggregated hardware, from which the survey takes the questions to ask of any memory: how it is organised, read, updated and emptied.',
    layer: 'system',
    uses: [use('MEM', {}, { segment: 0, bank: 0 }), use('PLACE', { what: 'kv', tier: 'remote' }, { share: 0.5 })],
    notes: ['The source of the questions of Table 2, not a memory of a model.'],
  }),
  row('segatron', 'Segatron', 'VW 7.5.2', 'V8', 'C*', {
    mechanism: 'Recurrence over segments in which positions count paragraph, sentence and token.',
    cells: [memory(undefined, 'dot-attention', 'FIFO', 'all', false, 'discard')],
    uses: [
      use(
        'MEM',
        { aggregate: 'attention', organization: 'fifo', retrieval: 'all', update: 'none', evict: 'discard' },
        { segment: 384, bank: 384 },
      ),
      use('POS', { kind: 'segment-aware' }),
    ],
    training: 'the model itself',
  }),
  row('dynamic-memory-compression', 'Dynamic Memory Compression (DMC)', 'VW 7.5.2', 'V153', 'CP*', {
    mechanism:
      'Each head decides for every token whether to append it to the cache or to average it into the last slot.',
    cells: [memory(undefined, 'dot-attention', 'random', 'all', true, 'none')],
    uses: [
      use('KVB', { policy: 'merge', compensation: 'merge-mean' }, { budget: 0.25 }),
      use('TRAIN', { what: 'merge decisions', part: 'all' }),
    ],
    training: 'a short retrofit of the trained model',
  }),
  row('feedback-memory', 'Feedback Transformer (Fan et al. 2020)', 'VW 7.5.2', 'V51', 'C*', {
    mechanism:
      'All layers of a step attend to one merged vector per earlier step, so deep results feed shallow layers and every step must wait for the last.',
    cells: [memory(undefined, 'dot-attention', 'FIFO', 'all', false, 'discard')],
    uses: [
      use(
        'MEM',
        { aggregate: 'attention', organization: 'fifo', retrieval: 'all', update: 'recurrence', evict: 'discard' },
        { segment: 1, bank: 512, layerShare: 0.05 },
      ),
    ],
    training: 'the model itself',
  }),
]
