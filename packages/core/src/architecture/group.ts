/** Operators of one place in the network, of one instance, and how many instances there are. */
import type { Operator } from './operator.ts'

export type GroupPart = 'embedding' | 'layer' | 'head' | 'encoder' | 'tower' | 'mtp'

export interface OperatorGroup {
  readonly part: GroupPart
  /** The layer kind's name, or what the group is. */
  readonly name: string
  readonly repeat: number
  /** Instances share one copy of the weights. */
  readonly sharedWeights: boolean
  readonly operators: readonly Operator[]
}
