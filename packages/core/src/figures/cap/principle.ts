/**
 * Figure 1 of the CAP survey: the types as Table 1 prints them, or, on request, what a scenario gives (`measuredTriangle.ts`),
 * for which the caller brings the published measurements.
 */
import type { EvidenceRecord } from '../../evidence/record.ts'
import { ok } from '../../units/result.ts'
import type { DataRow, Figure } from '../figure.ts'
import type { TrianglePoint } from '../panel.ts'
import { choiceOf } from '../settings.ts'
import { MEASURED_PARAMETERS, measuredTriangle } from './measuredTriangle.ts'
import { capTriangle, capTriangleData, printedPoints } from './triangle.ts'

/** The place of AP, which nothing is at. */
const EMPTY_AP: TrianglePoint = {
  labels: ['AP: no known entry'],
  share: [0, 0.5, 0.5],
  tone: 's6',
  hollow: true,
  text: 'AP: accuracy and performance together; the survey knows no entry',
}

/** The figure, with the measurements its measured points may use. */
export const capFigure1 = (records: readonly EvidenceRecord[]): Figure => ({
  id: 'cap-1',
  document: 'cap',
  number: '1',
  title: 'Context, accuracy, performance: at most two',
  section: '1',
  caption:
    'Any one serving optimisation improves at most two of context length, accuracy and performance. Families at a corner improve ' +
    'that goal, families on an edge the two at its ends.',
  parameters: [
    {
      id: 'basis',
      kind: 'choice',
      choices: ['printed', 'measured'],
      default: 'printed',
      help: 'types as printed, or what a scenario gives',
    },
    ...MEASURED_PARAMETERS,
  ],
  flags: [
    'By default the types as printed in Table 1; nothing is measured then. The principle is a guide, not a theorem.',
    'Table 1 prints “Prompt Pruning” for what the text calls prompt compression.',
    'Section 2.2.2 closes with positional embedding “neutral in C and P” although it is typed C.',
  ],
  compute(settings) {
    if (choiceOf(settings, 'basis') === 'measured') return measuredTriangle(settings, records)
    const points = printedPoints()
    const data = capTriangleData(points, ['types as printed in Table 1 of the survey'])
    const panel = capTriangle(points, ({ label }) => `${label}: as printed`)
    return ok({
      ...data,
      rows: data.rows.map(
        ({ label, type }): DataRow => ({ label: label ?? '', type: type ?? '', basis: 'as printed' }),
      ),
      panels: [{ ...panel, points: [...panel.points, EMPTY_AP] }],
    })
  },
})

export const CAP_FIGURE_1: Figure = capFigure1([])
