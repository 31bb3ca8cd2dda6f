/**
 * Slips of the documents: what is printed, and what is meant. The catalogue and the tables hold what is meant and point here;
 * nothing printed by mistake is repeated as a fact. (LLM Inference Unveiled: `viewer`; the survey: `cap`.)
 */
import type { DocumentId } from './documents.ts'

export interface Slip {
  readonly id: string
  readonly document: DocumentId
  readonly section: string
  /** As printed. */
  readonly printed: string
  /** What holds, and whence we know. */
  readonly instead: string
  /** Techniques it is about. */
  readonly techniques: readonly string[]
}

const slip = (
  id: string,
  document: DocumentId,
  section: string,
  printed: string,
  instead: string,
  ...techniques: readonly string[]
): Slip => ({ id, document, section, printed, instead, techniques })

export const SLIPS: readonly Slip[] = [
  slip('dft', 'viewer', '3.1.3', 'DFT', 'QFT: the name in the reference list', 'qft'),
  slip('light-llm', 'viewer', '6.4', 'LightLLM', 'FlightLLM: LightLLM of section 5.3 is another system', 'flightllm'),
  slip(
    'llm-fp4-reference',
    'viewer',
    '6.3',
    'LLM-FP4 with the reference of LLM-QAT',
    'the name in the text',
    'llm-fp4',
  ),
  slip(
    'safety-reference',
    'viewer',
    '7.2',
    'the claim on safety with the reference of RPTQ',
    'RPTQ says nothing on safety; the source is not known',
    'safety-alignment',
  ),
  slip(
    'ntk-reference',
    'viewer',
    '7.5.3',
    'NTK-aware scaling with the reference of Xiong et al. 2023',
    'that work changes the base in continued pretraining; NTK-aware scaling is the survey’s reference 40',
    'effective-long-context-scaling',
    'ntk-interpolation',
  ),
  slip(
    'dynamic-ntk-reference',
    'viewer',
    '7.5.3',
    'Dynamic-NTK with a reference on neural tangents',
    'the method has no reference there',
    'dynamic-ntk',
  ),
  slip(
    'a6000-sentence',
    'viewer',
    '3.1.1',
    '155 and 310 TOP/s “twice FP16”',
    'FP16 155 TOP/s and INT8 310 TOP/s',
    'nvidia-a6000',
    'int8-int4',
  ),
  slip(
    'zeroquant-kind',
    'viewer',
    '3.1.2',
    'ZeroQuant among methods for weights only',
    'it rounds weights and activations, as the same sentence says',
    'zeroquant',
  ),
  slip(
    'alibi-learnable',
    'cap',
    '2.2.2',
    'a learnable linear bias',
    'the slopes are fixed per head (general knowledge); Table 3 asks for training, which the model needs',
    'alibi',
  ),
  slip(
    'lm-infinite-training',
    'cap',
    'Table 5',
    'yes',
    'kept as printed, though the cited title says zero-shot',
    'lm-infinite',
  ),
  slip(
    'position-wording',
    'cap',
    '2.2.2',
    'neutral in C and P',
    'the family is typed C: neutral in A and P is meant, or in P',
  ),
  slip('three-features', 'cap', '2.6.1', 'three key features', 'two are named: online management, offline reflection'),
  slip('block-box', 'cap', 'Table 6', 'Block-Box', 'Black-Box'),
  slip('prompt-pruning', 'cap', 'Table 1', 'Prompt Pruning', 'Prompt Compression, as the text has it'),
  slip(
    'lankmark',
    'cap',
    'Table 5',
    'Lankmark Attention',
    'Landmark Attention, as the second version has it',
    'landmark-attention',
  ),
  slip(
    'learned-gate',
    'cap',
    'Table 2',
    'learned-gate',
    'learned gate, as the row of Infini-Attention has it',
    'memorizing-transformer',
  ),
  slip(
    'adaptively-name',
    'cap',
    'Table 5',
    'Adaptively Transformers',
    'Adaptively Sparse Transformers, as the cited title has it',
    'adaptively-sparse-transformers',
  ),
  slip(
    'autocompressor-twice',
    'cap',
    '2.2.1 and 2.5.1',
    'AutoCompressor as model memory (C) and as prompt compression (CP)',
    'one row with both types',
    'autocompressor',
  ),
]

export const SLIPS_BY_ID: ReadonlyMap<string, Slip> = new Map(SLIPS.map((one) => [one.id, one]))

export function slipsOf(technique: string): readonly Slip[] {
  return SLIPS.filter((one) => one.techniques.includes(technique))
}
