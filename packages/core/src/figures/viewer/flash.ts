/**
 * Figure 16 of the viewer paper: what FlashAttention saves in memory access and in time. Ours counts a kernel that reads
 * Q, K and V and writes the output once, and skips what the causal mask hides; the published bars stand beside it.
 */
import { viewerHardwareFor } from '../../catalog/accelerators/viewer-hardware.ts'
import { type Analysis, analyze } from '../../scenario/analyze.ts'
import { scenarioOf } from '../../scenario/question.ts'
import { formatCount, formatNumber } from '../../units/format.ts'
import { ok, type Result } from '../../units/result.ts'
import type { DataRow, Figure, Settings } from '../figure.ts'
import type { BarPanel } from '../panel.ts'
import { acceleratorOf, modelOf, numbersAt } from '../settings.ts'
import { ACCELERATOR, benchFor, MODEL, ROOFLINE, SIXTEEN_BIT, settingWords } from './bench.ts'
import { publishedFlash } from './publishedFlash.ts'

interface Totals {
  readonly bytes: number
  readonly timeS: number
}

const reduction = (before: number, after: number) => 100 * (1 - after / before)

function analysisOf(
  settings: Settings,
  convention: 'exact' | 'paper',
  attention: 'eager' | 'flash',
  place: { readonly batch: number; readonly length: number },
): Result<Analysis> {
  const question = {
    convention,
    attention,
    ...ROOFLINE,
    ...SIXTEEN_BIT,
    batch: place.batch,
    prompt: place.length,
    output: 1,
  }
  const scenario = scenarioOf(question, modelOf(settings), acceleratorOf(settings))
  return scenario.ok ? analyze(scenario.value) : scenario
}

const PHASES = ['decode', 'prefill'] as const

function rowsAt(settings: Settings, place: { readonly batch: number; readonly length: number }): Result<DataRow[]> {
  const eager = analysisOf(settings, 'exact', 'eager', place)
  if (!eager.ok) return eager
  const flash = analysisOf(settings, 'exact', 'flash', place)
  if (!flash.ok) return flash
  const onChip = viewerHardwareFor(acceleratorOf(settings).id)?.onChipBufferBytes
  const paper = onChip === undefined ? undefined : analysisOf(settings, 'paper', 'eager', place)
  const out: DataRow[] = []
  for (const phase of PHASES) {
    const before: Totals | undefined = eager.value[phase]
    const after: Totals | undefined = flash.value[phase]
    if (!before || !after) continue
    const published = paper?.ok && onChip !== undefined ? publishedFlash(paper.value, phase, onChip) : undefined
    out.push({
      phase,
      batch: place.batch,
      lengthTokens: place.length,
      eagerBytes: before.bytes,
      flashBytes: after.bytes,
      accessReductionPercent: reduction(before.bytes, after.bytes),
      eagerTimeS: before.timeS,
      flashTimeS: after.timeS,
      timeReductionPercent: reduction(before.timeS, after.timeS),
      publishedAccessReductionPercent: published ? reduction(published.eager.bytes, published.flash.bytes) : null,
      publishedTimeReductionPercent: published ? reduction(published.eager.timeS, published.flash.timeS) : null,
    })
  }
  return ok(out)
}

const number = (x: unknown): number | null => (typeof x === 'number' ? x : null)

export const FIGURE_16: Figure = {
  id: 'viewer-16',
  document: 'viewer',
  number: '16',
  title: 'What FlashAttention saves: memory access and time',
  section: '5.1',
  caption:
    'Per cent less than attention that writes its scores to memory. In decode the scores are a row per head and hardly matter, and ' +
    'access and time fall alike; in prefill they are a square, and time falls less than access because most of the rest computes.',
  parameters: [
    MODEL,
    ACCELERATOR,
    {
      id: 'length',
      kind: 'tokens',
      default: [1000, 10_000, 100_000],
      range: [2, 4_000_000],
      most: 8,
      help: 'tokens, at batch 1',
    },
    {
      id: 'batch',
      kind: 'batch',
      default: [16, 64],
      range: [2, 4096],
      most: 4,
      help: 'further batches, at the shortest length',
    },
  ],
  flags: [
    'The published bars come from an accounting in which the fused kernel read K or V but not both: the savings it shows for ' +
      'decode are that omission. The source was corrected later; its own bars for decode are then 0.03 to 0.6 %.',
    'For prefill the published bars are too low: the output is counted twice and as wide as the sequence, which gives back most of what is saved.',
  ],
  compute(settings) {
    const able = benchFor({ ...settings, choices: { convention: 'exact' } }, 'FP16')
    if (!able.ok) return able
    const lengths = numbersAt(settings, 'length')
    const [shortest = 1000] = lengths
    const places = [
      ...lengths.map((length) => ({ batch: 1, length })),
      ...numbersAt(settings, 'batch').map((batch) => ({ batch, length: shortest })),
    ]
    const rows: DataRow[] = []
    for (const place of places) {
      const own = rowsAt(settings, place)
      if (!own.ok) return own
      rows.push(...own.value)
    }
    const hasPublished = rows.some((row) => row.publishedAccessReductionPercent !== null)
    const panels = PHASES.map((phase): BarPanel => {
      const own = rows.filter((row) => row.phase === phase)
      const groups = own.map((row) => ({
        label: `${formatCount(Number(row.batch))} × ${formatCount(Number(row.lengthTokens))} tokens`,
        values: [
          number(row.accessReductionPercent),
          number(row.timeReductionPercent),
          ...(hasPublished
            ? [number(row.publishedAccessReductionPercent), number(row.publishedTimeReductionPercent)]
            : []),
        ],
      }))
      return {
        kind: 'bars',
        mode: 'grouped',
        title: phase === 'decode' ? 'Decode' : 'Prefill',
        height: 270,
        series: [
          { label: 'memory access', tone: 's1' },
          { label: 'time', tone: 's2' },
          ...(hasPublished
            ? [
                { label: 'memory access, as published', tone: 's1' as const, hatched: true },
                { label: 'time, as published', tone: 's2' as const, hatched: true },
              ]
            : []),
        ],
        clusters: [{ groups }],
        yLabel: 'reduction, %',
        quantity: 'intensity',
        values: (x) => String(Number(x.toFixed(x < 10 ? 2 : 1))),
      }
    })
    const longest = rows.find((row) => row.phase === 'decode' && row.batch === 1 && row.lengthTokens === lengths.at(-1))
    const published = number(longest?.publishedAccessReductionPercent)
    const ours = Number(longest?.accessReductionPercent)
    const versus =
      published === null
        ? ''
        : `, where the published figure shows ${formatNumber(published)} %: its kernel read K or V, not both`
    return ok({
      settings: settingWords({ ...settings, choices: {} }, '16 bit', 'exact accounting; hatched: as published'),
      rows,
      panels,
      findings: [`At ${formatCount(lengths.at(-1) ?? 0)} tokens decode reads ${formatNumber(ours)} % less${versus}.`],
    })
  },
}
