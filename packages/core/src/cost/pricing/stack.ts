/**
 * Products of one layer that read the same input run as one: engines stack the weights of q, k and v, of gate and up, of
 * the two latent projections of MLA. The first of them leads with the columns of all; the others ride along.
 */
import { format } from '../../architecture/formats.ts'
import type { Operator } from '../../architecture/operator.ts'

/** Formats wider than any kernel table has, 32-bit products: priced one by one, by their work and bytes. */
export function isWide(operator: Operator): boolean {
  return operator.operands.some((id) => format(id).bits > 16)
}

function stackKey(o: Operator): string | undefined {
  if (o.kind !== 'gemm' || o.kernel?.kind !== 'gemm' || o.shape.count !== 1 || isWide(o)) return undefined
  return [o.after.join('+'), o.shape.k, o.weightClass, o.operands.join('×')].join('|')
}

/** Per operator: the index of the one that leads its stack, its own where it stands alone. */
export function stackLeaders(operators: readonly Operator[]): number[] {
  const leaders = new Map<string, number>()
  return operators.map((o, i) => {
    const key = stackKey(o)
    if (key === undefined) return i
    const leader = leaders.get(key) ?? i
    leaders.set(key, leader)
    return leader
  })
}

/**
 * Per operator: the index of the one whose kernel runs it: the leader of its stack, or the fused experts it is within
 * (operators of such a kernel follow its first, `architecture/ffn/moe.ts`).
 */
export function kernelLeaders(operators: readonly Operator[]): number[] {
  const leaders = stackLeaders(operators)
  let fused = -1
  return operators.map(({ kernel }, i) => {
    if (kernel?.kind === 'moe') fused = i
    return kernel?.kind === 'within' && fused >= 0 ? fused : (leaders[i] as number)
  })
}

/** Per operator: columns of the product it leads; 0 for one that rides along. */
export function stackedColumns(operators: readonly Operator[]): number[] {
  const columns = operators.map((o) => o.shape.n)
  stackLeaders(operators).forEach((leader, i) => {
    if (leader === i) return
    columns[leader] = (columns[leader] as number) + (columns[i] as number)
    columns[i] = 0
  })
  return columns
}
