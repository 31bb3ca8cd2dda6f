/**
 * The measured quantities: which corner of the trilemma, which direction is better, and how a change is expressed. Only
 * records of the same quantity, benchmark and unit are ever put in one spread.
 *
 * `ratio`: the change is the quotient (times, perplexity). `points`: the difference in percentage points, for scores whose
 * scale is fixed. `difference`: the plain difference, where zero is no anchor (divergences, gains that are differences).
 */
import type { Axis } from './record.ts'

export interface Metric {
  readonly name: string
  readonly axis: Axis
  readonly better: 'higher' | 'lower'
  readonly change: 'ratio' | 'points' | 'difference'
  /** Names under which it was published, in lower case. */
  readonly aliases?: readonly string[]
}

const score = (name: string, ...aliases: string[]): Metric => ({
  name,
  axis: 'A',
  better: 'higher',
  change: 'points',
  aliases,
})
const rate = (name: string, ...aliases: string[]): Metric => ({
  name,
  axis: 'P',
  better: 'higher',
  change: 'ratio',
  aliases,
})
const cost = (name: string, ...aliases: string[]): Metric => ({
  name,
  axis: 'P',
  better: 'lower',
  change: 'ratio',
  aliases,
})
const gain = (axis: Axis, name: string, ...aliases: string[]): Metric => ({
  name,
  axis,
  better: 'higher',
  change: 'difference',
  aliases,
})
const reach = (name: string, ...aliases: string[]): Metric => ({
  name,
  axis: 'C',
  better: 'higher',
  change: 'ratio',
  aliases,
})

export const METRICS = {
  accuracy: score('accuracy', 'accuracy (test)', 'acc (mean of subjects)'),
  score: score('score', 'avg score'),
  'exact-match': score('exact match', 'em'),
  f1: score('F1'),
  'pass@1': score('pass@1'),
  'pass@10': score('pass@10'),
  'normalised-accuracy': score('accuracy, normalised by length', 'acc_norm'),
  mc2: score('MC2'),
  'success-rate': score('success rate', 'success rate (cumulative)'),
  'rouge-l': score('ROUGE-L recall'),
  preference: score('preference'),
  optimised: score('share optimised', '% optimized'),
  'accuracy-gain': gain('A', 'accuracy gain', 'average accuracy gain', 'improvement', 'relative improvement'),
  'bertscore-change': gain('A', 'BERTScore change', 'bertscore delta'),
  'faithfulness-change': gain('A', 'faithfulness change', 'faithfulness delta'),
  'probability-change': gain('A', 'right-token probability', 'mean delta p'),
  perplexity: { name: 'perplexity', axis: 'A', better: 'lower', change: 'ratio' },
  'perplexity-ratio': {
    name: 'perplexity ratio',
    axis: 'A',
    better: 'lower',
    change: 'ratio',
    aliases: ['mean ppl ratio'],
  },
  'bits-per-character': {
    name: 'bits per character',
    axis: 'A',
    better: 'lower',
    change: 'ratio',
    aliases: ['bpc'],
  },
  'kl-divergence': {
    name: 'KL divergence',
    axis: 'A',
    better: 'lower',
    change: 'difference',
    aliases: ['kl divergence vs f16', 'mean kld'],
  },

  ttft: cost('TTFT', 'mean ttft', 'average ttft', 'mean ttft (sec)'),
  'ttft-p50': cost('median TTFT', 'p50 ttft', 'median ttft (sec)'),
  'ttft-p90': cost('90th percentile TTFT', 'p90 ttft'),
  itl: cost('mean ITL'),
  'itl-p50': cost('median ITL'),
  tpot: cost('mean TPOT', 'average tpot'),
  'tpot-p50': cost('median TPOT', 'p50 tpot'),
  'tpot-p90': cost('90th percentile TPOT', 'p90 tpot'),
  latency: cost('latency'),
  'retrieval-latency-p50': cost('median retrieval latency', 'retrieval latency p50'),
  time: cost('time', 'total time', 'total duration'),
  'itl-slope': cost('growth of ITL with context', 'fp8 slope (% of bf16)'),
  throughput: rate('throughput'),
  'request-throughput': rate('request throughput', 'request throughput (req/s)', 'request throughput(req/s)'),
  'output-throughput': rate(
    'output throughput',
    'total output throughput',
    'output token throughput (tok/s)',
    'output token throughput(tok/s)',
  ),
  'token-throughput': rate('throughput of prompt and output tokens', 'total token throughput (tok/s)'),
  'training-throughput': rate('training throughput', 'samples/s'),
  'prefill-throughput': rate('prefill throughput', 'prefill speed at depth', 'prompt processing @512'),
  'decode-throughput': rate(
    'decode throughput',
    'decode speed at depth',
    'text generation @128',
    'average decode throughput',
    'peak decode throughput',
  ),
  'speed-up': rate(
    'speed-up',
    'speedup',
    'speedup high',
    'speedup low',
    'speedup (high)',
    'speedup (low)',
    'speedup range high',
    'speedup range low',
    'latency reduction',
    'time improvement',
  ),
  'decode-speed-up': rate('decode speed-up', 'decode latency reduction', 'tpot reduction'),
  'prefill-speed-up': rate('prefill speed-up', 'pre-fill latency reduction'),
  'throughput-gain': rate('throughput gain', 'throughput gain (high)', 'throughput gain (low)'),
  'traffic-reduction': rate('traffic reduction', 'reduction'),
  'accepted-tokens': rate('accepted tokens per pass', 'mean accepted tokens', 'acceptance length'),
  'hit-rate': { ...score('request hit rate'), axis: 'P' },
  'slo-attainment': { ...score('requests within the SLO', 'count'), axis: 'P' },
  'energy-efficiency': rate('energy efficiency', 'energy efficiency vs a100'),
  'cost-efficiency': rate('cost efficiency'),
  'cost-reduction': gain('P', 'cost reduction'),
  'time-reduction': gain('P', 'time reduction'),
  'speed-gain': gain('P', 'speed gain', 'wall-time speedup'),
  'flop-reduction': gain('P', 'flop reduction', 'flops reduction'),
  memory: cost('memory', 'vram allocated', 'peak memory', 'peak gpu memory', 'weights memory'),
  'model-size': cost('model size'),
  'bits-per-weight': cost('bits per weight'),
  'memory-reduction': rate('memory reduction', 'reduction (low end)', 'compression vs memorizing transformers'),
  'memory-saving': gain('P', 'memory saving'),

  'effective-context': reach('effective context', 'effective context length'),
  'max-context': reach(
    'context',
    'max context',
    'window',
    'stream length',
    'context via summary vectors',
    'longer sequences (high)',
  ),
  'dependency-length': gain('C', 'dependency length', 'dependency length vs vanilla transformer'),
  compression: reach('compression', 'max compression ratio'),
  'prompt-tokens-per-query': {
    name: 'prompt tokens per query',
    axis: 'C',
    better: 'lower',
    change: 'ratio',
    aliases: ['tokens in prompt per query'],
  },
  'break-even-context': {
    name: 'break-even context',
    axis: 'P',
    better: 'lower',
    change: 'ratio',
  },
} as const satisfies Record<string, Metric>

export type MetricId = keyof typeof METRICS

export function metricOf(id: string): Metric | undefined {
  return Object.hasOwn(METRICS, id) ? METRICS[id as MetricId] : undefined
}

/** The quantity published under a name. */
export function findMetric(name: string): MetricId | undefined {
  const wanted = name.trim().toLowerCase()
  for (const [id, metric] of Object.entries(METRICS) as [MetricId, Metric][]) {
    if (id === wanted || metric.name.toLowerCase() === wanted || metric.aliases?.includes(wanted)) return id
  }
  return undefined
}
