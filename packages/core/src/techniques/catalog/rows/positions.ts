/** Positions that reach further, and accuracy under long context (survey sections 2.2.2 and 2.3, viewer paper section 7.5.3). */
import { position } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const positionalEmbeddingRow = rowsOf('positional-embedding', 'model')
const accuracyLongContextRow = rowsOf('accuracy-long-context', 'model')

export const POSITIONS: readonly TechniqueRow[] = [
  positionalEmbeddingRow('rope', 'RoPE (RoFormer)', 'CAP 1, 2.3; VW 7.5.3', 'C16', 'C*', {
    mechanism: 'Turns queries and keys by an angle that grows with position, so that scores depend on distance.',
    cells: [position(undefined, 'before', 'trained', 'fixed', 'multiply')],
    uses: [use('POS', { kind: 'rope' }, { base: 10_000, scale: 1 })],
    training: 'the model itself',
  }),
  positionalEmbeddingRow('alibi', 'ALiBi', 'CAP 2.2.2; VW 7.5.3', 'C36 V164', 'C', {
    mechanism:
      'Adds a penalty to each attention score that grows with distance, at a slope of its own per head; there are no position vectors.',
    cells: [position('ALiBi', 'after', 'trained', 'fixed', 'add')],
    tags: ['extrapolation', 'bias'],
    uses: [use('POS', { kind: 'alibi', unlimited: true })],
    training: 'the model itself (the slopes are fixed)',
    notes: [
      'The survey calls the penalty learnable and its table asks for training; the published slopes are fixed per head, and the model is trained with them.',
    ],
  }),
  positionalEmbeddingRow(
    'xpos',
    'XPOS / LEX (length-extrapolatable transformer)',
    'CAP 2.2.2; VW 7.5.3',
    'C37 V189',
    'C',
    {
      mechanism: 'Rotary positions with a factor that shrinks scores with distance.',
      cells: [position('XPOS', 'before', 'trained', 'fixed', 'multiply')],
      tags: ['extrapolation'],
      uses: [use('POS', { kind: 'xpos' }, { exponent: 0.4, scale: 2 })],
      training: 'the model itself',
    },
  ),
  positionalEmbeddingRow('clex', 'CLEX', 'CAP 2.2.2', 'C38', 'C', {
    mechanism:
      'Treats the change of rotary frequencies with length as a continuous flow and solves it for the length at hand.',
    cells: [position('CLEX', 'before', 'trained', 'adaptive', 'multiply')],
    tags: ['extrapolation'],
    uses: [
      use('POS', { kind: 'clex' }, { scale: 4 }),
      use('SIDE', { what: 'frequency network', form: 'custom', place: 'network' }, { parameters: 0 }),
      use('TRAIN', { what: 'frequency network', part: 'adapter' }),
    ],
    training: 'fine-tuning of the frequency network',
  }),
  positionalEmbeddingRow(
    'linear-interpolation',
    'Linear (Position) Interpolation, PI',
    'CAP 2.2.2; VW 7.5.3',
    'C39',
    'C',
    {
      mechanism: 'Divides positions by the wanted extension so that the largest stays within what training saw.',
      cells: [position('Linear Interpolation', 'before', 'plug-in', 'fixed', 'multiply')],
      tags: ['interpolation'],
      uses: [use('POS', { kind: 'linear' }, { scale: 4 })],
    },
  ),
  positionalEmbeddingRow(
    'ntk-interpolation',
    'NTK Interpolation (NTK-aware scaled RoPE)',
    'CAP 2.2.2; VW 7.5.3',
    'C40',
    'C',
    {
      mechanism: 'Raises the rotary base, which stretches slow frequencies and leaves fast ones almost alone.',
      cells: [position('NTK Interpolation', 'before', 'plug-in', 'fixed', 'multiply')],
      tags: ['interpolation'],
      uses: [use('POS', { kind: 'ntk' }, { scale: 4 })],
    },
  ),
  positionalEmbeddingRow('yarn', 'YaRN', 'CAP 2.2.2; VW 7.5.3', 'C41 V163', 'C', {
    mechanism:
      'Stretches each rotary frequency by how slowly it turns, and sharpens the attention to make up for the longer input.',
    cells: [position('YaRN', 'before', 'trained', 'adaptive', 'multiply')],
    tags: ['interpolation'],
    uses: [
      use('POS', { kind: 'yarn' }, { scale: 16 }),
      use('TRAIN', { what: 'fine-tuning at the new length', part: 'all' }),
    ],
    training: 'a short fine-tuning at the new length',
  }),
  positionalEmbeddingRow('fire', 'FIRE', 'CAP 2.2.2', 'C42', 'C', {
    mechanism:
      'A small learned function of relative distance, normalised by the length so far, is added to the scores.',
    cells: [position('FIRE', 'after', 'trained', 'adaptive', 'add')],
    tags: ['interpolation', 'bias'],
    uses: [
      use('POS', { kind: 'fire', unlimited: true }),
      use('SIDE', { what: 'bias function', form: 'score-bias' }, { rank: 32 }),
    ],
    training: 'the model with the bias function',
  }),
  positionalEmbeddingRow('longrope', 'LongRoPE', 'CAP 2.2.2', 'C43', 'C', {
    mechanism:
      'Searches a stretching factor for each rotary dimension, leaves the first positions alone, and extends in steps.',
    cells: [position('LongRoPE', 'before', 'trained', 'adaptive', 'multiply')],
    tags: ['interpolation'],
    uses: [
      use('POS', { kind: 'longrope' }, { scale: 8, unscaledTokens: 4 }),
      use('TRAIN', { what: 'search and fine-tuning', part: 'all' }),
    ],
    training: 'an evolutionary search, then fine-tuning in steps',
  }),
  positionalEmbeddingRow('pose', 'PoSE (positional skip-wise training)', 'CAP 2.2.2', 'C44', 'C', {
    mechanism:
      'Trains at a short length with position numbers that skip, so that the model meets every distance of a long text.',
    cells: [position(undefined, 'before', 'trained', 'fixed', 'multiply')],
    uses: [use('POS', { kind: 'rope' }, { scale: 8 }), use('TRAIN', { what: 'skipped positions', part: 'all' })],
    training: 'fine-tuning with skipped positions',
  }),
  positionalEmbeddingRow('kerple', 'KERPLE', 'VW 7.5.3', 'V22', 'C*', {
    mechanism: 'Adds a trainable kernel of the distance (logarithmic or power) to the scores.',
    cells: [position(undefined, 'after', 'trained', 'fixed', 'add')],
    tags: ['bias'],
    uses: [use('POS', { kind: 'kerple', unlimited: true })],
    training: 'the model with the kernel’s two numbers per head',
  }),
  positionalEmbeddingRow('sandwich', 'Sandwich', 'VW 7.5.3', '', 'C*', {
    mechanism: 'Adds to the scores what the inner products of sinusoidal position vectors give.',
    cells: [position(undefined, 'after', 'trained', 'fixed', 'add')],
    tags: ['bias'],
    uses: [use('POS', { kind: 'sandwich', unlimited: true })],
    training: 'the model itself (the bias has no parameters)',
  }),
  positionalEmbeddingRow('permuteformer', 'PermuteFormer', 'VW 7.5.3', 'V19', 'C*', {
    mechanism: 'Linear attention whose query and key features are permuted and decayed by position.',
    cells: [position(undefined, 'before', 'trained', 'fixed', 'multiply')],
    uses: [use('POS', { kind: 'permute', unlimited: true }), use('LIN', { kernel: 'favor+' }, { rank: 0 })],
    training: 'the model itself',
  }),
  positionalEmbeddingRow('dynamic-ntk', 'Dynamic-NTK', 'VW 7.5.3', 'V88', 'C*', {
    mechanism: 'Computes the larger rotary base from the present length, so that short texts are untouched.',
    cells: [position(undefined, 'before', 'plug-in', 'adaptive', 'multiply')],
    uses: [use('POS', { kind: 'ntk-dynamic' }, { scale: 4 })],
    notes: ['The viewer paper cites a theory paper for it.'],
  }),
  positionalEmbeddingRow('giraffe', 'Giraffe (power scaling)', 'VW 7.5.3', 'V159', 'C*', {
    mechanism: 'Shrinks slow rotary frequencies by a power law and keeps the fast ones, which training covered well.',
    cells: [position(undefined, 'before', 'trained', 'fixed', 'multiply')],
    uses: [use('POS', { kind: 'power' }, { exponent: 0.5, scale: 4 })],
    training: 'fine-tuning with the changed basis',
  }),
  positionalEmbeddingRow(
    'effective-long-context-scaling',
    'Larger RoPE base (Xiong et al.)',
    'VW 7.5.3',
    'V219',
    'C*',
    {
      mechanism: 'Goes on training at long lengths with a much larger rotary base.',
      cells: [position(undefined, 'before', 'trained', 'fixed', 'multiply')],
      uses: [
        use('POS', { kind: 'base-change' }, { base: 500_000, scale: 8 }),
        use('TRAIN', { what: 'continued pretraining', part: 'all', data: 'long texts' }),
      ],
      training: 'continued pretraining on long texts',
      notes: ['The viewer paper cites this work for NTK-aware scaling.'],
    },
  ),
  accuracyLongContextRow('lost-in-the-middle', 'Lost in the middle', 'CAP 2.3', 'C7', 'A', {
    mechanism: 'A measurement: how often the right answer comes out, by where in the prompt its evidence stands.',
    observes: {
      measures: 'Accuracy by where in the prompt the evidence stands.',
      needs: 'Questions over many documents, each asked with the evidence at every place.',
    },
  }),
  accuracyLongContextRow('attention-sorting', 'Attention Sorting', 'CAP 2.3', 'C45', 'A', {
    mechanism:
      'Decodes one token, sorts the documents by the attention they got, puts the best last, and repeats before answering.',
    layer: 'agent',
    uses: [
      use('CALLS', { mode: 'serial' }, { serial: 3, outputTokens: 1 }),
      use('CTX', { site: 'order' }, { ratio: 1 }),
    ],
  }),
  accuracyLongContextRow('attention-buckets', 'Attention Buckets', 'CAP 2.3', 'C46', 'A', {
    mechanism:
      'Runs the prompt through several copies with different rotary bases, so that the dips of one are covered by another.',
    uses: [use('REPL', { combine: 'confidence' }, { replicas: 6 }), use('POS', { kind: 'rope', perReplica: true })],
    notes: ['Works across the model and the agent layer.'],
  }),
  accuracyLongContextRow('found-in-the-middle', 'Found-in-the-middle (Ms-PoE)', 'CAP 2.3', 'C47', 'A', {
    mechanism: 'Gives each head its own position scale, so that some heads see far tokens as near.',
    uses: [use('POS', { kind: 'multi-scale', perHead: true }, { scale: 1.5 })],
    notes: [
      'Scales run from 1.2 to 1.8 over the heads; their mean is named.',
      'It is made for answers within the trained length, and no document says that it reads further: the reach stays.',
    ],
  }),
]
