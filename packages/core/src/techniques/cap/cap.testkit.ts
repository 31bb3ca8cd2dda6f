/** A desk for tests: Llama 3.1 8B on an H100 with the committed measurements. */
import { committed } from '../../evidence/evidence.testkit.ts'
import { unwrap } from '../../scenario/scenario.testkit.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Workload } from '../../workload/workload.ts'
import { testPlan } from '../techniques.testkit.ts'
import { type CapAnswer, type Desk, type DeskOptions, deskOf } from './desk.ts'
import { parseSelection } from './selection.ts'

export const RECORDS = committed().records

export function testDesk(
  workload: Partial<Workload> = {},
  options: DeskOptions = {},
  change: Partial<Scenario> = {},
): Desk {
  return unwrap(deskOf(testPlan(workload, change).scenario, { records: RECORDS, ...options }))
}

export const answerTo = (desk: Desk, text: string): CapAnswer => unwrap(desk.evaluate(unwrap(parseSelection(text))))
