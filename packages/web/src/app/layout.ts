/** Changes of a link that say how its accelerators share the model; the count always says how many there are. */
import { expertRanks, LAYOUT_AXES, type LayoutAxis, ONE_ACCELERATOR, type QuestionLink, rankCount } from '@capline/core'

export type Axes = Readonly<Partial<Record<LayoutAxis, number>>>

type LayoutChange = Pick<QuestionLink, 'count' | 'question'>

/** The axes a question names. */
export function axesOf({ question }: QuestionLink): Axes {
  return Object.fromEntries(
    LAYOUT_AXES.flatMap((axis) => (question[axis] === undefined ? [] : [[axis, Number(question[axis])]])),
  )
}

export const namesAxes = (link: QuestionLink): boolean => Object.keys(axesOf(link)).length > 0

function withoutLayout({ question }: QuestionLink): QuestionLink['question'] {
  const { layout: _l, tp: _tp, pp: _pp, dp: _dp, ep: _ep, attentionDp: _adp, cp: _cp, ...rest } = question
  return rest
}

/** Accelerators that axes make; experts alone bring the accelerators that split them, as the core reads them. */
export function countOfAxes(axes: Axes): number {
  const asked = { ...ONE_ACCELERATOR, ...axes }
  const isWider = asked.ep > expertRanks(asked) && asked.ep % asked.tp === 0
  return rankCount(isWider ? { ...asked, attentionDp: asked.ep / asked.tp } : asked)
}

/** These axes and no others; none: the best is chosen. */
export function withAxes(link: QuestionLink, axes: Axes): LayoutChange {
  const question = { ...withoutLayout(link), ...axes }
  return { question, count: Object.keys(axes).length > 0 ? countOfAxes(axes) : link.count }
}

export function withAxis(link: QuestionLink, axis: LayoutAxis, ranks: number | undefined): LayoutChange {
  const { [axis]: _, ...rest } = axesOf(link)
  return withAxes(link, ranks === undefined ? rest : { ...rest, [axis]: ranks })
}

/** Another count leaves named axes behind: they would contradict it. */
export function withCount(link: QuestionLink, count: number): LayoutChange {
  if (!namesAxes(link)) return { question: link.question, count }
  return { question: withoutLayout(link), count }
}

/** One way for all accelerators; `auto`: the best of all legal ones. */
export function withLayout(link: QuestionLink, layout: string): LayoutChange {
  const question = withoutLayout(link)
  return { question: layout === 'auto' ? question : { ...question, layout }, count: link.count }
}
