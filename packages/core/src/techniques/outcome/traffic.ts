/**
 * What one step does by tensor class, summed over its operators: the bytes that a placed tensor brings in or sends out,
 * and the work and time of the operators on it. Bytes, flop, seconds of one step, all layers.
 */
import type { StepGroup } from '../../architecture/extent.ts'
import type { NetworkStep } from '../../architecture/network.ts'
import { costOperator } from '../../cost/roofline.ts'
import { costGroups, type Phase } from '../../scenario/analyze.ts'
import type { Bench } from '../../scenario/bench.ts'
import { evaluate, type Template } from '../../step/template.ts'

/** Work on one class of tensor. */
export interface Share {
  readonly bytes: number
  readonly flop: number
  /** On the accelerator. */
  readonly timeS: number
}

export interface Traffic {
  readonly weightBytes: number
  readonly kvReadBytes: number
  readonly kvWriteBytes: number
  /** Hidden states handed from layer to layer. */
  readonly activationBytes: number
  /** Products with weights. */
  readonly onWeights: Share
  /** Scores and weighted values over cached keys. */
  readonly onKv: Share
  /** Collectives, on their own. */
  readonly linkS: number
  /** What keys that travel round a ring would add, were they not hidden under the attention. */
  readonly ringS: number
}

/** Every operator of a step with its price: the readable way, for what the compiled step does not tell. */
export function phaseOf(bench: Bench, steps: NetworkStep): Phase {
  const { template, cost } = bench
  return costGroups(template.network, cost, evaluate(template, steps), steps)
}

function sumTraffic(bench: Bench, groups: readonly StepGroup[]): Traffic {
  const phase = phaseOf(bench, { step: { groups } })
  let weightBytes = 0
  let kvReadBytes = 0
  let kvWriteBytes = 0
  const onWeights = { bytes: 0, flop: 0, timeS: 0 }
  const onKv = { bytes: 0, flop: 0, timeS: 0 }
  let linkS = 0
  let ringS = 0
  const shareRoof = !bench.template.network.convention.vectorRoof
  for (const group of phase.groups) {
    for (const { operator, cost } of group.operators) {
      if (operator.kind === 'collective') linkS += group.repeat * cost.timeS
      else if (operator.linkBytes > 0) {
        const alone = costOperator({ ...operator, linkBytes: 0 }, bench.cost, shareRoof).timeS
        const sentS = operator.linkBytes / bench.cost.rates(operator).linkBytePerS
        ringS += group.repeat * Math.min(alone, sentS)
      }
      weightBytes += group.repeat * operator.weightBytes
      kvReadBytes += group.repeat * operator.kvReadBytes
      kvWriteBytes += group.repeat * operator.kvWriteBytes
      const isProduct = operator.kind === 'gemm' || operator.kind === 'grouped-gemm'
      const into = isProduct ? onWeights : operator.kvReadBytes > 0 ? onKv : undefined
      if (!into) continue
      into.bytes += group.repeat * cost.bytes
      into.flop += group.repeat * cost.flop
      into.timeS += group.repeat * cost.timeS
    }
  }
  const { model, formats } = bench.template.network
  const { hiddenSize, order } = model.stack
  const activationBytes = phase.tokens * hiddenSize * formats.activationBytes(hiddenSize) * order.length
  return { weightBytes, kvReadBytes, kvWriteBytes, activationBytes, onWeights, onKv, linkS, ringS }
}

const known = new WeakMap<Template, Map<string, Traffic>>()

/** Steps remembered per network; plans ask for the same few again and again. */
const MOST = 256

export function trafficOf(bench: Bench, groups: readonly StepGroup[]): Traffic {
  let own = known.get(bench.template)
  if (!own) {
    own = new Map()
    known.set(bench.template, own)
  }
  const key = groups.map((g) => `${g.sequences}x${g.newTokens}@${g.contextTokens}/${g.sourceTokens ?? 0}`).join()
  let traffic = own.get(key)
  if (!traffic) {
    if (own.size >= MOST) own.clear()
    traffic = sumTraffic(bench, groups)
    own.set(key, traffic)
  }
  return traffic
}

const heads = new WeakMap<Bench['compiled'], Map<string, number>>()

/**
 * Extra time of an output head over `rows` rows instead of one per sequence: every token that a verification checks needs
 * its logits, and the compiled step computes one row per sequence.
 */
export function extraHeadS(bench: Bench, sequences: number, rows: number): number {
  if (rows <= sequences) return 0
  const known = heads.get(bench.compiled) ?? new Map<string, number>()
  heads.set(bench.compiled, known)
  const key = `${sequences}/${rows}`
  let extra = known.get(key)
  if (extra === undefined) {
    const groups = [{ sequences, newTokens: 1, contextTokens: 1 }]
    const headS = (logitTokens: number) => {
      let timeS = 0
      for (const group of phaseOf(bench, { step: { groups, logitTokens } }).groups) {
        if (group.part === 'head') timeS += group.repeat * group.timeS
      }
      return timeS
    }
    extra = headS(rows) - headS(sequences)
    known.set(key, extra)
  }
  return extra
}
