/** Parallel decoding (viewer paper section 4.2.2). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('parallel-decoding', 'model')

export const PARALLEL_DECODING: readonly TechniqueRow[] = [
  row('blockwise-parallel-decoding', 'Blockwise parallel decoding (Stern 2018)', 'VW 4.2.2', 'V185', 'P*', {
    mechanism: 'Extra heads guess the next tokens and the model keeps the longest right run.',
    tags: ['several tokens at once'],
    uses: [
      use('TPP', {}, { gamma: 4, acceptance: 0.6 }),
      use('SIDE', { what: 'heads for later tokens', form: 'matrix', place: 'network' }, { copies: 4 }),
    ],
    training: 'the heads',
  }),
  row('medusa', 'Medusa', 'VW 4.2.2', 'V15', 'P*', {
    mechanism: 'Extra heads on the last state propose a tree of tokens, checked in one pass.',
    tags: ['decoder', 'several tokens at once'],
    uses: [
      use('TPP', { acceptance: 0.31 }, { gamma: 4, treeNodes: 64, treeWidth: 4 }),
      use('SIDE', { what: 'decoding heads', form: 'head', place: 'network' }, { copies: 4 }),
      use('APAT', { mask: 'tree' }),
    ],
    training: 'the heads',
    notes: [
      'Its usual acceptance rule is not exact; the greedy one is.',
      'Acceptance set so that a pass yields 2.32 tokens, as measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01795).',
    ],
  }),
  row('pass', 'PaSS (parallel speculative sampling)', 'VW 4.2.2', 'V152', 'P*', {
    mechanism: 'Trained look-ahead embeddings at the end of the input draft several tokens in one pass.',
    tags: ['decoder', 'several tokens at once'],
    uses: [
      use('TPP', {}, { gamma: 4, acceptance: 0.6, draftCost: 0.25 }),
      use('SIDE', { what: 'look-ahead embeddings', form: 'embedding', place: 'network' }, { rows: 4 }),
    ],
    training: 'the embeddings',
  }),
  row('eagle', 'EAGLE (FeatExtrapolator)', 'VW 4.2.2', 'V127', 'P*', {
    mechanism: 'One light layer predicts the next hidden state, from which a tree of tokens is drawn.',
    tags: ['decoder', 'several tokens at once'],
    uses: [
      use('TPP', { acceptance: 0.619 }, { gamma: 5, treeNodes: 26, treeWidth: 3, draftCost: 0.03 }),
      use('SIDE', { what: 'one layer', form: 'layer', place: 'network' }),
      use('APAT', { mask: 'tree' }),
    ],
    training: 'the light layer',
    notes: [
      'Acceptance set so that a pass yields 3.57 tokens, as measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01763).',
    ],
  }),
  row('llma', 'LLMA', 'VW 4.2.2', 'V224', 'P*', {
    mechanism: 'Copies the continuation of a match in the prompt or a reference as the draft.',
    tags: ['lossless', 'n-gram retrieval'],
    uses: [use('TPP', { acceptance: 0.422 }, { gamma: 20 })],
    notes: [
      'Acceptance set so that a pass yields 1.73 tokens, as prompt lookup was measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01787).',
    ],
  }),
  row('rest', 'REST', 'VW 4.2.2', 'V77', 'P*', {
    mechanism: 'Looks up continuations of the latest tokens in a large corpus and checks them as a tree.',
    tags: ['lossless', 'n-gram retrieval'],
    uses: [
      use('TPP', { acceptance: 0.217 }, { gamma: 5, treeNodes: 64, treeWidth: 4 }),
      use('RETR', { store: 'n-grams', inject: 'proposal', score: 'exact' }, { k: 64, chunk: 1 }),
    ],
    notes: [
      'Acceptance set so that a pass yields 1.63 tokens, as measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01811).',
    ],
  }),
  row('copy-is-all-you-need', 'CoG (Copy is all you need)', 'VW 4.2.2', 'V114', 'P*', {
    mechanism: 'Writes phrase by phrase, each chosen from a table of phrases.',
    tags: ['n-gram retrieval'],
    uses: [
      use('TPP', { lossless: false }, { tokensPerPass: 2.5, gamma: 0 }),
      use('RETR', { store: 'phrases', inject: 'proposal' }, { k: 1, chunk: 1 }),
      use('SIDE', { what: 'phrase encoder', form: 'custom', place: 'network' }, { parameters: 110e6 }),
    ],
    training: 'the model and the phrase encoder',
    notes: ['The length of a phrase is an assumption.'],
  }),
  row('skeleton-of-thought', 'Skeleton-of-Thought', 'VW 4.2.2', 'V154', 'P*', {
    mechanism: 'First an outline, then all its points written side by side.',
    layer: 'agent',
    tags: ['hierarchy of text'],
    uses: [use('BRANCH', { sharePrefix: false }, { branches: 5, skeletonTokens: 60 })],
  }),
  row('apar', 'APAR', 'VW 4.2.2', 'V136', 'P*', {
    mechanism: 'A tuned model marks where its answer branches, and the branches are written side by side.',
    tags: ['hierarchy of text'],
    uses: [
      use('BRANCH', { sharePrefix: true }, { branches: 2, skeletonTokens: 30 }),
      use('TPP', {}, { gamma: 4, tokensPerPass: 2, treeNodes: 64, treeWidth: 4 }),
    ],
    training: 'fine-tuning on branching answers',
    notes: ['How often an answer branches, and what its heads yield, are assumptions; nothing published was found.'],
  }),
  row('jacobi-gs-parallel', 'Jacobi and Gauss–Seidel iteration', 'VW 4.2.2', 'V183', 'P*', {
    mechanism: 'Solves a chain of computations by guessing all of it and correcting until it stands still.',
    tags: ['lossless', 'fixed point'],
    uses: [use('TPP', {}, { gamma: 8, tokensPerPass: 1.2 })],
    notes: ['Plain iteration gains little on language; the figure is an assumption.'],
  }),
  row('parallel-translation-decoding', 'Parallel decoding for translation (Santilli 2023)', 'VW 4.2.2', 'V170', 'P*', {
    mechanism: 'Applies such iterations to the decoder of a translation model and stops at the end token.',
    tags: ['lossless', 'fixed point'],
    uses: [use('TPP', {}, { gamma: 8, tokensPerPass: 1.3 })],
  }),
  row('lookahead-decoding', 'Lookahead decoding', 'VW 4.2.2', 'V56', 'P*', {
    mechanism: 'Guesses a window by iteration, collects the n-grams that turn up, and checks them in the same pass.',
    tags: ['lossless', 'fixed point'],
    uses: [
      use('TPP', { acceptance: 0.0575 }, { gamma: 0, window: 15, ngram: 5, guesses: 15 }),
      use('APAT', { mask: 'lookahead' }),
    ],
    notes: [
      'Acceptance set so that a pass yields 1.64 tokens, as measured (Spec-Bench, Vicuna 7B v1.3, greedy, batch 1, RTX 3090; record E01819).',
    ],
  }),
  row('nat', 'Non-autoregressive Transformer (Gu 2017)', 'VW 4.2.2', 'V66', 'P*', {
    mechanism: 'A decoder that writes all tokens in one pass from a predicted length.',
    tags: ['non-autoregressive'],
    uses: [use('TPP', { lossless: false }, { gamma: 0, passes: 1 })],
    training: 'the model itself',
  }),
  row('nat-reg', 'NAT with auxiliary regularisation (Wang 2019)', 'VW 4.2.2', 'V203', 'P*', {
    mechanism: 'Two more losses against repeated and missing words.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 1, lossless: false }),
      use('TRAIN', {}, { what: 'auxiliary losses', part: 'all' }),
    ],
    training: 'the model itself',
  }),
  row('hint-nat', 'Hint-based NAT (Li 2019)', 'VW 4.2.2', 'V129', 'P*', {
    mechanism: 'Learns from the hidden states and alignments of a serial teacher.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 1, lossless: false }),
      use('TRAIN', {}, { what: 'hints of a serial teacher', part: 'all' }),
    ],
    training: 'the model, from a teacher',
  }),
  row('nart-crf', 'Fast structured decoding (Sun 2019b)', 'VW 4.2.2', 'V190', 'P*', {
    mechanism: 'A chain model over the outputs picks the sequence that fits together.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 1, lossless: false }),
      use(
        'SIDE',
        {},
        { what: 'chain model over outputs', form: 'custom', parameters: 0, flopPerToken: 4096, place: 'network' },
      ),
    ],
    training: 'the model itself',
  }),
  row('imitate-nat', 'Imitation learning NAT (Wei 2019)', 'VW 4.2.2', 'V204', 'P*', {
    mechanism: 'Follows the states of a serial demonstrator.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 1, lossless: false }),
      use('TRAIN', {}, { what: 'imitation', part: 'all' }),
    ],
    training: 'the model, from a teacher',
  }),
  row('bon-nat', 'Bag-of-ngrams NAT (Shao 2020)', 'VW 4.2.2', 'V179', 'P*', {
    mechanism: 'Trains on how far apart the bags of n-grams are.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 1, lossless: false }),
      use('TRAIN', {}, { what: 'bags of n-grams', part: 'all' }),
    ],
    training: 'the model itself',
  }),
  row('iterative-refinement-nat', 'Iterative refinement NAT (Lee 2018)', 'VW 4.2.2', 'V118', 'P*', {
    mechanism: 'Writes everything at once and improves it in some rounds.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [use('TPP', {}, { gamma: 0, passes: 5, lossless: false })],
    training: 'the model itself',
    notes: ['One to ten rounds.'],
  }),
  row('mask-predict', 'Mask-Predict (CMLM)', 'VW 4.2.2', 'V61', 'P*', {
    mechanism: 'Masks the least certain tokens again in each of a few rounds.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [use('TPP', {}, { gamma: 0, passes: 10, lossless: false })],
    training: 'the model itself',
    notes: ['Four to ten rounds.'],
  }),
  row('jm-nat', 'Jointly masked NAT (Guo 2020)', 'VW 4.2.2', 'V72', 'P*', {
    mechanism: 'Masks the input as well as the output in training.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 10, lossless: false }),
      use('TRAIN', {}, { what: 'masked inputs', part: 'all' }),
    ],
    training: 'the model itself',
    notes: ['As many rounds as its iterations.'],
  }),
  row('fully-nat', 'Fully NAT tricks (Gu and Kong 2020)', 'VW 4.2.2', 'V67', 'P*', {
    mechanism: 'One pass with distillation, alignment and latent variables together.',
    onlyNamed: true,
    tags: ['non-autoregressive'],
    uses: [
      use('TPP', {}, { gamma: 0, passes: 1, lossless: false }),
      use('TRAIN', {}, { what: 'distillation and alignment', part: 'all' }),
    ],
    training: 'the model itself',
  }),
  row('sundae', 'SUNDAE (step-unrolled denoising)', 'VW 4.2.2', 'V171', 'P*', {
    mechanism: 'Cleans a noisy whole sequence in a few rounds.',
    tags: ['non-autoregressive'],
    uses: [use('TPP', { lossless: false }, { gamma: 0, passes: 10 }), use('TRAIN', { what: 'denoising', part: 'all' })],
    training: 'the model itself',
    notes: ['Ten to sixteen rounds.'],
  }),
]
