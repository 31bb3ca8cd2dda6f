/**
 * The combinations the survey names, as parts that compose, each audited against its parts: does the
 * whole gain a goal that no part gains, and does it stay within two?
 */
import { ok, type Result } from '../../units/result.ts'
import { auditSelection } from './audit.ts'
import { accuracyWords, performanceWords } from './auditWords.ts'
import type { Desk } from './desk.ts'
import type { Movement } from './movement.ts'
import { parseSelection, type Selection, selectionOf } from './selection.ts'
import { GOALS, type Goal } from './verdict.ts'

export interface NamedCombination {
  readonly id: string
  readonly title: string
  /** Section of the survey that names it. */
  readonly section: string
  /** As `--with` takes it. */
  readonly parts: string
  /** The row of the catalogue that stands for it. */
  readonly row: string
  readonly claim: string
}

export const COMBINATIONS: readonly NamedCombination[] = [
  {
    id: 'agent-memory-compression',
    title: 'Agent memory with prompt compression',
    section: '2.6.1',
    parts: 'memgpt,longllmlingua',
    row: 'prompt-cap-combination',
    claim: 'comes close to all three',
  },
  {
    id: 'agent-memory-model-memory',
    title: 'Agent memory over model memory',
    section: '2.6.1',
    parts: 'memgpt,infini-attention',
    row: 'memgpt-on-infini',
    claim: 'complementary: pages outside, a compressed past inside',
  },
  {
    id: 'memory-positions-sparsity',
    title: 'Model memory, positions and sparsity',
    section: '2.4.1',
    parts: 'infini-attention,yarn,h2o',
    row: 'memory-pe-sparsity-combination',
    claim: 'nobody had built it',
  },
  {
    id: 'sequence-parallel-sparsity',
    title: 'Sequence parallelism with sparsity',
    section: '2.4.3',
    parts: 'striped-attention,h2o',
    row: 'sp-with-context-sparsity',
    claim: 'an open design: dropping makes the shares uneven',
  },
]

export interface PartAudit {
  readonly text: string
  readonly moves: Readonly<Record<Goal, Movement>>
  readonly gains: string
  readonly words: string
}

export interface CombinationAudit {
  readonly named: NamedCombination
  readonly selection: Selection
  readonly whole: PartAudit
  readonly parts: readonly PartAudit[]
  /** Goals that the whole gains and no part gains. */
  readonly emerges: string
  /** Goals that a part gains and the whole does not. */
  readonly lost: string
  /** More than two goals improve: against the principle, which speaks of single optimisations. */
  readonly beyondTwo: boolean
}

function partOf(desk: Desk, selection: Selection): Result<PartAudit> {
  const found = auditSelection(desk, selection)
  if (!found.ok) return found
  const { moves, gains } = found.value
  const words = [performanceWords(found.value), accuracyWords(found.value)].filter((part) => part !== '').join('; ')
  return ok({ text: selection.label, moves, gains, words })
}

export function auditCombination(desk: Desk, named: NamedCombination): Result<CombinationAudit> {
  const selection = parseSelection(named.parts, named.id)
  if (!selection.ok) return selection
  const whole = partOf(desk, selection.value)
  if (!whole.ok) return whole
  const parts: PartAudit[] = []
  for (const member of selection.value.members) {
    const part = partOf(desk, selectionOf([member]))
    if (!part.ok) return part
    parts.push(part.value)
  }
  const any = (goal: Goal) => parts.some(({ gains }) => gains.includes(goal))
  const of = (test: (goal: Goal) => boolean) => GOALS.filter(test).join('')
  return ok({
    named,
    selection: selection.value,
    whole: whole.value,
    parts,
    emerges: of((goal) => whole.value.gains.includes(goal) && !any(goal)),
    lost: of((goal) => any(goal) && !whole.value.gains.includes(goal)),
    beyondTwo: whole.value.gains.length > 2,
  })
}
