/** The question: model, accelerator and count, load, formats. Everything here is in the address. */
import { FIELDS, fail, parseCount, type Question, type Result } from '@capline/core'
import type { ReactNode } from 'react'
import { ask, setField, usePage } from '../app/page.ts'
import { Choice } from '../parts/Choice.tsx'
import { Folded } from '../parts/Folded.tsx'
import { Knob } from '../parts/Knob.tsx'
import { Picker } from '../parts/Picker.tsx'
import { TextField } from '../parts/TextField.tsx'
import type { Catalogue } from '../worker/protocol.ts'
import { AcceleratorSheet } from './AcceleratorSheet.tsx'
import { BringModel } from './BringModel.tsx'
import { FormatChoices } from './FormatChoices.tsx'
import { MoreFields } from './MoreFields.tsx'

interface Props {
  readonly catalogue: Catalogue | undefined
  readonly modelName: string
  readonly isModelUnknown: boolean
  readonly isAcceleratorUnknown: boolean
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="knobs">
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

export function QuestionBar({ catalogue, modelName, isModelUnknown, isAcceleratorUnknown }: Props) {
  const { link } = usePage()
  const { question } = link
  const number = (name: 'batch' | 'prompt' | 'output') => Number(question[name] ?? FIELDS[name].default)
  const accelerators = catalogue?.accelerators ?? []
  const acceleratorName = accelerators.find((row) => row.id === link.accelerator)?.name ?? link.accelerator
  return (
    <div className="question">
      <div className="pickers">
        <Picker
          label="Model"
          items={catalogue?.models ?? []}
          value={link.model}
          valueName={modelName}
          isInvalid={isModelUnknown}
          onPick={(model) => ask({ model, question: withoutModelOnly(question) }, true)}
        />
        <BringModel />
        <div className="accelerator-row">
          <Picker
            label="Accelerator"
            items={accelerators}
            value={link.accelerator}
            valueName={acceleratorName}
            isInvalid={isAcceleratorUnknown}
            onPick={(accelerator) => ask({ accelerator, hardware: {}, question: withoutFigures(question) }, true)}
          />
          <TextField
            label="Count"
            value={String(link.count)}
            read={(text) => readCount(text)}
            onChange={(text) => {
              const read = parseCount('count', text ?? '1')
              if (read.ok) ask({ count: read.value })
            }}
          />
        </div>
        <AcceleratorSheet name={acceleratorName} />
      </div>
      <Folded>
        <Group title="Load">
          <Knob
            label="Sequences at once"
            name="batch"
            unit="sequences"
            from={1}
            to={512}
            value={number('batch')}
            onChange={(x) => setField('batch', x)}
          />
          <Knob
            label="Prompt tokens"
            name="prompt"
            unit="tokens"
            from={16}
            to={131_072}
            value={number('prompt')}
            onChange={(x) => setField('prompt', x)}
          />
          <Knob
            label="Output tokens"
            name="output"
            unit="tokens"
            from={1}
            to={16_384}
            value={number('output')}
            onChange={(x) => setField('output', x)}
          />
        </Group>
        <Group title="Formats and kernel">
          <FormatChoices />
          <Choice
            label="Attention"
            value={String(question.attention ?? (question.convention === 'paper' ? 'eager' : 'flash'))}
            options={[
              { id: 'flash', name: 'fused (FlashAttention)' },
              { id: 'eager', name: 'eager (scores to memory)' },
            ]}
            onChange={(id) => setField('attention', id)}
          />
        </Group>
        <MoreFields />
      </Folded>
    </div>
  )
}

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
