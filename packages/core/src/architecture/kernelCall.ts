/**
 * Which kernel runs an operator, with what that kernel must know besides the operator's own figures: heads of an
 * attention, experts and ranks of a grouped product, ranks of a collective. Calibrated and measured costs price by it; an
 * operator without one is priced by its work and bytes. Counts are those of one rank.
 */
import type { Pattern } from './model.ts'

/**
 * How context-parallel ranks bring the queries and keys of a prompt together (`layout/contextExchange.ts`): keys and values go
 * round one ring, or round two (inside a node and between nodes); queries go to the keys; tokens are exchanged for heads.
 */
export type ContextExchange = 'ring' | 'two-level-ring' | 'query' | 'all-to-all'

/** Which tokens of a prompt a context-parallel rank has: every n-th one, so that causal work is even, or one piece. */
export type ContextOrder = 'striped' | 'contiguous'

export type CollectiveKind = 'all-reduce' | 'all-gather' | 'reduce-scatter' | 'all-to-all' | 'send'

export type KernelCall =
  /** One dense product; products of one layer that read the same input are stacked, as engines do. */
  | { readonly kind: 'gemm' }
  | {
      readonly kind: 'attention'
      readonly qHeads: number
      readonly kvHeads: number
      /** Mean width of a key and a value head. */
      readonly headDim: number
      readonly pattern: Pattern
      /** Ranks that share the keys of a sequence (context parallelism). */
      readonly keyRanks: number
      /** Accelerators between neighbours of them. */
      readonly keyStride: number
      readonly keyExchange: ContextExchange
      /** Contiguous: the busiest rank is priced. */
      readonly keyOrder: ContextOrder
    }
  | {
      readonly kind: 'mla'
      readonly form: 'expanded' | 'absorbed'
      readonly heads: number
      /** Over the widths the kernel models know: 576 + 512 absorbed, 192 + 128 expanded. */
      readonly width: number
      readonly pattern: Pattern
      readonly keyRanks: number
      readonly keyStride: number
      readonly keyExchange: ContextExchange
      /** Contiguous: the busiest rank is priced. */
      readonly keyOrder: ContextOrder
    }
  | {
      readonly kind: 'moe'
      readonly hidden: number
      /** Width of one expert before it is split. */
      readonly inter: number
      readonly topK: number
      readonly experts: number
      readonly tp: number
      readonly ep: number
      readonly gated: boolean
      /** Rows of the operator's shape for each token that reaches the experts, all ranks' tokens counted. */
      readonly rowsPerToken: number
    }
  /** Runs inside the kernel of another operator of the layer, which is priced for both. */
  | { readonly kind: 'within' }
  | {
      readonly kind: 'collective'
      readonly op: CollectiveKind
      readonly ranks: number
      /** Accelerators between neighbours of the group: 1 when ranks are numbered one after another. */
      readonly stride: number
      /** First rank of the group, where it matters whether a node ends inside it (stages of a pipeline). */
      readonly first?: number
      /** Bytes of the whole message for each byte that crosses one rank's link. */
      readonly messagePerLinkByte: number
    }
