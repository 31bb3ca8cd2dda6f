/**
 * Figure 1 of the CAP survey with points that are computed and measured instead of printed: the audit of one scenario
 * (`techniques/cap/audit.ts`), for techniques that stand for the families of Table 1. A point lies by the octaves of what it
 * improves, so that a context without end does not hide a gain of half; A is the nearest published measurement, by name.
 */
import type { EvidenceRecord } from '../../evidence/record.ts'
import { scenarioOf } from '../../scenario/question.ts'
import { type AuditRow, audit } from '../../techniques/cap/audit.ts'
import { deskOf } from '../../techniques/cap/desk.ts'
import { formatCount } from '../../units/format.ts'
import { ok, type Result } from '../../units/result.ts'
import type { DataRow, FigureData, Parameter, Settings } from '../figure.ts'
import { acceleratorOf, modelOf, numberAt } from '../settings.ts'
import { capTriangle } from './triangle.ts'

/** One or two techniques of each family of Table 1, by id of the catalogue. */
export const TRIANGLE_TECHNIQUES: readonly string[] = [
  'infini-attention',
  'rmt',
  'yarn',
  'alibi',
  'attention-sorting',
  'h2o',
  'streamingllm',
  'longformer',
  'performer',
  'ring-attention',
  'tensor-parallelism',
  'awq',
  'kivi',
  'smoothquant',
  'llm-pruner',
  'longllmlingua',
  'llmlingua2',
  'memgpt',
  'reflexion',
  'eagle',
]

export const MEASURED_PARAMETERS: readonly Parameter[] = [
  { id: 'model', kind: 'model', default: 'llama-3.1-8b', help: 'model of the measured points' },
  { id: 'accelerator', kind: 'accelerator', default: 'h100-sxm', help: 'accelerator of the measured points' },
  { id: 'batch', kind: 'batch', default: [8], range: [1, 4096], most: 1, help: 'sequences at once' },
  { id: 'prompt', kind: 'tokens', default: [65536], range: [1, 1e7], most: 1, help: 'tokens of a prompt' },
  { id: 'output', kind: 'tokens', default: [256], range: [2, 1e6], most: 1, help: 'tokens of an answer' },
]

/** Octaves of an improvement, at most ten: an unbounded context has no place otherwise. */
const MOST_OCTAVES = 10
const octaves = (change: number) => Math.min(MOST_OCTAVES, Math.log2(1 + Math.max(0, change)))

const signed = (change: number) =>
  Number.isFinite(change) ? `${change > 0 ? '+' : ''}${Math.round(1000 * change) / 10} %` : 'unbounded'

function storyOf({ id, dC, dA, dP, dAOf, moves, printedText }: AuditRow): string {
  const a = dA === undefined ? `A ${moves.A}` : `A ${signed(dA)} (${dAOf ?? ''})`
  return `${id}, printed ${printedText}: C ${signed(dC)}, ${a}, P ${signed(dP)}`
}

/** What does not improve does not pull: a mixed goal is no gain. */
function pointOf({ id, gains, dC, dA, dP }: AuditRow) {
  const own = (goal: string, change: number, least: number) =>
    gains.includes(goal) ? Math.max(octaves(change), least) : 0
  // An improvement known only by its direction still counts as one, of the least size that is no noise.
  return { label: id, dC: own('C', dC, 0.015), dA: own('A', dA ?? 0, 0.015), dP: own('P', dP, 0.015) }
}

export function measuredTriangle(settings: Settings, records: readonly EvidenceRecord[]): Result<FigureData> {
  const [model, accelerator] = [modelOf(settings), acceleratorOf(settings)]
  const [batch, prompt, output] = [
    numberAt(settings, 'batch'),
    numberAt(settings, 'prompt'),
    numberAt(settings, 'output'),
  ]
  const scenario = scenarioOf({ batch, prompt, output }, model, accelerator)
  if (!scenario.ok) return scenario
  const desk = deskOf(scenario.value, { records })
  if (!desk.ok) return desk
  const { rows, unaudited } = audit(desk.value, { ids: TRIANGLE_TECHNIQUES })
  const stories = new Map(rows.map((row) => [row.id, storyOf(row)]))
  const panel = capTriangle(rows.map(pointOf), ({ label }) => stories.get(label) ?? label)
  const some = (gains: string) => rows.filter((row) => row.gains === gains).map(({ id }) => id)
  const [ap, cap] = [some('AP'), some('CAP')]
  const moved = rows.filter(({ agreement }) => agreement === 'more' || agreement === 'less' || agreement === 'differs')
  return ok({
    settings: [
      `${model.name} on ${accelerator.name}`,
      `${formatCount(batch)} at once, ${formatCount(prompt)} + ${formatCount(output)} tokens`,
      'C: what the system takes; P: computed; A: nearest published measurement, or kept by construction',
    ],
    rows: rows.map((row): DataRow => {
      const { id, family, printedText, gains, moves, dC, dA, dP, dAOf, agreement } = row
      return {
        label: id,
        family,
        printed: printedText,
        type: gains,
        C: moves.C,
        A: moves.A,
        P: moves.P,
        dC: Number.isFinite(dC) ? dC : null,
        dA: dA ?? null,
        dAOf: dAOf ?? null,
        dP,
        agreement,
      }
    }),
    panels: [
      {
        ...panel,
        // Techniques at one place share a line.
        points: panel.points.map((point) => ({ ...point, labels: [point.labels.join(', ')] })),
        outside:
          panel.outside.length > 3
            ? [
                `No goal improves: ${rows
                  .filter(({ gains }) => gains === '')
                  .map(({ id }) => id)
                  .join(', ')}`,
              ]
            : panel.outside,
      },
    ],
    findings: [
      ap.length > 0 ? `AP: ${ap.join(', ')}` : 'AP stays empty.',
      cap.length > 0
        ? `${cap.join(', ')} ${cap.length === 1 ? 'improves' : 'improve'} all three here, against the principle (capline audit says by which evidence).`
        : `Of ${rows.length} techniques none improves all three.`,
      `${moved.length} of ${rows.length} gain another set of goals than is printed.`,
      ...(records.length === 0 ? ['No measurements were at hand: A is known by construction only.'] : []),
      ...unaudited.map(({ id, why }) => `${id} is left out: ${why}`),
    ],
  })
}
