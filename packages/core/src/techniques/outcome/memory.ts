/**
 * Memory of a plan, in bytes of one accelerator: what `memory/plan.ts` counts for the network, less what lies elsewhere,
 * plus the draft model, two layers' room for weights that stream through, and what the allotment of the cache wastes. The
 * inverse questions (most users, longest context) are answered with the same sum.
 *
 *   cache reserved = kv(tokens held + (block − 1) / 2) / (1 − waste): the last block of a sequence is half empty on average
 *   (PagedAttention, Kwon et al. 2023, section 4); contiguous allotment reserves a fixed length whatever is used.
 */

import type { Layout } from '../../layout/layout.ts'
import {
  kvBytes,
  MEMORY_UTILIZATION,
  type MemoryPlan,
  planMemory,
  requestMemory,
  weightBytes,
} from '../../memory/plan.ts'
import type { Bench } from '../../scenario/bench.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { decodes, finalContext } from '../../step/phases.ts'
import type { Template } from '../../step/template.ts'
import type { Workload } from '../../workload/workload.ts'
import type { Placed, Plan } from '../plan.ts'
import { tiersFor } from '../tiers.ts'
import type { Engine } from './engine.ts'
import { largestWithin } from './inverse.ts'

export interface MemoryOutcome {
  /** Of one accelerator. */
  readonly weightBytes: number
  readonly kvBytes: number
  readonly activationBytes: number
  readonly totalBytes: number
  /** On the host, on disk, on other machines. */
  readonly elsewhereBytes: number
  /** All copies of the model. */
  readonly allReplicasBytes: number
  readonly capacityBytes?: number
  readonly fits?: boolean
  /** Tier whose capacity is passed, where one is. */
  readonly overfull?: 'accelerator' | 'host' | 'disk'
  /** Questions at once at the asked context; absent without a known capacity or cache. */
  readonly maxUsers?: number
  /** Tokens of one sequence at the asked users. */
  readonly maxContextTokens?: number
}

interface Parts {
  readonly weights: number
  readonly kv: number
  readonly activations: number
  /** The engine's reserve, and buffers of collectives. */
  readonly reserve: number
}

/** Share of a tensor class that is in the accelerator's own memory. */
function kept(placed: readonly Placed[], what: Placed['what'], tier?: Placed['tier']): number {
  let away = 0
  for (const one of placed) {
    if (one.what === what && one.tier !== 'on-chip' && (tier === undefined || one.tier === tier)) away += one.share
  }
  return Math.max(0, 1 - away)
}

function isStreamed(placed: readonly Placed[]): boolean {
  return placed.some((one) => one.what === 'weights' && one.compute === 'accelerator' && one.share > 0)
}

/** Plans along one number: users or tokens in a search, 0 for the request itself. */
type Line = Map<number, MemoryPlan>

const lines = new WeakMap<Template, Map<string, Line>>()

/** Lines remembered per network, and plans of each: many techniques leave the network as it is. */
const MOST = 128

function lineOf(template: Template, key: string): Line {
  let own = lines.get(template)
  if (!own) {
    own = new Map()
    lines.set(template, own)
  }
  let line = own.get(key)
  if (!line) {
    if (own.size >= MOST) own.clear()
    line = new Map()
    own.set(key, line)
  }
  return line
}

function remembered(line: Line, at: number, make: () => MemoryPlan): MemoryPlan {
  let plan = line.get(at)
  if (!plan) {
    if (line.size >= MOST) line.clear()
    plan = make()
    line.set(at, plan)
  }
  return plan
}

const NOWHERE = { host: 0, disk: 0, remote: 0 } as const

export class MemoryOf {
  readonly #engine: Engine
  readonly #plan: Plan
  readonly #bench: Bench
  readonly #capacity: number | undefined
  readonly #utilization: number
  readonly #sequencesPerUser: number
  /** Where the cache is held: while decoding. */
  readonly #layout: Layout

  constructor(engine: Engine) {
    this.#engine = engine
    this.#plan = engine.plan
    this.#bench = engine.bench
    const { accelerator, memoryUtilization } = engine.bench.scenario
    this.#capacity = accelerator.memoryBytes?.value
    this.#utilization = memoryUtilization ?? MEMORY_UTILIZATION
    this.#sequencesPerUser = engine.plan.calls.parallel
    this.#layout = engine.plan.decodeLayout ?? layoutOf(engine.bench.scenario)
  }

  /** Tokens a sequence holds when it holds `contextTokens`, by the allotment. */
  #held(contextTokens: number): number {
    const { blockTokens, reservedTokens } = this.#plan.allocation
    return Math.max(contextTokens + (blockTokens - 1) / 2, reservedTokens ?? 0)
  }

  /** Branches hold what each of them makes, and what came before them once, or each. */
  #branched(contextTokens: number): { readonly tokens: number; readonly sequences: number } {
    const { branches, serialTokens, prefixPerBranch } = this.#plan.decoding
    if (branches === 1) return { tokens: contextTokens + serialTokens, sequences: 1 }
    if (!prefixPerBranch) return { tokens: contextTokens + serialTokens, sequences: 1 }
    const output = this.#bench.scenario.workload.outputTokens
    return { tokens: contextTokens - output + serialTokens + output / branches, sequences: branches }
  }

  #parts(plan: MemoryPlan): Parts {
    const { template } = this.#bench
    const { allocation, placed } = this.#plan
    const { draft } = this.#engine
    const branched = this.#branched(plan.contextTokens)
    const held = this.#held(branched.tokens)
    const scale = branched.sequences / (1 - allocation.waste)
    const isExact = held === plan.contextTokens && branched.sequences === 1
    // Waste is a share of what the network's own plan counts, so that prefixes and ranks stay as they are there.
    const own = isExact ? 0 : kvBytes(template.network, plan.contextTokens, 1)
    const more = own === 0 ? 1 : kvBytes(template.network, held, 1) / own
    const draftKv = draft ? kvBytes(draft.template.network, held, plan.sequences) * scale : 0
    const layers = template.network.model.stack.order.length
    const staging = isStreamed(placed) ? (1 - kept(placed, 'weights')) * plan.weightBytes * Math.min(1, 2 / layers) : 0
    return {
      weights: plan.weightBytes * kept(placed, 'weights') + staging + (draft ? weightBytes(draft.template) : 0),
      kv: plan.kvBytes * more * scale * kept(placed, 'kv') + draftKv,
      activations: plan.activationPeakBytes * kept(placed, 'activations'),
      reserve: plan.reserveBytes + plan.communicationBytes,
    }
  }

  #total(plan: MemoryPlan): number {
    const parts = this.#parts(plan)
    return parts.weights + parts.kv + parts.activations + parts.reserve
  }

  #fitPlan(contextTokens: number, users: number): MemoryPlan {
    const { workload } = this.#bench.scenario
    const own: Workload = {
      ...workload,
      batchSize: users * this.#sequencesPerUser,
      promptTokens: Math.max(1, contextTokens),
      sharedPrefixTokens: Math.min(workload.sharedPrefixTokens, contextTokens),
    }
    const layout = this.#layout
    const [capacityBytes, utilization] = [this.#capacity ?? 0, this.#utilization]
    return planMemory({ stages: this.#stages(), layout, workload: own, contextTokens, capacityBytes, utilization })
  }

  /** Plans of a search: `fixed` names what stays as it is in it. */
  #fitLine(fixed: string): Line {
    const { template, scenario } = this.#bench
    const { batchTokens, sharedPrefixTokens, itemsPerRequest, outputTokens } = scenario.workload
    const request = `${batchTokens}/${sharedPrefixTokens}/${itemsPerRequest}/${outputTokens}`
    const key = `${this.#layoutKey}${fixed}/${this.#sequencesPerUser}/${this.#utilization}/${this.#capacity ?? 0}/${request}`
    return lineOf(template, key)
  }

  /** Memory is remembered by template, which is the prefill's. */
  get #layoutKey(): string {
    return this.#plan.decodeLayout ? JSON.stringify(this.#layout) : ''
  }

  #stages(): readonly Template[] {
    return this.#bench.stagesOf(this.#layout)
  }

  #asked(): MemoryPlan {
    const { template, scenario } = this.#bench
    const { workload } = scenario
    const batchSize = workload.batchSize * this.#sequencesPerUser
    const own: Workload = batchSize === workload.batchSize ? workload : { ...workload, batchSize }
    const key = `${this.#layoutKey}asked/${JSON.stringify(own)}/${this.#utilization}/${this.#capacity ?? ''}`
    const layout = this.#layout
    const device = { capacityBytes: this.#capacity, utilization: this.#utilization, layout }
    return remembered(lineOf(template, key), 0, () => requestMemory(this.#stages(), own, device))
  }

  /** Bytes of each tier beside the accelerator's. */
  #elsewhere(plan: MemoryPlan): { readonly host: number; readonly disk: number; readonly remote: number } {
    const { placed } = this.#plan
    if (placed.length === 0) return NOWHERE
    const on = (tier: Placed['tier']) =>
      plan.weightBytes * (1 - kept(placed, 'weights', tier)) +
      plan.kvBytes * (1 - kept(placed, 'kv', tier)) +
      plan.activationPeakBytes * (1 - kept(placed, 'activations', tier))
    return { host: on('host'), disk: on('disk'), remote: on('remote') }
  }

  outcome(): MemoryOutcome {
    const { scenario } = this.#bench
    const { model, workload, accelerator } = scenario
    const plan = this.#asked()
    const parts = this.#parts(plan)
    const totalBytes = parts.weights + parts.kv + parts.activations + parts.reserve
    const away = this.#elsewhere(plan)
    const tiers = tiersFor(accelerator, this.#plan.placed)
    const capacity = this.#capacity
    const overfull =
      capacity !== undefined && totalBytes > capacity
        ? 'accelerator'
        : away.host > tiers.hostBytes
          ? 'host'
          : away.disk > tiers.diskBytes
            ? 'disk'
            : undefined
    const replicas = this.#plan.calls.replicas
    const base = {
      weightBytes: parts.weights,
      kvBytes: parts.kv,
      activationBytes: parts.activations,
      totalBytes,
      elsewhereBytes: away.host + away.disk + away.remote,
      allReplicasBytes: replicas * (totalBytes + away.host + away.disk + away.remote),
      ...(overfull ? { overfull: overfull as 'accelerator' | 'host' | 'disk' } : {}),
    }
    if (capacity === undefined) return base
    const verdict = { ...base, capacityBytes: capacity, fits: overfull === undefined }
    if (!decodes(model)) return verdict
    const context = finalContext(model, workload)
    // The widest need over its own tier decides: one unit of it is all of that tier.
    const load = (at: MemoryPlan): number => {
      const outside = this.#elsewhere(at)
      return Math.max(this.#total(at) / capacity, outside.host / tiers.hostBytes, outside.disk / tiers.diskBytes)
    }
    const { batchSize } = workload
    const byUsers = this.#fitLine(`context ${context}`)
    const byTokens = this.#fitLine(`users ${batchSize}`)
    const usersLoad = (users: number) => load(remembered(byUsers, users, () => this.#fitPlan(context, users)))
    const tokensLoad = (tokens: number) => load(remembered(byTokens, tokens, () => this.#fitPlan(tokens, batchSize)))
    return { ...verdict, maxUsers: largestWithin(usersLoad, 1), maxContextTokens: largestWithin(tokensLoad, 1) }
  }
}
