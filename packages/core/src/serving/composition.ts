/**
 * The steady state of continuous batching. R sequences run in one worker; each brings I prompt tokens and leaves after O
 * output tokens, and another takes its place. What share of the steps carries prompt tokens, and what is in them, follows
 * from counting tokens:
 *
 *   mixed     A step has room for T tokens. While one prompt is under way, R − 1 others decode, so a chunk has
 *             c = min(I, T − R + 1) tokens and a request stays I/c + O − 1 steps: a share f = R·(I/c)/(I/c + O − 1) of the
 *             steps is mixed. When f reaches 1 every step is mixed: λ = min(R/O, T/(I + O − 1)) requests come per step,
 *             with λ·I prompt tokens and λ·(O − 1) decodes.
 *   separate  Prompts run in steps of their own, before the next decode step: R/(O − 1) prompts per decode step.
 *
 * While a request lives, every other one running has one prompt of its own run: R − 1 prompts. Each delays the request
 * either before its first token or after. Requests that come one by one meet them all after; in a wave of requests that
 * start together a share up to a half comes before. That share is the profile's `queueShare`: what it adds to TTFT it takes
 * from TPOT, and throughput does not care. TPOT is the time a decoding sequence waits per token: steps weighted by the
 * sequences that decode, or wait, in them.
 */
import type { StepGroup } from '../architecture/extent.ts'
import type { EngineProfile } from '../engine/profile.ts'

export interface CycleLoad {
  /** Sequences running, per attention rank. */
  readonly sequences: number
  readonly promptTokens: number
  readonly outputTokens: number
  /** Requests alike in length: see `queueShareOf`. */
  readonly areAlike: boolean
}

export interface Cycle {
  /** Mean time between the tokens of a request; undefined for a single output token. */
  readonly tpotS: number | undefined
  /** From the first step of a prompt to its first token, beside the others. */
  readonly prefillS: number
  /** Requests that finish per second. */
  readonly requestsPerS: number
  /** Steps that carry prompt tokens, of all. */
  readonly prefillShare: number
}

type StepTime = (groups: readonly StepGroup[]) => number

/** Prompt tokens of one step as a group: whole prompts, or a chunk in the middle of one (attention is linear in where). */
export function promptGroup(tokens: number, promptTokens: number): StepGroup {
  return tokens >= promptTokens
    ? { sequences: tokens / promptTokens, newTokens: promptTokens, contextTokens: 0 }
    : { sequences: 1, newTokens: tokens, contextTokens: (promptTokens - tokens) / 2 }
}

function decodeGroup(load: CycleLoad, sequences: number): StepGroup[] {
  const contextTokens = load.promptTokens + (load.outputTokens - 1) / 2
  return sequences > 0 ? [{ sequences, newTokens: 1, contextTokens }] : []
}

/**
 * The share of the others' prompts that a request waits for before its first token. An engine that runs prompts before
 * anything else keeps requests of one length together for good: they end at once, the next ones come at once, and every
 * one sees half of the others' prompts before its own and half after. Else the profile's.
 */
export function queueShareOf(profile: EngineProfile, areAlike: boolean): number {
  return profile.prefill === 'separate' && areAlike ? 0.5 : profile.constants.queueShare
}

/** Every step carries prompts: λ requests come and go per step. */
function saturatedCycle(load: CycleLoad, room: number, stepS: StepTime): Cycle {
  const { sequences, promptTokens, outputTokens } = load
  const perStep = Math.min(sequences / outputTokens, room / (promptTokens + outputTokens - 1))
  const time = stepS([
    promptGroup(perStep * promptTokens, promptTokens),
    ...decodeGroup(load, perStep * (outputTokens - 1)),
  ])
  return {
    tpotS: outputTokens > 1 ? time : undefined,
    // What of the residence is not decoding: a backlog of prompts when there is no room for all of them.
    prefillS: (sequences / perStep - (outputTokens - 1)) * time,
    requestsPerS: perStep / time,
    prefillShare: 1,
  }
}

function mixedCycle(load: CycleLoad, profile: EngineProfile, stepS: StepTime): Cycle {
  const { sequences, promptTokens, outputTokens } = load
  const room = profile.batchTokens
  const chunk = Math.min(promptTokens, room - sequences + 1)
  if (chunk < 1) return saturatedCycle(load, room, stepS)
  const steps = promptTokens / chunk
  const share = (sequences * steps) / (steps + outputTokens - 1)
  if (share >= 1 && outputTokens > 1) return saturatedCycle(load, room, stepS)
  if (outputTokens <= 1) return saturatedCycle(load, room, stepS)
  const decodeS = stepS(decodeGroup(load, sequences))
  const mixedS = stepS([promptGroup(chunk, promptTokens), ...decodeGroup(load, sequences - 1)])
  const besideS = ((1 - share) * sequences * decodeS + share * (sequences - 1) * mixedS) / (sequences - share)
  return {
    tpotS: decodeS + (1 - queueShareOf(profile, load.areAlike)) * (besideS - decodeS),
    prefillS: steps * mixedS,
    requestsPerS: sequences / (steps + outputTokens - 1) / ((1 - share) * decodeS + share * mixedS),
    prefillShare: share,
  }
}

function separateCycle(load: CycleLoad, profile: EngineProfile, stepS: StepTime): Cycle {
  const { sequences, promptTokens, outputTokens } = load
  if (outputTokens <= 1) {
    const prefillS = stepS([promptGroup(profile.batchTokens, promptTokens)])
    const requestsPerS = profile.batchTokens / promptTokens / prefillS
    return { tpotS: undefined, prefillS: sequences / requestsPerS, requestsPerS, prefillShare: 1 }
  }
  const decodeS = stepS(decodeGroup(load, sequences))
  // Prompts that come per decode step run together, as far as the budget goes.
  const perDecode = sequences / (outputTokens - 1)
  const tokens = Math.min(profile.batchTokens, promptTokens * Math.max(1, perDecode))
  const stepsPerDecode = (perDecode * promptTokens) / tokens
  const prefillS = stepS([promptGroup(tokens, promptTokens)])
  const together = Math.max(1, tokens / promptTokens)
  const waiting = Math.max(0, sequences - together) / sequences
  return {
    tpotS: decodeS + (1 - queueShareOf(profile, load.areAlike)) * stepsPerDecode * prefillS * waiting,
    prefillS: Math.max(1, promptTokens / tokens) * prefillS,
    requestsPerS: perDecode / (decodeS + stepsPerDecode * prefillS),
    prefillShare: stepsPerDecode / (1 + stepsPerDecode),
  }
}

export function cycleOf(load: CycleLoad, profile: EngineProfile, stepS: StepTime): Cycle {
  return profile.prefill === 'mixed' ? mixedCycle(load, profile, stepS) : separateCycle(load, profile, stepS)
}

/** One prompt on an idle engine: its chunks one after the other. */
export function lonePrefillS(promptTokens: number, batchTokens: number, stepS: StepTime): number {
  let total = 0
  for (let done = 0; done < promptTokens; done += batchTokens) {
    const newTokens = Math.min(batchTokens, promptTokens - done)
    total += stepS([{ sequences: 1, newTokens, contextTokens: done }])
  }
  return total
}
