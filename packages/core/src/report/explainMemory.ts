/** Explanations of what stands in memory, and of the inverse questions about it. */
import { cacheTensorBytes } from '../architecture/cache.ts'
import { networkCache } from '../architecture/network.ts'
import { describeLayout, rankCount } from '../layout/layout.ts'
import { MEMORY_UTILIZATION, type MemoryPlan } from '../memory/plan.ts'
import type { FitAnswer } from '../scenario/fit.ts'
import { sourceTokens } from '../step/phases.ts'
import { formatBytes, formatCount, formatDollars, formatNumber } from '../units/format.ts'
import type { Body, ExplainInput, Term } from './explanation.ts'

const MEMORY_BASIS =
  'Computed from the shapes of the model and the formats in use; exact for weights and cache, by liveness over the dependency graph for activations.'

export function weights({ bench, memory }: ExplainInput): Body {
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
      ...(rankCount(memory.layout) > 1
        ? [{ label: 'shared by', value: `${formatCount(rankCount(memory.layout))} accelerators` }]
        : []),
    ],
    figures: [],
    basis: MEMORY_BASIS,
  }
}

export function kv({ bench, memory, analysis }: ExplainInput): Body {
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
      ...(rankCount(memory.layout) > 1
        ? [
            {
              label: 'shared by',
              value: `${formatCount(rankCount(memory.layout))} accelerators`,
              note: `${describeLayout(memory.layout)}; what is shown is one accelerator's`,
            },
          ]
        : []),
    ],
    figures: [],
    basis: MEMORY_BASIS,
  }
}

export function activations({ memory, analysis }: ExplainInput): Body {
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

export function communication({ memory }: ExplainInput): Body {
  return {
    title: 'Communication buffers',
    meaning:
      'What collectives keep in memory: the library’s own buffers of a communicator, and one message of the largest step.',
    formulas: [
      {
        of: 'communication',
        symbols: '342 MiB + tokens of a step · hidden size · bytes per activation',
        numbers: formatBytes(memory.communicationBytes),
      },
    ],
    terms: [{ label: 'layout', value: describeLayout(memory.layout) }],
    figures: [],
    basis:
      'NCCL’s buffers as AIConfigurator’s memory estimate has them for two to four ranks; the message from the shapes.',
  }
}

export function reserve({ memory, bench }: ExplainInput): Body {
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

export function free({ memory }: ExplainInput): Body {
  const { capacityBytes = 0, totalBytes } = memory
  return {
    title: 'Free',
    meaning: 'What is left for more users, longer contexts or a prefix cache.',
    formulas: [
      {
        of: 'free',
        symbols: 'capacity − weights − cache − activations − communication − reserve',
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
    ...(plan.communicationBytes > 0 ? [{ label: 'communication', value: formatBytes(plan.communicationBytes) }] : []),
    { label: 'reserve', value: formatBytes(plan.reserveBytes) },
    ...(plan.capacityBytes === undefined ? [] : [{ label: 'capacity', value: formatBytes(plan.capacityBytes) }]),
  ]
}

const INVERSE_BASIS = 'Exact for the memory plan: this many fit, one more does not. Speed is not asked.'

export function inverse(input: ExplainInput, fit: FitAnswer, what: 'maxContext' | 'maxUsers'): Body {
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
        symbols: `largest n with weights + cache(n) + activations(n) + communication + reserve ≤ capacity`,
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

export function cheapest({ memory }: ExplainInput, fit: FitAnswer): Body {
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

export function memory({ memory: plan }: ExplainInput): Body {
  const parts = [
    ['weights', plan.weightBytes],
    ['KV cache and states', plan.kvBytes],
    ['activations', plan.activationPeakBytes],
    ...(plan.communicationBytes > 0 ? [['communication', plan.communicationBytes] as [string, number]] : []),
    ['reserve', plan.reserveBytes],
  ] as const
  return {
    title: 'Memory needed',
    meaning: 'What one accelerator must hold at the end of the request, and what an engine leaves alone.',
    formulas: [
      {
        of: 'memory',
        symbols: 'weights + cache + activations + communication + reserve',
        numbers: `${parts.map(([, bytes]) => formatBytes(bytes)).join(' + ')} → ${formatBytes(plan.totalBytes)}`,
      },
    ],
    terms: parts.map(([label, bytes]) => ({ label, value: formatBytes(bytes) })),
    figures: ['memory'],
    basis: MEMORY_BASIS,
  }
}
