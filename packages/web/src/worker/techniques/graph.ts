/** What a plan changes in the network's graph, operator by operator, before → after, in words. */
import { formatBytes, formatFlop, formatSeconds, graphChanges, type OperatorChange, type Plan } from '@capline/core'
import { changeOf } from './capWords.ts'
import type { GraphLines, OperatorLine } from './protocol.ts'

const arrow = (before: number | undefined, after: number | undefined, text: (x: number) => string) => {
  if (before === undefined) return after === undefined ? '–' : text(after)
  if (after === undefined) return text(before)
  return text(before) === text(after) ? text(before) : `${text(before)} → ${text(after)}`
}

function operatorLine({ phase, name, before, after }: OperatorChange): OperatorLine {
  const state = before && after ? 'changed' : after ? 'new' : 'gone'
  const factor = before && after && after.timeS > 0 ? before.timeS / after.timeS : undefined
  return {
    phase,
    name,
    state,
    work: arrow(before?.flop, after?.flop, formatFlop),
    bytes: arrow(before?.bytes, after?.bytes, formatBytes),
    time: arrow(before?.timeS, after?.timeS, formatSeconds),
    factor: state === 'changed' ? changeOf(factor, true) : { text: state, better: state === 'gone' },
  }
}

export function graphLines(before: Plan, after: Plan): GraphLines {
  const changes = graphChanges(before, after)
  if (!changes.ok) return { operators: [], same: 0, passes: '' }
  const { operators, same, passS } = changes.value
  const pass = (phase: 'prefill' | 'decode') => {
    const [was, is] = passS[phase]
    return was === 0 && is === 0 ? [] : [`one ${phase} pass ${arrow(was, is, formatSeconds)}`]
  }
  return { operators: operators.map(operatorLine), same, passes: [...pass('prefill'), ...pass('decode')].join(', ') }
}
