/**
 * What a plan changes that one step's operators do not show, in words: for a reader of operators, who would else take the
 * times for those of the request.
 */
import { formatCount, formatNumber, formatSeconds } from '../../units/format.ts'
import type { Plan } from '../plan.ts'

export function besideWords(plan: Plan): string[] {
  const { decoding, passes, waits, calls, placed, reusedTokens, scheduling, remarks } = plan
  const out: string[] = []
  if (decoding.tokensPerPass !== 1) {
    out.push(`a pass yields ${formatNumber(decoding.tokensPerPass)} tokens and checks ${decoding.checkedTokens}`)
  }
  if (decoding.branches > 1) out.push(`${decoding.branches} branches are decoded side by side`)
  if (reusedTokens > 0) out.push(`${formatCount(reusedTokens)} prompt tokens are already computed`)
  for (const { label, newTokens } of passes) out.push(`beside it: ${label}, ${formatCount(newTokens)} tokens`)
  for (const { label, timeS } of waits) out.push(`waits for ${label}, ${formatSeconds(timeS)}`)
  if (calls.serial !== 1) out.push(`a question takes ${formatNumber(calls.serial)} calls in turn`)
  if (calls.parallel !== 1) out.push(`${formatNumber(calls.parallel)} calls run at once`)
  for (const { what, share, tier } of placed)
    out.push(`${formatNumber(100 * share, 2)} % of the ${what} on the ${tier}`)
  if (scheduling.policy !== 'static') out.push(`steps are formed ${scheduling.policy}`)
  const beside =
    out.length > 0 ? [`Not in these operators: ${out.join('; ')}. \`capline compare\` prices the whole.`] : []
  return [...beside, ...new Set(remarks.map(({ technique, text }) => `${technique}: ${text}`))]
}
