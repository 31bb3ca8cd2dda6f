/** A searchable list: words in any order find an entry by name, id or note. */
import { memo, useMemo, useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components'

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

const MOST = 200

function matches(item: PickerItem, text: string): boolean {
  const hay = `${item.name} ${item.id} ${item.note}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

export const Picker = memo(function Picker({ label, items, value, valueName, isInvalid, onPick }: Props) {
  // What is being typed; undefined when the field shows the value.
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const shown = useMemo(() => {
    const found = typed ? items.filter((item) => matches(item, typed)) : items
    return found.slice(0, MOST)
  }, [items, typed])
  // A place of its own in the page, so that the open list lies in a landmark.
  const lists = document.getElementById('lists')
  return (
    <ComboBox
      className="picker"
      items={shown}
      inputValue={typed ?? valueName}
      selectedKey={value}
      isInvalid={isInvalid}
      allowsEmptyCollection
      menuTrigger="focus"
      onInputChange={(text) => setTyped(text === valueName ? undefined : text)}
      onOpenChange={(isOpen) => {
        if (!isOpen) setTyped(undefined)
      }}
      onSelectionChange={(key) => {
        setTyped(undefined)
        if (key !== null && String(key) !== value) onPick(String(key))
      }}
    >
      <Label>{label}</Label>
      <div className="picker-field">
        <Input onFocus={(event) => event.currentTarget.select()} />
        <Button aria-label={`Show all: ${label}`}>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path d="M2.5 4.5 6 8l3.5-3.5" />
          </svg>
        </Button>
      </div>
      <Popover className="popover list-popover" {...(lists ? { UNSTABLE_portalContainer: lists } : {})}>
        <ListBox className="list" renderEmptyState={() => <div className="empty">Nothing found</div>}>
          {(item: PickerItem) => (
            <ListBoxItem id={item.id} textValue={item.name} className="list-item">
              <Text slot="label">{item.name}</Text>
              <Text slot="description">{item.note}</Text>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
})
