/**
 * A collective in full: who takes part, the message, what of it leaves one rank, over which link, by which algorithm, and
 * how its time follows.
 */
import type { CollectiveKind, KernelCall } from '../architecture/kernelCall.ts'
import { describeCollective } from '../cost/pricing/links.ts'
import { engineProfile } from '../engine/profile.ts'
import type { AnalyzedOperator } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import { formatByteRate, formatBytes, formatCount, formatNumber, formatSeconds } from '../units/format.ts'
import { intervalText } from './basis.ts'
import type { Formula } from './formula.ts'
import type { Fact } from './summary.ts'

type CollectiveCall = Extract<KernelCall, { kind: 'collective' }>

/** What leaves one of n ranks, of the whole message, in symbols. */
const SHARES: Readonly<Record<CollectiveKind, string>> = {
  'all-reduce': '2 · (n − 1) / n',
  'all-gather': '(n − 1) / n',
  'reduce-scatter': '(n − 1) / n',
  'all-to-all': '(n − 1) / n',
  send: '1',
}

const MEANINGS: Readonly<Record<CollectiveKind, string>> = {
  'all-reduce': 'every rank ends with the sum of all',
  'all-gather': 'every rank ends with the parts of all',
  'reduce-scatter': 'every rank ends with its part of the sum',
  'all-to-all': 'every rank sends a part to every other',
  send: 'one rank sends to the next',
}

interface CollectiveSheet {
  readonly facts: readonly Fact[]
  readonly formulas: readonly Formula[]
}

function linkName({ fabric }: Bench, call: CollectiveCall): string {
  if (!fabric) return 'link'
  const spans = Math.min(call.ranks, Math.max(1, Math.floor(fabric.perNode / call.stride))) < call.ranks
  return (spans ? fabric.scaleOut : fabric.scaleUp)?.name ?? 'link'
}

/** Undefined for operators that are no collectives. */
export function collectiveSheet(bench: Bench, own: AnalyzedOperator): CollectiveSheet | undefined {
  const { operator, cost } = own
  const call = operator.kernel
  if (call?.kind !== 'collective') return undefined
  const { op, ranks, messagePerLinkByte } = call
  const { accelerator, engine } = bench.scenario
  const rate = bench.cost.rates(operator).linkBytePerS
  const message = operator.linkBytes * messagePerLinkByte
  const name = linkName(bench, call)
  const sharePart = formatNumber(1 / messagePerLinkByte)
  const floorS = operator.linkBytes / rate
  const priced =
    bench.cost.pricer && bench.fabric
      ? describeCollective(bench.fabric, accelerator, engineProfile(engine).kernels, call, operator.linkBytes)
      : undefined
  const time = priced?.ok ? priced.value : undefined
  const facts: Fact[] = [
    { label: 'Collective', value: `${op} of ${formatCount(ranks)} ranks`, note: MEANINGS[op] },
    { label: 'Message', value: formatBytes(message), note: 'the whole of it' },
    { label: 'Leaves one rank', value: formatBytes(operator.linkBytes), note: `${sharePart} of the message` },
    { label: 'Link', value: formatByteRate(rate), note: `${name}, one direction, of one accelerator` },
    ...(time ? [{ label: 'Algorithm', value: time.algorithm, note: `constants: ${time.from}` }] : []),
  ]
  const sent: Formula = {
    of: 'bytes sent',
    symbols: `message · ${SHARES[op]}`,
    numbers: `${formatBytes(message)} · ${sharePart}, n = ${ranks}, → ${formatBytes(operator.linkBytes)}`,
  }
  const floor: Formula = {
    of: time ? 'floor' : 'time',
    symbols: 'bytes sent / link',
    numbers: `${formatBytes(operator.linkBytes)} / ${formatByteRate(rate)} = ${formatSeconds(floorS)}`,
  }
  if (!time) return { facts, formulas: [sent, floor] }
  const reached = cost.timeS > 0 ? ` · ${formatNumber((100 * floorS) / cost.timeS)} % of the link’s rate` : ''
  const estimate: Formula = {
    of: 'time',
    symbols: `${time.algorithm}: rounds · latency + bytes sent / (share of the link it reaches)`,
    numbers: `${formatSeconds(cost.timeS)}, ${intervalText(time.low, time.high)}${reached}`,
  }
  return { facts, formulas: [sent, floor, estimate] }
}
