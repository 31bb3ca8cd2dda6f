/** Figures 8 and 9 of the viewer paper: how long narrower weights keep helping, over the batch and over the prompt. */

import { type Chart, linearDomain, type Point, type SeriesTone } from '../../report/chart.ts'
import type { Bench } from '../../scenario/bench.ts'
import { formatCount, formatNumber, formatSeconds } from '../../units/format.ts'
import { ok, type Result } from '../../units/result.ts'
import type { DataRow, Figure, FigureData, Settings } from '../figure.ts'
import { numberAt, numbersAt } from '../settings.ts'
import {
  ACCELERATOR,
  ACCOUNTING,
  batchParameter,
  benchesFor,
  decodeS,
  doublings,
  lengthParameter,
  MODEL,
  prefillS,
  range,
  settingWords,
} from './bench.ts'

const WIDTHS = ['FP16', 'W8', 'W4', 'W2', 'W1'] as const
const TONES: Readonly<Record<(typeof WIDTHS)[number], SeriesTone>> = {
  FP16: 's1',
  W8: 's2',
  W4: 's3',
  W2: 's4',
  W1: 's5',
}

interface Sweep {
  readonly id: string
  readonly title: string
  readonly key: 'batch' | 'lengthTokens'
  readonly at: readonly number[]
  readonly x: Chart['x']
  /** What stays the same. */
  readonly fixed: DataRow
  readonly words: string
  timeS(bench: Bench, x: number): number
}

function timesOver(settings: Settings, sweep: Sweep): Result<FigureData> {
  const benches = benchesFor(settings, WIDTHS)
  if (!benches.ok) return benches
  const rows: DataRow[] = []
  for (const [formats, bench] of benches.value) {
    for (const x of sweep.at) rows.push({ formats, ...sweep.fixed, [sweep.key]: x, timeS: sweep.timeS(bench, x) })
  }
  const time = (formats: string, x: number) =>
    Number(rows.find((row) => row.formats === formats && row[sweep.key] === x)?.timeS)
  const lines = WIDTHS.map((formats) => ({
    label: formats === 'FP16' ? 'FP16' : `${formats}, computed in 16 bit`,
    tone: TONES[formats],
    points: sweep.at.map((x): Point => [x, time(formats, x)]),
  }))
  const [first = 1, last = 1] = [sweep.at[0], sweep.at.at(-1)]
  const gain = (from: string, to: string, x: number) => formatNumber(time(from, x) / time(to, x))
  const name = sweep.key === 'batch' ? 'batch' : 'prompt'
  return ok({
    settings: settingWords(settings, sweep.words),
    rows,
    panels: [
      {
        kind: 'chart',
        height: 400,
        chart: {
          id: sweep.id,
          title: sweep.title,
          description: sweep.title,
          x: sweep.x,
          y: {
            label: sweep.title.toLowerCase(),
            quantity: 'seconds',
            scale: 'linear',
            domain: linearDomain(rows.map((row) => Number(row.timeS))),
          },
          lines,
          marks: [],
          rules: [],
        },
      },
    ],
    findings: [
      `At ${name} ${formatCount(first)} (FP16 ${formatSeconds(time('FP16', first))}), W4 is ${gain('FP16', 'W4', first)}× as fast as FP16 and W1 ${gain('W4', 'W1', first)}× as fast as W4; ` +
        `at ${name} ${formatCount(last)} (FP16 ${formatSeconds(time('FP16', last))}), ${gain('FP16', 'W4', last)}× and ${gain('W4', 'W1', last)}×.`,
    ],
  })
}

export const FIGURE_8: Figure = {
  id: 'viewer-8',
  document: 'viewer',
  number: '8',
  title: 'Decode time over the batch, by weight width',
  section: '3.1.1',
  caption:
    'One decode step. At small batches every layer waits for its weights, so fewer bits are proportionally faster; at large ones ' +
    'the same layers are bound by the 16-bit peak and going from 4 to 2 or 1 bit gains nothing.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    batchParameter(range(1, 63), 'sequences'),
    lengthParameter([1024], 'tokens cached', 1),
  ],
  flags: ['The caption does not name the accelerator; the published notebook draws the A6000.'],
  compute(settings) {
    const length = numberAt(settings, 'length')
    const batches = numbersAt(settings, 'batch')
    return timesOver(settings, {
      id: 'viewer-8',
      title: 'Time of one decode step',
      key: 'batch',
      at: batches,
      x: { label: 'batch, sequences', quantity: 'count', scale: 'linear', domain: [0, batches.at(-1) ?? 1] },
      fixed: { lengthTokens: length },
      words: `${formatCount(length)} tokens`,
      timeS: (bench, batch) => decodeS(bench, batch, length),
    })
  },
}

export const FIGURE_9: Figure = {
  id: 'viewer-9',
  document: 'viewer',
  number: '9',
  title: 'Prefill time over the prompt, by weight width',
  section: '3.1.1',
  caption:
    'One prompt. A short one is bound by reading the weights, and narrower weights help; from a few hundred tokens on it is bound ' +
    'by computing, and they do not.',
  parameters: [
    MODEL,
    ACCELERATOR,
    ACCOUNTING,
    lengthParameter(doublings(16, 1023, 8), 'tokens of the prompt'),
    batchParameter([1], 'sequences', 1),
  ],
  flags: [
    'The caption does not name the accelerator; the published notebook draws the A6000, from 16 to 1,023 tokens.',
  ],
  compute(settings) {
    const batch = numberAt(settings, 'batch')
    const lengths = numbersAt(settings, 'length')
    const domain = [lengths[0] ?? 1, Math.max(lengths.at(-1) ?? 2, (lengths[0] ?? 1) * 1.01)] as const
    return timesOver(settings, {
      id: 'viewer-9',
      title: 'Time of one prefill',
      key: 'lengthTokens',
      at: lengths,
      x: { label: 'tokens of the prompt', quantity: 'count', scale: 'log', base: 2, domain },
      fixed: { batch },
      words: `batch ${formatCount(batch)}`,
      timeS: (bench, length) => prefillS(bench, batch, length),
    })
  },
}
