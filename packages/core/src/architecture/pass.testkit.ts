/** A pass with plain settings for operator tests: bf16 everywhere, exact counting, keys read once. */
import { CONVENTIONS } from './convention.ts'
import type { StepGroup } from './extent.ts'
import { resolveFormats } from './formats.ts'
import type { CheckpointPrecision } from './model.ts'
import type { Operator } from './operator.ts'
import { type AttentionKernel, type Pass, passOf } from './pass.ts'

export const BF16: CheckpointPrecision = { weights: 'bf16', activations: 'bf16', kv: 'bf16' }
export const BF16_FORMATS = resolveFormats(BF16, CONVENTIONS.exact)

export function testPass(groups: readonly StepGroup[], kernel: AttentionKernel = 'flash'): Pass {
  return passOf({ groups }, { formats: BF16_FORMATS, kernel, convention: CONVENTIONS.exact, tile: {} })
}

export function named(operators: readonly Operator[], name: string): Operator {
  const found = operators.find((operator) => operator.name === name)
  if (!found) throw new Error(`no operator ${name} among ${operators.map((o) => o.name).join(', ')}`)
  return found
}

export function total(
  operators: readonly Operator[],
  of: 'parameters' | 'flop' | 'kvReadBytes' | 'kvWriteBytes',
): number {
  return operators.reduce((sum, operator) => sum + operator[of], 0)
}

/** Operators that an operator reads but that neither come before it nor are given from outside. */
export function missingInputs(operators: readonly Operator[], given: readonly string[]): string[] {
  const known = new Set(given)
  const missing: string[] = []
  for (const operator of operators) {
    for (const name of operator.after) if (!known.has(name)) missing.push(`${operator.name} reads ${name}`)
    known.add(operator.name)
  }
  return missing
}
