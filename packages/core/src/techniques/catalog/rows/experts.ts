/** Contextual sparsity and mixtures of experts (viewer paper sections 4.1.2 and 4.1.3). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const contextualSparsityRow = rowsOf('contextual-sparsity', 'model')
const moeRow = rowsOf('moe', 'model')

export const EXPERTS: readonly TechniqueRow[] = [
  contextualSparsityRow('deja-vu', 'Deja Vu', 'VW 4.1.2', 'V141', 'P*', {
    mechanism:
      'Small predictors before attention and feed-forward pick the heads and columns a token needs; only those weights are read.',
    tags: ['width'],
    uses: [use('WFRAC', { density: 0.2, sites: 'heads+ffn', idle: 'relu' }, { predictorRank: 1000 })],
    training: 'the predictors',
  }),
  contextualSparsityRow('powerinfer', 'PowerInfer', 'VW 4.1.2', 'V184', 'P*', {
    mechanism: 'Keeps the weights that are always wanted on the GPU and the others on the CPU, each computing its own.',
    layer: 'system',
    tags: ['width'],
    uses: [
      use('WFRAC', { sites: 'ffn', idle: 'relu' }, { density: 0.2, predictorRank: 512 }),
      use('PLACE', { what: 'weights', tier: 'host', compute: 'host' }, { share: 0.5, readShare: 0.2 }),
    ],
    training: 'the predictors',
  }),
  contextualSparsityRow('matformer', 'MatFormer', 'VW 4.1.2', 'V45', 'P*', {
    mechanism: 'Feed-forward layers nested in one another, from which a width is cut per device.',
    tags: ['width'],
    uses: [use('DIM', {}, { ffn: 0.5 }), use('TRAIN', { what: 'nested feed-forward', part: 'all' })],
    training: 'the model with all its widths',
    notes: ['Widths from 0.125 to 1 per layer.'],
  }),
  moeRow('mixture-of-experts', 'Mixture of experts', 'VW 4.1.3', 'V235', 'P*', {
    mechanism: 'Many feed-forward networks per layer, of which a gate picks a few per token.',
    uses: [use('EXP', {}, { experts: 8, topK: 2 })],
    training: 'the model itself',
  }),
  moeRow('gshard', 'GShard', 'VW 4.1.3', 'V121', 'P*', {
    mechanism: 'Two experts per token with a limit per expert, and experts spread over devices.',
    onlyNamed: true,
    uses: [
      use('EXP', { topK: 2 }, { experts: 2048, capacity: 1.25, every: 2 }),
      use('PAR', {}, { axis: 'ep', degree: 2048, pattern: 'all-to-all' }),
    ],
    training: 'the model itself',
  }),
  moeRow('switch-transformer', 'Switch Transformer', 'VW 4.1.3', 'V53', 'P*', {
    mechanism: 'One expert per token.',
    onlyNamed: true,
    uses: [use('EXP', {}, { experts: 128, topK: 1, capacity: 1.25, every: 2 })],
    training: 'the model itself',
  }),
  moeRow('sparse-mixer', 'Sparse Mixer', 'VW 4.1.3', 'V119', 'P*', {
    mechanism: 'An encoder that mixes tokens by fixed linear maps and has experts as feed-forward.',
    tags: ['encoder'],
    uses: [use('EXP', {}, { experts: 16, topK: 1, every: 4 }), use('LIN', { kernel: 'mixing' }, { rank: 0 })],
    training: 'the model itself',
  }),
  moeRow('glam', 'GLaM', 'VW 4.1.3', 'V49', 'P*', {
    mechanism: 'Two of 64 experts in every other layer.',
    uses: [use('BASE', { model: 'glam-64b-64e' })],
    training: 'the model itself',
    models: ['glam-64b-64e'],
  }),
  moeRow('st-moe', 'ST-MoE', 'VW 4.1.3', 'V255', 'P*', {
    mechanism: 'An encoder and decoder with experts and a loss that keeps the router calm.',
    uses: [use('BASE', { model: 'st-moe-32b' })],
    training: 'the model itself',
    notes: ['What experts drop beyond their capacity (1.25) is not priced.'],
    models: ['st-moe-32b'],
  }),
  moeRow('mixtral-8x7b', 'Mixtral 8x7B', 'VW 4.1.3', 'V98', 'P*', {
    mechanism: 'Two of eight experts in every layer.',
    uses: [use('BASE', { model: 'mixtral-8x7b' })],
    training: 'the model itself',
    models: ['mixtral-8x7b'],
  }),
  moeRow('recompile-moe', 'RECOMPILE (Kossmann 2022)', 'VW 4.1.3', 'V109', 'P*', {
    mechanism: 'Compiles the experts again when the load on them changes.',
    layer: 'system',
    tags: ['compiler'],
    uses: [use('EXP', {}, { experts: 8, topK: 2 }), use('EFF', { operators: 'experts' }, { computeEfficiency: 1 })],
    notes: [
      'A plain scenario already assumes perfect kernels: what this gains over slower ones shows only against measured kernels.',
    ],
  }),
  moeRow('deepspeed-moe', 'DeepSpeed-MoE', 'VW 4.1.3', 'V167', 'P*', {
    mechanism: 'Serves experts spread over many devices, with a shared expert beside the chosen one.',
    layer: 'system',
    uses: [
      use('EXP', { residual: true }, { experts: 128, topK: 1, every: 2 }),
      use('PAR', { axis: 'ep', pattern: 'hierarchical-all-to-all' }, { degree: 128 }),
    ],
    training: 'the model itself',
  }),
  moeRow('automoe', 'AutoMoE', 'VW 4.1.3', 'V96', 'P*', {
    mechanism: 'Searches number, size and place of the experts under a limit on latency.',
    uses: [
      use('EXP', {}, { experts: 4, topK: 1, every: 2, width: 0.5 }),
      use('TRAIN', { what: 'architecture search', part: 'all' }),
    ],
    training: 'the found model',
  }),
  moeRow('edgemoe', 'EdgeMoE', 'VW 4.1.3', 'V226', 'P*', {
    mechanism: 'Keeps experts on flash in widths of their own and fetches those it expects.',
    layer: 'system',
    tags: ['edge'],
    uses: [
      use('EXP', {}, { experts: 8, topK: 1 }),
      use('PLACE', { what: 'weights', tier: 'disk' }, { share: 0.8, readShare: 0.125 }),
      use('WB', { site: 'experts' }, { bits: 4 }),
    ],
    notes: ['Two to eight bits per expert; their mean is priced.'],
  }),
  moeRow('sparse-expert-survey', 'Review of sparse experts', 'VW 4.1.3', 'V52', 'none', {
    mechanism: 'A review of routing and scaling of experts.',
    observes: {
      measures: 'Nothing of its own: a guide to routing and scaling of experts.',
      needs: 'Loads per expert, for what it advises.',
    },
  }),
]
