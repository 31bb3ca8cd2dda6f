/**
 * A searchable list (ARIA's combobox with a list): words in any order find an entry by name, id or note; arrow keys go
 * through what is found, Enter takes it, Escape gives up. The list is drawn only while it is open.
 */
import { type KeyboardEvent, memo, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'

export interface PickerItem {
  readonly id: string
  readonly name: string
  readonly note: string
}

interface Props {
  readonly label: string
  readonly items: readonly PickerItem[]
  readonly value: string
  /** Shown while the value is no entry of the list. */
  readonly valueName: string
  readonly isInvalid: boolean
  readonly onPick: (id: string) => void
}

/** Room a list wants below its field, in pixels; with less, it opens upwards. */
const WANTED = 320
const MARGIN = 12
const LEAST_WIDTH = 300

function matches(item: PickerItem, words: readonly string[]): boolean {
  const hay = `${item.name} ${item.id} ${item.note}`.toLowerCase()
  return words.every((word) => hay.includes(word))
}

/** Beside its field, over everything: a fixed box, so that no scrolling parent cuts it off. */
function placeOf(field: HTMLElement | null): Record<string, string> {
  if (!field) return {}
  const { left, right, top, bottom } = field.getBoundingClientRect()
  const width = Math.min(Math.max(right - left, LEAST_WIDTH), innerWidth - 2 * MARGIN)
  const x = Math.min(left, innerWidth - width - MARGIN)
  const below = innerHeight - bottom - MARGIN
  const shared = { left: `${x}px`, width: `${width}px` }
  return below >= Math.min(WANTED, top)
    ? { ...shared, top: `${bottom + 4}px`, maxHeight: `${below}px` }
    : { ...shared, bottom: `${innerHeight - top + 4}px`, maxHeight: `${top - MARGIN}px` }
}

export const Picker = memo(function Picker({ label, items, value, valueName, isInvalid, onPick }: Props) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  // What is being typed; undefined when the field shows the value.
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const [place, setPlace] = useState<Record<string, string>>({})
  const found = useMemo(() => {
    if (!isOpen) return []
    const words = (typed ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    return items.filter((item) => matches(item, words))
  }, [items, typed, isOpen])
  const active = found[Math.min(at, found.length - 1)]

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the active entry
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active, isOpen])

  useLayoutEffect(() => {
    if (!isOpen) return
    // The list goes where its field goes.
    const follow = () => setPlace(placeOf(field.current))
    follow()
    addEventListener('scroll', follow, true)
    addEventListener('resize', follow)
    return () => {
      removeEventListener('scroll', follow, true)
      removeEventListener('resize', follow)
    }
  }, [isOpen])

  const open = () => {
    setAt(
      Math.max(
        0,
        items.findIndex((item) => item.id === value),
      ),
    )
    setOpen(true)
  }
  const close = () => {
    setOpen(false)
    setTyped(undefined)
  }
  const pick = (item: PickerItem | undefined) => {
    close()
    if (item && item.id !== value) onPick(item.id)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (step !== undefined) {
      if (isOpen) setAt(Math.min(found.length - 1, Math.max(0, at + step)))
      else open()
    } else if (event.key === 'Enter' && isOpen) pick(active)
    else if (event.key === 'Escape' && isOpen) close()
    else return
    event.preventDefault()
  }
  return (
    <div className="picker">
      <label htmlFor={id}>{label}</label>
      <div className="picker-field">
        <input
          ref={field}
          id={id}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && active ? `${id}-${active.id}` : undefined}
          aria-invalid={isInvalid}
          autoComplete="off"
          spellCheck={false}
          value={typed ?? valueName}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
            setOpen(true)
          }}
          onClick={() => {
            if (!isOpen) open()
          }}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={close}
          onKeyDown={press}
        />
        <svg className="picker-arrow" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2.5 4.5 6 8l3.5-3.5" />
        </svg>
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className="popover list"
        hidden={!isOpen}
        style={place}
      >
        {found.map((item) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, which names the active entry
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={item.id}
            id={`${id}-${item.id}`}
            role="option"
            aria-selected={item === active}
            className="list-item"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(item)}
          >
            <span>{item.name}</span> <small>{item.note}</small>
          </div>
        ))}
        {isOpen && found.length === 0 && (
          // biome-ignore lint/a11y/useFocusableInteractive: says that nothing is found
          <div role="option" aria-selected="false" aria-disabled="true" className="list-item empty">
            Nothing found
          </div>
        )}
      </div>
    </div>
  )
})
