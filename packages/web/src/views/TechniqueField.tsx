/** Techniques in the question: a searchable list of all of them, and those that are on as chips. What it shows comes later. */
import { lazy, Suspense, useMemo, useState } from 'react'
import { useAsk } from '../app/client.ts'
import { update, usePart } from '../app/page.ts'
import { turnOn } from '../app/with.ts'
import { Picker, type PickerItem } from '../parts/Picker.tsx'

const Chips = lazy(() => import('./TechniqueChips.tsx'))

const NOTHING: readonly PickerItem[] = []

export function TechniqueField() {
  const text = usePart((page) => page.with ?? '')
  const [isWanted, setWanted] = useState(false)
  // The catalogue is fetched when somebody reaches for it.
  const { value } = useAsk('techniques', isWanted ? null : undefined)
  const items = useMemo(() => {
    if (!value) return NOTHING
    const shorts = value.shorts.map(({ id, name }) => ({ id, name: `${id}: ${name}`, note: 'number format, in short' }))
    const all = value.techniques
      .filter(({ id, observes }) => !observes && !value.shorts.some((short) => short.id === id))
      .map(({ id, name, familyTitle, type }) => ({ id, name, note: `${familyTitle} · ${type}` }))
    return [...shorts, ...all]
  }, [value])
  return (
    <fieldset className="knobs technique-field" onFocus={() => setWanted(true)} onPointerEnter={() => setWanted(true)}>
      <legend>Techniques</legend>
      <Picker label="Turn on" items={items} value="" valueName="" isInvalid={false} onPick={turnOn} />
      {text !== '' && (
        <Suspense fallback={<p className="field-help">Opening</p>}>
          <Chips />
        </Suspense>
      )}
      <button
        type="button"
        className="link what-to-turn-on"
        onClick={() => update({ view: 'techniques', technique: '' }, true)}
      >
        What should I turn on?
      </button>
    </fieldset>
  )
}
