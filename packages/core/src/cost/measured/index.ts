/** Times from a user's own kernel tables. */
export {
  type MeasuredChoice,
  type MeasuredDevice,
  type MeasuredOptions,
  type MeasuredTime,
  measuredDevice,
  measuredSeconds,
  measuredTime,
} from './device.ts'
export type { MeasuredRow } from './table.ts'
export { checkUnit, showsUnit, type UnitCheck, type WrongUnit } from './units.ts'
