/**
 * Engines that offer a technique, with the flag that turns it on or sizes it. Read from the engines' own sources: vLLM
 * (vllm/config, late 2025 to 2026), SGLang (server_args.py, 2026), TensorRT-LLM (serve.py and llm_args, 2026), llama.cpp
 * (tools/server/README.md, 2026), Ollama (envconfig and api/types.go, August 2026). Flags come and go with versions; a technique that
 * is not here is not known to be offered.
 */
export const ENGINES = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  trtllm: 'TensorRT-LLM',
  llamacpp: 'llama.cpp',
  ollama: 'Ollama',
} as const
export type EngineId = keyof typeof ENGINES

export interface EngineOffer {
  readonly engine: EngineId
  /** As typed, or the key of a configuration file. */
  readonly flag: string
  readonly note?: string
}

type Offers = { readonly [E in EngineId]?: string | readonly [flag: string, note: string] }

const OFFERS: { readonly [technique: string]: Offers } = {
  'tensor-parallelism': {
    vllm: '--tensor-parallel-size',
    sglang: '--tp-size',
    trtllm: '--tensor_parallel_size',
    llamacpp: '-sm row',
  },
  'pipeline-parallelism': {
    vllm: '--pipeline-parallel-size',
    sglang: '--pp-size',
    trtllm: '--pipeline_parallel_size',
    llamacpp: ['-sm layer', 'the default'],
  },
  gshard: {
    vllm: ['--enable-expert-parallel', 'experts spread over devices'],
    sglang: ['--ep-size', 'experts spread over devices'],
    trtllm: ['--moe_expert_parallel_size', 'experts spread over devices'],
  },
  'sequence-parallelism': {
    vllm: ['--prefill-context-parallel-size', 'in prefill; adds ranks'],
    sglang: ['--attn-cp-size', 'with --enable-prefill-cp'],
    trtllm: '--context_parallel_size',
  },
  'striped-attention': { sglang: ['--cp-strategy interleave', 'with --enable-prefill-cp'] },
  'dist-attention': {
    vllm: ['--decode-context-parallel-size', 'the cache over the ranks of tensor parallelism'],
    sglang: '--dcp-size',
  },
  yarn: {
    vllm: `--hf-overrides '{"rope_scaling":{"rope_type":"yarn",…}}'`,
    sglang: ['--json-model-override-args', 'the same dictionary, with --context-length'],
    llamacpp: '--rope-scaling yarn --rope-scale 4',
  },
  'ntk-interpolation': { llamacpp: ['--rope-freq-base', 'the base itself'] },
  'effective-long-context-scaling': {
    vllm: ['--rope-theta', 'late 2025; for a model trained with it'],
    llamacpp: ['--rope-freq-base', 'for a model trained with it'],
  },
  streamingllm: {
    trtllm: ['kv_cache_config: sink_token_length, max_attention_window', 'configuration file'],
  },
  'sglang-kv-cache': {
    vllm: ['--enable-prefix-caching', 'on by default'],
    sglang: ['--radix-eviction-policy', 'on unless --disable-radix-cache'],
    trtllm: ['kv_cache_config: enable_block_reuse', 'on by default'],
    llamacpp: ['--cache-prompt', 'on by default'],
  },
  'paged-attention': {
    sglang: '--page-size',
    trtllm: 'kv_cache_config: tokens_per_block',
  },
  orca: {
    vllm: ['--max-num-seqs', 'most sequences in a step'],
    sglang: ['--max-running-requests', 'most sequences in a step'],
    trtllm: ['--max_batch_size', 'most sequences in a step'],
    llamacpp: ['-np', 'slots'],
  },
  sarathi: {
    vllm: ['--enable-chunked-prefill', 'on by default; --max-num-batched-tokens sizes a step'],
    sglang: ['--chunked-prefill-size', 'on by default'],
    trtllm: ['--enable_chunked_prefill', 'off by default'],
    llamacpp: ['-ub', 'implied'],
  },
  'deepspeed-fastgen': { sglang: ['--enable-mixed-chunk', 'chunks and decodes in one step'] },
  tetriinfer: {
    vllm: `--kv-transfer-config '{"kv_connector":"NixlConnector",…}'`,
    sglang: '--disaggregation-mode prefill|decode',
    trtllm: 'trtllm-serve disaggregated',
  },
  'flash-attention': {
    vllm: '--attention-backend',
    sglang: '--attention-backend fa3',
    llamacpp: '-fa on',
    ollama: 'OLLAMA_FLASH_ATTENTION',
  },
  awq: { vllm: '--quantization awq', sglang: '--quantization awq' },
  gptq: { vllm: '--quantization gptq', sglang: '--quantization gptq' },
  'llm-int8': {
    vllm: ['--quantization bitsandbytes', 'the library of the work'],
    sglang: ['--quantization bitsandbytes', 'the library of the work'],
  },
  fp8: {
    vllm: ['--quantization fp8', 'cache: --kv-cache-dtype fp8'],
    sglang: ['--quantization fp8', 'cache: --kv-cache-dtype fp8_e4m3'],
    trtllm: ['kv_cache_config: dtype fp8', 'the cache; weights as the checkpoint has them'],
  },
  'int8-int4': { sglang: ['--quantization w8a8_int8', 'weights and activations in INT8'] },
  'w-bit-notation': {
    vllm: ['--quantization, --kv-cache-dtype', 'one for weights and activations, one for the cache'],
    sglang: ['--quantization, --kv-cache-dtype', 'one for weights and activations, one for the cache'],
    llamacpp: ['-ctk, -ctv', 'the cache; weights by the choice of file'],
    ollama: ['OLLAMA_KV_CACHE_TYPE', 'the cache; weights by the tag'],
  },
  'speculative-decoding': {
    vllm: `--speculative-config '{"method":"draft_model",…}'`,
    sglang: '--speculative-algorithm STANDALONE',
    trtllm: 'speculative_config: decoding_type DraftTarget',
    llamacpp: '--spec-type draft-simple',
  },
  medusa: {
    vllm: `--speculative-config '{"method":"medusa",…}'`,
    trtllm: 'speculative_config: decoding_type Medusa',
  },
  eagle: {
    vllm: `--speculative-config '{"method":"eagle",…}'`,
    sglang: '--speculative-algorithm EAGLE',
    trtllm: 'speculative_config: decoding_type Eagle',
  },
  llma: {
    vllm: [`--speculative-config '{"method":"ngram",…}'`, 'matches in the prompt'],
    sglang: ['--speculative-algorithm NGRAM', 'matches in the text so far'],
    trtllm: ['speculative_config: decoding_type NGram', 'matches in the text so far'],
    llamacpp: ['--spec-type ngram-simple', 'matches in the text so far'],
  },
  'lookahead-decoding': {
    trtllm: ['speculative_config: decoding_type Lookahead', 'not on the PyTorch backend'],
  },
  'workload-offloading': {
    vllm: ['--cpu-offload-gb', 'weights'],
    sglang: ['--cpu-offload-gb', 'weights'],
    llamacpp: ['-ngl', 'layers on the GPU; the others on the host'],
    ollama: ['num_gpu', 'layers on the GPU'],
  },
  'kv-secondary-storage': {
    vllm: ['--kv-offloading-size', 'finished or waiting cache in host memory'],
    sglang: ['--enable-hierarchical-cache', 'host memory, then storage'],
    trtllm: ['kv_cache_config: host_cache_size', 'blocks in host memory'],
  },
  lora: {
    vllm: '--enable-lora',
    sglang: '--enable-lora',
    trtllm: 'enable_lora',
    llamacpp: '--lora',
    ollama: 'ADAPTER',
  },
  'tensorrt-llm': { trtllm: 'trtllm-serve' },
}

/** Engines that offer a technique; none known: empty. */
export function enginesOf(technique: string): readonly EngineOffer[] {
  const offers = Object.hasOwn(OFFERS, technique) ? OFFERS[technique] : undefined
  return (Object.keys(ENGINES) as EngineId[]).flatMap((engine) => {
    const offer = offers?.[engine]
    if (offer === undefined) return []
    return typeof offer === 'string' ? [{ engine, flag: offer }] : [{ engine, flag: offer[0], note: offer[1] }]
  })
}

export const OFFERED: readonly string[] = Object.keys(OFFERS)
