/**
 * Where a number comes from: its formula, the terms with their values, the basis and the sources behind it. One entry per
 * id of `answers.ts`; the terms are the same quantities the answer was computed from, never recomputed another way.
 */
import { formatByteRate } from '../units/format.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import type { AnswerId } from './answers.ts'
import { activations, cheapest, communication, free, inverse, kv, memory, reserve, weights } from './explainMemory.ts'
import { basis, e2e, energy, perUser, price, throughput, tpot, traffic, ttft } from './explainRequest.ts'
import type { Body, ExplainInput, NumberExplanation } from './explanation.ts'
import { basisNote } from './notes.ts'
import { figureSources, sourceLines } from './sources.ts'

const BODIES = {
  basis,
  ttft,
  tpot,
  e2e,
  throughput,
  price,
  energy,
  weights,
  kv,
  activations,
  communication,
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
  const { figures, basis: said, ...rest } = body.value
  const rests = figureSources(input.analysis).filter((row) => figures.some((kind) => FIGURES[kind](row.figure)))
  const bandwidth = formatByteRate(input.analysis.roofs.bandwidthBytePerS)
  return ok({
    id: id as AnswerId,
    ...rest,
    basis: said ?? `${basisNote(input.analysis)} Memory bandwidth ${bandwidth}.`,
    sources: sourceLines(rests),
  })
}
