/**
 * Where a number comes from: its formula, the terms with their values, the basis and the sources behind it. One entry per
 * id of `answers.ts`; the terms are the same quantities the answer was computed from, never recomputed another way.
 */
import { cacheTensorBytes } from '../architecture/cache.ts'
import { networkCache } from '../architecture/network.ts'
import { MEMORY_UTILIZATION, type MemoryPlan } from '../memory/plan.ts'
import type { Analysis, Bench, Phase } from '../scenario/analyze.ts'
import type { FitAnswer } from '../scenario/fit.ts'
import { decodes, sourceTokens } from '../step/phases.ts'
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDollars,
  formatFlop,
  formatNumber,
  formatPercent,
  formatSeconds,
} from '../units/format.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import type { AnswerId } from './answers.ts'
import { basisNote } from './notes.ts'
import type { Formula } from './operatorSheet.ts'
import { figureSources, sourceLines } from './sources.ts'

export interface Term {
  readonly label: string
  readonly value: string
  readonly note?: string
}

export interface NumberExplanation {
  readonly id: AnswerId
  readonly title: string
  /** What it means, in one sentence. */
  readonly meaning: string
  readonly formulas: readonly Formula[]
  readonly terms: readonly Term[]
  readonly basis: string
  readonly sources: readonly { readonly text: string; readonly url: string | null }[]
}

export interface ExplainInput {
  readonly bench: Bench
  readonly analysis: Analysis
  /** Of one of `count` accelerators. */
  readonly memory: MemoryPlan
  readonly fit: Result<FitAnswer>
  readonly count: number
}

type Body = Pick<NumberExplanation, 'title' | 'meaning' | 'formulas' | 'terms'> & {
  /** Figures of the accelerator it rests on. */
  readonly figures: readonly ('time' | 'memory' | 'power' | 'rent')[]
  readonly basis?: string
}

const MEMORY_BASIS =
  'Computed from the shapes of the model and the formats in use; exact for weights and cache, by liveness over the dependency graph for activations.'

function phaseTerms(phase: Phase): Term[] {
  return phase.groups.map((group) => ({
    label: `${group.name}${group.repeat > 1 ? ` × ${formatCount(group.repeat)}` : ''}`,
    value: formatSeconds(group.repeat * group.timeS),
    note: `${formatPercent((group.repeat * group.timeS) / phase.timeS)} of the pass`,
  }))
}

function ttft({ analysis }: ExplainInput): Body {
  const { prefill } = analysis
  return {
    title: analysis.decode ? 'Time to first token' : 'Time of one pass',
    meaning: 'One pass over all prompts of the batch, every operator one after the other; no queueing.',
    formulas: [
      {
        of: 'TTFT',
        symbols: 'Σ over operators of max(work / peak, bytes / bandwidth)',
        numbers: `${formatFlop(prefill.flop)} and ${formatBytes(prefill.bytes)} take ${formatSeconds(prefill.timeS)}`,
      },
    ],
    terms: phaseTerms(prefill),
    figures: ['time'],
  }
}

function tpot({ analysis }: ExplainInput): Body {
  const { request, scenario, decode } = analysis
  const steps = scenario.workload.outputTokens - 1
  return {
    title: 'Time per output token',
    meaning:
      'The mean gap between the tokens of one answer after the first, over the growing context (exact, not sampled).',
    formulas: [
      {
        of: 'TPOT',
        symbols: '(E2E − TTFT) / (output tokens − 1)',
        numbers: `(${formatSeconds(request.e2eS)} − ${formatSeconds(request.ttftS)}) / ${formatCount(steps)} = ${formatSeconds(request.tpotS ?? 0)}`,
      },
    ],
    terms: decode
      ? [
          {
            label: 'the first decode step',
            value: formatSeconds(decode.timeS),
            note: `moves ${formatBytes(decode.bytes)}`,
          },
          ...phaseTerms(decode),
        ]
      : [],
    figures: ['time'],
  }
}

function e2e({ analysis }: ExplainInput): Body {
  const { request, scenario } = analysis
  const steps = decodes(scenario.model) ? scenario.workload.outputTokens - 1 : 0
  return {
    title: 'Whole request',
    meaning:
      'From the prompt to the last token: the prefill makes the first token, each further one takes a decode step.',
    formulas: [
      {
        of: 'E2E',
        symbols: 'TTFT + Σ of the decode steps',
        numbers: `${formatSeconds(request.ttftS)} + ${formatSeconds(request.e2eS - request.ttftS)} = ${formatSeconds(request.e2eS)}`,
      },
    ],
    terms: [
      { label: 'prefill', value: formatSeconds(request.ttftS) },
      { label: `${formatCount(steps)} decode steps`, value: formatSeconds(request.e2eS - request.ttftS) },
    ],
    figures: ['time'],
  }
}

function throughput({ analysis }: ExplainInput): Body {
  const { request, scenario } = analysis
  const { batchSize, outputTokens } = scenario.workload
  const tokens = request.outputTokensPerS * request.e2eS
  return {
    title: 'Throughput',
    meaning: 'Tokens of all sequences over the time of the whole request, prefill included.',
    formulas: [
      {
        of: 'tokens/s',
        symbols: decodes(scenario.model) ? 'sequences · output tokens / E2E' : 'tokens of the pass / its time',
        numbers: decodes(scenario.model)
          ? `${formatCount(batchSize)} · ${formatCount(outputTokens)} / ${formatSeconds(request.e2eS)} = ${formatNumber(request.outputTokensPerS)} tokens/s`
          : `${formatCount(tokens)} / ${formatSeconds(request.e2eS)} = ${formatNumber(request.outputTokensPerS)} tokens/s`,
      },
    ],
    terms: [],
    figures: ['time'],
  }
}

function price({ analysis }: ExplainInput): Body {
  const { request, scenario } = analysis
  const hourly = scenario.priceUsdPerHour ?? scenario.accelerator.priceUsdPerHour?.value
  const value = request.priceUsdPerMillionOutputTokens
  return {
    title: 'Price per million tokens',
    meaning:
      'Rent of one accelerator over the time a million output tokens take, never idle. Prices change: the date is with the source.',
    formulas:
      hourly === undefined || value === undefined
        ? []
        : [
            {
              of: 'price',
              symbols: 'rent per second / (tokens/s) · 10⁶',
              numbers: `${formatDollars(hourly)} / 3600 s / ${formatNumber(request.outputTokensPerS)} tokens/s · 10⁶ = ${formatDollars(value)}`,
            },
          ],
    terms: hourly === undefined ? [{ label: 'rent', value: 'not sourced', note: 'give a price of your own' }] : [],
    figures: ['rent', 'time'],
  }
}

function energy({ analysis }: ExplainInput): Body {
  const { request, scenario } = analysis
  const watt = scenario.accelerator.powerW?.value
  return {
    title: 'Energy per token',
    meaning: 'An upper bound: the board takes its full power all the time.',
    formulas:
      watt === undefined
        ? []
        : [
            {
              of: 'energy',
              symbols: 'board power / (tokens/s)',
              numbers: `${formatNumber(watt)} W / ${formatNumber(request.outputTokensPerS)} tokens/s = ${formatNumber(request.energyPerOutputTokenJ ?? 0)} J`,
            },
          ],
    terms: [],
    figures: ['power', 'time'],
  }
}

function weights({ bench, memory }: ExplainInput): Body {
  const { parameters, precision, scenario } = bench
  const measured = scenario.model.measuredWeights && Object.keys(scenario.precision).length === 0
  return {
    title: 'Weights',
    meaning: measured
      ? 'The bytes of the tensors as the file stores them, scales included.'
      : 'Every parameter in its format, scales and zero-points included; all of it stays in memory, whatever is asked.',
    formulas: [
      {
        of: 'weights',
        symbols: 'Σ over weight classes of parameters · bytes in their format',
        numbers: `${formatCount(parameters.total)} parameters → ${formatBytes(memory.weightBytes)}`,
      },
    ],
    terms: [
      {
        label: 'parameters',
        value: formatCount(parameters.total),
        note: `${formatCount(parameters.active)} active per token`,
      },
      { label: 'format', value: precision.weights },
      ...Object.entries(precision.classes ?? {}).map(([name, dtype]) => ({ label: `format of ${name}`, value: dtype })),
      ...(memory.ranks > 1 ? [{ label: 'shared by', value: `${formatCount(memory.ranks)} accelerators` }] : []),
    ],
    figures: [],
    basis: MEMORY_BASIS,
  }
}

function kv({ bench, memory, analysis }: ExplainInput): Body {
  const { network } = bench.template
  const { model, workload } = analysis.scenario
  const source = sourceTokens(model, workload)
  const sets = networkCache(network)
  const terms = sets.flatMap((set, i): Term[] => {
    let own = 0
    for (const tensor of set.tensors) own += cacheTensorBytes(tensor, memory.contextTokens, set.formats, source)
    if (own === 0) return []
    const name = network.sets[i]?.layer.name ?? ''
    const tensors = set.tensors.map((tensor) => tensor.name).join(', ')
    return [
      {
        label: `${name} × ${formatCount(set.layers)}`,
        value: formatBytes(set.layers * own * memory.sequences),
        note: `${tensors}: ${formatBytes(own)} per layer and sequence`,
      },
    ]
  })
  return {
    title: 'KV cache and states',
    meaning: 'What every sequence leaves in memory at the end of its request, exactly per kind of layer.',
    formulas: [
      {
        of: 'cache',
        symbols: 'sequences · Σ over layers of the bytes one keeps of a sequence',
        numbers: `${formatCount(memory.sequences)} sequences of ${formatCount(memory.contextTokens)} tokens → ${formatBytes(memory.kvBytes)}`,
      },
    ],
    terms: [
      ...terms,
      { label: 'format', value: bench.precision.kv },
      ...(workload.sharedPrefixTokens > 0
        ? [
            {
              label: 'shared prefix',
              value: `${formatCount(workload.sharedPrefixTokens)} tokens`,
              note: 'held once for all sequences',
            },
          ]
        : []),
      ...(memory.ranks > 1
        ? [
            {
              label: 'shared by',
              value: `${formatCount(memory.ranks)} accelerators`,
              note: 'by KV heads; latents and states whole on each',
            },
          ]
        : []),
    ],
    figures: [],
    basis: MEMORY_BASIS,
  }
}

function activations({ memory, analysis }: ExplainInput): Body {
  return {
    title: 'Activations',
    meaning:
      'The most that is alive at once in the heaviest step an engine takes: a full prefill chunk, or a decode step of the batch.',
    formulas: [
      {
        of: 'activations',
        symbols: 'max(largest live set of any layer, logits of the sampler)',
        numbers: `${formatBytes(memory.activationPeakBytes)}; the sampler alone ${formatBytes(memory.logitsBytes)}`,
      },
    ],
    terms: [{ label: 'prefill chunk', value: `${formatCount(analysis.scenario.workload.batchTokens)} tokens at most` }],
    figures: [],
    basis: MEMORY_BASIS,
  }
}

function reserve({ memory, bench }: ExplainInput): Body {
  const utilization = bench.scenario.memoryUtilization ?? MEMORY_UTILIZATION
  const capacity = memory.capacityBytes ?? 0
  return {
    title: 'Reserve',
    meaning: 'Left to the driver, other processes and fragmentation, as engines do.',
    formulas: [
      {
        of: 'reserve',
        symbols: 'capacity · (1 − usable share)',
        numbers: `${formatBytes(capacity)} · (1 − ${formatNumber(utilization)}) = ${formatBytes(memory.reserveBytes)}`,
      },
    ],
    terms: [],
    figures: ['memory'],
    basis: MEMORY_BASIS,
  }
}

function free({ memory }: ExplainInput): Body {
  const { capacityBytes = 0, totalBytes } = memory
  return {
    title: 'Free',
    meaning: 'What is left for more users, longer contexts or a prefix cache.',
    formulas: [
      {
        of: 'free',
        symbols: 'capacity − weights − cache − activations − reserve',
        numbers: `${formatBytes(capacityBytes)} − ${formatBytes(totalBytes)} = ${formatBytes(Math.max(0, capacityBytes - totalBytes))}`,
      },
    ],
    terms: [],
    figures: ['memory'],
    basis: MEMORY_BASIS,
  }
}

function planTerms(plan: MemoryPlan): Term[] {
  return [
    { label: 'weights', value: formatBytes(plan.weightBytes) },
    { label: 'KV cache and states', value: formatBytes(plan.kvBytes) },
    { label: 'activations', value: formatBytes(plan.activationPeakBytes) },
    { label: 'reserve', value: formatBytes(plan.reserveBytes) },
    ...(plan.capacityBytes === undefined ? [] : [{ label: 'capacity', value: formatBytes(plan.capacityBytes) }]),
  ]
}

const INVERSE_BASIS = 'Exact for the memory plan: this many fit, one more does not. Speed is not asked.'

function inverse(input: ExplainInput, fit: FitAnswer, what: 'maxContext' | 'maxUsers'): Body {
  const { memory, count } = input
  const where = count > 1 ? `${formatCount(count)} accelerators` : 'one accelerator'
  const isContext = what === 'maxContext'
  const value = isContext ? fit.maxContextTokens : fit.maxUsers
  return {
    title: isContext ? 'Longest context' : 'Most users',
    meaning: isContext
      ? `The most tokens, prompt and answer together, that each of ${formatCount(memory.sequences)} users can have on ${where}.`
      : `The most sequences of ${formatCount(memory.contextTokens)} tokens that ${where} can hold.`,
    formulas: [
      {
        of: isContext ? 'longest context' : 'most users',
        symbols: `largest n with weights + cache(n) + activations(n) + reserve ≤ capacity`,
        numbers: `n = ${formatCount(value)}`,
      },
    ],
    terms: [
      ...planTerms(fit.memory).map((term) => ({ ...term, note: 'as asked' })),
      ...(fit.trainedContextTokens
        ? [{ label: 'trained context', value: `${formatCount(fit.trainedContextTokens)} tokens` }]
        : []),
    ],
    figures: ['memory'],
    basis: INVERSE_BASIS,
  }
}

function cheapest({ memory }: ExplainInput, fit: FitAnswer): Body {
  return {
    title: 'Cheapest that fits',
    meaning: `For ${formatCount(memory.sequences)} users of ${formatCount(memory.contextTokens)} tokens: the fewest of each accelerator whose count the heads can be shared by, by rent.`,
    formulas: [
      {
        of: 'rent',
        symbols: 'count · rent per hour, least first',
        numbers: `${formatCount(fit.offers.length)} accelerators have a sourced price and fit`,
      },
    ],
    terms: fit.offers.slice(0, 8).map((offer) => ({
      label: `${offer.count > 1 ? `${offer.count} × ` : ''}${offer.accelerator.name}`,
      value: `${formatDollars(offer.usdPerHour)}/h`,
    })),
    figures: [],
    basis: `${INVERSE_BASIS} Prices are list prices of the day they were read.`,
  }
}

function memory({ memory: plan }: ExplainInput): Body {
  const parts = [
    ['weights', plan.weightBytes],
    ['KV cache and states', plan.kvBytes],
    ['activations', plan.activationPeakBytes],
    ['reserve', plan.reserveBytes],
  ] as const
  return {
    title: 'Memory needed',
    meaning: 'What one accelerator must hold at the end of the request, and what an engine leaves alone.',
    formulas: [
      {
        of: 'memory',
        symbols: 'weights + cache + activations + reserve',
        numbers: `${parts.map(([, bytes]) => formatBytes(bytes)).join(' + ')} → ${formatBytes(plan.totalBytes)}`,
      },
    ],
    terms: parts.map(([label, bytes]) => ({ label, value: formatBytes(bytes) })),
    figures: ['memory'],
    basis: MEMORY_BASIS,
  }
}

function perUser({ analysis }: ExplainInput): Body {
  const { tpotS } = analysis.request
  return {
    title: 'Speed of one sequence',
    meaning: 'Output tokens one sequence receives per second after its first.',
    formulas:
      tpotS === undefined
        ? []
        : [
            {
              of: 'speed',
              symbols: '1 / time per output token',
              numbers: `1 / ${formatSeconds(tpotS)} → ${formatNumber(1 / tpotS)} tokens/s`,
            },
          ],
    terms: [],
    figures: ['time'],
  }
}

/** A phase's bytes, and what work it does for each. */
function traffic(name: 'decode' | 'prefill', what: 'bytes' | 'intensity'): (input: ExplainInput) => Body {
  return ({ analysis }) => {
    const phase = name === 'decode' ? analysis.decode : analysis.prefill
    const pass = name === 'decode' ? 'a decode step' : 'prefill'
    const { flop = 0, bytes = 0 } = phase ?? {}
    const formulas =
      what === 'bytes'
        ? [
            {
              of: 'bytes',
              symbols: 'Σ over operators of weights, activations and cache moved',
              numbers: formatBytes(bytes),
            },
          ]
        : [
            {
              of: 'intensity',
              symbols: 'flop / bytes of the whole pass',
              numbers: `${formatFlop(flop)} / ${formatBytes(bytes)} → ${formatNumber(bytes > 0 ? flop / bytes : 0)} flop/B`,
            },
          ]
    return {
      title: what === 'bytes' ? `Bytes of ${pass}` : `Arithmetic intensity of ${pass}`,
      meaning:
        what === 'bytes'
          ? 'Everything the pass reads from and writes to memory; the table has it by operator and role.'
          : 'Work per byte moved. Below the ridge point memory sets the pace, above it the compute units do.',
      formulas,
      terms: [],
      figures: ['time'],
    }
  }
}

const BODIES = {
  ttft,
  tpot,
  e2e,
  throughput,
  price,
  energy,
  weights,
  kv,
  activations,
  reserve,
  free,
  memory,
  perUser,
  decodeBytes: traffic('decode', 'bytes'),
  decodeIntensity: traffic('decode', 'intensity'),
  prefillIntensity: traffic('prefill', 'intensity'),
} satisfies { readonly [I in AnswerId]?: (input: ExplainInput) => Body }

function bodyOf(input: ExplainInput, id: AnswerId): Result<Body> {
  if (Object.hasOwn(BODIES, id)) return ok(BODIES[id as keyof typeof BODIES](input))
  if (!input.fit.ok) return input.fit
  const fit = input.fit.value
  return ok(id === 'cheapest' ? cheapest(input, fit) : inverse(input, fit, id as 'maxContext' | 'maxUsers'))
}

const IDS: readonly string[] = ['maxContext', 'maxUsers', 'cheapest', ...Object.keys(BODIES)]

const FIGURES: { readonly [F in Body['figures'][number]]: (figure: string) => boolean } = {
  time: (figure) => /^(matrix|vector|memory bandwidth)/.test(figure),
  memory: (figure) => figure === 'memory',
  power: (figure) => figure === 'power',
  rent: (figure) => figure === 'rent per hour',
}

export function explainNumber(input: ExplainInput, id: string): Result<NumberExplanation> {
  if (!IDS.includes(id)) return fail('number', `there is none called ${show(id)}`, `Choose one of ${IDS.join(', ')}`)
  const body = bodyOf(input, id as AnswerId)
  if (!body.ok) return body
  const { figures, basis, ...rest } = body.value
  const rests = figureSources(input.analysis).filter((row) => figures.some((kind) => FIGURES[kind](row.figure)))
  const bandwidth = formatByteRate(input.analysis.roofs.bandwidthBytePerS)
  return ok({
    id: id as AnswerId,
    ...rest,
    basis: basis ?? `${basisNote()} Memory bandwidth ${bandwidth}.`,
    sources: sourceLines(rests),
  })
}
