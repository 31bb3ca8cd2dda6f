/** Explanations of the times, rates, energy and price of a request, and of the traffic of its phases. */
import type { Phase } from '../scenario/analyze.ts'
import { decodes } from '../step/phases.ts'
import {
  formatBytes,
  formatCount,
  formatDollars,
  formatFlop,
  formatNumber,
  formatPercent,
  formatSeconds,
} from '../units/format.ts'
import type { Body, ExplainInput, Term } from './explanation.ts'

function phaseTerms(phase: Phase): Term[] {
  return phase.groups.map((group) => ({
    label: `${group.name}${group.repeat > 1 ? ` × ${formatCount(group.repeat)}` : ''}`,
    value: formatSeconds(group.repeat * group.timeS),
    note: `${formatPercent((group.repeat * group.timeS) / phase.timeS)} of the pass`,
  }))
}

export function ttft({ analysis }: ExplainInput): Body {
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

export function tpot({ analysis }: ExplainInput): Body {
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

export function e2e({ analysis }: ExplainInput): Body {
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

export function throughput({ analysis }: ExplainInput): Body {
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

export function price({ analysis }: ExplainInput): Body {
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

export function energy({ analysis }: ExplainInput): Body {
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

export function perUser({ analysis }: ExplainInput): Body {
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
export function traffic(name: 'decode' | 'prefill', what: 'bytes' | 'intensity'): (input: ExplainInput) => Body {
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
