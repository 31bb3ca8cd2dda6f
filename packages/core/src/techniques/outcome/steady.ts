/**
 * One call of the model for `sequences` requests under a batching policy, in the steady state that keeps as many in
 * flight: when the first token comes, how long the answer takes, how busy the accelerators are. Seconds; queues from
 * irregular arrivals are left out (a simulation shows them).
 *
 *   front(n) = blocking passes + prefill of n prompts;  d = token(n, x) of `engine.ts`, summed over the answer
 *
 *   static         TTFT = front(n);  E2E = front(n) + Σd(n): the batch enters and leaves together. With unequal answers all
 *                  wait for the longest (Orca, Yu et al., OSDI 2022, section 2).
 *   continuous     a request joins when one leaves, and its prompt runs alone while the others wait (Orca):
 *                  TTFT = front(1);  E2E = front(1) + Σd(n) + (n − 1) · front(1), since n − 1 others join meanwhile.
 *   chunked        every step takes `budgetTokens`: the decodes, and as many prompt tokens as fit beside them (Sarathi,
 *                  Agrawal et al. 2023, sections 4.2 and 4.3; split-and-fuse of DeepSpeed-FastGen is the same shape).
 *                  A prompt takes k = ⌈P / chunk⌉ mixed steps, the other prompts (n − 1) · k more while one answer is made.
 *                  A request takes P + c · passes tokens of the budget T in all (c checked in a pass), so at most
 *                  b = T · passes / (P + c · passes) sequences decode at a time; with more in flight the rest wait for
 *                  their prompts, and by Little's law E2E = n · k · mixed step.
 *   disaggregated  prompts and answers on machines of their own (TetriInfer, Hu et al. 2024): TTFT = front(1) + transfer
 *                  of the cache; E2E = TTFT + Σd(n); the pools are as large as their work asks.
 */
import { kvBytes } from '../../memory/plan.ts'
import { tiersFor } from '../tiers.ts'
import type { Engine } from './engine.ts'

interface CallTime {
  readonly ttftS: number
  readonly e2eS: number
  /** From the first token to the last. */
  readonly decodeS: number
  /** Accelerator seconds that these sequences together take. */
  readonly busyS: number
  /** Sequences decoding at a time. */
  readonly decoding: number
  /** Accelerators for each one of the layout: more than 1 where prompts have machines of their own. */
  readonly machines: number
  /** What a reader must know. */
  readonly note?: string
}

function blockingS(engine: Engine, sequences: number): number {
  let total = 0
  for (const pass of engine.plan.passes) if (pass.blocking) total += engine.extraS(pass, sequences)
  return total
}

const frontS = (engine: Engine, sequences: number) => blockingS(engine, sequences) + engine.prefillS(sequences)

interface Answer {
  /** Σ over the answer's tokens after the first, all sequences decoding together. */
  readonly decodeS: number
  /** Extra time to the first token that a user sees. */
  readonly lateS: number
  /** Passes of one sequence. */
  readonly passes: number
}

/**
 * The answer's own passes. Branches make the tokens after the skeleton side by side (skeleton of thought, Ning et al.
 * 2023): serial tokens s, then (G − 1) / m of m times as many sequences. An answer made whole comes at the end.
 */
function answerOf(engine: Engine, sequences: number): Answer {
  const { decoding, scenario } = engine.plan
  const { firstContext, steps } = engine
  const output = scenario.workload.outputTokens
  const draft = engine.draftPrefillS(sequences)
  if (steps > 0 && decoding.wholeAnswer) {
    const passes = output / decoding.tokensPerPass
    const decodeS = passes * engine.passS(sequences, firstContext) + draft
    return { decodeS: 0, lateS: decodeS, passes }
  }
  const { branches, serialTokens } = decoding
  if (branches === 1 && serialTokens === 0) {
    return {
      decodeS: engine.tokensS(sequences, firstContext, steps) + draft,
      lateS: 0,
      passes: steps / decoding.tokensPerPass,
    }
  }
  const each = Math.ceil(steps / branches)
  const serialS = engine.tokensS(sequences, firstContext, serialTokens)
  const parted = engine.tokensS(sequences * branches, firstContext + serialTokens, each)
  return { decodeS: parted + draft, lateS: serialS, passes: (serialTokens + each) / decoding.tokensPerPass }
}

function staticCall(engine: Engine, sequences: number): CallTime {
  const front = frontS(engine, sequences)
  const answer = answerOf(engine, sequences)
  const ttftS = front + answer.lateS
  const longest = engine.plan.scheduling.longestOverMean ?? 1
  const e2eS = ttftS + answer.decodeS * longest
  const busyS = front + (e2eS - front) * engine.decodeShare
  return { ttftS, e2eS, decodeS: answer.decodeS * longest, busyS, decoding: sequences, machines: 1 }
}

function continuousCall(engine: Engine, sequences: number): CallTime {
  const front = frontS(engine, 1)
  const answer = answerOf(engine, sequences)
  const stalls = (sequences - 1) * front
  const ttftS = front + answer.lateS
  const decodeS = answer.decodeS + stalls
  const e2eS = ttftS + decodeS
  const busyS = sequences * front + (e2eS - sequences * front) * engine.decodeShare
  return { ttftS, e2eS, decodeS, busyS, decoding: sequences, machines: 1 }
}

/** Mean time of a step that takes a piece of a prompt beside b decodes, and how many pieces a prompt has. */
function mixedOf(engine: Engine, decoding: number, budget: number): { stepS: number; pieces: number } {
  const { freshTokens, promptTokens, firstContext, steps, plan } = engine
  const piece = Math.max(1, Math.min(freshTokens, Math.floor(budget - decoding * plan.decoding.checkedTokens)))
  const pieces = Math.ceil(freshTokens / piece)
  const start = promptTokens - freshTokens
  const context = firstContext + Math.floor(steps / 2)
  const at = (index: number) => {
    const from = index * piece
    const newTokens = Math.min(piece, freshTokens - from)
    return engine.mixedS(decoding, context, { sequences: 1, newTokens, contextTokens: start + from })
  }
  // Full pieces grow straight with their context but for the cache's tiles: ends and middle stand for them.
  const full = pieces - 1
  let totalS = at(pieces - 1)
  if (full === 1) totalS += at(0)
  else if (full === 2) totalS += at(0) + at(1)
  else if (full > 2) totalS += (full * (at(0) + 4 * at(Math.floor((full - 1) / 2)) + at(full - 1))) / 6
  return { stepS: totalS / pieces, pieces }
}

function chunkedCall(engine: Engine, sequences: number): CallTime {
  const { plan, freshTokens } = engine
  const budget = plan.scheduling.budgetTokens ?? plan.scenario.workload.batchTokens
  const front = blockingS(engine, 1)
  const answer = answerOf(engine, sequences)
  const { passes } = answer
  const others = sequences - 1
  // Where every token of the budget is taken: a request needs so many, P to read and a few to check in every pass.
  const needed = freshTokens + plan.decoding.checkedTokens * passes
  const most = (budget * passes) / needed
  if (others <= most) {
    const mixed = mixedOf(engine, others, budget)
    const share = passes > 0 ? Math.min(1, (others * mixed.pieces) / passes) : 0
    const decodeS = share * passes * mixed.stepS + (1 - share) * answer.decodeS + others * front
    const ttftS = front + mixed.pieces * mixed.stepS + answer.lateS
    const e2eS = ttftS + decodeS
    return { ttftS, e2eS, decodeS, busyS: e2eS, decoding: sequences, machines: 1 }
  }
  const mixed = mixedOf(engine, most, budget)
  const decodeS = passes * (mixed.stepS + front / mixed.pieces)
  const e2eS = sequences * (mixed.pieces * mixed.stepS + front) + answer.lateS
  return {
    ttftS: Math.max(front, e2eS - decodeS),
    e2eS: Math.max(front, e2eS - decodeS) + decodeS,
    decodeS,
    busyS: e2eS,
    decoding: most,
    machines: 1,
    note: `prompts and answers need more than ${budget} tokens a step: about ${Math.max(1, Math.round(most))} of ${sequences} sequences decode at a time, the others wait for their prompt`,
  }
}

function disaggregatedCall(engine: Engine, sequences: number): CallTime {
  const { bench, plan, promptTokens } = engine
  const front = frontS(engine, 1)
  const budget = plan.scheduling.budgetTokens
  const chunked = budget === undefined ? undefined : mixedOf(engine, 0, budget)
  const promptS = chunked ? blockingS(engine, 1) + chunked.pieces * chunked.stepS : front
  const answer = answerOf(engine, sequences)
  const cache = kvBytes(bench.template.network, promptTokens, 1)
  const sentS = cache / tiersFor(bench.scenario.accelerator, plan.placed).remoteBytePerS
  const ttftS = promptS + sentS + answer.lateS
  const decodeS = answer.decodeS
  const decodeBusyS = (decodeS + answer.lateS) * engine.decodeShare
  const promptBusyS = sequences * promptS
  return {
    ttftS,
    e2eS: ttftS + decodeS,
    decodeS,
    busyS: promptBusyS + decodeBusyS,
    decoding: sequences,
    machines: decodeBusyS > 0 ? 1 + promptBusyS / decodeBusyS : 1,
  }
}

const CALLS = {
  static: staticCall,
  continuous: continuousCall,
  chunked: chunkedCall,
  disaggregated: disaggregatedCall,
} as const

export function callOf(engine: Engine, sequences: number): CallTime {
  return CALLS[engine.plan.scheduling.policy](engine, sequences)
}
