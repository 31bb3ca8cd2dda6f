/** Explanations of the times, rates, energy and price of a request, and of the traffic of its phases. */
import { engineProfile } from '../engine/profile.ts'
import { rankCount } from '../layout/layout.ts'
import type { Analysis, Phase, PhaseRange } from '../scenario/analyze.ts'
import { rankWorkload } from '../scenario/scenario.ts'
import { decodeStep, decodes } from '../step/phases.ts'
import {
  formatBytes,
  formatCount,
  formatDollars,
  formatFlop,
  formatNumber,
  formatPercent,
  formatSeconds,
} from '../units/format.ts'
import { basisBadge, intervalText, rangeMarks, requestRange } from './basis.ts'
import type { Body, ExplainInput, Term } from './explanation.ts'

function phaseTerms(phase: Phase): Term[] {
  return phase.groups.map((group) => ({
    label: `${group.name}${group.repeat > 1 ? ` × ${formatCount(group.repeat)}` : ''}`,
    value: formatSeconds(group.repeat * group.timeS),
    note: `${formatPercent((group.repeat * group.timeS) / phase.timeS)} of the pass`,
  }))
}

/** The interval of a time, and what is borrowed or extrapolated in it, with what that means. */
function rangeTerms(range: PhaseRange | undefined): Term[] {
  if (!range) return []
  return [
    {
      label: 'interval',
      value: intervalText(range.low, range.high),
      note: 'holds 80 % of measurements left out of the fit',
    },
    ...rangeMarks(range, 0.005).map((mark) => ({ label: mark.id, value: mark.text, note: mark.help })),
  ]
}

/** What stands between the kernels of a pass and its time: the engine, and the fill of a pipeline. */
function outsideTerms(kernelS: number, passS: number, analysis: Analysis): Term[] {
  if (Math.abs(passS / kernelS - 1) < 1e-6) return []
  const { pp } = analysis.layout
  const why =
    pp > 1 ? `the engine, and ${pp} stages that fill one after another` : 'scheduling, sampling and gaps of the engine'
  return [
    { label: 'kernels', value: formatSeconds(kernelS) },
    { label: 'beyond the kernels', value: formatSeconds(passS - kernelS), note: why },
  ]
}

const sumOf = (analysis: Analysis): string =>
  analysis.basis === 'roofline'
    ? 'Σ over operators of max(work / peak, bytes / bandwidth, bytes sent / link)'
    : 'Σ over operators of their kernels’ times, then the engine’s own time'

export function ttft({ analysis }: ExplainInput): Body {
  const { prefill, request } = analysis
  return {
    title: analysis.decode ? 'Time to first token' : 'Time of one pass',
    meaning: 'One pass over all prompts of the batch, every operator one after the other; no queueing.',
    formulas: [
      {
        of: 'TTFT',
        symbols: sumOf(analysis),
        numbers: `${formatFlop(prefill.flop)} and ${formatBytes(prefill.bytes)} take ${formatSeconds(request.ttftS)}`,
      },
    ],
    terms: [
      ...rangeTerms(request.ttftRange),
      ...outsideTerms(prefill.timeS, request.ttftS, analysis),
      ...phaseTerms(prefill),
    ],
    figures: ['time'],
  }
}

export function tpot({ analysis }: ExplainInput): Body {
  const { request, scenario, decode } = analysis
  const steps = scenario.workload.outputTokens - 1
  return {
    title: 'Time per output token',
    meaning:
      analysis.basis === 'roofline'
        ? 'The mean gap between the tokens of one answer after the first, over the growing context (exact, not sampled).'
        : 'The mean gap between the tokens of one answer after the first, over the growing context (sampled, summed).',
    formulas: [
      {
        of: 'TPOT',
        symbols: '(E2E − TTFT) / (output tokens − 1)',
        numbers: `(${formatSeconds(request.e2eS)} − ${formatSeconds(request.ttftS)}) / ${formatCount(steps)} = ${formatSeconds(request.tpotS ?? 0)}`,
      },
    ],
    terms: [
      ...rangeTerms(request.tpotRange),
      ...(decode
        ? [
            {
              label: 'kernels of the first decode step',
              value: formatSeconds(decode.timeS),
              note: `moves ${formatBytes(decode.bytes)}`,
            },
            ...phaseTerms(decode),
          ]
        : []),
    ],
    figures: ['time'],
  }
}

/** What the page means by its basis: the badge beside every number opens this. */
export function basis({ analysis, bench }: ExplainInput): Body {
  const badge = basisBadge(analysis)
  const { request, scenario, decode } = analysis
  const { name } = engineProfile(scenario.engine)
  const step = decodeStep(scenario.model, rankWorkload(scenario), analysis.decodeContextTokens).step.groups
  const beyondS = decode && bench.engine ? bench.engine.stepS(decode.timeS, step) - decode.timeS : 0
  const beyond =
    beyondS > 0 ? `adds ${formatSeconds(beyondS)} to the first decode step` : 'hides its own time behind it'
  const priced = analysis.basis !== 'roofline'
  return {
    title: `Basis: ${badge.text}`,
    meaning: badge.help,
    formulas: priced
      ? [
          {
            of: 'a step',
            symbols: 'Σ of kernel times + host time of the engine that nothing hides',
            numbers: `${name} ${beyond}`,
          },
        ]
      : [
          {
            of: 'an operator',
            symbols: 'max(work / peak, bytes / bandwidth, bytes sent / link)',
            numbers: 'nothing for launches, tiles, scheduling or gaps',
          },
        ],
    terms: [
      ...(request.ttftRange
        ? [{ label: 'first token', value: intervalText(request.ttftRange.low, request.ttftRange.high) }]
        : []),
      ...(request.tpotRange
        ? [{ label: 'each further token', value: intervalText(request.tpotRange.low, request.tpotRange.high) }]
        : []),
      ...rangeMarks(requestRange(analysis), 0.005).map(({ id, text, help }) => ({
        label: id,
        value: text,
        note: help,
      })),
    ],
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
      ...rangeTerms(requestRange(analysis)),
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
  const count = rankCount(analysis.layout)
  return {
    title: 'Price per million tokens',
    meaning:
      'Rent of all accelerators over the time a million output tokens take, never idle. Prices change: the date is with the source.',
    formulas:
      hourly === undefined || value === undefined
        ? []
        : [
            {
              of: 'price',
              symbols: `${count > 1 ? 'accelerators · ' : ''}rent per second / (tokens/s) · 10⁶`,
              numbers: `${count > 1 ? `${formatCount(count)} · ` : ''}${formatDollars(hourly)} / 3600 s / ${formatNumber(request.outputTokensPerS)} tokens/s · 10⁶ = ${formatDollars(value)}`,
            },
          ],
    terms: hourly === undefined ? [{ label: 'rent', value: 'not sourced', note: 'give a price of your own' }] : [],
    figures: ['rent', 'time'],
  }
}

export function energy({ analysis }: ExplainInput): Body {
  const { request, scenario } = analysis
  const watt = scenario.accelerator.powerW?.value
  const count = rankCount(analysis.layout)
  return {
    title: 'Energy per token',
    meaning: 'An upper bound: every board takes its full power all the time.',
    formulas:
      watt === undefined
        ? []
        : [
            {
              of: 'energy',
              symbols: `${count > 1 ? 'accelerators · ' : ''}board power / (tokens/s)`,
              numbers: `${count > 1 ? `${formatCount(count)} · ` : ''}${formatNumber(watt)} W / ${formatNumber(request.outputTokensPerS)} tokens/s = ${formatNumber(request.energyPerOutputTokenJ ?? 0)} J`,
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
