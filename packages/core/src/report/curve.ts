/**
 * Any quantity over any one field of the question, as a chart: the point asked, the knee, and where memory ends. Numeric
 * fields run in quarter doublings around what is asked, lists and formats through their choices.
 *
 * The knee is where the elasticity d ln y / d ln x crosses one half: from there on, doubling x moves y by less (throughput
 * levelling off) or more (latency setting in) than a factor √2. The capacity limit is exact for whole numbers.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { type Layout, ONE_ACCELERATOR } from '../layout/layout.ts'
import { FIELDS, type Field, type FieldName, flagOf } from '../scenario/fields.ts'
import type { Question } from '../scenario/question.ts'
import { fail, ok, type Problem, type Result, show } from '../units/result.ts'
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
import {
  CURVE_QUANTITIES,
  type CurveQuantity,
  type CurveQuantityId,
  type Interval,
  isQuantity,
} from './curveQuantities.ts'
import {
  type Asked,
  analysisAt,
  CURVE_FIELDS,
  choicesOf,
  isCountOfAccelerators,
  numericValues,
  valueNow,
} from './curveValues.ts'

export { CURVE_QUANTITIES, type CurveQuantityId } from './curveQuantities.ts'
export { CURVE_FIELDS } from './curveValues.ts'

const AXIS_TEXT: { readonly [K in Field['kind']]?: Quantity } = {
  count: 'count',
  bytes: 'bytes',
  byteRate: 'byteRate',
  flopRate: 'flopRate',
  number: 'intensity',
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
