/**
 * Phi, ChatGLM3, OLMo 2, SmolLM2, InternLM, Aya and StableLM: dense decoders that differ from Llama by a norm, a bias
 * or partial rotary positions. Sources: `sources.ts`.
 */
import { BF16, FP16, FP32, LAYER_NORM, llamaLike } from './build.ts'
import { billions, MILLION, type ModelRow } from './row.ts'

export const SMALL: readonly ModelRow[] = [
  {
    spec: llamaLike(
      { id: 'phi-2', name: 'Phi-2', family: 'phi-msft', context: 2048, precision: FP16 },
      {
        hidden: 2560,
        layers: 32,
        qHeads: 32,
        kvHeads: 32,
        headDim: 80,
        intermediate: 10240,
        vocab: 51200,
        norm: LAYER_NORM,
        attention: { qkvBias: true, outBias: true, rotaryDim: 32 },
        ffn: { gated: false, activation: 'gelu', bias: true },
        layer: { parallel: 'shared-norm' },
        headBias: true,
      },
    ),
    aliases: ['microsoft/phi-2'],
    source: 'mlcLlm',
    published: { ...billions('2.7'), source: 'phiDocs' },
  },
  {
    spec: llamaLike(
      { id: 'mobilellama-1.4b', name: 'MobileLLaMA 1.4B', family: 'llama', context: 2048, precision: BF16 },
      { hidden: 2048, layers: 24, qHeads: 16, kvHeads: 16, headDim: 128, intermediate: 5632, vocab: 32000 },
    ),
    aliases: ['mtgv/MobileLLaMA-1.4B-Base', 'mtgv/MobileLLaMA-1.4B-Chat'],
    source: 'mobileVlmConfig',
    published: { ...billions('1.4'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'mobilellama-2.7b', name: 'MobileLLaMA 2.7B', family: 'llama', context: 2048, precision: BF16 },
      { hidden: 2560, layers: 32, qHeads: 32, kvHeads: 32, headDim: 80, intermediate: 6912, vocab: 32000 },
    ),
    aliases: ['mtgv/MobileLLaMA-2.7B-Base', 'mtgv/MobileLLaMA-2.7B-Chat'],
    source: 'mobileVlmConfig',
    published: { ...billions('2.7'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'phi-3.5-mini', name: 'Phi-3.5 mini', family: 'phi3', context: 131072, precision: BF16 },
      { hidden: 3072, layers: 32, qHeads: 32, kvHeads: 32, headDim: 96, intermediate: 8192, vocab: 32064 },
    ),
    aliases: ['microsoft/Phi-3.5-mini-instruct'],
    source: 'mlcLlm',
    published: { total: 3_821_079_552, source: 'kerasHub' },
  },
  {
    spec: llamaLike(
      { id: 'phi-4', name: 'Phi-4', family: 'phi3', context: 16384, precision: BF16 },
      { hidden: 5120, layers: 40, qHeads: 40, kvHeads: 10, headDim: 128, intermediate: 17920, vocab: 100352 },
    ),
    aliases: ['microsoft/phi-4', 'phi-4-14b'],
    source: 'kvfit',
    published: { total: 14_659_507_200, source: 'kvfit' },
  },
  {
    spec: llamaLike(
      { id: 'phi-4-mini', name: 'Phi-4 mini', family: 'phi3', context: 131072, precision: BF16 },
      {
        hidden: 3072,
        layers: 32,
        qHeads: 24,
        kvHeads: 8,
        headDim: 128,
        intermediate: 8192,
        vocab: 200064,
        attention: { rotaryDim: 96 },
        tied: true,
      },
    ),
    aliases: ['microsoft/Phi-4-mini-instruct'],
    source: 'mlcLlm',
    published: { total: 3_836_021_760, source: 'kvfit' },
  },
  {
    spec: llamaLike(
      { id: 'chatglm3-6b', name: 'ChatGLM3 6B', family: 'chatglm', context: 8192, precision: FP16 },
      {
        hidden: 4096,
        layers: 28,
        qHeads: 32,
        kvHeads: 2,
        headDim: 128,
        intermediate: 13696,
        vocab: 65024,
        attention: { qkvBias: true, rotaryDim: 64 },
      },
    ),
    aliases: ['THUDM/chatglm3-6b', 'zai-org/chatglm3-6b'],
    source: 'mlcLlm',
    published: { total: 6_243_584_000, source: 'calflops', note: 'given for ChatGLM2 6B, of the same shape' },
  },
  {
    spec: llamaLike(
      { id: 'olmo-2-13b', name: 'OLMo 2 13B', family: 'olmo2', context: 4096, precision: FP32 },
      {
        hidden: 5120,
        layers: 40,
        qHeads: 40,
        kvHeads: 40,
        headDim: 128,
        intermediate: 13824,
        vocab: 100352,
        attention: { qkNorm: 'width' },
        layer: { normPlacement: 'post' },
      },
    ),
    aliases: ['allenai/OLMo-2-1124-13B', 'allenai/OLMo-2-1124-13B-Instruct'],
    source: 'mlcLlm',
    published: { ...billions('13'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'olmo-2-32b', name: 'OLMo 2 32B', family: 'olmo2', context: 4096, precision: FP32 },
      {
        hidden: 5120,
        layers: 64,
        qHeads: 40,
        kvHeads: 8,
        headDim: 128,
        intermediate: 27648,
        vocab: 100352,
        attention: { qkNorm: 'width' },
        layer: { normPlacement: 'post' },
      },
    ),
    aliases: ['allenai/OLMo-2-0325-32B', 'allenai/OLMo-2-0325-32B-Instruct'],
    source: 'mlcLlm',
    published: { ...billions('32'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'smollm2-135m', name: 'SmolLM2 135M', family: 'llama', context: 8192, precision: BF16 },
      { hidden: 576, layers: 30, qHeads: 9, kvHeads: 3, headDim: 64, intermediate: 1536, vocab: 49152, tied: true },
    ),
    aliases: ['HuggingFaceTB/SmolLM2-135M', 'HuggingFaceTB/SmolLM2-135M-Instruct'],
    source: 'mlcLlm',
    published: { ...billions('0.135'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'smollm2-360m', name: 'SmolLM2 360M', family: 'llama', context: 8192, precision: BF16 },
      { hidden: 960, layers: 32, qHeads: 15, kvHeads: 5, headDim: 64, intermediate: 2560, vocab: 49152, tied: true },
    ),
    aliases: ['HuggingFaceTB/SmolLM2-360M', 'HuggingFaceTB/SmolLM2-360M-Instruct'],
    source: 'mlcLlm',
    published: { total: 360 * MILLION, totalStep: 10 * MILLION, source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'internlm2.5-7b', name: 'InternLM2.5 7B', family: 'internlm2', context: [32768, 65536], precision: BF16 },
      { hidden: 4096, layers: 32, qHeads: 32, kvHeads: 8, headDim: 128, intermediate: 14336, vocab: 92544 },
    ),
    aliases: ['internlm/internlm2_5-7b', 'internlm/internlm2_5-7b-chat'],
    source: 'mlcLlm',
    published: { ...billions('7'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'aya-23-8b', name: 'Aya 23 8B', family: 'cohere', context: 8192, precision: FP16 },
      {
        hidden: 4096,
        layers: 32,
        qHeads: 32,
        kvHeads: 8,
        headDim: 128,
        intermediate: 14336,
        vocab: 256000,
        norm: { kind: 'layer', bias: false },
        layer: { parallel: 'shared-norm' },
        tied: true,
      },
    ),
    aliases: ['CohereForAI/aya-23-8B', 'CohereLabs/aya-23-8B'],
    source: 'mlcLlm',
    published: { ...billions('8'), source: 'modelName' },
  },
  {
    spec: llamaLike(
      { id: 'stablelm-2-1.6b', name: 'StableLM 2 1.6B', family: 'stablelm', context: 4096, precision: FP16 },
      {
        hidden: 2048,
        layers: 24,
        qHeads: 32,
        kvHeads: 32,
        headDim: 64,
        intermediate: 5632,
        vocab: 100352,
        norm: LAYER_NORM,
        attention: { qkvBias: true, rotaryDim: 16 },
      },
    ),
    aliases: ['stabilityai/stablelm-2-1_6b', 'stabilityai/stablelm-2-zephyr-1_6b'],
    source: 'mlcLlm',
    published: { ...billions('1.6'), source: 'modelName' },
  },
]
