/** Models and multimodal models the documents name (viewer paper sections 1 and 7.4). */
import { rowsOf, type TechniqueRow, use } from '../row.ts'

const modelRow = rowsOf('model', 'model')
const multimodalRow = rowsOf('multimodal', 'model')

export const MODELS_NAMED: readonly TechniqueRow[] = [
  modelRow('gpt-3-chatgpt', 'GPT-3 and ChatGPT', 'VW 1', 'V14 V158', 'none', {
    mechanism: 'A dense decoder of 175 billion weights, and its successors tuned on instructions.',
    onlyNamed: true,
    uses: [use('BASE', {}, { model: 'gpt-3-175b' })],
    training: 'the model itself',
    notes: ['GPT-3 175B stands for both: the sizes of ChatGPT are not published.'],
    models: ['gpt-3-175b'],
  }),
  modelRow('opt', 'OPT', 'VW 1', 'V241', 'none', {
    mechanism: 'A family of dense decoders with learned positions and ReLU.',
    onlyNamed: true,
    uses: [use('BASE', {}, { model: 'opt-13b' })],
    training: 'the model itself',
    notes: ['One size of the family stands for it.'],
    models: ['opt-125m', 'opt-1.3b', 'opt-2.7b', 'opt-6.7b', 'opt-13b', 'opt-30b', 'opt-66b'],
  }),
  modelRow('bloom', 'BLOOM', 'VW 1', 'V172', 'none', {
    mechanism: 'A dense decoder of 176 billion weights with ALiBi.',
    onlyNamed: true,
    uses: [use('BASE', {}, { model: 'bloom-176b' }), use('POS', {}, { kind: 'alibi', unlimited: true })],
    training: 'the model itself',
    models: ['bloom-560m', 'bloom-7b1', 'bloom-176b'],
  }),
  modelRow('llama', 'LLaMA', 'VW 1, 3.1.1', 'V196', 'none', {
    mechanism: 'Dense decoders with RMS norm, SwiGLU and rotary positions.',
    onlyNamed: true,
    uses: [use('BASE', {}, { model: 'llama-13b' })],
    training: 'the model itself',
    notes: ['The size the viewer paper names stands for the family.'],
    models: ['llama-13b'],
  }),
  modelRow('llama-2', 'Llama 2', 'VW 2.2, 3.1, 5.3, 6.1', 'V197', 'none', {
    mechanism: 'The second LLaMA family; the largest shares keys and values among heads.',
    uses: [use('BASE', { model: 'llama-2-13b' })],
    training: 'the model itself',
    notes: ['The viewer paper uses 7b (Table 1), 13b (figures) and 70b (Groq).'],
    models: ['llama-2-7b', 'llama-2-13b', 'llama-2-70b'],
  }),
  modelRow('palm', 'PaLM 540B', 'VW 4.1.3', 'V25', 'none', {
    mechanism: 'A dense decoder of 540 billion weights.',
    uses: [use('BASE', { model: 'palm-540b' })],
    training: 'the model itself',
    models: ['palm-540b'],
  }),
  modelRow('gemini', 'Gemini and Gemini 1.5', 'VW 3.1.2, 7.4.2', 'V194 V192', 'none', {
    mechanism: 'Closed multimodal models, one of them with a very long window.',
    uses: [use('BASE', { unpublished: 'Gemini', contextTokens: 1_000_000 })],
    training: 'the model itself',
    notes: [
      'Not in the catalogue of models: its sizes are not published. Another model can stand for it (model=NAME).',
    ],
  }),
  modelRow('phi-2', 'Phi-2', 'VW 7.4.2', 'V95', 'none', {
    mechanism: 'A decoder of 2.7 billion weights.',
    uses: [use('BASE', { model: 'phi-2' })],
    training: 'the model itself',
    models: ['phi-2'],
  }),
  modelRow('bert', 'BERT', 'VW 4.1.3', 'V44', 'none', {
    mechanism: 'An encoder that reads in both directions.',
    uses: [use('BASE', { model: 'bert-base' })],
    training: 'the model itself',
    models: ['bert-base'],
  }),
  modelRow('gpt-4-gpt-3.5-teacher', 'GPT-4 and GPT-3.5 as teachers', 'CAP 2.5.1; VW 3.3.2', '', 'none', {
    mechanism: 'Closed models used to write training data.',
    layer: 'agent',
    uses: [use('BASE', { unpublished: 'a teacher such as GPT-4 or GPT-3.5' })],
    notes: [
      'Not in the catalogue of models: their sizes are not published. Another model can stand for one (model=NAME).',
    ],
  }),
  multimodalRow('llava', 'LLaVA-v1.5', 'VW 7.4.2', '', 'none', {
    mechanism: 'A vision encoder whose picture tokens join the prompt of a language model.',
    tags: ['vision and language'],
    uses: [use('BASE', { model: 'llava-1.5-7b' }), use('WB', { bits: 8 })],
    training: 'the projector, then the model',
    notes: ['Served in four or eight bits.'],
    models: ['llava-1.5-7b'],
  }),
  multimodalRow('mobilevlm', 'MobileVLM', 'VW 7.4.2', 'V26', 'P*', {
    mechanism: 'A small language model with a projector that hands it fewer picture tokens.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'mobilellama-1.4b' }),
      use(
        'SIDE',
        { what: 'vision encoder', form: 'tower', place: 'network' },
        { parameters: 300e6, flopPerToken: 600e6, outputTokens: 144 },
      ),
    ],
    training: 'the model with its projector',
    notes: [
      'The projector hands on a quarter of 576 picture tokens.',
      'The smaller of its two language models is priced; the other is mobilellama-2.7b.',
    ],
    models: ['mobilellama-1.4b', 'mobilellama-2.7b'],
  }),
  multimodalRow('mobilevlm-v2', 'MobileVLM-v2', 'VW 7.4.2', 'V27', 'P*', {
    mechanism: 'The same with a lighter projector and better training.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'mobilellama-1.4b' }),
      use(
        'SIDE',
        { what: 'vision encoder', form: 'tower', place: 'network' },
        { parameters: 300e6, flopPerToken: 600e6, outputTokens: 144 },
      ),
      use('TRAIN', { what: 'better recipe', part: 'all' }),
    ],
    training: 'the model with its projector',
    notes: [
      'The projector hands on a quarter of 576 picture tokens.',
      'The smaller of its two language models is priced; the other is mobilellama-2.7b.',
    ],
    models: ['mobilellama-1.4b', 'mobilellama-2.7b'],
  }),
  multimodalRow('tinygpt-v', 'TinyGPT-V', 'VW 7.4.2', 'V230', 'P*', {
    mechanism: 'A vision encoder and mapping layers on Phi-2.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'phi-2' }),
      use(
        'SIDE',
        { what: 'vision encoder', form: 'tower', place: 'network' },
        { parameters: 1000e6, flopPerToken: 2000e6, outputTokens: 32 },
      ),
    ],
    training: 'the mapping layers',
    models: ['phi-2'],
  }),
  multimodalRow('llava-phi', 'LLaVA-Phi', 'VW 7.4.2', 'V254', 'P*', {
    mechanism: 'The LLaVA recipe on Phi-2.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'phi-2' }),
      use(
        'SIDE',
        { what: 'vision encoder', form: 'tower', place: 'network' },
        { parameters: 300e6, flopPerToken: 600e6, outputTokens: 576 },
      ),
    ],
    training: 'the projector, then the model',
    models: ['phi-2'],
  }),
  multimodalRow('vary-toy', 'Vary-toy', 'VW 7.4.2', 'V205', 'P*', {
    mechanism: 'A small language model with two vision encoders.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'qwen-1.8b' }),
      use(
        'SIDE',
        { what: 'two vision encoders', form: 'tower', place: 'network' },
        { parameters: 400e6, flopPerToken: 800e6, outputTokens: 256 },
      ),
    ],
    training: 'the model with its encoders',
    models: ['qwen-1.8b'],
  }),
  multimodalRow('tinyllava', 'TinyLLaVA', 'VW 7.4.2', 'V246', 'P*', {
    mechanism: 'A study of which small parts and which training make a good small vision model.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'phi-2' }),
      use(
        'SIDE',
        { what: 'vision encoder', form: 'tower', place: 'network' },
        { parameters: 400e6, flopPerToken: 800e6, outputTokens: 729 },
      ),
      use('TRAIN', { what: 'better recipe', part: 'all' }),
    ],
    training: 'the model with its projector',
    models: ['phi-2'],
  }),
  multimodalRow('moe-llava', 'MoE-LLaVA', 'VW 7.4.2', 'V134', 'P*', {
    mechanism: 'A vision-language model with two of four experts.',
    tags: ['vision and language'],
    uses: [
      use('BASE', { model: 'phi-2' }),
      use('EXP', {}, { experts: 4, topK: 2, every: 2 }),
      use(
        'SIDE',
        { what: 'vision encoder', form: 'tower', place: 'network' },
        { parameters: 300e6, flopPerToken: 600e6, outputTokens: 576 },
      ),
    ],
    training: 'the model with its experts',
    models: ['phi-2'],
  }),
]
