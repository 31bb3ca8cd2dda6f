/** What times come from, and whose engine: the floor, or an estimate with its interval. */
import { ENGINE_IDS, engineProfile, FIELDS } from '@capline/core'
import { setField, usePart } from '../app/page.ts'
import { useProblemOf } from '../app/problem.ts'
import { Choice } from '../parts/Choice.tsx'
import { FieldProblem } from '../parts/FieldProblem.tsx'
import { Segmented } from '../parts/Segmented.tsx'

const BASES = [
  { id: 'roofline', name: 'Roofline' },
  { id: 'calibrated', name: 'Calibrated' },
] as const
type BasisId = (typeof BASES)[number]['id']

const MEANINGS: Readonly<Record<BasisId, string>> = {
  roofline: 'A floor: full peaks, full bandwidth, no engine. Nothing is faster.',
  calibrated: 'An estimate: measured kernels and the engine’s own time, with an 80 % interval.',
}

const ENGINES = ENGINE_IDS.map((id) => ({ id, name: id === 'generic' ? 'any, like vLLM' : engineProfile(id).name }))

export function BasisSwitch() {
  const basis = usePart(({ link }) => String(link.question.basis ?? FIELDS.basis.default)) as BasisId
  const engine = usePart(({ link }) => String(link.question.engine ?? FIELDS.engine.default))
  const problem = useProblemOf('basis')
  const set = (name: 'basis' | 'engine', id: string) => setField(name, id === FIELDS[name].default ? undefined : id)
  return (
    <fieldset className="knobs basis-choice">
      <legend>Times from</legend>
      <Segmented label="Basis" options={BASES} value={basis} onChange={(id) => set('basis', id)} />
      <p className="field-help">{MEANINGS[basis]}</p>
      <FieldProblem problem={problem} />
      <Choice
        label="Engine"
        value={engine}
        options={ENGINES}
        isDisabled={basis === 'roofline'}
        problem={useProblemOf('engine')}
        onChange={(id) => set('engine', id)}
      />
    </fieldset>
  )
}
