/**
 * The values a curve runs through, and the analysis at each of them. Loads and figures run in quarter doublings around what
 * is asked, numbers of accelerators in whole ones, lists and formats through their choices. While anything but a layout is
 * varied, the accelerators stay laid out as they are.
 */
import type { ModelSpec } from '../architecture/model.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { DTYPES } from '../catalog/dtypes/table.ts'
import { LAYOUT_AXES, type Layout, type LayoutAxis, rankCount } from '../layout/layout.ts'
import { type Analysis, analyzeBench } from '../scenario/analyze.ts'
import type { Bench } from '../scenario/bench.ts'
import { FIELDS, type Field, type FieldName } from '../scenario/fields.ts'
import { type Question, scenarioOf } from '../scenario/question.ts'
import { benchFor } from '../scenario/sweepRow.ts'
import { ok, type Result } from '../units/result.ts'

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
export const isCountOfAccelerators = (over: FieldName): boolean => over === 'nodes' || isAxis(over)

const isAxis = (name: string): name is LayoutAxis => (LAYOUT_AXES as readonly string[]).includes(name)

/** Fields a curve may run over. */
export const CURVE_FIELDS = (Object.keys(FIELDS) as FieldName[]).filter((name) => FIELDS[name].sweeps)

export interface Asked {
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

export function analysisAt(asked: Asked, over: FieldName, value: number | string): Result<Analysis> {
  const [question, count] = questionAt(asked, over, value)
  const scenario = scenarioOf(question, asked.model, asked.accelerator, count)
  if (!scenario.ok) return scenario
  const bench = benchFor(asked.benches, question, scenario.value)
  return bench.ok ? ok(analyzeBench({ ...bench.value, scenario: scenario.value })) : bench
}

/** What the field is now, whether asked or at its default. */
export function valueNow(asked: Asked, over: FieldName): number | string | undefined {
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

export function numericValues(asked: Asked, over: FieldName): number[] {
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

export function choicesOf(asked: Asked, over: FieldName): string[] {
  const field: Field = FIELDS[over]
  if (field.kind === 'choice') return [...(field.choices ?? [])]
  const usable = FORMATS.filter((id) => {
    const row = (DTYPES as Readonly<Record<string, { readonly dynamic: boolean }>>)[id]
    return row && (over === 'weights' || row.dynamic)
  })
  const now = String(asked.question[over] ?? asked.model.precision[over as 'weights' | 'activations' | 'kv'])
  return usable.includes(now) ? usable : [now, ...usable]
}
