/**
 * Any quantity over any one field of the question, as a chart: the point asked, the knee, and where memory ends. Numeric
 * fields run in quarter doublings around what is asked, lists and formats through their choices.
 *
 * The knee is where the elasticity d ln y / d ln x crosses one half: from there on, doubling x moves y by less (throughput
 * levelling off) or more (latency setting in) than a factor √2. The capacity limit is exact for whole numbers.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { DTYPES } from '../catalog/dtypes/table.ts'
import { LAYOUT_AXES, type Layout, type LayoutAxis, ONE_ACCELERATOR, rankCount } from '../layout/layout.ts'
import { type Analysis, analyzeBench, type PhaseRange } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import { FIELDS, type Field, type FieldName, flagOf } from '../scenario/fields.ts'
import { type Question, scenarioOf } from '../scenario/question.ts'
import { benchFor } from '../scenario/sweepRow.ts'
import { fail, ok, type Problem, type Result, show } from '../units/result.ts'
import { requestRange } from './basis.ts'
import {
  type Chart,
  type ChartAxis,
  type ChartMark,
  type ChartRule,
  linearDomain,
  logDomain,
  type Point,
  QUANTITY_TEXT,
  type Quantity,
} from './chart.ts'

interface CurveQuantity {
  readonly label: string
  readonly quantity: Quantity
  readonly scale: 'log' | 'linear'
  of(analysis: Analysis): number | undefined
  /** Ends of the interval around it, where kernels were priced. */
  readonly range?: (analysis: Analysis) => Interval | undefined
}

type Interval = readonly [low: number, high: number]

const seconds = (range: PhaseRange | undefined): Interval | undefined => range && [range.low, range.high]

/** What grows with the time of a whole request, or falls with it (`isRate`). */
function scaled(value: number | undefined, analysis: Analysis, isRate = false): Interval | undefined {
  const whole = requestRange(analysis)
  if (!whole || value === undefined) return undefined
  const [low, high] = [whole.low / analysis.request.e2eS, whole.high / analysis.request.e2eS]
  return isRate ? [value / high, value / low] : [value * low, value * high]
}

export const CURVE_QUANTITIES = {
  throughput: {
    label: 'Throughput, tokens/s',
    quantity: 'tokenRate',
    scale: 'log',
    of: (a) => a.request.outputTokensPerS,
    range: (a) => scaled(a.request.outputTokensPerS, a, true),
  },
  perUser: {
    label: 'Speed of one sequence, tokens/s',
    quantity: 'tokenRate',
    scale: 'log',
    of: (a) => (a.request.tpotS === undefined ? undefined : 1 / a.request.tpotS),
    range: ({ request: { tpotRange: r } }) => r && [1 / r.high, 1 / r.low],
  },
  tpot: {
    label: 'Time per output token',
    quantity: 'seconds',
    scale: 'log',
    of: (a) => a.request.tpotS,
    range: (a) => seconds(a.request.tpotRange),
  },
  ttft: {
    label: 'Time to first token',
    quantity: 'seconds',
    scale: 'log',
    of: (a) => a.request.ttftS,
    range: (a) => seconds(a.request.ttftRange),
  },
  e2e: {
    label: 'Whole request',
    quantity: 'seconds',
    scale: 'log',
    of: (a) => a.request.e2eS,
    range: (a) => seconds(requestRange(a)),
  },
  price: {
    label: 'Dollars per million tokens',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => a.request.priceUsdPerMillionOutputTokens,
    range: (a) => scaled(a.request.priceUsdPerMillionOutputTokens, a),
  },
  energy: {
    label: 'Joules per token',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => a.request.energyPerOutputTokenJ,
    range: (a) => scaled(a.request.energyPerOutputTokenJ, a),
  },
  memory: { label: 'Memory needed', quantity: 'bytes', scale: 'linear', of: (a) => a.memory.totalBytes },
  kv: { label: 'KV cache and states', quantity: 'bytes', scale: 'linear', of: (a) => a.memory.kvBytes },
  weights: { label: 'Weights', quantity: 'bytes', scale: 'linear', of: (a) => a.memory.weightBytes },
  decodeIntensity: {
    label: 'Arithmetic intensity of decode, flop/B',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => (a.decode ? a.decode.flop / a.decode.bytes : undefined),
  },
  prefillIntensity: {
    label: 'Arithmetic intensity of prefill, flop/B',
    quantity: 'intensity',
    scale: 'log',
    of: (a) => a.prefill.flop / a.prefill.bytes,
  },
} as const satisfies Record<string, CurveQuantity>

export type CurveQuantityId = keyof typeof CURVE_QUANTITIES

const AXIS_TEXT: { readonly [K in Field['kind']]?: Quantity } = {
  count: 'count',
  bytes: 'bytes',
  byteRate: 'byteRate',
  flopRate: 'flopRate',
  number: 'intensity',
}

/** Where an axis of whole numbers usefully begins and ends. */
const RANGES: { readonly [F in FieldName]?: readonly [number, number] } = {
  batch: [1, 1024],
  prompt: [128, 131_072],
  output: [1, 16_384],
  prefix: [1, 131_072],
  items: [1, 64],
  batchTokens: [256, 65_536],
  tp: [1, 64],
  pp: [1, 64],
  dp: [1, 64],
  ep: [1, 128],
  attentionDp: [1, 64],
  cp: [1, 32],
  nodes: [1, 32],
}

/** Numbers of accelerators: whole doublings, which heads and experts divide by. */
const isCountOfAccelerators = (over: FieldName): boolean => over === 'nodes' || isAxis(over)

const isAxis = (name: string): name is LayoutAxis => (LAYOUT_AXES as readonly string[]).includes(name)

/** Fields a curve may run over. */
export const CURVE_FIELDS = (Object.keys(FIELDS) as FieldName[]).filter((name) => FIELDS[name].sweeps)

interface Asked {
  readonly question: Question
  readonly model: ModelSpec
  readonly accelerator: Accelerator
  readonly benches: Map<string, Bench>
  /** How the accelerators are laid out; held as it is while anything else is varied. */
  readonly layout: Layout
}

/** The question at one value, and how many accelerators it leaves to be laid out. */
function questionAt(
  { question, layout }: Asked,
  over: FieldName,
  value: number | string,
): [Question, number | undefined] {
  const { layout: _, ...rest } = question
  if (isAxis(over)) return [{ ...rest, [over]: value }, undefined]
  const { tp, pp, dp, ep, attentionDp, cp } = layout
  if (over === 'layout') {
    const { tp: _tp, pp: _pp, dp: _dp, ep: _ep, attentionDp: _attention, cp: _cp, ...free } = question
    return [{ ...free, layout: value }, rankCount(layout)]
  }
  const named = rankCount(layout) > 1 ? { ...rest, tp, pp, dp, ep, attentionDp, cp } : question
  return [{ ...named, [over]: value }, undefined]
}

function analysisAt(asked: Asked, over: FieldName, value: number | string): Result<Analysis> {
  const [question, count] = questionAt(asked, over, value)
  const scenario = scenarioOf(question, asked.model, asked.accelerator, count)
  if (!scenario.ok) return scenario
  const bench = benchFor(asked.benches, question, scenario.value)
  return bench.ok ? ok(analyzeBench({ ...bench.value, scenario: scenario.value })) : bench
}

/** What the field is now, whether asked or at its default. */
function valueNow(asked: Asked, over: FieldName): number | string | undefined {
  const given = asked.question[over]
  if (given !== undefined) return given
  const { accelerator } = asked
  const own: { readonly [F in FieldName]?: number | undefined } = {
    bandwidth: accelerator.memoryBandwidthBytePerS?.value,
    peak: (accelerator.matrixFlopPerS.bf16 ?? accelerator.matrixFlopPerS.fp16)?.value,
    memory: accelerator.memoryBytes?.value,
    price: accelerator.priceUsdPerHour?.value,
  }
  const field: Field = FIELDS[over]
  return own[over] ?? field.default
}

/** Quarter doublings, whole ones exact; counts are rounded. */
function grid(from: number, to: number, whole: boolean): number[] {
  const out = new Set<number>([from, to])
  for (let x = from; x < to; x *= 2) {
    for (let i = 0; i < 4; i++) {
      const value = x * 2 ** (i / 4)
      if (value < to) out.add(whole ? Math.round(value) : value)
    }
  }
  return [...out].sort((a, b) => a - b)
}

function numericValues(asked: Asked, over: FieldName): number[] {
  const field: Field = FIELDS[over]
  const now = valueNow(asked, over)
  const { min = 0, max = Number.POSITIVE_INFINITY } = field
  if (field.kind === 'count') {
    const [from, to] = RANGES[over] ?? [1, 1024]
    if (isCountOfAccelerators(over)) {
      const doublings = Array.from({ length: Math.log2(to) + 1 }, (_, i) => 2 ** i)
      return [...new Set([...doublings, ...(typeof now === 'number' ? [now] : [])])].sort((a, b) => a - b)
    }
    const trained = over === 'prompt' ? (asked.model.extendedContextTokens ?? asked.model.trainedContextTokens ?? 0) : 0
    const most =
      over === 'prefix'
        ? Number(asked.question.prompt ?? FIELDS.prompt.default)
        : Math.max(to, trained, 2 * Number(now ?? 0))
    const values = grid(Math.max(from, min, 1), Math.max(Math.min(most, max), from + 1), true)
    const whole = typeof now === 'number' && now >= from && now <= most ? [...values, now] : values
    return [...new Set(whole)].sort((a, b) => a - b)
  }
  if (over === 'utilization') return Array.from({ length: 26 }, (_, i) => 0.5 + i / 50)
  const middle = typeof now === 'number' && now > 0 ? now : 1
  return grid(Math.max(middle / 8, min || 1e-9), Math.min(middle * 8, max), false)
}

/** Formats people choose among, narrowest last; the one asked for is always there. */
const FORMATS = ['bf16', 'fp8', 'int8', 'int4', 'nvfp4', 'mxfp4', 'q8_0', 'q4_k', 'int2']

function choicesOf(asked: Asked, over: FieldName): string[] {
  const field: Field = FIELDS[over]
  if (field.kind === 'choice') return [...(field.choices ?? [])]
  const usable = FORMATS.filter((id) => {
    const row = (DTYPES as Readonly<Record<string, { readonly dynamic: boolean }>>)[id]
    return row && (over === 'weights' || row.dynamic)
  })
  const now = String(asked.question[over] ?? asked.model.precision[over as 'weights' | 'activations' | 'kv'])
  return usable.includes(now) ? usable : [now, ...usable]
}

/** The first place where the elasticity crosses one half, interpolated in the logarithm. */
export function findKnee(points: readonly Point[]): number | undefined {
  const slopes: Point[] = []
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1] as Point
    const [x1, y1] = points[i] as Point
    if (x0 <= 0 || y0 <= 0 || y1 <= 0 || x1 / x0 < 1.02) continue
    slopes.push([Math.sqrt(x0 * x1), Math.abs(Math.log(y1 / y0) / Math.log(x1 / x0))])
  }
  for (let i = 1; i < slopes.length; i++) {
    const [x0, s0] = slopes[i - 1] as Point
    const [x1, s1] = slopes[i] as Point
    if (s0 === 0.5 || s0 < 0.5 === s1 < 0.5) continue
    return x0 * (x1 / x0) ** ((0.5 - s0) / (s1 - s0))
  }
  return undefined
}

/** Where `fits` changes between two neighbouring values: the last that fits. */
function edgeOfMemory(
  asked: Asked,
  over: FieldName,
  rows: readonly { readonly x: number; readonly fits: boolean | undefined }[],
): number | undefined {
  const at = rows.findIndex((row, i) => i > 0 && row.fits !== rows[i - 1]?.fits)
  const before = rows[at - 1]
  const after = rows[at]
  if (!before || !after) return undefined
  if (isCountOfAccelerators(over)) return before.fits ? before.x : after.x
  const whole = FIELDS[over].kind === 'count'
  let low = before.x
  let high = after.x
  for (let i = 0; i < 60 && (whole ? high - low > 1 : high / low > 1.001); i++) {
    const middle = whole ? Math.floor((low + high) / 2) : Math.sqrt(low * high)
    const analysis = analysisAt(asked, over, middle)
    if (!analysis.ok) return undefined
    if (analysis.value.memory.fits === before.fits) low = middle
    else high = middle
  }
  return before.fits ? low : high
}

function isQuantity(id: string): id is CurveQuantityId {
  return Object.hasOwn(CURVE_QUANTITIES, id)
}

export function curveOf(
  question: Question,
  model: ModelSpec,
  accelerator: Accelerator,
  over: FieldName,
  quantity: string,
  layout: Layout = ONE_ACCELERATOR,
): Result<Chart> {
  if (!CURVE_FIELDS.includes(over))
    return fail('curve', `${show(over)} cannot be varied`, `Choose among ${CURVE_FIELDS.map(flagOf).join(', ')}`)
  if (!isQuantity(quantity))
    return fail(
      'curve',
      `${show(quantity)} is not a quantity`,
      `Choose among ${Object.keys(CURVE_QUANTITIES).join(', ')}`,
    )
  const asked: Asked = { question, model, accelerator, benches: new Map(), layout }
  const field: Field = FIELDS[over]
  const named = field.kind === 'dtype' || field.kind === 'choice'
  return named ? choiceChart(asked, over, quantity) : lineChart(asked, over, quantity)
}

function titles(over: FieldName, quantity: CurveQuantityId) {
  const { label } = CURVE_QUANTITIES[quantity]
  const name = flagOf(over).replaceAll('-', ' ')
  return { id: `${quantity}-over-${over}`, title: `${label.split(',')[0]} over ${name}`, label, name }
}

function yAxis(quantity: CurveQuantityId, values: readonly number[]): ChartAxis {
  const { label, quantity: unit, scale } = CURVE_QUANTITIES[quantity]
  const domain = scale === 'log' ? logDomain(values, 1.25) : linearDomain(values)
  return { label, quantity: unit, scale, base: 10, domain }
}

function lineChart(asked: Asked, over: FieldName, quantity: CurveQuantityId): Result<Chart> {
  const { of, range, quantity: unit } = CURVE_QUANTITIES[quantity] as CurveQuantity
  const rows: {
    x: number
    y: number
    interval: Interval | undefined
    fits: boolean | undefined
    capacity: number | undefined
  }[] = []
  let last: Problem | undefined
  for (const x of numericValues(asked, over)) {
    const analysis = analysisAt(asked, over, x)
    if (!analysis.ok) {
      last = analysis.problem
      continue
    }
    const y = of(analysis.value)
    if (y === undefined) continue
    const interval = range?.(analysis.value)
    rows.push({ x, y, interval, fits: analysis.value.memory.fits, capacity: analysis.value.memory.capacityBytes })
  }
  const { id, title, name } = titles(over, quantity)
  if (rows.length < 2) {
    return last
      ? { ok: false, problem: last }
      : fail(
          title,
          'has no value in this question',
          'Choose another quantity, or give what is missing (a price, a power)',
        )
  }
  const points = rows.map((row): Point => [row.x, row.y])
  const xs = rows.map((row) => row.x)
  const xQuantity =
    over === 'prompt' || over === 'output' || over === 'prefix' || over === 'batchTokens'
      ? 'tokens'
      : (AXIS_TEXT[FIELDS[over].kind] ?? 'count')
  const text = QUANTITY_TEXT[xQuantity]
  const rules: ChartRule[] = []
  const now = valueNow(asked, over)
  if (typeof now === 'number' && now >= (xs[0] as number) && now <= (xs.at(-1) as number))
    rules.push({ axis: 'x', at: now, label: `asked: ${text(now)}`, tone: 'here' })
  const knee = findKnee(points)
  if (knee !== undefined)
    rules.push({
      axis: 'x',
      at: knee,
      label: `knee: ${text(FIELDS[over].kind === 'count' ? Math.round(knee) : knee)}`,
      tone: 'roof',
    })
  const edge = edgeOfMemory(asked, over, rows)
  if (edge !== undefined) rules.push({ axis: 'x', at: edge, label: `memory: ${text(edge)}`, tone: 'limit' })
  else if (rows.every((row) => row.fits === false))
    rules.push({ axis: 'x', at: xs[0] as number, label: 'nothing here fits', tone: 'limit' })
  const capacity = rows[0]?.capacity
  if (quantity === 'memory' && capacity !== undefined && over !== 'memory')
    rules.push({ axis: 'y', at: capacity, label: `capacity: ${QUANTITY_TEXT.bytes(capacity)}`, tone: 'limit' })
  const ys = rows.map((row) => row.y)
  const band = rows.flatMap(({ x, interval }) => (interval ? [[x, ...interval] as const] : []))
  const seen = [...ys, ...band.flatMap(([, low, high]) => [low, high])]
  return ok({
    id,
    title,
    description:
      `${title}: from ${QUANTITY_TEXT[unit](ys[0] as number)} at ${text(xs[0] as number)} to ${QUANTITY_TEXT[unit](ys.at(-1) as number)} at ${text(xs.at(-1) as number)}.` +
      `${rules.length > 0 ? ` Marked: ${rules.map((rule) => rule.label).join('; ')}.` : ''}` +
      `${band.length > 1 ? ' The band is the interval that holds 80 % of measurements.' : ''}`,
    x: {
      label: name,
      quantity: xQuantity,
      scale: over === 'utilization' ? 'linear' : 'log',
      base: FIELDS[over].kind === 'count' ? 2 : 10,
      domain: [xs[0] as number, xs.at(-1) as number],
    },
    y: yAxis(quantity, quantity === 'memory' && capacity !== undefined ? [...ys, capacity] : seen),
    lines: [{ label: CURVE_QUANTITIES[quantity].label, tone: 'decode', points, ...(band.length > 1 ? { band } : {}) }],
    marks: [],
    rules,
  })
}

function choiceChart(asked: Asked, over: FieldName, quantity: CurveQuantityId): Result<Chart> {
  const { of, range, quantity: unit } = CURVE_QUANTITIES[quantity] as CurveQuantity
  const marks: ChartMark[] = []
  const names: string[] = []
  let last: Problem | undefined
  for (const name of choicesOf(asked, over)) {
    const analysis = analysisAt(asked, over, name)
    if (!analysis.ok) {
      last = analysis.problem
      continue
    }
    const y = of(analysis.value)
    if (y === undefined) continue
    const { fits } = analysis.value.memory
    const interval = range?.(analysis.value)
    const text = QUANTITY_TEXT[unit]
    const around = interval ? `, ${text(interval[0])} to ${text(interval[1])}` : ''
    const said = `${name}: ${text(y)}${around}${fits === false ? ', does not fit' : ''}`
    marks.push({
      x: names.length,
      y,
      size: 0.5,
      tone: fits === false ? 'limit' : 'decode',
      label: QUANTITY_TEXT[unit](y),
      text: said,
      rank: 1,
      ...(interval ? { interval } : {}),
    })
    names.push(name)
  }
  const { id, title, name } = titles(over, quantity)
  if (marks.length === 0) {
    return last
      ? { ok: false, problem: last }
      : fail(
          title,
          'has no value in this question',
          'Choose another quantity, or give what is missing (a price, a power)',
        )
  }
  const asks = names.indexOf(String(valueNow(asked, over) ?? asked.model.precision[over as 'weights']))
  return ok({
    id,
    title,
    description: `${title}. ${marks.map((mark) => mark.text).join('; ')}.`,
    x: { label: name, quantity: 'count', scale: 'linear', domain: [-0.5, names.length - 0.5], names },
    y: {
      ...yAxis(
        quantity,
        marks.map((mark) => mark.y),
      ),
      scale: 'linear',
      domain: linearDomain(marks.map((mark) => mark.interval?.[1] ?? mark.y)),
    },
    lines: [],
    marks,
    rules: asks >= 0 ? [{ axis: 'x', at: asks, label: `asked: ${names[asks]}`, tone: 'here' }] : [],
  })
}
