/** The question: model, accelerator and count, load, formats. Everything here is in the address. */
import { FIELDS, fail, type Problem, parseCount, type Question, type Result } from '@capline/core'
import { memo } from 'react'
import { withCount } from '../app/layout.ts'
import { ask, currentPage, type Page, setField, usePart } from '../app/page.ts'
import { placeOf, QuestionProblem, useProblemOf } from '../app/problem.ts'
import { Choice } from '../parts/Choice.tsx'
import { Folded } from '../parts/Folded.tsx'
import { Knob } from '../parts/Knob.tsx'
import { Picker, type PickerItem } from '../parts/Picker.tsx'
import { TextField } from '../parts/TextField.tsx'
import type { Catalogue } from '../worker/protocol.ts'
import { AcceleratorSheet } from './AcceleratorSheet.tsx'
import { BasisSwitch } from './BasisSwitch.tsx'
import { BringModel } from './BringModel.tsx'
import { FormatChoices } from './FormatChoices.tsx'
import { LayoutFields } from './LayoutFields.tsx'
import { MoreFields } from './MoreFields.tsx'
import { TechniqueField } from './TechniqueField.tsx'

interface Props {
  readonly catalogue: Catalogue | undefined
  /** What is wrong with the question: shown at the field it is about. */
  readonly problem: Problem | undefined
}

interface PickersProps {
  readonly catalogue: Catalogue | undefined
  /** Which of the names the worker does not know: `model` or `accelerator`. */
  readonly unknown: string | undefined
}

const NOTHING: readonly PickerItem[] = []
const modelOf = (page: Page) => page.link.model
const acceleratorOf = (page: Page) => page.link.accelerator
const OWN = 'file:'

function pickModel(model: string): void {
  ask({ model, question: withoutModelOnly(currentPage().link.question) }, true)
}

function pickAccelerator(accelerator: string): void {
  ask({ accelerator, hardware: {}, question: withoutFigures(currentPage().link.question) }, true)
}

function Count() {
  const count = usePart((page) => page.link.count)
  return (
    <TextField
      label="Count"
      value={String(count)}
      read={readCount}
      problem={useProblemOf('count')}
      onChange={(text) => {
        const read = parseCount('count', text ?? '1')
        if (read.ok) ask(withCount(currentPage().link, read.value))
      }}
    />
  )
}

/** Model and accelerator: long lists, so drawn again only when a choice or the catalogue changes. */
const Pickers = memo(function Pickers({ catalogue, unknown }: PickersProps) {
  const model = usePart(modelOf)
  const accelerator = usePart(acceleratorOf)
  const models = catalogue?.models ?? NOTHING
  const accelerators = catalogue?.accelerators ?? NOTHING
  const own = model.startsWith(OWN) ? model.slice(OWN.length) : model
  const acceleratorName = accelerators.find((row) => row.id === accelerator)?.name ?? accelerator
  return (
    <div className="pickers">
      <Picker
        label="Model"
        items={models}
        value={model}
        valueName={models.find((row) => row.id === model)?.name ?? own}
        isInvalid={unknown === 'model'}
        onPick={pickModel}
      />
      <BringModel />
      <div className="accelerator-row">
        <Picker
          label="Accelerator"
          items={accelerators}
          value={accelerator}
          valueName={acceleratorName}
          isInvalid={unknown === 'accelerator'}
          onPick={pickAccelerator}
        />
        <Count />
      </div>
      <AcceleratorSheet name={acceleratorName} />
      <LayoutFields />
      <BasisSwitch />
    </div>
  )
})

const KNOBS = [
  { name: 'batch', label: 'Sequences at once', unit: 'sequences', from: 1, to: 512 },
  { name: 'prompt', label: 'Prompt tokens', unit: 'tokens', from: 16, to: 131_072 },
  { name: 'output', label: 'Output tokens', unit: 'tokens', from: 1, to: 16_384 },
] as const

function Load() {
  const question = usePart((page) => page.link.question)
  return (
    <fieldset className="knobs">
      <legend>Load</legend>
      {KNOBS.map(({ name, ...rest }) => (
        <Knob
          key={name}
          name={name}
          {...rest}
          value={Number(question[name] ?? FIELDS[name].default)}
          onChange={(x) => setField(name, x)}
        />
      ))}
    </fieldset>
  )
}

const KERNELS = [
  { id: 'flash', name: 'fused (FlashAttention)' },
  { id: 'eager', name: 'eager (scores to memory)' },
]

function Formats() {
  const attention = usePart(
    ({ link }) => link.question.attention ?? (link.question.convention === 'paper' ? 'eager' : 'flash'),
  )
  return (
    <fieldset className="knobs">
      <legend>Formats and kernel</legend>
      <FormatChoices />
      <Choice
        label="Attention"
        value={String(attention)}
        options={KERNELS}
        onChange={(id) => setField('attention', id)}
      />
    </fieldset>
  )
}

export const QuestionBar = memo(function QuestionBar({ catalogue, problem }: Props) {
  return (
    <QuestionProblem value={problem}>
      <div className="question">
        <Pickers catalogue={catalogue} unknown={problem && placeOf(problem)} />
        <Folded>
          <Load />
          <TechniqueField />
          <Formats />
          <MoreFields />
        </Folded>
      </div>
    </QuestionProblem>
  )
})

/** Pictures and per-layer lists belong to a model; another may not take them. */
function withoutModelOnly({ items: _items, layerWeights: _layers, ...rest }: Question): Question {
  return rest
}

/** Figures typed for one accelerator are not those of another. */
function withoutFigures({ bandwidth: _b, peak: _p, memory: _m, price: _price, ...rest }: Question): Question {
  return rest
}

const MOST_ACCELERATORS = 1024

function readCount(text: string): Result<number> {
  const read = parseCount('count', text)
  if (!read.ok || (read.value >= 1 && read.value <= MOST_ACCELERATORS)) return read
  return fail('count', `${read.value} is outside 1 … ${MOST_ACCELERATORS}`, 'Give a number between them')
}
