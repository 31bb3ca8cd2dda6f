/**
 * The table from model types to importers, and what to say about those that are not in it. A new family is a new file in
 * `families/` whose fragment is merged here; later fragments replace earlier rows.
 */
import { CHATGLM_FAMILY } from './families/chatglm.ts'
import { DEEPSEEK_FAMILY } from './families/deepseek.ts'
import { DIFFUSION_FAMILY } from './families/diffusion.ts'
import { ENCODER_FAMILY } from './families/encoders.ts'
import { FALCON_FAMILY } from './families/falcon.ts'
import { FURTHER_FAMILY } from './families/further.ts'
import { GEMMA_FAMILY } from './families/gemma.ts'
import { GPT_FAMILY } from './families/gpt.ts'
import { HYBRID_FAMILY } from './families/hybrid.ts'
import { LLAMA_FAMILY } from './families/llama.ts'
import { MOE_FAMILY } from './families/moe.ts'
import { MULTIMODAL_FAMILY } from './families/multimodal.ts'
import { RECURRENT_FAMILY } from './families/recurrent.ts'
import { SPARSE_FAMILY } from './families/sparse.ts'
import { STATE_SPACE_FAMILY } from './families/stateSpaces.ts'
import { VISION_FAMILY } from './families/vision.ts'
import type { Fragment, Importer } from './family.ts'

const FRAGMENTS: readonly Fragment[] = [
  LLAMA_FAMILY,
  MOE_FAMILY,
  DEEPSEEK_FAMILY,
  GEMMA_FAMILY,
  GPT_FAMILY,
  FALCON_FAMILY,
  CHATGLM_FAMILY,
  HYBRID_FAMILY,
  STATE_SPACE_FAMILY,
  RECURRENT_FAMILY,
  SPARSE_FAMILY,
  ENCODER_FAMILY,
  DIFFUSION_FAMILY,
  VISION_FAMILY,
  MULTIMODAL_FAMILY,
  FURTHER_FAMILY,
]

const IMPORTERS: ReadonlyMap<string, Importer> = new Map(FRAGMENTS.flatMap((fragment) => Object.entries(fragment)))

/**
 * Architectures that decide where model_type does not: custom model code that reuses another model's type, and files
 * without a type. The value is a row of the table above.
 */
const BY_ARCHITECTURE: ReadonlyMap<string, string> = new Map([
  ['LlamaForCausalLM', 'llama'],
  ['MistralForCausalLM', 'mistral'],
  ['MixtralForCausalLM', 'mixtral'],
  ['Qwen2ForCausalLM', 'qwen2'],
  ['Qwen2MoeForCausalLM', 'qwen2_moe'],
  ['Qwen3ForCausalLM', 'qwen3'],
  ['Qwen3MoeForCausalLM', 'qwen3_moe'],
  ['Qwen3NextForCausalLM', 'qwen3_next'],
  ['QWenLMHeadModel', 'qwen'],
  ['DeepseekV2ForCausalLM', 'deepseek_v2'],
  ['DeepseekV3ForCausalLM', 'deepseek_v3'],
  ['DeepseekV32ForCausalLM', 'deepseek_v32'],
  ['GlmMoeDsaForCausalLM', 'glm_moe_dsa'],
  ['Glm4MoeForCausalLM', 'glm4_moe'],
  ['GptOssForCausalLM', 'gpt_oss'],
  ['GPT2LMHeadModel', 'gpt2'],
  ['GPTBigCodeForCausalLM', 'gpt_bigcode'],
  ['GPTNeoForCausalLM', 'gpt_neo'],
  ['GPTNeoXForCausalLM', 'gpt_neox'],
  ['GPTJForCausalLM', 'gptj'],
  ['CodeGenForCausalLM', 'codegen'],
  ['OPTForCausalLM', 'opt'],
  ['BloomForCausalLM', 'bloom'],
  ['FalconForCausalLM', 'falcon'],
  ['MptForCausalLM', 'mpt'],
  ['MPTForCausalLM', 'mpt'],
  ['GemmaForCausalLM', 'gemma'],
  ['Gemma2ForCausalLM', 'gemma2'],
  ['Gemma3ForCausalLM', 'gemma3_text'],
  ['Phi3ForCausalLM', 'phi3'],
  ['BaichuanForCausalLM', 'baichuan'],
  ['BaiChuanForCausalLM', 'baichuan'],
  ['InternLM2ForCausalLM', 'internlm2'],
  ['ChatGLMModel', 'chatglm'],
  ['ChatGLMForConditionalGeneration', 'chatglm'],
  ['OrionForCausalLM', 'orion'],
  ['MiniCPMForCausalLM', 'minicpm'],
  ['Olmo2ForCausalLM', 'olmo2'],
  ['StableLmForCausalLM', 'stablelm'],
  ['Starcoder2ForCausalLM', 'starcoder2'],
  ['CohereForCausalLM', 'cohere'],
  ['DeciLMForCausalLM', 'nemotron-nas'],
  ['MiniMaxM2ForCausalLM', 'minimax_m2'],
  ['MiMoV2FlashForCausalLM', 'mimo_v2_flash'],
])

/** Architectures and model types of small draft models that only propose tokens for another model. */
const DRAFT =
  /^(?:.*Eagle\d*|Eagle.*ForCausalLM|PEagle.*|DFlash.*|DSpark.*|Domino.*|.*DraftModel|.*Medusa.*|.*MLPSpeculator.*)$/i
const DRAFT_TYPES: ReadonlySet<string> = new Set([
  'eagle',
  'eagle3',
  'medusa',
  'mlp_speculator',
  'speculators',
  'mlpspeculator',
])

export function isDraft(architecture: string): boolean {
  return architecture.length <= 200 && DRAFT.test(architecture)
}

export function isDraftType(modelType: string): boolean {
  return DRAFT_TYPES.has(modelType)
}

export function findImporter(modelType: string): Importer | undefined {
  return IMPORTERS.get(modelType)
}

export function typeOfArchitecture(architecture: string): string | undefined {
  return BY_ARCHITECTURE.get(architecture)
}

export function knownTypes(): readonly string[] {
  return [...IMPORTERS.keys()]
}

/** The known types closest to a name: those within a third of its letters, by edit distance. */
export function closestTypes(name: string, count = 3): readonly string[] {
  const wanted = name.slice(0, 60).toLowerCase()
  return knownTypes()
    .map((type) => ({ type, distance: editDistance(wanted, type) }))
    .filter(({ distance }) => distance <= Math.ceil(wanted.length / 3))
    .sort((a, b) => a.distance - b.distance || (a.type < b.type ? -1 : 1))
    .slice(0, count)
    .map(({ type }) => type)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
