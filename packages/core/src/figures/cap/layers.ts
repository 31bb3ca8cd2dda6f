/** Figure 2 of the CAP survey: the two layers of a serving system, and where each family of optimisations works. */
import type { Tone } from '../../report/chart.ts'
import { ok } from '../../units/result.ts'
import type { Figure } from '../figure.ts'
import type { DiagramBox } from '../panel.ts'

type Layer = 'agent' | 'model' | 'both'

interface PlacedFamily {
  readonly id: string
  readonly name: string
  readonly layer: Layer
  readonly type: string
  /** Where the text of the survey says so. */
  readonly section: string
  readonly column: number
  readonly row: number
  readonly width?: number
  readonly height?: number
}

/** Agent layer: row 0. Model layer: rows 2 and 3. Between them: what spans both. */
const FAMILIES: readonly PlacedFamily[] = [
  {
    id: 'agent-memory',
    name: 'Agent memory',
    layer: 'agent',
    type: 'CA',
    section: '2.6',
    column: 0.2,
    row: 0.75,
    width: 1.6,
  },
  {
    id: 'black-box',
    name: 'Prompt compression, black box',
    layer: 'agent',
    type: 'CP',
    section: '2.5',
    column: 1.8,
    row: 0.75,
    width: 2,
  },
  {
    id: 'attention-buckets',
    name: 'Attention Buckets',
    layer: 'both',
    type: 'A',
    section: '2.3',
    column: 3.9,
    row: 1.5,
    width: 1.7,
    height: 1.35,
  },
  {
    id: 'model-memory',
    name: 'Model memory',
    layer: 'model',
    type: 'C',
    section: '2.2.1',
    column: 0.2,
    row: 3.2,
    width: 1.35,
  },
  {
    id: 'positional',
    name: 'Positional embedding',
    layer: 'model',
    type: 'C',
    section: '2.2.2',
    column: 1.55,
    row: 3.2,
    width: 1.55,
  },
  {
    id: 'found',
    name: 'Found-in-the-middle',
    layer: 'model',
    type: 'A',
    section: '2.3',
    column: 3.1,
    row: 3.2,
    width: 1.45,
  },
  {
    id: 'white-box',
    name: 'Prompt compression,',
    layer: 'model',
    type: 'CP',
    section: '2.5',
    column: 4.55,
    row: 3.2,
    width: 1.3,
  },
  {
    id: 'sparse',
    name: 'Sparse attention',
    layer: 'model',
    type: 'P',
    section: '2.4.1',
    column: 0.2,
    row: 4.25,
    width: 1.1,
  },
  {
    id: 'linear',
    name: 'Linear attention',
    layer: 'model',
    type: 'P',
    section: '2.4.2',
    column: 1.3,
    row: 4.25,
    width: 1.1,
  },
  {
    id: 'distributed',
    name: 'Distributed',
    layer: 'model',
    type: 'P',
    section: '2.4.3',
    column: 2.4,
    row: 4.25,
    width: 1.25,
  },
  {
    id: 'quantization',
    name: 'Quantization',
    layer: 'model',
    type: 'P',
    section: '1',
    column: 3.65,
    row: 4.25,
    width: 1.1,
  },
  {
    id: 'pruning',
    name: 'Model pruning',
    layer: 'model',
    type: 'P',
    section: '1',
    column: 4.75,
    row: 4.25,
    width: 1.1,
  },
]

const SECOND_LINE: Readonly<Record<string, string>> = { 'white-box': 'white box · CP', distributed: 'acceleration · P' }

const TYPE_TONES: Readonly<Record<string, Tone>> = { C: 's1', A: 's3', P: 's2', CA: 's5', CP: 's4' }

function boxOf({ id, name, type, column, row, width, height, section }: PlacedFamily): DiagramBox {
  const tone = TYPE_TONES[type]
  return {
    id,
    lines: [name, SECOND_LINE[id] ?? type],
    column,
    row,
    width: width ?? 1,
    height: height ?? 1,
    ...(tone ? { tone } : {}),
    text: `${name.replace(/,$/, ', white box')}: type ${type}, section ${section}`,
  }
}

export const CAP_FIGURE_2: Figure = {
  id: 'cap-2',
  document: 'cap',
  number: '2',
  title: 'Two layers, and where each family works',
  section: '2',
  caption:
    'The model layer runs one model and offers inference to what is above it; the agent layer runs applications that call it. Each ' +
    'family stands on its layer, framed by what it improves.',
  parameters: [],
  flags: [
    'The image is not in the text of the survey: families stand where sections 2.2 to 2.6 put them.',
    'Table 1 prints “Prompt Pruning” for prompt compression; Table 6 prints “Block-Box” for black-box.',
    'AutoCompressor is counted both as model memory (C) and as prompt compression (CP).',
  ],
  compute() {
    const frame = (id: string, title: string, note: string, row: number, height: number): DiagramBox => ({
      id,
      lines: [title, note],
      column: 0,
      row,
      width: 6,
      height,
      frame: true,
      text: `${title}: ${note}`,
    })
    return ok({
      settings: ['types as printed in Table 1, layers as the text says'],
      rows: FAMILIES.map(({ name, layer, type, section }) => ({
        family: name.replace(/,$/, ', white box'),
        layer,
        type,
        section,
      })),
      panels: [
        {
          kind: 'diagram',
          columns: 6,
          rows: 5.5,
          boxes: [
            frame('agent', 'Agent layer', 'workflows of calls to a model: memory, tools, prompts', 0, 2.1),
            frame('model', 'Model layer', 'runs one model and exposes inference to the layer above', 2.4, 3),
            ...FAMILIES.map(boxOf),
          ],
          edges: [],
          legend: Object.entries(TYPE_TONES).map(([type, tone]) => ({ label: type, tone })),
        },
      ],
      findings: [
        'Attention Buckets works across both layers: several replicas of the model, each with its own rotary base angle.',
      ],
    })
  },
}
