/**
 * BASE and HW: which model runs on which accelerator, and what-ifs on the accelerator's figures. A work that is a model of its
 * own takes the place of the model asked for; where nobody published its sizes it is refused, never priced as another model.
 */
import {
  type Accelerator,
  type ComputeDtype,
  findAccelerator,
  suggestAccelerators,
} from '../../catalog/accelerators/index.ts'
import type { Sourced } from '../../catalog/source.ts'
import { fail, ok } from '../../units/result.ts'
import type { Plan } from '../plan.ts'
import { modelNamed, primitiveOf, type Readings, remarked } from './readings.ts'
import { withModel } from './reshape.ts'

export const BASE = primitiveOf(
  'BASE',
  'Base model',
  'base',
  'The model that is served, and the context it was trained for',
  (plan, values) => {
    const id = values.text('model')
    const unpublished = values.text('unpublished')
    if (unpublished !== '' && id === '') {
      return fail(
        'BASE.model',
        `${unpublished} is a model of its own and its sizes are not published`,
        'Give a model of your own in its place, as in NAME:model=llama-3.1-70b, or leave it out',
      )
    }
    let next = plan
    if (id !== '' && id !== plan.scenario.model.id) {
      const model = modelNamed('BASE.model', id)
      if (!model.ok) return model
      next = { ...plan, scenario: { ...plan.scenario, model: model.value } }
    }
    const trained = values.given('contextTokens')
    if (trained === undefined) return ok(next)
    return ok(withModel(next, `trained ${trained}`, (model) => ({ ...model, trainedContextTokens: trained })))
  },
)

type Peaks = Accelerator['matrixFlopPerS']

const GIVEN = 'given'
const given = (value: number): Sourced => ({ value, source: GIVEN, note: 'given by a technique or its user' })

const WIDTHS: readonly { readonly parameter: string; readonly dtypes: readonly ComputeDtype[] }[] = [
  { parameter: 'peak16FlopPerS', dtypes: ['fp16', 'bf16'] },
  { parameter: 'peak8FlopPerS', dtypes: ['fp8', 'int8'] },
  { parameter: 'peak4FlopPerS', dtypes: ['fp4', 'int4'] },
]

const scaled = (figure: Sourced | undefined, factor: number): Sourced | undefined =>
  figure && (factor === 1 ? figure : { ...figure, value: figure.value * factor })

const scaledAll = (peaks: Peaks, factor: number): Peaks =>
  factor === 1
    ? peaks
    : Object.fromEntries(Object.entries(peaks).map(([dtype, figure]) => [dtype, scaled(figure, factor)]))

/** The accelerator with the figures given, then as many of them as work as one. */
function edited(from: Accelerator, values: Readings): Accelerator {
  const units = values.number('units')
  const matrix: { [D in ComputeDtype]?: Sourced } = { ...from.matrixFlopPerS }
  for (const { parameter, dtypes } of WIDTHS) {
    const peak = values.given(parameter)
    if (peak !== undefined) for (const dtype of dtypes) matrix[dtype] = given(peak)
  }
  const figure = (name: string, own: Sourced | undefined) => {
    const value = values.given(name)
    return value === undefined ? own : given(value)
  }
  const memory = scaled(figure('memoryBytes', from.memoryBytes), units)
  const bandwidth = scaled(figure('bandwidthBytePerS', from.memoryBandwidthBytePerS), units)
  const onChip = figure('onChipBytes', from.sharedMemoryBytesPerUnit)
  const link = values.given('linkBytePerS')
  const power = scaled(from.powerW, units)
  return {
    ...from,
    matrixFlopPerS: scaledAll(matrix, units),
    vectorFlopPerS: scaledAll(from.vectorFlopPerS, units),
    ...(memory ? { memoryBytes: memory } : {}),
    ...(bandwidth ? { memoryBandwidthBytePerS: bandwidth } : {}),
    ...(onChip ? { sharedMemoryBytesPerUnit: onChip } : {}),
    ...(power ? { powerW: power } : {}),
    ...(link === undefined ? {} : { scaleUpLink: { name: GIVEN, bandwidthBytePerS: given(link) } }),
  }
}

const FIGURES = [
  ...WIDTHS.map(({ parameter }) => parameter),
  'bandwidthBytePerS',
  'memoryBytes',
  'onChipBytes',
  'linkBytePerS',
]

export const HW = primitiveOf(
  'HW',
  'Hardware',
  'base',
  'Each operator takes max(flop / peak(format), bytes / bandwidth); the knee is peak / bandwidth',
  (plan, values) => {
    const id = values.text('accelerator')
    let next: Plan = plan
    if (id !== '') {
      const found = findAccelerator(id)
      if (!found) {
        const near = suggestAccelerators(id).join(', ')
        return fail(
          'HW.accelerator',
          `no accelerator "${id}"`,
          near ? `Did you mean ${near}?` : 'See `capline hardware`',
        )
      }
      if (found !== plan.scenario.accelerator) {
        const { roofs: _, ...scenario } = plan.scenario
        next = { ...plan, scenario: { ...scenario, accelerator: found } }
      }
    }
    const changes = values.number('units') !== 1 || FIGURES.some((name) => values.given(name) !== undefined)
    if (changes) {
      const { roofs: _, ...scenario } = next.scenario
      next = { ...next, scenario: { ...scenario, accelerator: edited(scenario.accelerator, values) } }
    }
    const asic = values.text('asic')
    if (asic === '') return ok(next)
    return ok(
      remarked(next, 'HW', `${asic} is purpose-built: no figures of it are known here, so this accelerator is priced`),
    )
  },
)
