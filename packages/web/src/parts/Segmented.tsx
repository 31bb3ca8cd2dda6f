/** One of a few, all in sight. */
interface Props<T extends string> {
  readonly label: string
  readonly options: readonly { readonly id: T; readonly name: string }[]
  readonly value: T
  readonly onChange: (id: T) => void
}

export function Segmented<T extends string>({ label, options, value, onChange }: Props<T>) {
  return (
    <fieldset className="segmented">
      <legend className="hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.id} className={option.id === value ? 'on' : ''}>
          <input type="radio" name={label} checked={option.id === value} onChange={() => onChange(option.id)} />
          {option.name}
        </label>
      ))}
    </fieldset>
  )
}
