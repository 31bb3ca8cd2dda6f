/** Operator fusion, memory management, batching and scheduling (viewer paper section 5, survey sections 1 and 2.4). */
import { lineage } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const operatorFusionRow = rowsOf('operator-fusion', 'system')
const memoryManagementRow = rowsOf('memory-management', 'system')
const parallelServingRow = rowsOf('parallel-serving', 'system')

export const SYSTEMS: readonly TechniqueRow[] = [
  operatorFusionRow('flash-attention', 'FlashAttention', 'CAP 2.4, 2.4.3; VW 5.1', 'C48 V33', 'P', {
    mechanism:
      'Runs scores, softmax and the weighted sum tile by tile in on-chip memory; the score matrix never leaves it.',
    cells: [lineage('general', 'online-normalizer', 'memory-efficient-attention')],
    uses: [use('FUSE', { what: 'attention' }, { blockKeys: 128 })],
  }),
  operatorFusionRow('flash-attention-2', 'FlashAttention-2', 'CAP 2.4.3; VW 5.1', 'C96 V32', 'P*', {
    mechanism: 'The same with less work outside matrix units and better sharing of the sequence among them.',
    uses: [use('FUSE', { what: 'attention' }), use('EFF', { operators: 'attention' }, { computeEfficiency: 1 })],
    notes: [
      'A plain scenario already assumes perfect kernels: what this gains over slower ones shows only against measured kernels.',
    ],
  }),
  operatorFusionRow('tensorrt-llm', 'TensorRT-LLM', 'CAP 1; VW 5.1', 'C9 V198', 'P*', {
    mechanism: 'An engine that finds fusable patterns in a model’s graph and runs ready kernels for them.',
    uses: [
      use('FUSE', { what: 'all', framework: 'library' }),
      use('SCHED', { policy: 'continuous' }),
      use('EFF', {}, { memoryEfficiency: 1 }),
    ],
    notes: [
      'A plain scenario already assumes perfect kernels: what this gains over slower ones shows only against measured kernels.',
    ],
  }),
  operatorFusionRow('operator-fusion', 'Operator fusion', 'VW 5.1', '', 'P*', {
    mechanism: 'Runs neighbouring operations as one, so that what lies between them is never stored.',
    uses: [use('FUSE', { what: 'activation' })],
  }),
  operatorFusionRow('tvm', 'TVM', 'VW 5.1', 'V20', 'P*', {
    mechanism: 'A compiler that finds what can be fused by rules and tunes the kernels.',
    tags: ['compiler'],
    uses: [use('FUSE', { what: 'elementwise', framework: 'library' })],
  }),
  operatorFusionRow('flash-decoding', 'Flash-Decoding', 'VW 5.1', 'V34', 'P*', {
    mechanism: 'Splits the cache over the machine in decode and merges the parts.',
    tags: ['decode'],
    uses: [use('FUSE', { what: 'attention' }), use('EFF', { operators: 'attention' }, { occupancy: 1 })],
    notes: [
      'A plain scenario already assumes perfect kernels: what this gains over slower ones shows only against measured kernels.',
    ],
  }),
  operatorFusionRow('deepspeed-inference', 'DeepSpeed-Inference (Deep-Fusion)', 'VW 5.1', 'V6', 'P*', {
    mechanism: 'Fuses a layer into four regions.',
    uses: [use('FUSE', { what: 'all', framework: 'library' })],
  }),
  operatorFusionRow('xformers', 'xFormers', 'VW 5.1', 'V120', 'P*', {
    mechanism: 'A library of fused softmax, linear, norm and SwiGLU.',
    tags: ['library'],
    uses: [use('FUSE', { what: 'all', framework: 'library' })],
  }),
  operatorFusionRow('flashdecoding-plus-plus', 'FlashDecoding++', 'VW 5.1', 'V81', 'P*', {
    mechanism: 'Softmax with one agreed maximum, so that parts need not wait, and kernels for very flat matrices.',
    tags: ['decode'],
    uses: [use('FUSE', { what: 'attention' }), use('EFF', { operators: 'linear' }, { computeEfficiency: 1 })],
    notes: [
      'A plain scenario already assumes perfect kernels: what this gains over slower ones shows only against measured kernels.',
    ],
  }),
  memoryManagementRow('sglang-kv-cache', 'SGLang (KV caching / RadixAttention)', 'CAP 2.4', 'C49', 'P', {
    mechanism:
      'Keeps the cache of past prompts in a tree of prefixes, and starts a request after the longest it shares.',
    onlyNamed: true,
    uses: [use('REUSE', {}, { hit: 0.5, source: 'prefix' }), use('ALLOC', {}, { policy: 'radix-tree', evict: 'lru' })],
  }),
  memoryManagementRow('paged-attention', 'PagedAttention (vLLM)', 'CAP 1, 2.4; VW 5.2', 'C8 V110', 'P', {
    mechanism: 'Keeps the cache in blocks of fixed size, found through a table and shared where sequences share text.',
    uses: [use('ALLOC', { policy: 'paged' }, { blockTokens: 16 })],
  }),
  memoryManagementRow('zero-inference', 'ZeRO-Inference', 'VW 5.2', 'V6', 'P*', {
    mechanism: 'Keeps weights in host memory and streams them through the GPU, layer by layer.',
    tags: ['offloading'],
    uses: [use('PLACE', { what: 'weights', share: 1, tier: 'host', overlapped: true })],
  }),
  memoryManagementRow('hf-accelerate', 'Huggingface Accelerate', 'VW 5.2', 'V94', 'P*', {
    mechanism: 'Moves modules to the host or the disk when the GPU is full.',
    tags: ['offloading'],
    uses: [use('PLACE', { what: 'weights', tier: 'host', overlapped: false, overflow: true })],
    notes: [
      'The share that lies elsewhere is what does not fit the accelerator; what does not fit the host lies on the disk.',
    ],
  }),
  memoryManagementRow('flexgen', 'FlexGen', 'VW 5.2', 'V181', 'P*', {
    mechanism: 'A linear program decides which share of weights, cache and activations lies on GPU, host and disk.',
    tags: ['offloading'],
    uses: [use('PLACE', { what: 'weights', search: true, tier: 'host' }), use('SCHED', { policy: 'zigzag' })],
    notes: [
      'The block is the batch of the workload: blocks are large, and yours to set.',
      'Shares of weights and cache come from the linear program at evaluation.',
    ],
  }),
  memoryManagementRow('llm-in-a-flash', 'LLM in a flash (Alizadeh 2023)', 'VW 5.2', 'V5', 'P*', {
    mechanism: 'Keeps weights on flash, reads only the neurons about to be used, and keeps those just used.',
    tags: ['offloading'],
    uses: [
      use('PLACE', { what: 'weights', tier: 'disk' }, { share: 1, readShare: 0.1 }),
      use('WFRAC', { sites: 'ffn', idle: 'relu' }, { density: 0.1 }),
    ],
  }),
  memoryManagementRow('fido', 'FiDO', 'VW 4', 'V36', 'P*', {
    mechanism: 'Cross-attention in few layers and with one key head; cited because decode waits for memory.',
    layer: 'model',
    onlyNamed: true,
    uses: [use('DIM', {}, { kvHeads: 1, crossLayerShare: 0.1667 })],
    training: 'the model itself',
    notes: ['Cited as evidence that decode waits for memory.'],
  }),
  memoryManagementRow('kv-secondary-storage', 'KV cache in secondary storage', 'VW 7.5.2', '', 'C*', {
    mechanism: 'Old cache entries lie far away and are fetched when wanted.',
    uses: [use('PLACE', { what: 'kv', tier: 'disk' }, { share: 0.9 }), use('APAT', { select: 'knn' }, { topK: 1024 })],
    notes: ['What comes from the disk is its share of the entries that are chosen: topK of the context.'],
  }),
  memoryManagementRow('kv-cache', 'KV cache', 'CAP 2.4; VW 2.1', '', 'P*', {
    mechanism: 'Keeps every token’s keys and values, so that a new token reads them instead of computing them again.',
    layer: 'model',
    uses: [use('BASE'), use('KB', {}, { bits: 16 })],
    notes: ['What every model of the catalogue does; here for completeness.'],
  }),
  memoryManagementRow('workload-offloading', 'Workload offloading', 'VW 5.2', '', 'P*', {
    mechanism: 'Tensors lie in host memory or on disk and are moved to the GPU for their work.',
    tags: ['offloading'],
    uses: [use('PLACE', { what: 'weights', tier: 'host', overlapped: true }, { share: 1 })],
  }),
  parallelServingRow('orca', 'Orca (continuous batching)', 'CAP 1; VW 5.3', 'C13 V229', 'P*', {
    mechanism: 'Lets requests join and leave the batch at every step.',
    uses: [use('SCHED', { policy: 'continuous' })],
  }),
  parallelServingRow('tetriinfer', 'TetriInfer (Inference without Interference)', 'CAP 1', 'C14', 'P*', {
    mechanism: 'Runs prefill and decode on different instances and sends the cache between them.',
    onlyNamed: true,
    uses: [use('SCHED', {}, { policy: 'disaggregated', budgetTokens: 512 })],
  }),
  parallelServingRow('batching', 'Batching', 'VW 5.3', '', 'P*', {
    mechanism: 'Serves several requests in one step.',
    uses: [use('SCHED', { policy: 'static' })],
    notes: ['The batch is the workload’s; batch=16 sets another, from 1 to 128.'],
  }),
  parallelServingRow('sarathi', 'SARATHI', 'VW 5.3', 'V3', 'P*', {
    mechanism: 'Cuts prefill into chunks and fills each step with one chunk and all decodes that fit.',
    uses: [use('SCHED', { policy: 'chunked' }, { budgetTokens: 256 })],
  }),
  parallelServingRow('deepspeed-fastgen', 'DeepSpeed-FastGen', 'VW 5.3', 'V80', 'P*', {
    mechanism: 'Composes every step to a fixed number of tokens from pieces of prompts and decodes.',
    tags: ['split and fuse'],
    uses: [use('SCHED', { policy: 'split-fuse' }, { budgetTokens: 2048 })],
  }),
  parallelServingRow('lightllm-modeltc', 'LightLLM (ModelTC)', 'VW 5.3', 'V150', 'P*', {
    mechanism: 'A server that manages its cache by single tokens and mixes pieces of prompts with decodes.',
    tags: ['split and fuse'],
    uses: [
      use('SCHED', { policy: 'split-fuse' }, { budgetTokens: 2048 }),
      use('ALLOC', { policy: 'tokens' }, { blockTokens: 1 }),
    ],
  }),
]
