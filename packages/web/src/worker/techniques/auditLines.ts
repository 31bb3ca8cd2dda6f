/** What a technique moves here against the type the documents print: the core's audit, in sentences. */
import { type Agreement, audit, type Desk, type TechniqueRow } from '@capline/core'

const WORDS: Readonly<Record<Agreement, string>> = {
  agrees: 'As printed: here it gains what its type says and nothing else.',
  'in part': 'In part as printed: nothing speaks against its type, but a goal is mixed or not measured.',
  more: 'More than printed: here it also gains a goal that its type does not name.',
  less: 'Less than printed: here it does not gain a goal that its type names.',
  differs: 'Other than printed: here it gains a goal its type does not name, and not one that it names.',
  'no type': 'No type is printed for it.',
}

export function auditLines(desk: Desk, row: TechniqueRow): readonly string[] {
  const [found] = audit(desk, { ids: [row.id] }).rows
  if (!found) return []
  const gains = found.gains === '' ? 'none of the three' : [...found.gains].join(' and ')
  return [`${WORDS[found.agreement]} Printed: ${found.printedText}; gains here: ${gains}.`, ...found.explanation]
}
