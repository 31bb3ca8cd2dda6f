/** Prompt compression and agent memory (survey sections 2.5.1 and 2.6.1). */
import { agent, compression } from '../cells.ts'
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const promptCompressionRow = rowsOf('prompt-compression', 'agent')
const agentMemoryRow = rowsOf('agent-memory', 'agent')

export const PROMPTS: readonly TechniqueRow[] = [
  promptCompressionRow('selective-context', 'Selective Context', 'CAP 2.5.1', 'C100', 'CP', {
    mechanism: 'Drops the phrases a small model finds least surprising.',
    onlyNamed: true,
    cells: [compression('Selective Context', 'black')],
    uses: [use('CTX', {}, { site: 'prompt', ratio: 2, pass: 'small-model' })],
  }),
  promptCompressionRow('llmlingua', 'LLMLingua', 'CAP 2.5.1', 'C101', 'CP', {
    mechanism: 'Drops tokens by a small model’s perplexity, within a budget for each part of the prompt.',
    cells: [compression('LLMLingua', 'black')],
    uses: [use('CTX', { site: 'prompt', pass: 'small-model' }, { ratio: 5 })],
    notes: ['Ratios from 4 to 20 are usual.'],
  }),
  promptCompressionRow('longllmlingua', 'LongLLMLingua', 'CAP 2.5.1', 'C102', 'CP', {
    mechanism:
      'Ranks documents and tokens by what the question changes in their perplexity, and reorders the documents.',
    cells: [compression('LongLLMLingua', 'black')],
    uses: [use('CTX', { site: 'prompt', pass: 'small-model' }, { ratio: 4, passes: 2 })],
    notes: ['Reordering the documents costs nothing and is not priced.'],
  }),
  promptCompressionRow('llmlingua2', 'LLMLingua2', 'CAP 2.5.1', 'C103', 'CP', {
    mechanism: 'A small encoder, trained on compressed texts of a large model, says of every token whether it stays.',
    cells: [compression('LLMLingua2', 'black')],
    uses: [
      use('CTX', { site: 'prompt', pass: 'encoder' }, { ratio: 3 }),
      use('TRAIN', { what: 'token classifier', part: 'detector', data: 'compressed texts' }),
    ],
    training: 'the token classifier',
    notes: ['Ratios from 2 to 5 are usual.'],
  }),
  promptCompressionRow('gist-tokens', 'Gist Tokens', 'CAP 2.5.1', 'C104', 'CP', {
    mechanism: 'A mask in training makes the model put a prompt into a few tokens whose cache is kept and reused.',
    layer: 'model',
    cells: [compression('Gist-Token', 'white')],
    uses: [
      use('CTX', { site: 'soft-token', pass: 'own', offline: true }, { ratio: 26 }),
      use('TRAIN', { what: 'gist mask', part: 'all' }),
    ],
    training: 'fine-tuning with the mask',
  }),
  promptCompressionRow('pccc', 'PCCC (prompt compression and contrastive conditioning)', 'CAP 2.5.1', 'C105', 'CP', {
    mechanism: 'Fits a few soft-prompt vectors until they steer the model as one given long prompt did.',
    layer: 'model',
    cells: [compression('PCCC', 'white')],
    uses: [
      use('CTX', { site: 'soft-token', pass: 'own', offline: true }, { ratio: 10 }),
      use('TRAIN', { what: 'soft prompt per prompt', part: 'new-tokens' }),
    ],
    training: 'a soft prompt for every prompt',
  }),
  promptCompressionRow('icae', 'ICAE (in-context autoencoder)', 'CAP 2.5.1', 'C106', 'CP', {
    mechanism: 'The model with adapters writes a context into a few slots, which the plain model then reads.',
    layer: 'model',
    cells: [compression('ICAE', 'white')],
    uses: [
      use('CTX', { site: 'soft-token', pass: 'own' }, { ratio: 4 }),
      use('RANK', { mode: 'additive', site: 'attention' }, { rank: 128 }),
      use('TRAIN', { what: 'encoder adapters and slots', part: 'adapter' }),
    ],
    training: 'adapters and slots, on reconstruction and tasks',
  }),
  promptCompressionRow('prompt-tuning', 'Prompt tuning (soft prompts)', 'CAP 2.2.1, 2.5.1', 'C35', 'CP*', {
    mechanism: 'Puts a few trained vectors before the prompt; the model stays as it is.',
    layer: 'model',
    cells: [compression(undefined, 'white')],
    uses: [use('CTX', { site: 'soft-token' }, { ratio: 1 }), use('TRAIN', { what: 'soft prompt', part: 'new-tokens' })],
    training: 'the vectors, per task',
    notes: ['Adds tokens; the block others compress with.'],
  }),
  agentMemoryRow('memwalker', 'MemWalker', 'CAP 2.6.1', 'C108', 'CA', {
    mechanism: 'Builds a tree of summaries over a long text and lets the model walk down it to what a question needs.',
    onlyNamed: true,
    cells: [agent('MemWalker', 'online')],
    uses: [
      use('CALLS', {}, { serial: 6, offline: 10, mode: 'serial', promptTokens: 1000 }),
      use('CTX', {}, { site: 'tree', ratio: 8 }),
    ],
  }),
  agentMemoryRow('webgpt', 'WebGPT', 'CAP 2.6.1', 'C109', 'CA', {
    mechanism: 'The model searches and quotes in a text browser and answers from its quotes.',
    onlyNamed: true,
    cells: [agent('WebGPT', 'online')],
    uses: [
      use('CALLS', {}, { serial: 10, mode: 'serial', grows: true }),
      use('RETR', {}, { store: 'web', k: 5, chunk: 128, write: 'by-the-model' }),
    ],
    training: 'fine-tuning on browsing and feedback',
  }),
  agentMemoryRow('memgpt', 'MemGPT', 'CAP 2.6.1', 'C107', 'CA', {
    mechanism: 'The model pages text between its prompt and outside stores by calling functions.',
    cells: [agent('MemGPT', 'online')],
    uses: [
      use('RETR', { store: 'archive', write: 'on-evict' }, { k: 5 }),
      use('CALLS', { mode: 'serial' }, { serial: 3 }),
      use('CTX', { site: 'evict-summary' }, { ratio: 10 }),
    ],
  }),
  agentMemoryRow('thesim-generative-agents', 'TheSim (Generative Agents)', 'CAP 2.6.1', 'C110', 'CA', {
    mechanism:
      'Agents keep a stream of memories, fetch those that are recent, weighty and fitting, and now and then write down what they amount to.',
    cells: [agent('TheSim', 'online+offline')],
    uses: [
      use(
        'RETR',
        { store: 'stream', score: 'recency+importance+relevance', write: 'every-turn' },
        { k: 20, chunk: 64 },
      ),
      use('CALLS', { mode: 'offline' }, { serial: 1, offline: 0.1 }),
    ],
  }),
  agentMemoryRow('chatdev', 'ChatDev', 'CAP 2.6.1', 'C111', 'CA', {
    mechanism: 'Pairs of roles talk through the phases of writing software and hand on what they agreed.',
    cells: [agent('ChatDev', 'online+offline')],
    uses: [use('CALLS', { mode: 'serial', grows: true }, { serial: 10 }), use('RETR', { store: 'phases' }, { k: 3 })],
  }),
  agentMemoryRow('metagpt', 'MetaGPT', 'CAP 2.6.1', 'C112', 'CA', {
    mechanism: 'Roles with written procedures publish documents to a pool and read those they subscribed to.',
    onlyNamed: true,
    cells: [agent('MetaGPT', 'online+offline')],
    uses: [
      use('CALLS', {}, { serial: 5, mode: 'dag' }),
      use('RETR', {}, { store: 'messages', k: 3, score: 'subscription' }),
    ],
  }),
  agentMemoryRow('self-refine', 'Self-Refine', 'CAP 2.6.1', 'C113', 'CA', {
    mechanism: 'The model answers, criticises its answer and improves it until it is content.',
    cells: [agent('Self-Refine', 'online+offline')],
    uses: [use('CALLS', { mode: 'serial', grows: true }, { serial: 5 })],
  }),
  agentMemoryRow('reflexion', 'Reflexion', 'CAP 2.6.1', 'C114', 'CA', {
    mechanism: 'After a failed trial the model writes down what went wrong and tries again with that note.',
    cells: [agent('Reflexion', 'online+offline')],
    uses: [
      use('CALLS', { mode: 'serial' }, { serial: 9 }),
      use('RETR', { store: 'episodes', write: 'by-the-model' }, { k: 3, chunk: 128 }),
    ],
  }),
  agentMemoryRow('mlcopilot', 'MLCopilot', 'CAP 2.6.1', 'C115', 'CA', {
    mechanism: 'Past experiments are distilled into knowledge once, and fetched for a new task.',
    cells: [agent('MLCopilot', 'online+offline')],
    uses: [
      use('RETR', { store: 'experience' }, { k: 3 }),
      use('CALLS', { mode: 'offline' }, { serial: 1, offline: 0.1 }),
    ],
  }),
  agentMemoryRow('compound-ai', 'Compound AI systems', 'CAP 1', 'C15', 'CA*', {
    mechanism: 'A system made of several calls to models, retrievers and tools.',
    uses: [use('CALLS', { mode: 'dag' }, { serial: 3 })],
  }),
]
