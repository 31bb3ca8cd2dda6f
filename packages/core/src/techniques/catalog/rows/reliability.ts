/** Analysis tools, reliability, and the combinations of the survey (viewer paper sections 2 and 7, survey sections 1 and 2). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const analysisToolRow = rowsOf('analysis-tool', 'system')
const reliabilityRow = rowsOf('reliability', 'model')
const combinationRow = rowsOf('combination', 'agent')

export const RELIABILITY: readonly TechniqueRow[] = [
  analysisToolRow('roofline-model', 'Roofline model', 'VW 2.2', '', 'none', {
    mechanism: 'Bounds an operation by the slower of its arithmetic and its memory traffic.',
    uses: [use('HW', { peak16FlopPerS: 155e12, bandwidthBytePerS: 768e9 })],
    accelerators: ['rtx-a6000'],
  }),
  analysisToolRow('llm-viewer', 'LLM-Viewer', 'VW 2.3', '', 'none', {
    mechanism:
      'Lists a model’s operations with work and bytes, puts them on the hardware’s roofline, and adds up time and memory.',
    uses: [
      use('BASE', { model: 'llama-2-7b' }),
      use('HW', { accelerator: 'rtx-a6000' }),
      use('WB', {}, { bits: 16 }),
      use('AB', {}, { bits: 16 }),
      use('KB', {}, { bits: 16 }),
    ],
    models: ['llama-2-7b'],
    accelerators: ['rtx-a6000'],
  }),
  analysisToolRow('scaling-laws', 'Scaling laws', 'VW 4.1.3', 'V102 V79', 'none', {
    mechanism: 'Loss falls as a power of parameters and of data.',
    layer: 'model',
    observes: {
      measures: 'Loss as a function of parameters and data.',
      needs: 'Losses of several sizes trained on several amounts of data.',
    },
  }),
  reliabilityRow('selective-ffn-precision', 'Key feed-forward layers in more bits', 'VW 7.1.1', 'V145', 'A*', {
    mechanism: 'Keeps the feed-forward layers that hold facts in more bits, and unpruned.',
    uses: [use('WB', {}, { bits: 4, keptLayerShare: 0.25 })],
    notes: ['Advice of LLM Inference Unveiled section 7.1.1: which layers to keep comes from tracing facts.'],
  }),
  reliabilityRow('causal-tracing', 'Causal tracing (ROME)', 'VW 7.1.1', 'V145', 'none', {
    mechanism: 'Finds the layers that hold a fact by corrupting the input and restoring one state at a time.',
    observes: {
      measures: 'How much of a fact each layer restores.',
      needs: 'The model with its hidden states open, and statements with known subjects.',
    },
  }),
  reliabilityRow('hallucination', 'Hallucination under compression', 'VW 7.1.1', 'V89', 'none', {
    mechanism: 'A measure: false statements before and after compression.',
    observes: {
      measures: 'False statements, before and after a change.',
      needs: 'Questions of fact with known answers, asked of both.',
    },
  }),
  reliabilityRow('safety-alignment', 'Safety alignment', 'VW 7.2', 'V158 V37', 'none', {
    mechanism: 'A measure: harmful requests refused before and after compression.',
    observes: {
      measures: 'Harmful requests refused, before and after a change.',
      needs: 'Labelled requests, attacks among them, put to both.',
    },
  }),
  reliabilityRow('ood-generalization', 'Worst-group accuracy', 'VW 7.3', 'V231 V59', 'none', {
    mechanism: 'A measure: accuracy of the worst-served group after compression.',
    observes: {
      measures: 'Accuracy of the worst-served group.',
      needs: 'A task whose examples are labelled by group.',
    },
  }),
  reliabilityRow('invariant-tta', 'Invariant test-time adaptation (Ma 2024)', 'VW 7.3', 'V143', 'A*', {
    mechanism: 'Adjusts the prompt while answering, so that short cuts matter less.',
    uses: [use('CALLS', { mode: 'serial' }, { serial: 2 })],
  }),
  reliabilityRow('kv-compression-ood', 'Cache compression and short cuts', 'VW 7.3', '', 'none', {
    mechanism: 'A warning: dropping tokens from the cache makes models lean on short cuts more.',
    observes: {
      measures: 'Accuracy of the worst-served group as the cache shrinks.',
      needs: 'A task labelled by group, at several cache budgets.',
    },
  }),
  reliabilityRow('accuracy-metric-continuity', 'Continuity of accuracy metrics', 'CAP 1', 'C19 C20', 'none', {
    mechanism: 'A measure: the same model seems to jump under a threshold and to rise evenly without one.',
    layer: 'agent',
    observes: {
      measures: 'The same answers scored with and without a threshold.',
      needs: 'Scores of single answers, not only the share that passes.',
    },
  }),
  reliabilityRow('practical-cap-verdict', 'Practical CAP verdict', 'CAP 1', 'C21', 'none', {
    mechanism: 'A verdict: a technique that costs less accuracy than the user bears counts as meeting all three.',
    layer: 'agent',
    observes: {
      measures: 'Which of context, accuracy and performance meet the user’s levels.',
      needs: 'The three levels, and the three values.',
    },
  }),
  combinationRow(
    'prompt-cap-combination',
    'Agent memory with prompt compression',
    'CAP 2.6.1',
    '',
    [{ type: 'CAP', inferred: true, note: 'comes close to it' }],
    {
      mechanism: 'Compresses the prompts an agent’s memory builds before each call.',
      uses: [
        use('RETR', { store: 'archive', write: 'on-evict' }, { k: 5 }),
        use('CALLS', { mode: 'serial' }, { serial: 3 }),
        use('CTX', { site: 'prompt', pass: 'small-model' }, { ratio: 4 }),
      ],
    },
  ),
  combinationRow('memgpt-on-infini', 'Agent memory over model memory', 'CAP 2.6.1', '', 'CA*', {
    mechanism: 'An agent that pages text, over a model whose own memory already reaches far.',
    uses: [
      use('RETR', { store: 'archive', write: 'on-evict' }, { k: 5 }),
      use('CALLS', { mode: 'serial' }, { serial: 3 }),
      use(
        'MEM',
        { matrix: true, aggregate: 'gate', retrieval: 'linear', update: 'delta', evict: 'in-place' },
        { segment: 2048, bank: 0 },
      ),
    ],
  }),
  combinationRow(
    'memory-pe-sparsity-combination',
    'Model memory, positions and sparsity together',
    'CAP 2.4.1',
    '',
    [{ type: 'CP', inferred: true, note: 'open direction' }],
    {
      mechanism: 'A memory inside the model, stretched positions and a sparse cache in one model; nobody had built it.',
      layer: 'model',
      tags: ['open direction'],
      uses: [
        use(
          'MEM',
          { matrix: true, aggregate: 'gate', retrieval: 'linear', update: 'delta', evict: 'in-place' },
          { segment: 2048, bank: 0 },
        ),
        use('POS', { kind: 'yarn' }, { scale: 8 }),
        use('KVB', { policy: 'static' }, { sink: 4, recent: 1020 }),
      ],
      training: 'a model with the memory',
    },
  ),
  combinationRow(
    'sp-with-context-sparsity',
    'Sequence parallelism with context sparsity',
    'CAP 2.4.3',
    '',
    [{ type: 'P', inferred: true, note: 'open direction' }],
    {
      mechanism: 'A balanced split of the sequence assumes dense work; a sparse context makes the shares uneven again.',
      layer: 'system',
      tags: ['open direction'],
      uses: [
        use('PAR', { axis: 'cp', pattern: 'ring', overlapped: true, balance: 'striped' }, { degree: 8 }),
        use('APAT', { select: 'accumulated' }, { topKShare: 0.1 }),
        use('KVB', { policy: 'accumulated-attention' }, { budget: 0.2 }),
      ],
    },
  ),
  combinationRow(
    'agent-memory-over-sp',
    'Agent memory over distributed serving',
    'CAP 2.4.3',
    '',
    [{ type: 'CA', inferred: true, note: 'open direction' }],
    {
      mechanism: 'A request’s cache lies on many nodes, and an agent must gather and filter it.',
      tags: ['open direction'],
      uses: [
        use('PAR', { axis: 'cp', pattern: 'query' }, { degree: 8 }),
        use('RETR', { store: 'kv' }, { k: 5 }),
        use('CALLS', { mode: 'serial' }, { serial: 3 }),
        use('ALLOC', { policy: 'paged', global: true }),
      ],
    },
  ),
  combinationRow(
    'model-memory-with-sp',
    'Model memory with sequence parallelism',
    'CAP 2.4.3',
    '',
    [{ type: 'CP', inferred: true, note: 'open direction' }],
    {
      mechanism: 'Whether the segments of a recurrent memory, which wait for each other, can be shared among nodes.',
      layer: 'model',
      tags: ['open direction'],
      uses: [
        use(
          'MEM',
          { matrix: true, aggregate: 'gate', retrieval: 'linear', update: 'delta', evict: 'in-place' },
          { segment: 2048, bank: 0 },
        ),
        use('PAR', { axis: 'cp', pattern: 'scan' }, { degree: 8 }),
      ],
    },
  ),
  combinationRow(
    'ap-type-gap',
    'The empty type AP',
    'CAP Table 1, 2.3',
    '',
    [{ type: 'AP', inferred: false, note: 'N/A in Table 1' }],
    {
      mechanism: 'The type nobody fills: better answers and more speed at the same length.',
      layer: 'model',
      tags: ['open direction'],
      uses: [
        use('POS', { kind: 'multi-scale', perHead: true }, { scale: 1.5 }),
        use('KVB', { policy: 'accumulated-attention' }, { budget: 0.2 }),
      ],
      notes: ['A composition to search among, not a published work.'],
    },
  ),
]
