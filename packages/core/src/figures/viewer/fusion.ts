/**
 * Figure 15 of the viewer paper: fusing operators moves them to the right on the roofline, which helps left of the turning
 * point only. The paper's two cases are illustrations at given intensities; the third panel is computed from a model.
 */
import type { ChartLine } from '../../report/chart.ts'
import { type AnalyzedOperator, analyze, type Phase } from '../../scenario/analyze.ts'
import { scenarioOf } from '../../scenario/question.ts'
import { formatFlopRate, formatNumber } from '../../units/format.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import { capitalised } from '../../units/text.ts'
import type { DataRow, Figure, Settings } from '../figure.ts'
import { acceleratorOf, modelOf, numberAt, numbersAt } from '../settings.ts'
import { ACCELERATOR, ACCOUNTING, MODEL, peakOf, ROOFLINE, roofsFor, SIXTEEN_BIT, settingWords } from './bench.ts'
import { attainable, markAt, type Roof, ridgeOf, roofLineOf, rooflineOn } from './rooflines.ts'

interface Case {
  readonly name: string
  readonly before: number
  readonly after: number
}

/** Operators of one layer taken together: flop per byte. */
function together(entries: readonly AnalyzedOperator[]): number {
  const flop = entries.reduce((sum, { operator }) => sum + operator.flop + operator.vectorFlop, 0)
  return flop / entries.reduce((sum, { cost }) => sum + cost.bytes, 0)
}

function named(phase: Phase | undefined, names: readonly string[]): readonly AnalyzedOperator[] {
  for (const { part, operators } of phase?.groups ?? []) {
    const found = operators.filter(({ operator }) => names.includes(operator.name))
    if (part === 'layer' && found.length > 0) return found
  }
  return []
}

/** Attention of one layer in prefill, as three operators and as one. */
function attentionCase(settings: Settings): Result<Case> {
  const question = { prompt: numberAt(settings, 'length'), ...ROOFLINE, ...SIXTEEN_BIT }
  const intensity = (attention: 'eager' | 'flash', names: readonly string[]): Result<number> => {
    const scenario = scenarioOf({ ...question, attention }, modelOf(settings), acceleratorOf(settings))
    const answer = scenario.ok ? analyze(scenario.value) : scenario
    if (!answer.ok) return answer
    const entries = named(answer.value.prefill, names)
    return entries.length > 0
      ? ok(together(entries))
      : fail('model', `${modelOf(settings).name} has no softmax attention to fuse`, 'Choose another model')
  }
  const before = intensity('eager', ['qk_matmul', 'softmax', 'sv_matmul'])
  if (!before.ok) return before
  const after = intensity('flash', ['fused_attention'])
  return after.ok ? ok({ name: 'attention', before: before.value, after: after.value }) : after
}

function arrowOf(roof: Roof, { before, after }: Case): ChartLine {
  return {
    label: '',
    tone: 's1',
    points: [before, Math.min(Math.max(ridgeOf(roof), before), after), after].map(
      (x) => [x, attainable(roof, x)] as const,
    ),
  }
}

const intensities = (id: string, values: readonly number[], help: string) =>
  ({ id, kind: 'number', default: values, range: [0.01, 1e5], most: 2, help }) as const

export const FIGURE_15: Figure = {
  id: 'viewer-15',
  document: 'viewer',
  number: '15',
  title: 'Operator fusion on the roofline',
  section: '5.1',
  caption:
    'Fusing neighbours spares the store and the load between them: more flop per byte. An operator bound by memory gets faster by ' +
    'as much; one bound by computing gains nothing. Attention in prefill crosses from one side to the other.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    intensities('memory', [50, 180], 'flop per byte before and after, memory-bound case'),
    intensities('compute', [250, 500], 'flop per byte before and after, compute-bound case'),
    {
      id: 'length',
      kind: 'tokens',
      default: [2048],
      range: [2, 1_000_000],
      most: 1,
      help: 'tokens of the prompt in the third panel',
    },
  ],
  flags: [
    'The marks of the published figure are placed by hand (50 to 180 and 250 to 500 flop/B); the first two panels repeat them.',
  ],
  compute(settings) {
    const accelerator = acceleratorOf(settings)
    const roofs = roofsFor(settings)
    if (!roofs.ok) return roofs
    const peak = peakOf(roofs.value, accelerator)
    if (!peak.ok) return peak
    const attention = attentionCase(settings)
    if (!attention.ok) return attention
    const { bandwidthBytePerS } = roofs.value
    const roof: Roof = { label: 'roof', peakFlopPerS: peak.value, bandwidthBytePerS, tone: 'roof' }
    const given = (id: string): Pick<Case, 'before' | 'after'> => {
      const [before = 1, after = before] = numbersAt(settings, id)
      return { before, after }
    }
    const cases: readonly Case[] = [
      { name: 'memory-bound case', ...given('memory') },
      { name: 'compute-bound case', ...given('compute') },
      { ...attention.value, name: `computed: attention, prefill ${numberAt(settings, 'length')}` },
    ]
    const most = Math.max(...[ridgeOf(roof) * 2.9, ...cases.map(({ after }) => after * 1.15)])
    const rows: DataRow[] = cases.map(({ name, before, after }) => ({
      case: name,
      beforeFlopPerByte: before,
      afterFlopPerByte: after,
      beforeFlopPerS: attainable(roof, before),
      afterFlopPerS: attainable(roof, after),
      gain: attainable(roof, after) / attainable(roof, before),
    }))
    return ok({
      settings: settingWords(settings),
      rows,
      columns: 3,
      panels: cases.map((one, i) => ({
        kind: 'chart',
        title: capitalised(one.name),
        height: 290,
        chart: rooflineOn(`viewer-15-${i}`, one.name, [roof], most, {
          lines: [roofLineOf({ ...roof, label: '' }, 0, most), arrowOf(roof, one)],
          marks: [
            markAt(roof, one.before, `before ${formatNumber(one.before)}`, 2, 's1'),
            markAt(roof, one.after, `fused ${formatNumber(one.after)}`, 1, 's2'),
          ],
        }),
      })),
      findings: rows.map(
        (row) =>
          `${row.case}: ${formatFlopRate(Number(row.beforeFlopPerS))} before, ${formatFlopRate(Number(row.afterFlopPerS))} fused` +
          `${Number(row.gain) > 1.0005 ? ` (${formatNumber(Number(row.gain))}×)` : ' (no gain)'}.`,
      ),
    })
  },
}
