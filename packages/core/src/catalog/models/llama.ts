/**
 * Meta LLaMA, Llama 2, 3 and Code Llama: dense, grouped heads from 70B (Llama 2) and everywhere (Llama 3). Sources:
 * `sources.ts`.
 */
import { BF16, FP16, llamaLike } from './build.ts'
import { billions, type ModelRow } from './row.ts'

export const LLAMA: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'llama-2-7b', name: 'Llama 2 7B', family: 'llama', context: 4096, precision: FP16 },
      { hidden: 4096, layers: 32, qHeads: 32, kvHeads: 32, headDim: 128, intermediate: 11008, vocab: 32000 },
    ),
    aliases: ['meta-llama/Llama-2-7b-hf', 'meta-llama/Llama-2-7b-chat-hf', 'NousResearch/Llama-2-7b-hf', 'llama2-7b'],
    source: 'mlcLlm',
    published: { total: 6_738_415_616, source: 'kerasHub' },
    note: 'the preset gives 2048 positions, as the first release did; trained on 4096 (arXiv 2307.09288)',
  },
  {
    spec: llamaLike(
      { id: 'llama-2-13b', name: 'Llama 2 13B', family: 'llama', context: 4096, precision: FP16 },
      { hidden: 5120, layers: 40, qHeads: 40, kvHeads: 40, headDim: 128, intermediate: 13824, vocab: 32000 },
    ),
    aliases: ['meta-llama/Llama-2-13b-hf', 'meta-llama/Llama-2-13b-chat-hf', 'llama2-13b'],
    source: 'mlcLlm',
    published: { total: 13_015_866_880, source: 'kvfit' },
    note: 'the preset gives 2048 positions, as the first release did; trained on 4096 (arXiv 2307.09288)',
  },
  {
    spec: llamaLike(
      { id: 'llama-2-70b', name: 'Llama 2 70B', family: 'llama', context: 4096, precision: FP16 },
      { hidden: 8192, layers: 80, qHeads: 64, kvHeads: 8, headDim: 128, intermediate: 28672, vocab: 32000 },
    ),
    aliases: [
      'meta-llama/Llama-2-70b-hf',
      'meta-llama/Llama-2-70b-chat-hf',
      'upstage/Llama-2-70b-instruct-v2',
      'llama2-70b',
    ],
    source: 'mlcLlm',
    published: { total: 68_976_648_192, source: 'loram' },
    note: 'the preset gives 2048 positions, as the first release did; trained on 4096 (arXiv 2307.09288)',
  },
  {
    spec: llamaLike(
      { id: 'llama-13b', name: 'LLaMA 13B', family: 'llama', context: 2048, precision: FP16 },
      { hidden: 5120, layers: 40, qHeads: 40, kvHeads: 40, headDim: 128, intermediate: 13824, vocab: 32000 },
    ),
    aliases: ['huggyllama/llama-13b', 'decapoda-research/llama-13b-hf', 'llama-1-13b'],
    source: 'llamaSizes',
    published: { ...billions('13'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'codellama-7b', name: 'Code Llama 7B', family: 'llama', context: 16384, precision: BF16 },
      { hidden: 4096, layers: 32, qHeads: 32, kvHeads: 32, headDim: 128, intermediate: 11008, vocab: 32016 },
    ),
    aliases: ['codellama/CodeLlama-7b-hf', 'codellama/CodeLlama-7b-Instruct-hf'],
    source: 'mlcLlm',
    published: { ...billions('7'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'codellama-13b', name: 'Code Llama 13B', family: 'llama', context: 16384, precision: BF16 },
      { hidden: 5120, layers: 40, qHeads: 40, kvHeads: 40, headDim: 128, intermediate: 13824, vocab: 32016 },
    ),
    aliases: ['codellama/CodeLlama-13b-hf', 'codellama/CodeLlama-13b-Instruct-hf'],
    source: 'mlcLlm',
    published: { ...billions('13'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3-8b', name: 'Llama 3 8B', family: 'llama', context: 8192, precision: BF16 },
      { hidden: 4096, layers: 32, qHeads: 32, kvHeads: 8, headDim: 128, intermediate: 14336, vocab: 128256 },
    ),
    aliases: ['meta-llama/Meta-Llama-3-8B', 'meta-llama/Meta-Llama-3-8B-Instruct', 'llama3-8b'],
    source: 'kvfit',
    published: { total: 8_030_261_248, source: 'kvfit' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3-70b', name: 'Llama 3 70B', family: 'llama', context: 8192, precision: BF16 },
      { hidden: 8192, layers: 80, qHeads: 64, kvHeads: 8, headDim: 128, intermediate: 28672, vocab: 128256 },
    ),
    aliases: ['meta-llama/Meta-Llama-3-70B', 'meta-llama/Meta-Llama-3-70B-Instruct', 'llama3-70b'],
    source: 'kvfit',
    published: { total: 70_553_706_496, source: 'kvfit' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3.1-8b', name: 'Llama 3.1 8B', family: 'llama', context: 131072, precision: BF16 },
      { hidden: 4096, layers: 32, qHeads: 32, kvHeads: 8, headDim: 128, intermediate: 14336, vocab: 128256 },
    ),
    aliases: [
      'meta-llama/Llama-3.1-8B',
      'meta-llama/Llama-3.1-8B-Instruct',
      'meta-llama/Meta-Llama-3.1-8B',
      'meta-llama/Meta-Llama-3.1-8B-Instruct',
      'llama3.1-8b',
    ],
    source: 'aiconfigurator',
    published: { total: 8_030_261_248, source: 'kvfit' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3.1-70b', name: 'Llama 3.1 70B', family: 'llama', context: 131072, precision: BF16 },
      { hidden: 8192, layers: 80, qHeads: 64, kvHeads: 8, headDim: 128, intermediate: 28672, vocab: 128256 },
    ),
    aliases: [
      'meta-llama/Llama-3.1-70B',
      'meta-llama/Llama-3.1-70B-Instruct',
      'meta-llama/Meta-Llama-3.1-70B',
      'meta-llama/Meta-Llama-3.1-70B-Instruct',
      'llama3.1-70b',
    ],
    source: 'aiconfigurator',
    published: { total: 70_553_706_496, source: 'loram' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3.1-405b', name: 'Llama 3.1 405B', family: 'llama', context: 131072, precision: BF16 },
      { hidden: 16384, layers: 126, qHeads: 128, kvHeads: 8, headDim: 128, intermediate: 53248, vocab: 128256 },
    ),
    aliases: [
      'meta-llama/Llama-3.1-405B',
      'meta-llama/Llama-3.1-405B-Instruct',
      'meta-llama/Meta-Llama-3.1-405B',
      'llama3.1-405b',
    ],
    source: 'aiconfigurator',
    published: { ...billions('405'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3.2-1b', name: 'Llama 3.2 1B', family: 'llama', context: 131072, precision: BF16 },
      { hidden: 2048, layers: 16, qHeads: 32, kvHeads: 8, headDim: 64, intermediate: 8192, vocab: 128256, tied: true },
    ),
    aliases: ['meta-llama/Llama-3.2-1B', 'meta-llama/Llama-3.2-1B-Instruct', 'llama3.2-1b'],
    source: 'litgpt',
    published: { ...billions('1.23'), source: 'vllmRecipes' },
    note: 'the source does not say that the head is tied; the published count does',
  },
  {
    spec: llamaLike(
      { id: 'llama-3.2-3b', name: 'Llama 3.2 3B', family: 'llama', context: 131072, precision: BF16 },
      { hidden: 3072, layers: 28, qHeads: 24, kvHeads: 8, headDim: 128, intermediate: 8192, vocab: 128256, tied: true },
    ),
    aliases: ['meta-llama/Llama-3.2-3B', 'meta-llama/Llama-3.2-3B-Instruct', 'llama3.2-3b'],
    source: 'litgpt',
    published: { total: 3_212_749_824, source: 'kvfit' },
  },
  {
    spec: llamaLike(
      { id: 'llama-3.3-70b', name: 'Llama 3.3 70B', family: 'llama', context: 131072, precision: BF16 },
      { hidden: 8192, layers: 80, qHeads: 64, kvHeads: 8, headDim: 128, intermediate: 28672, vocab: 128256 },
    ),
    aliases: ['meta-llama/Llama-3.3-70B-Instruct', 'llama3.3-70b'],
    source: 'litgpt',
    published: { total: 70_553_706_496, source: 'kvfit' },
  },
]
