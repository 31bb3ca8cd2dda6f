/**
 * What a set of techniques makes of a scenario, before anything is priced: the scenario itself (model, precision, operators
 * rewritten), and beside it what one engine step does not show — how tokens are decoded, what enters the prompt, which
 * other passes and calls a request needs, where tensors live, how far positions reach. Every part has a neutral value, so
 * a plan of no techniques is the scenario. Costs come once, from the finished plan (`evaluate.ts`); nothing here is a
 * speed-up. Tokens, bytes, seconds.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Layout } from '../layout/layout.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** How a sequence's next tokens are made. Neutral: one token per sequence and pass. */
export interface Decoding {
  /** Tokens of one sequence that the target checks in a pass (γ + 1, or the nodes of a tree). */
  readonly checkedTokens: number
  /** Expected tokens a pass yields (τ). */
  readonly tokensPerPass: number
  /**
   * What proposes them: passes of a draft model, or passes that cost a share of one pass of the target over one token;
   * absent: nothing (heads, n-grams and the like are rewrites or are free).
   */
  readonly draft?: { readonly passes: number } & ({ readonly model: ModelSpec } | { readonly share: number })
  /** Branches of one answer decoded side by side, and the tokens made before they part. */
  readonly branches: number
  readonly serialTokens: number
  /** Every pass works on all tokens of the answer, which comes at the end (non-autoregressive decoding). */
  readonly wholeAnswer?: boolean
  /** Branches keep a copy each of what came before them; absent: they share it. */
  readonly prefixPerBranch?: boolean
}

/** Time a request waits for something that is no pass of a model: a search, a transfer between pools. */
export interface Wait {
  readonly label: string
  readonly timeS: number
  /** On the way to the first token; else it only costs. */
  readonly blocking: boolean
}

/** A pass of another model, or of this one, that a request needs before or beside its answer. */
export interface ExtraPass {
  readonly label: string
  /** Absent: the served model. */
  readonly model?: ModelSpec
  readonly newTokens: number
  readonly outputTokens: number
  /** On the way to the first token; else it only costs. */
  readonly blocking: boolean
  /** Times one call of the model needs it, one after another. */
  readonly timesPerRequest: number
  /** Passes of this kind at once, each time; absent: 1. */
  readonly beside?: number
}

/** Calls of the model that one question of the user takes. Neutral: one serial call. */
export interface Calls {
  /** Calls one after another, on the way to the answer. */
  readonly serial: number
  /** Calls that run beside each of these. */
  readonly parallel: number
  /** Calls outside the question (building an index, reflecting), spread over the questions they serve. */
  readonly offline: number
  /** Copies of the model that answer the same call. */
  readonly replicas: number
}

/** A tensor class kept somewhere else than in the accelerator's own memory. */
export interface Placed {
  readonly what: 'weights' | 'kv' | 'activations'
  /** Share of its bytes that is placed. */
  readonly share: number
  readonly tier: 'host' | 'disk' | 'remote' | 'on-chip'
  /** Share of its placed bytes that a pass brings in (1: all of it; a selected part of the cache: less). */
  readonly readShare: number
  /** Moved while something else computes. */
  readonly overlapped: boolean
  /** Where the work on it is done; `memory`: by processors inside it, at the bandwidth given for it. */
  readonly compute: 'accelerator' | 'host' | 'memory'
  /** Figures of the tiers that replace the defaults (`tiers.ts`). */
  readonly tiers?: TierFigures
}

/** Memory behind the accelerator's own, and the host that computes on it. One direction each. */
export interface TierFigures {
  readonly hostLinkBytePerS?: number
  readonly hostMemoryBytePerS?: number
  readonly hostFlopPerS?: number
  readonly hostBytes?: number
  readonly diskBytePerS?: number
  readonly diskBytes?: number
  readonly remoteBytePerS?: number
  /** What processors inside the memory read at. */
  readonly inMemoryBytePerS?: number
}

/** How an engine allots cache blocks. Neutral: exactly what is used. */
export interface Allocation {
  readonly blockTokens: number
  /** Share of the reserved cache that holds nothing, beside the last block of a sequence. */
  readonly waste: number
  /** Tokens that every sequence reserves whatever it uses; absent: what it uses. */
  readonly reservedTokens?: number
}

/** How an engine forms its steps. Neutral: `static`, a batch that enters and leaves together, which is what `analyze` prices. */
export interface Scheduling {
  readonly policy: 'static' | 'continuous' | 'chunked' | 'disaggregated'
  /** Most new tokens one step takes. */
  readonly budgetTokens?: number
  /** Longest answer of a static batch over the mean one: the others wait for it. Absent: 1. */
  readonly longestOverMean?: number
}

/** How far positions reach beyond what the model was trained on. */
export interface Reach {
  /** Factor on the trained context; Infinity: no limit from positions. */
  readonly scale: number
  readonly kind: string
}

/** Tokens outside the model's context that a user can ask about. */
export interface ExternalContext {
  /** Infinity: whatever the store holds. */
  readonly tokens: number
  /** Share of what matters that look-up finds; absent: not known. */
  readonly recall?: number
  readonly label: string
}

/** Tokens kept of a context of n: max(tokens, share · n), of which the first and the last ones; the others stand anywhere. */
export interface Kept {
  readonly tokens: number
  readonly share: number
  readonly sink: number
  readonly recent: number
  /** Half of what is kept beside the first ones are the last ones. */
  readonly halfRecent: boolean
}

export interface Offline {
  readonly what: string
  readonly data?: string
}

/** What a reader must know about one technique in this scenario. */
export interface Remark {
  readonly technique: string
  readonly text: string
}

export interface Plan {
  readonly scenario: Scenario
  readonly decoding: Decoding
  readonly passes: readonly ExtraPass[]
  readonly waits: readonly Wait[]
  readonly calls: Calls
  readonly placed: readonly Placed[]
  readonly allocation: Allocation
  readonly scheduling: Scheduling
  readonly reach: Reach
  /** User tokens that one prompt token stands for (prompt compression: more than 1). */
  readonly userTokensPerPromptToken: number
  readonly external: readonly ExternalContext[]
  /** Prompt tokens whose keys and values are already there. */
  readonly reusedTokens: number
  readonly offline: readonly Offline[]
  readonly remarks: readonly Remark[]
  /** Layout while decoding, where it differs from the scenario's (elastic parallelism). */
  readonly decodeLayout?: Layout
  /** Intermediates that something beside the next operator reads, which a fused kernel must not drop. */
  readonly needed?: readonly string[]
  /** Tokens of a segment that are read together; segments of a prompt are passes one after another. Absent: one pass. */
  readonly segmentTokens?: number
  /** Positions count inside a span of so many tokens, however long the context is (segments and their memory). Absent: through it. */
  readonly positionSpanTokens?: number
  /** Where in a context the tokens stand that a cache budget keeps. Absent: all are kept. */
  readonly kept?: Kept
  /** Keys that travel round a ring are not hidden under the attention, as the layout has them. */
  readonly ringInTurn?: boolean
}

export function plainPlan(scenario: Scenario): Plan {
  return {
    scenario,
    decoding: { checkedTokens: 1, tokensPerPass: 1, branches: 1, serialTokens: 0 },
    passes: [],
    waits: [],
    calls: { serial: 1, parallel: 1, offline: 0, replicas: 1 },
    placed: [],
    allocation: { blockTokens: 1, waste: 0 },
    scheduling: { policy: 'static' },
    reach: { scale: 1, kind: 'trained' },
    userTokensPerPromptToken: 1,
    external: [],
    reusedTokens: 0,
    offline: [],
    remarks: [],
  }
}
