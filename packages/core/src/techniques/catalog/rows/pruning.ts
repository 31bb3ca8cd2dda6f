/** Pruning and factorization (viewer paper sections 3.2 and 3.4). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const pruningRow = rowsOf('pruning', 'model')
const factorizationRow = rowsOf('factorization', 'model')

export const PRUNING: readonly TechniqueRow[] = [
  pruningRow('pruning', 'Pruning', 'VW 3.2', 'V116', 'P*', {
    mechanism: 'Removes the weights whose loss would be felt least.',
    uses: [use('WSP', { structure: 'unstructured' }, { density: 0.5 })],
    notes: ['The paper’s Hessian rule is that of Optimal Brain Damage.'],
  }),
  pruningRow('sparsegpt', 'SparseGPT', 'VW 3.2.1', 'V54', 'P*', {
    mechanism: 'Removes half the weights or more at once and corrects the rest layer by layer.',
    tags: ['unstructured'],
    uses: [use('WSP', { density: 0.5, structure: 'unstructured' })],
    notes: [
      'Stated as 50 to 60 % of the weights removed. Whether the hardware gains from unstructured zeros depends on the format.',
    ],
  }),
  pruningRow('wanda', 'Wanda', 'VW 3.2.1', 'V187', 'P*', {
    mechanism: 'Removes the weights with the smallest product of size and input norm, row by row.',
    tags: ['unstructured'],
    uses: [use('WSP', { structure: 'row' }, { density: 0.5 })],
  }),
  pruningRow('owl', 'OWL', 'VW 3.2.1', 'V227', 'P*', {
    mechanism: 'Removes fewer weights from layers with more outliers.',
    tags: ['unstructured'],
    uses: [use('WSP', { structure: 'unstructured' }, { density: 0.5 })],
  }),
  pruningRow('flash-llm', 'Flash-LLM', 'VW 3.2.1', 'V212', 'P*', {
    mechanism: 'Reads unstructured sparse weights packed and multiplies them as dense tiles.',
    layer: 'system',
    tags: ['unstructured'],
    uses: [use('WSP', { structure: 'unstructured', work: 'dense' }, { density: 0.2, indexBits: 16 })],
  }),
  pruningRow('llm-pruner', 'LLM-Pruner', 'VW 3.2.2', 'V144', 'P*', {
    mechanism: 'Removes groups of heads and channels that hang together, then heals with thin matrices.',
    tags: ['structured'],
    uses: [use('DIM', {}, { heads: 0.8, ffn: 0.8 }), use('TRAIN', { what: 'recovery with adapters', part: 'adapter' })],
    training: 'thin matrices after pruning',
  }),
  pruningRow('sheared-llama', 'Sheared LLaMA', 'VW 3.2.2', 'V214', 'P*', {
    mechanism: 'Cuts a model to a chosen smaller shape, then trains on with more data where it lags.',
    tags: ['structured'],
    uses: [
      use('DIM', {}, { depth: 1, hidden: 0.8, heads: 0.8, ffn: 0.8 }),
      use('TRAIN', { what: 'masks and continued pretraining', part: 'all' }),
    ],
    training: 'masks, then continued pretraining',
  }),
  pruningRow('compresso', 'Compresso', 'VW 3.2.2', 'V74', 'P*', {
    mechanism: 'Learns what to cut together with thin matrices and a helping prompt.',
    tags: ['structured'],
    uses: [use('DIM', { parameterShare: 0.771 }), use('TRAIN', { what: 'masks and adapters', part: 'adapter' })],
    training: 'masks and thin matrices',
  }),
  factorizationRow('low-rank-approximation', 'Low-rank matrix approximation', 'VW 3.4', 'V108', 'P*', {
    mechanism: 'Replaces a matrix by the product of two thin ones.',
    uses: [use('RANK', { mode: 'replace' }, { rankShare: 0.25 })],
  }),
  factorizationRow('low-rank-lottery-tickets', 'Low-rank lottery tickets (Schotthoefer)', 'VW 3.4', 'V173', 'P*', {
    mechanism: 'Trains directly with thin factors whose rank adapts.',
    onlyNamed: true,
    uses: [
      use('RANK', {}, { mode: 'replace', rankShare: 0.25 }),
      use('TRAIN', {}, { what: 'factored model', part: 'all' }),
    ],
    training: 'the model in factored form',
  }),
  factorizationRow('asvd', 'ASVD', 'VW 3.4', 'V233', 'P*', {
    mechanism: 'Scales weights by their activations before splitting, and gives each layer its rank.',
    uses: [use('RANK', { mode: 'replace' }, { parameterShare: 0.85 })],
  }),
  factorizationRow('laser', 'LASER', 'VW 3.4', 'V180', 'A*', {
    mechanism: 'Cuts chosen matrices to a very low rank, which sometimes answers better than the original.',
    uses: [use('RANK', { mode: 'replace' }, { rankShare: 0.1, layerShare: 0.1 })],
    notes: ['Ranks of 0.01 to 0.2 of the full one, in chosen layers.'],
  }),
  factorizationRow('tensorgpt', 'TensorGPT', 'VW 3.4', 'V221', 'P*', {
    mechanism: 'Stores token embeddings as chains of small tensors.',
    uses: [use('RANK', { mode: 'tensor-train', site: 'embedding' }, { rank: 32 })],
  }),
  factorizationRow('tensor-train', 'Tensor-Train decomposition', 'VW 3.4', 'V157', 'P*', {
    mechanism: 'Writes a large tensor as a chain of small ones.',
    onlyNamed: true,
    uses: [use('RANK', {}, { mode: 'tensor-train', rank: 32 })],
  }),
]
