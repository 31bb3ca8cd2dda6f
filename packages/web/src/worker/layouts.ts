/**
 * Which way the accelerators share the model: the best legal layout of a plain count, with benches remembered between
 * questions, and the table of all that were tried with what the accelerators gain over fewer.
 */
import {
  type Bench,
  benchFor,
  choiceOfAnalysis,
  gainOf,
  gainText,
  LAYOUT_AXES,
  type LayoutChoice,
  layoutRows,
  ok,
  type Prepare,
  type Question,
  type QuestionLink,
  type Result,
  rankCount,
  rankLayouts,
  type Scenario,
  sameLayout,
  scenarioOf,
} from '@capline/core'
import type { LayoutsAnswer } from './protocol.ts'
import type { Ready } from './resolve.ts'

/** Makes scenarios of one question ready, each layout once; what they gain may be asked on another basis. */
export function rememberingPrepare(benches: Map<string, Bench>, question: Question): Prepare {
  return (scenario) => {
    const { basis } = scenario
    const bench = benchFor(benches, basis ? { ...question, basis } : question, scenario)
    return bench.ok ? ok({ ...bench.value, scenario }) : bench
  }
}

function isOpen({ count, question }: QuestionLink): boolean {
  const isFree = question.layout === undefined || question.layout === 'auto'
  return count > 1 && isFree && LAYOUT_AXES.every((axis) => question[axis] === undefined)
}

/** The scenario of a link; a plain count gets the best layout, as `scenarioOf` does, with remembered benches. */
export function scenarioOfLink(
  link: QuestionLink,
  model: Scenario['model'],
  accelerator: Scenario['accelerator'],
  benches: Map<string, Bench>,
): Result<Scenario> {
  const { question, count } = link
  if (isOpen(link)) {
    const alone = scenarioOf(question, model, accelerator)
    if (!alone.ok) return alone
    const best = rankLayouts(alone.value, count, rememberingPrepare(benches, question))[0]
    if (best) return ok({ ...alone.value, layout: best.layout })
  }
  return scenarioOf(question, model, accelerator, count > 1 ? count : undefined)
}

/** More are counted, not shown. */
const MOST_SHOWN = 24

function choicesOf(ready: Ready, prepare: Prepare): readonly LayoutChoice[] {
  const { analysis } = ready
  const { scenario, layout } = analysis
  const choices = rankLayouts(scenario, rankCount(layout), prepare)
  if (choices.some((choice) => sameLayout(choice.layout, layout))) return choices
  return [choiceOfAnalysis(analysis, layout), ...choices]
}

/** What one more of a single accelerator would bring, or these over half as many. */
function gainSentence({ analysis }: Ready, prepare: Prepare): string | undefined {
  const { scenario } = analysis
  const count = rankCount(analysis.layout)
  if (count === 1) {
    const second = rankLayouts(scenario, 2, prepare)[0]
    const gain = second ? gainOf(scenario, second.layout, prepare) : undefined
    return gain ? gainText(gain).replace('2 accelerators give', '2 accelerators would give') : undefined
  }
  const gain = gainOf(scenario, analysis.layout, prepare)
  if (gain) return gainText(gain)
  const fewer = count % 2 === 0 ? count / 2 : 1
  if (analysis.memory.fits === false) return undefined
  return fewer === 1 ? 'One accelerator alone does not hold it.' : `${fewer} accelerators do not hold it.`
}

export function layoutsOf(ready: Ready): LayoutsAnswer {
  const prepare = rememberingPrepare(ready.benches, ready.link.question)
  const count = rankCount(ready.analysis.layout)
  const choices = count > 1 ? choicesOf(ready, prepare) : []
  const chosen = choices.findIndex((choice) => sameLayout(choice.layout, ready.analysis.layout))
  const shown = choices.filter((_, i) => i < MOST_SHOWN || i === chosen)
  const gain = gainSentence(ready, prepare)
  return {
    count,
    rows: layoutRows(shown, ready.analysis).map((row, i) => ({ ...row, axes: axesOf(shown[i]) })),
    more: choices.length - shown.length,
    isAutomatic: isOpen(ready.link),
    ...(gain === undefined ? {} : { gain }),
  }
}

function axesOf(choice: LayoutChoice | undefined): LayoutsAnswer['rows'][number]['axes'] {
  return Object.fromEntries(
    LAYOUT_AXES.flatMap((axis) => {
      const ranks = choice?.layout[axis] ?? 1
      return ranks > 1 ? [[axis, ranks]] : []
    }),
  )
}
