/** `capline dtypes [ID]`: the number formats, with what an element takes, scales counted. */
import {
  type Column,
  closest,
  DTYPES,
  type Dtype,
  effectiveBits,
  fail,
  format,
  formatNumber,
  ok,
  type Result,
  show,
} from '@capline/core'
import { type Answer, type Invocation, json } from '../command.ts'
import { renderFacts, renderList } from '../render/catalogue.ts'

/** Row length for formats with one scale per row. */
const ROW = 4096

const IDS = Object.keys(DTYPES) as (keyof typeof DTYPES)[]

function scalesText({ group, scaleBits, zeroBits }: Dtype): string {
  if (!group) return 'none counted'
  const zero = zeroBits ? ` and a ${zeroBits}-bit zero-point` : ''
  return `${scaleBits ?? 0}-bit scale${zero} per ${group === 'row' ? 'row' : group}`
}

const COLUMNS: readonly Column<Dtype>[] = [
  { id: 'id', title: 'id', text: (row) => row.id },
  { id: 'bits', title: 'bits', text: (row) => formatNumber(row.bits, 4), align: 'right' },
  { id: 'effective', title: 'with scales', text: (row) => formatNumber(effectiveBits(row, ROW), 4), align: 'right' },
  { id: 'compute', title: 'multiplied as', text: (row) => row.compute },
  { id: 'dynamic', title: 'activations, KV', text: (row) => (row.dynamic ? 'yes' : 'no') },
  { id: 'name', title: 'name', text: (row) => row.name, keep: 1 },
]

const dtypeJson = (row: Dtype) => ({ ...row, effectiveBits: effectiveBits(row, ROW), effectiveBitsRowLength: ROW })

function findDtype(name: string): Result<Dtype> {
  const id = IDS.find((known) => known === name.toLowerCase())
  if (id) return ok(format(id))
  const near = closest(name, IDS, 3)
  return fail(
    'ID',
    `${show(name)} is not a known format`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : '`capline dtypes` lists them',
  )
}

export function runDtypes({ args, options, terminal }: Invocation): Result<Answer> {
  const [name] = args
  const rows = IDS.map(format)
  if (name === undefined) {
    if (options.json === true) return ok({ text: json({ schema: 'capline.dtypes/1', dtypes: rows.map(dtypeJson) }) })
    return ok({ text: renderList({ columns: COLUMNS, rows }, `Scales of one per row: in rows of ${ROW}.`, terminal) })
  }
  const found = findDtype(name)
  if (!found.ok) return found
  const row = found.value
  if (options.json === true) return ok({ text: json(dtypeJson(row)) })
  const facts = [
    {
      label: 'Bits',
      value: formatNumber(row.bits, 4),
      note: `${formatNumber(effectiveBits(row, ROW), 4)} with scales`,
    },
    { label: 'Scales', value: scalesText(row) },
    { label: 'Multiplied as', value: row.compute, note: 'wider where the accelerator lacks it' },
    { label: 'Activations, KV', value: row.dynamic ? 'yes' : 'no, weights only' },
    { label: 'Source', value: row.source },
  ]
  return ok({ text: renderFacts(`${row.id}: ${row.name}`, facts, terminal) })
}
