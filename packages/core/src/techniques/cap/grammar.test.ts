/** What is written is read back: for every technique, every parameter of its primitives and every value it can take. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import { TECHNIQUE_ROWS } from '../catalog/index.ts'
import { PARAMETERS, type PrimitiveId } from '../parameters.ts'
import type { Parameter, Use, Value } from '../primitive.ts'
import { valuesOf } from '../values.ts'
import { memberParts, membersOfText, plainValue, writtenParameter, writtenValue } from './grammar.ts'
import { parseSelection } from './selection.ts'

interface Slot {
  readonly id: string
  readonly at: number
  readonly primitive: PrimitiveId
  readonly name: string
  readonly parameter: Parameter
}

/** Techniques as they are read, and a few short settings. */
const USES: ReadonlyMap<string, readonly Use[]> = new Map(
  [...TECHNIQUE_ROWS.filter(({ observes }) => !observes).map(({ id }) => id), 'w4a8kv4', 'fp8'].map((id) => [
    id,
    unwrap(parseSelection(id)).uses,
  ]),
)

const SLOTS: readonly Slot[] = [...USES].flatMap(([id, uses]) =>
  uses.flatMap((use, at) => {
    const primitive = use.primitive as PrimitiveId
    const table: { readonly [name: string]: Parameter } = PARAMETERS[primitive]
    return Object.entries(table).map(([name, parameter]) => ({ id, at, primitive, name, parameter }))
  }),
)

function anyOf({ kind, min, max, choices = [] }: Parameter): fc.Arbitrary<Value> {
  if (kind === 'switch') return fc.boolean()
  if (kind === 'choice') return fc.constantFrom(...choices)
  if (kind === 'text') return fc.string({ maxLength: 30 })
  if (kind === 'count') return fc.integer({ min: min ?? 0, max: Math.min(max ?? 2 ** 40, 2 ** 40) })
  return fc.double({ min: min ?? -1e9, max: Math.min(max ?? 1e9, 1e9), noNaN: true })
}

const same = (a: Value | undefined, b: Value) => Object.is(a, b) || (a === 0 && b === 0)

/** Problems of reading `member:PRIMITIVE.name=value`, or nothing. */
function difference({ id, at, primitive, name }: Slot, value: Value): string | undefined {
  const use = USES.get(id)?.[at]
  if (!use || !valuesOf(primitive, { ...use.with, [name]: value }).ok) return undefined
  const text = `${id}:${writtenParameter(primitive, name, value)}`
  const read = parseSelection(text)
  if (!read.ok) return /keeps no token/.test(read.problem.reason) ? undefined : `${text}: ${read.problem.reason}`
  const got = read.value.members[0]?.uses[at]?.with[name]
  if (!same(got, value)) return `${text}: ${String(got)}`
  const again = parseSelection(read.value.label)
  return again.ok && again.value.label === read.value.label ? undefined : `${text}: its label reads otherwise`
}

describe('a written parameter', () => {
  it('is read back, for every choice and every value of every row', () => {
    const wrong = SLOTS.flatMap((slot) => {
      const own = USES.get(slot.id)?.[slot.at]?.with[slot.name]
      const values = [...(slot.parameter.choices ?? []), slot.parameter.default, ...(own === undefined ? [] : [own])]
      return values.flatMap((value) => difference(slot, value) ?? [])
    })
    expect(wrong).toEqual([])
  })

  it('is read back, for values nobody thought of', () => {
    const slot = fc.nat(SLOTS.length - 1).chain((i) => {
      const found = SLOTS[i] as Slot
      return fc.record({ slot: fc.constant(found), value: anyOf(found.parameter) })
    })
    fc.assert(
      fc.property(slot, ({ slot, value }) => {
        expect(difference(slot, value)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  it('holds any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const [one, other] = [`x:y=${writtenValue(a)}:z=${writtenValue(b)}`, 'w4']
        const [first = '', ...rest] = membersOfText(`${one},${other}`)
        expect(rest).toEqual(['w4'])
        const { pieces } = memberParts(first)
        expect(pieces.map((piece) => plainValue(piece.slice(2)))).toEqual([a, b])
      }),
    )
  })
})

describe('colons', () => {
  it('belong to the value where no name follows', () => {
    expect(memberParts('wanda:structure=2:4:share=0.5').pieces).toEqual(['structure=2:4', 'share=0.5'])
    const [use] = unwrap(parseSelection('wanda:structure=2:4')).uses
    expect(use?.with.structure).toBe('2:4')
    expect(unwrap(parseSelection('wanda:structure=n:m,w4')).members).toHaveLength(2)
  })
})
