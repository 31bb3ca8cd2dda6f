/**
 * Why a selection changes what it changes, in words with the numbers: what became of the request (tokens computed, tokens a
 * pass yields, calls), which bytes of a decode step and which work of the prompt grew or shrank, and which operator that
 * moved most. Read off the plan and its priced operators; nothing is a speed-up of its own.
 */
import type { StepGroup } from '../../architecture/extent.ts'
import { microBatch, rankSequences } from '../../layout/layout.ts'
import type { Phase } from '../../scenario/analyze.ts'
import type { Bench } from '../../scenario/bench.ts'
import { layoutOf } from '../../scenario/scenario.ts'
import { decodes, prefillStep, promptTokens, shownContext, sourceTokens } from '../../step/phases.ts'
import { formatBytes, formatCount, formatFlop, formatNumber, formatSeconds } from '../../units/format.ts'
import { benchOf } from '../outcome/bench.ts'
import { phaseOf, trafficOf } from '../outcome/traffic.ts'
import type { Plan } from '../plan.ts'
import type { CapAnswer } from './desk.ts'

/** Changes smaller than this share are not worth a word. */
const LEAST = 0.05

interface Line {
  readonly text: string
  /** How much it matters: |ln factor| of what it changes. */
  readonly weight: number
}

const factorText = (factor: number) =>
  `${formatNumber(factor >= 1 ? factor : 1 / factor, factor < 2 && factor > 0.5 ? 3 : 2)}× ${factor >= 1 ? 'less' : 'more'}`

function change(label: string, before: number, after: number, text: (x: number) => string, scale = 1): Line[] {
  if (before === after || (before > 0 && Math.abs(after / before - 1) < LEAST)) return []
  if (!Number.isFinite(before) || !Number.isFinite(after)) return []
  const weight = before > 0 && after > 0 ? Math.abs(Math.log(before / after)) * scale : scale
  const ratio = before > 0 && after > 0 ? ` (${factorText(before / after)})` : ''
  return [{ text: `${label} ${text(before)} → ${text(after)}${ratio}`, weight }]
}

/** Sequences of one rank, half-way through the answer. */
function decodeGroups(plan: Plan, bench: Bench): StepGroup[] {
  const { model, workload } = plan.scenario
  const layout = layoutOf(plan.scenario)
  const own = microBatch(layout, rankSequences(layout, workload.batchSize * plan.calls.parallel))
  const first = shownContext(model, workload, bench.template.network.convention)
  const contextTokens = first + Math.floor(workload.outputTokens / 2)
  const source = sourceTokens(model, workload)
  const cross = source > 0 ? { sourceTokens: source } : {}
  return [{ sequences: own, newTokens: plan.decoding.checkedTokens, contextTokens, ...cross }]
}

const totals = (phase: Phase) => {
  const out = new Map<string, { timeS: number; bytes: number; flop: number; memoryBound: boolean }>()
  for (const group of phase.groups) {
    for (const { operator, cost } of group.operators) {
      const own = out.get(operator.name) ?? { timeS: 0, bytes: 0, flop: 0, memoryBound: false }
      own.timeS += group.repeat * cost.timeS
      own.bytes += group.repeat * cost.bytes
      own.flop += group.repeat * cost.flop
      own.memoryBound = cost.bound === 'memory'
      out.set(operator.name, own)
    }
  }
  return out
}

/** The operator whose time moved most, of one phase. */
function dominant(label: string, before: Phase, after: Phase): Line[] {
  const [was, is] = [totals(before), totals(after)]
  let best: { name: string; by: number } | undefined
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const by = (is.get(name)?.timeS ?? 0) - (was.get(name)?.timeS ?? 0)
    if (!best || Math.abs(by) > Math.abs(best.by)) best = { name, by }
  }
  if (!best || Math.abs(best.by) < LEAST * before.timeS) return []
  const [then, now] = [was.get(best.name), is.get(best.name)]
  const bound = (then ?? now)?.memoryBound ? 'memory-bound' : 'compute-bound'
  const what = then && now ? `${formatSeconds(then.timeS)} → ${formatSeconds(now.timeS)}` : now ? 'new' : 'gone'
  const share = (100 * Math.abs(best.by)) / Math.max(Math.abs(after.timeS - before.timeS), Math.abs(best.by))
  const text = `most of ${label}: ${best.name} ${what}, ${bound}${then && now ? `, ${formatNumber(share, 2)} % of the change` : ''}`
  return [{ text, weight: Math.abs(best.by) / before.timeS }]
}

/** Of one copy of the model; copies are counted on their own. */
const acceleratorsOf = ({ plan, outcome }: CapAnswer) =>
  outcome.performance.accelerators / Math.max(1, plan.calls.replicas)

function requestLines(baseline: CapAnswer, answer: CapAnswer): Line[] {
  const { plan: before } = baseline
  const { plan: after, outcome } = answer
  const [was, is] = [before.scenario, after.scenario]
  const fresh = (plan: Plan) => promptTokens(plan.scenario.model, plan.scenario.workload) - plan.reusedTokens
  const lines = [
    ...(was.model === is.model
      ? []
      : was.model.id === is.model.id
        ? []
        : [{ text: `model ${is.model.name}`, weight: 3 }]),
    ...(was.accelerator.id === is.accelerator.id ? [] : [{ text: `on ${is.accelerator.name}`, weight: 3 }]),
    ...change('prompt tokens computed', fresh(before), fresh(after), formatCount),
    ...change('batch', was.workload.batchSize, is.workload.batchSize, formatCount),
    ...change('calls in turn', before.calls.serial, after.calls.serial, formatNumber),
    ...change('calls at once', before.calls.parallel, after.calls.parallel, formatNumber),
    ...change('copies of the model', before.calls.replicas, after.calls.replicas, formatNumber),
    ...change('accelerators', acceleratorsOf(baseline), acceleratorsOf(answer), formatNumber, 0.5),
  ]
  const [then, now] = [before.decoding.tokensPerPass, outcome.performance.tokensPerPass]
  if (then !== now) {
    const text = `tokens a pass ${formatNumber(then)} → ${formatNumber(now)}, ${after.decoding.checkedTokens} checked`
    lines.push({ text, weight: Math.abs(Math.log(now / then)) })
  }
  const draft = after.decoding.draft
  if (draft && !before.decoding.draft)
    lines.push({ text: `${formatNumber(draft.passes)} draft passes for each`, weight: 0.2 })
  for (const pass of after.passes) {
    if (before.passes.includes(pass)) continue
    lines.push({ text: `beside it: ${pass.label}, ${formatCount(pass.newTokens)} tokens`, weight: 0.3 })
  }
  for (const wait of after.waits) {
    if (!before.waits.includes(wait))
      lines.push({ text: `waits for ${wait.label}, ${formatSeconds(wait.timeS)}`, weight: 0.3 })
  }
  for (const placed of after.placed) {
    if (before.placed.includes(placed)) continue
    const share = formatNumber(100 * placed.share, 2)
    const where = placed.tier === 'on-chip' ? 'the chip' : `the ${placed.tier}`
    const text = `${share} % of the ${placed.what} ${placed.compute === 'memory' ? 'worked on in the memory' : `on ${where}`}`
    lines.push({ text, weight: 0.5 })
  }
  if (before.scheduling.policy !== after.scheduling.policy) {
    lines.push({ text: `steps formed ${after.scheduling.policy} instead of ${before.scheduling.policy}`, weight: 0.4 })
  }
  return lines
}

function decodeLines(before: CapAnswer, after: CapAnswer, was: Bench, is: Bench): Line[] {
  if (!decodes(after.plan.scenario.model) || !decodes(before.plan.scenario.model)) return []
  const [groups, own] = [decodeGroups(before.plan, was), decodeGroups(after.plan, is)]
  const [then, now] = [trafficOf(was, groups), trafficOf(is, own)]
  const [phase, next] = [phaseOf(was, { step: { groups } }), phaseOf(is, { step: { groups: own } })]
  const share = (bytes: number) => Math.max(0.05, bytes / Math.max(1, phase.bytes))
  return [
    ...change('weights read a step', then.weightBytes, now.weightBytes, formatBytes, share(then.weightBytes)),
    ...change('cache read a step', then.kvReadBytes, now.kvReadBytes, formatBytes, share(then.kvReadBytes)),
    ...change('links a step', then.linkS, now.linkS, formatSeconds, share(0)),
    ...dominant('a decode step', phase, next),
  ]
}

function prefillLines(before: CapAnswer, after: CapAnswer, was: Bench, is: Bench): Line[] {
  const at = ({ plan }: CapAnswer, bench: Bench) => {
    const { model, workload } = plan.scenario
    const layout = layoutOf(plan.scenario)
    const batchSize = microBatch(layout, rankSequences(layout, workload.batchSize))
    return phaseOf(bench, prefillStep(model, { ...workload, batchSize }))
  }
  const [then, now] = [at(before, was), at(after, is)]
  return [...change('work of the prompts', then.flop, now.flop, formatFlop, 0.6), ...dominant('a prompt', then, now)]
}

/** The strongest reasons first, at most `most`. */
export function whyOf(baseline: CapAnswer, answer: CapAnswer, most = 3): string[] {
  const lines = requestLines(baseline, answer)
  const [was, is] = [benchOf(baseline.plan.scenario), benchOf(answer.plan.scenario)]
  if (was.ok && is.ok) {
    lines.push(...decodeLines(baseline, answer, was.value, is.value))
    lines.push(...prefillLines(baseline, answer, was.value, is.value))
  }
  const { reach } = answer.plan
  if (reach.scale !== baseline.plan.reach.scale) {
    const text = Number.isFinite(reach.scale)
      ? `positions reach ${formatNumber(reach.scale)}× as far`
      : 'positions reach without limit'
    lines.push({ text: `${text} (${reach.kind})`, weight: 0.4 })
  }
  lines.push(
    ...change('memory', baseline.outcome.memory.totalBytes, answer.outcome.memory.totalBytes, formatBytes, 0.3),
  )
  return lines
    .sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
    .slice(0, most)
    .map(({ text }) => text)
}
