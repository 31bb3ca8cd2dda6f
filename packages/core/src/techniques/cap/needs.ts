/**
 * What a selection asks for before it runs: training, an engine that offers it, other hardware or another model, more
 * accelerators (performance without a loss of accuracy is generally paid in hardware), memory elsewhere.
 */
import { formatBytes, formatNumber } from '../../units/format.ts'
import { ENGINES, enginesOf } from '../catalog/engines.ts'
import type { CapAnswer } from './desk.ts'
import { keepsOutput } from './exactness.ts'
import type { Member } from './selection.ts'

export type NeedKind = 'training' | 'engine' | 'hardware' | 'model' | 'memory'

export interface Need {
  readonly kind: NeedKind
  readonly words: string
}

/**
 * What turning it on changes: a `switch` needs nothing trained; `module` something trained beside the model, which leaves the
 * model as it is (a draft, heads, a light layer); `training` of the model itself; more `accelerators`; another
 * `model` in place of the scenario's; other `hardware`.
 */
export const CHANGES = ['switch', 'module', 'training', 'accelerators', 'model', 'hardware'] as const
export type Change = (typeof CHANGES)[number]

const MODULE: ReadonlySet<unknown> = new Set(['draft', 'heads', 'detector'])
const BESIDE: ReadonlySet<unknown> = new Set([...MODULE, 'none', 'scales'])

function changeOfMember({ row, uses }: Member): Change {
  const has = (primitive: string, test: (values: Readonly<Record<string, unknown>>) => boolean) =>
    uses.some((use) => use.primitive === primitive && test(use.with))
  if (has('HW', () => true)) return 'hardware'
  const isStudent = has('DIM', () => true) && has('TRAIN', ({ part }) => part === 'student')
  if (isStudent || has('BASE', () => true) || has('DIM', ({ student }) => Boolean(student))) return 'model'
  // What is trained beside the model (drafts, detectors) leaves its output alone.
  const beside = row?.training === undefined ? 'switch' : 'module'
  if (keepsOutput(uses)) return beside
  // A chain of tensors of a low rank in place of a layer's weights has to learn them again.
  const isCut = has('RANK', ({ mode, site }) => mode === 'tensor-train' && site !== 'embedding')
  const shapes = isCut || ['DIM', 'EXP', 'LIN', 'MEM'].some((primitive) => has(primitive, () => true))
  const trains = uses.filter((use) => use.primitive === 'TRAIN')
  const light = trains.length > 0 && trains.every((use) => BESIDE.has(use.with.part))
  if (shapes) return 'training'
  return row?.training === undefined || light
    ? trains.some((one) => MODULE.has(one.with.part))
      ? beside
      : 'switch'
    : 'training'
}

export function changeOf(members: readonly Member[]): Change {
  const order = members.map((member) => CHANGES.indexOf(changeOfMember(member)))
  return CHANGES[Math.max(0, ...order)] ?? 'switch'
}

/** The larger of two changes: what both together ask for. */
export function largerChange(a: Change, b: Change): Change {
  return CHANGES.indexOf(a) >= CHANGES.indexOf(b) ? a : b
}

/** More machines than the baseline has, as a share that no rounding makes. */
export const needsMore = (accelerators: number, baseline: number): boolean => accelerators > 1.001 * baseline

export function needsOf(baseline: CapAnswer, { selection, plan, outcome }: CapAnswer): Need[] {
  const out: Need[] = []
  for (const { id, row } of selection.members) {
    if (row?.training) out.push({ kind: 'training', words: `${id}: ${row.training}` })
  }
  for (const { id, row } of selection.members) {
    if (!row) continue
    const offers = enginesOf(row.id)
    const names = [...new Set(offers.map(({ engine }) => ENGINES[engine]))]
    if (names.length > 0) out.push({ kind: 'engine', words: `${id}: ${names.join(', ')}` })
  }
  const [was, is] = [baseline.plan.scenario, plan.scenario]
  if (was.accelerator.id !== is.accelerator.id) out.push({ kind: 'hardware', words: is.accelerator.name })
  if (was.model.id !== is.model.id) out.push({ kind: 'model', words: is.model.name })
  const more = outcome.performance.accelerators / baseline.outcome.performance.accelerators
  if (needsMore(more, 1)) out.push({ kind: 'hardware', words: `${formatNumber(more, 2)}× the accelerators` })
  const { elsewhereBytes } = outcome.memory
  if (elsewhereBytes > 0) out.push({ kind: 'memory', words: `${formatBytes(elsewhereBytes)} outside the accelerator` })
  return out
}
