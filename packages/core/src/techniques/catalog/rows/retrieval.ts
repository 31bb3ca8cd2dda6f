/** Retrieval and other long-context design (viewer paper section 7.5). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const retrievalRow = rowsOf('retrieval', 'agent')
const longContextRow = rowsOf('long-context', 'model')

export const RETRIEVAL: readonly TechniqueRow[] = [
  retrievalRow('rag', 'Retrieval-augmented generation (RAG)', 'CAP 1; VW 7.5.2', 'C26 V58 V243', 'CA*', {
    mechanism: 'Puts the passages most like the question into the prompt.',
    uses: [use('RETR', { store: 'vector' }, { k: 5, chunk: 256 })],
  }),
  retrievalRow('langchain', 'LangChain', 'VW 7.5.2', 'V160', 'CA*', {
    mechanism: 'A tool that splits and embeds long texts, fetches by likeness and chains calls.',
    uses: [use('RETR', { store: 'vector' }, { k: 4, chunk: 1000 }), use('CALLS', { mode: 'serial' }, { serial: 2 })],
  }),
  retrievalRow('retro', 'RETRO', 'VW 7.5.2', 'V13', 'CA*', {
    mechanism: 'Every chunk of the input attends to neighbours fetched from a very large corpus.',
    layer: 'model',
    onlyNamed: true,
    tags: ['inside the model'],
    uses: [
      use(
        'RETR',
        {},
        { store: 'chunks', k: 2, chunk: 128, inject: 'cross-attention', embedder: 'bert-base', searchS: 0.01 },
      ),
      use(
        'SIDE',
        {},
        {
          what: 'cross-attention to chunks',
          form: 'cross-attention',
          rows: 256,
          chunk: 64,
          parameters: 19e6,
          layerShare: 0.33,
        },
      ),
    ],
    notes: [
      'Two neighbours of 128 tokens for every 64 tokens, an encoder of two layers and one search for the prompt: general knowledge of the cited work.',
    ],
    training: 'the model itself',
  }),
  retrievalRow('unlimiformer', 'Unlimiformer', 'VW 7.5.2', 'V12', 'C*', {
    mechanism: 'Cross-attention that fetches the nearest encoder states from an index instead of reading all.',
    layer: 'model',
    onlyNamed: true,
    tags: ['inside the model'],
    uses: [
      use('RETR', {}, { store: 'hidden', k: 1024, chunk: 1, inject: 'attention' }),
      use('PLACE', {}, { what: 'kv', tier: 'host', readShare: 0.05 }),
      use('APAT', {}, { topK: 1024, select: 'knn' }),
    ],
  }),
  retrievalRow('memorybank', 'MemoryBank', 'VW 7.5.2', 'V245', 'CA*', {
    mechanism: 'A chat’s long memory with summaries and forgetting.',
    onlyNamed: true,
    tags: ['agent'],
    uses: [
      use('RETR', {}, { store: 'dialogue', k: 5, evict: 'forgetting-curve', write: 'every-turn' }),
      use('CALLS', {}, { serial: 1, offline: 0.1, mode: 'offline' }),
    ],
  }),
  retrievalRow('recurrentgpt', 'RecurrentGPT', 'VW 7.5.2', 'V248', 'C*', {
    mechanism: 'Writes paragraph by paragraph with a short summary and a store of what came before.',
    onlyNamed: true,
    tags: ['agent'],
    uses: [
      use('CALLS', {}, { serial: 5, mode: 'serial' }),
      use('RETR', {}, { store: 'paragraphs', k: 2, write: 'every-turn' }),
      use('CTX', {}, { site: 'summary', ratio: 10 }),
    ],
  }),
  retrievalRow('recallm', 'RecallM', 'VW 7.5.2', 'V113', 'CA*', {
    mechanism: 'A graph of concepts that is revised as statements change.',
    onlyNamed: true,
    tags: ['agent'],
    uses: [
      use('RETR', {}, { store: 'graph', k: 5, chunk: 64, write: 'every-turn' }),
      use('CALLS', {}, { serial: 2, mode: 'serial' }),
    ],
  }),
  retrievalRow('ret-llm', 'RET-LLM', 'VW 7.5.2', 'V149', 'CA*', {
    mechanism: 'A table of triples the model reads and writes by text commands.',
    onlyNamed: true,
    tags: ['agent'],
    uses: [
      use('RETR', {}, { store: 'triples', k: 5, chunk: 16, score: 'exact', write: 'by-the-model' }),
      use('CALLS', {}, { serial: 2, mode: 'serial' }),
      use('TRAIN', {}, { what: 'memory commands', part: 'all' }),
    ],
    training: 'fine-tuning on the commands',
  }),
  retrievalRow('realm', 'REALM (Guu 2020)', 'VW 7.5.2', 'V75', 'A*', {
    mechanism: 'A retriever trained with the model, whose answers over several documents are averaged.',
    layer: 'model',
    onlyNamed: true,
    tags: ['inside the model'],
    uses: [
      use('RETR', {}, { store: 'wiki', k: 8 }),
      use('REPL', {}, { replicas: 8, combine: 'marginalise' }),
      use('TRAIN', {}, { what: 'retriever and model', part: 'all' }),
    ],
    training: 'retriever and model together',
  }),
  retrievalRow('longmem', 'LongMem (Wang 2024b)', 'VW 7.5.2', 'V202', 'CA*', {
    mechanism: 'A frozen model fills a cache; a side network fetches from it and merges.',
    layer: 'model',
    onlyNamed: true,
    uses: [
      use('MEM', {}, { segment: 2048, bank: 65_536, aggregate: 'gate', retrieval: 'knn', topK: 64 }),
      use('SIDE', {}, { what: 'side network', form: 'layer', layerShare: 0.5 }),
      use('PLACE', {}, { what: 'kv', tier: 'host', share: 0.97, readShare: 0.01 }),
      use('TRAIN', {}, { what: 'side network', part: 'adapter' }),
    ],
    training: 'the side network',
  }),
  longContextRow('funnel-transformer', 'Funnel-Transformer', 'VW 7.5.1', 'V30', 'P*', {
    mechanism: 'Halves the sequence at stages of the encoder and spends what is saved on depth.',
    uses: [use('CTX', { site: 'hidden' }, { ratio: 2 })],
    training: 'the model itself',
  }),
]
