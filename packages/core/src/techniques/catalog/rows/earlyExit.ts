/** Early exit: fewer layers per token (viewer paper section 4.1.1). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const row = rowsOf('early-exit', 'model')

export const EARLY_EXIT: readonly TechniqueRow[] = [
  row('n-ode-transformer', 'N-ODE Transformer', 'VW 4.1.1', 'V9', 'P*', {
    mechanism: 'Treats depth as time of a differential equation and takes as many steps as an input needs.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('LFRAC', {}, { fraction: 0.6, kv: 'none' })],
    training: 'the model itself',
  }),
  row('dynabert', 'DynaBERT', 'VW 4.1.1', 'V84', 'P*', {
    mechanism: 'One encoder trained to run at several widths and depths.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [
      use('LFRAC', {}, { fraction: 0.75, signal: 'schedule', kv: 'none', batch: 'uniform' }),
      use('DIM', {}, { heads: 0.75, ffn: 0.75 }),
    ],
    training: 'the model at all its sizes',
    notes: ['Depth from 0.5 to 1 and width from 0.25 to 1 of the full model.'],
  }),
  row('cascadebert', 'CascadeBERT', 'VW 4.1.1', 'V124', 'P*', {
    mechanism: 'Tries a small complete encoder first and a larger one where it is unsure.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('CALLS', {}, { serial: 1.3, mode: 'serial' })],
    training: 'the models, with calibration',
    notes: ['Calls are of the served model; the smaller ones are not priced.'],
  }),
  row('fastbert', 'FastBERT', 'VW 4.1.1', 'V137', 'P*', {
    mechanism: 'A classifier after every layer; an input leaves when its entropy is low.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('LFRAC', {}, { fraction: 0.6, signal: 'entropy', exitHead: 'classifier', exits: 12, kv: 'none' })],
    training: 'the classifiers, from the last one',
  }),
  row('elasticbert', 'ElasticBERT (Towards efficient NLP, Liu 2022)', 'VW 4.1.1', 'V139', 'P*', {
    mechanism: 'Pretrains an encoder with many exits and a benchmark for speed against score.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [
      use('LFRAC', {}, { fraction: 0.6, signal: 'entropy', exitHead: 'classifier', exits: 12, kv: 'none' }),
      use('TRAIN', {}, { what: 'many exits', part: 'all' }),
    ],
    training: 'the model with its exits',
  }),
  row('right-tool', 'The right tool for the job (Schwartz 2020)', 'VW 4.1.1', 'V176', 'P*', {
    mechanism: 'Calibrated classifiers after some layers; an input leaves when one is sure.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [
      use('LFRAC', {}, { fraction: 0.6, signal: 'max-probability', exitHead: 'classifier', exits: 4, kv: 'none' }),
    ],
    training: 'the classifiers and their calibration',
  }),
  row('bert-and-pals', 'BERT and PALs', 'VW 4.1.1', 'V186', 'P*', {
    mechanism: 'Small attention layers per task beside a shared encoder.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('SIDE', {}, { what: 'attention per task', form: 'bottleneck', rank: 64 })],
    training: 'the small layers and the encoder',
    notes: ['Cited with early exit; it adds modules instead.'],
  }),
  row('deebert', 'DeeBERT', 'VW 4.1.1', 'V218', 'P*', {
    mechanism: 'Side exits after layers, with an entropy threshold.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('LFRAC', {}, { fraction: 0.6, signal: 'entropy', exitHead: 'classifier', exits: 12, kv: 'none' })],
    training: 'the model, then its exits',
  }),
  row('pabee', 'PABEE (BERT loses patience)', 'VW 4.1.1', 'V249', 'P*', {
    mechanism: 'An input leaves when several layers in a row agree.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('LFRAC', {}, { fraction: 0.6, signal: 'patience', exitHead: 'classifier', exits: 12, kv: 'none' })],
    training: 'the model with its exits',
  }),
  row('leebert', 'LeeBERT', 'VW 4.1.1', 'V252', 'P*', {
    mechanism: 'Exits learn from each other across layers.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [
      use('LFRAC', {}, { fraction: 0.6, signal: 'entropy', exitHead: 'classifier', exits: 12, kv: 'none' }),
      use('TRAIN', {}, { what: 'exits across layers', part: 'all' }),
    ],
    training: 'the model with its exits',
  }),
  row('cats', 'CATs (confident adaptive transformers)', 'VW 4.1.1', 'V175', 'P*', {
    mechanism: 'Thresholds set so that answers agree with the full model as often as promised.',
    onlyNamed: true,
    tags: ['encoder'],
    uses: [use('LFRAC', {}, { fraction: 0.6, signal: 'classifier', exitHead: 'classifier', exits: 12, kv: 'none' })],
    training: 'the exits, and calibration data',
  }),
  row('geva-ffn-vocabulary', 'Feed-forward layers promote concepts', 'VW 4.1.1', 'V60', 'none', {
    mechanism: 'An observation: for some tokens the hidden state has settled on its word halfway up.',
    observes: {
      measures: 'The layer from which a token’s most likely word no longer changes.',
      needs: 'Hidden states of every layer, put through the output head.',
    },
  }),
  row('how-many-layers', 'How many layers and why', 'VW 4.1', 'V182', 'none', {
    mechanism: 'An observation: not every token needs every layer.',
    observes: {
      measures: 'How many layers tokens need, as a histogram.',
      needs: 'Hidden states of every layer, put through the output head.',
    },
  }),
  row('depth-adaptive-transformer', 'Depth-Adaptive Transformer (Elbayad)', 'VW 4.1.1', 'V50', 'P*', {
    mechanism: 'A decoder that may stop at any layer and copies its state upward for the layers it skipped.',
    tags: ['decoder', 'state propagation', 'classifier training'],
    uses: [use('LFRAC', { signal: 'classifier', exitHead: 'classifier', kv: 'copy' }, { fraction: 0.6, exits: 6 })],
    training: 'the model with its exits',
  }),
  row('calm', 'CALM', 'VW 4.1.1', 'V174', 'P*', {
    mechanism: 'Exits by one of three measures of confidence, with a threshold set to a promised consistency.',
    tags: ['decoder', 'confidence', 'exit criterion', 'state propagation', 'classifier training'],
    uses: [use('LFRAC', { signal: 'classifier', exitHead: 'classifier', kv: 'copy' }, { fraction: 0.6, exits: 8 })],
    training: 'the exits; a classifier for one of the measures',
  }),
  row('free', 'FREE (Bae 2023)', 'VW 4.1.1', 'V7', 'P*', {
    mechanism: 'Two depths only; what shallow tokens skipped is computed later, together with other tokens.',
    tags: ['decoder', 'confidence', 'exit criterion', 'state propagation', 'classifier training'],
    uses: [
      use(
        'LFRAC',
        { signal: 'max-probability', exitHead: 'vocabulary', kv: 'recompute' },
        { fraction: 0.6, earliest: 0.3, exits: 1 },
      ),
    ],
    training: 'the shallow module, by distillation',
  }),
  row('consistentee', 'ConsistentEE', 'VW 4.1.1', 'V238', 'P*', {
    mechanism: 'A small policy per layer decides when to leave, rewarded for speed and for being right.',
    tags: ['decoder', 'confidence', 'exit criterion'],
    uses: [use('LFRAC', { signal: 'policy', exitHead: 'classifier', kv: 'copy' }, { fraction: 0.6, exits: 12 })],
    training: 'the policies, by reinforcement',
  }),
  row('ee-llm', 'EE-LLM (Chen 2023b)', 'VW 4.1.1', 'V21', 'P*', {
    mechanism: 'Early exit for large pipelines: later stages fill the missing cache while the next token starts.',
    layer: 'system',
    tags: ['decoder', 'state propagation'],
    uses: [
      use('LFRAC', { signal: 'max-probability', exitHead: 'vocabulary', kv: 'recompute' }, { fraction: 0.6, exits: 2 }),
      use('PAR', { axis: 'pp', pattern: 'point-to-point' }, { degree: 4 }),
    ],
    training: 'the model with its exits',
  }),
  row('jump-to-conclusions', 'Jump to conclusions (Din 2023)', 'VW 4.1.1', 'V46', 'P*', {
    mechanism: 'A linear map takes an early state directly to the last layer.',
    tags: ['decoder', 'state propagation'],
    uses: [
      use('LFRAC', { kv: 'copy' }, { fraction: 0.6 }),
      use('SIDE', { what: 'linear map', form: 'matrix', place: 'network' }),
    ],
    training: 'the linear maps',
  }),
  row('skipdecode', 'SkipDecode', 'VW 4.1.1', 'V28', 'P*', {
    mechanism: 'Later tokens use ever fewer layers, the same for the whole batch, so that no cache is ever missing.',
    tags: ['decoder', 'state propagation'],
    uses: [use('LFRAC', { signal: 'position', kv: 'present', batch: 'uniform' }, { fraction: 0.6 })],
    training: 'fine-tuning with the schedule',
  }),
  row('sweet', 'SWEET (Rotem 2023)', 'VW 4.1.1', 'V168', 'P*', {
    mechanism: 'Gives every exit its own gradients, so that early and late layers do not pull against each other.',
    tags: ['classifier training'],
    uses: [
      use('LFRAC', { signal: 'max-probability', exitHead: 'classifier', kv: 'none' }, { fraction: 0.6, exits: 4 }),
      use('TRAIN', { what: 'separate gradients', part: 'all' }),
    ],
    training: 'the model with separate exits',
  }),
  row('disentangled-early-exit', 'Early exit with disentangled representation (Ji 2023)', 'VW 4.1.1', 'V97', 'P*', {
    mechanism: 'Extra blocks keep the aim of leaving early apart from the meaning.',
    tags: ['classifier training'],
    uses: [
      use('LFRAC', { exitHead: 'classifier', kv: 'none' }, { fraction: 0.6, exits: 12 }),
      use('SIDE', { what: 'extra blocks', form: 'bottleneck' }, { rank: 64 }),
      use('TRAIN', { what: 'extra blocks, in turns', part: 'adapter' }),
    ],
    training: 'the extra blocks, in turns',
  }),
  row('efficiency-spectrum', 'Efficiency spectrum (state recomputation)', 'VW 4.1.1', 'V47', 'none', {
    mechanism: 'A survey, cited for computing skipped states again because arithmetic is nearly free in decode.',
    tags: ['state propagation'],
    uses: [use('LFRAC', { kv: 'recompute' }, { fraction: 0.6 })],
    notes: ['Cited as evidence more than as a method.'],
  }),
]
