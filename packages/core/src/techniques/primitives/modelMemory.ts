/**
 * MEM: the context in segments, and what earlier segments left: entries (raw keys, compressed keys, soft prompts, look-ups
 * among many), or a matrix per head. A token attends its segment up to itself and the memory: segment · (segment + bank)
 * pairs at most, and memory constant in n. Segments of a prompt are read one after another.
 *
 * Positions count inside the segment and the memory it sees, so that they reach however long the text is, as long as the model's
 * own cover that span (Transformer-XL, arXiv 1901.02860, section 3.3). What nears the end of a text from far back has come
 * through the memory: entries of hidden states hand on one bank a layer, a soft prompt or a matrix what it has room for.
 *
 * Soft prompts are tokens themselves: each segment computes 1 + 2·carry / segment times its tokens (read and write ends).
 */
import type { Attention, LatentAttention, ModelSpec, Pattern } from '../../architecture/model.ts'
import { alter } from '../../architecture/operator.ts'
import { formatCount } from '../../units/format.ts'
import { fail, ok } from '../../units/result.ts'
import { reachOf } from '../outcome/context.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { changeLayers, isFullAttention, layerRewrite, scaleWork, withModel, withRewrite } from './reshape.ts'

function patternOf(values: Readings): Extract<Pattern, { kind: 'segments' }> {
  const segment = values.number('segment')
  const isMatrix = values.flag('matrix')
  const read = values.text('retrieval') === 'knn' ? values.given('topK') : undefined
  return {
    kind: 'segments',
    segment,
    bank: isMatrix ? 0 : values.number('bank'),
    carry: isMatrix ? 0 : (values.given('carry') ?? segment),
    bank2: isMatrix ? 0 : values.number('bank2'),
    compress: values.number('compress'),
    ...(read === undefined ? {} : { read }),
  }
}

/**
 * Tokens that positions tell apart: the segment and the entries it attends to in order. A matrix has no order, and entries
 * looked up among many are read without positions (Memorizing Transformers, arXiv 2203.08913, section 3.1).
 */
function spanOf({ segment, bank, bank2, read }: ReturnType<typeof patternOf>): number {
  return segment + (read === undefined ? bank + bank2 : 0)
}

const BOUNDED: ReadonlySet<Pattern['kind']> = new Set(['sliding', 'chunked', 'segments'])

/** Whether some layer still sees all of a text: then its positions count through it. */
const seesAll = ({ stack }: ModelSpec) =>
  stack.kinds.some((kind, index) => {
    const { mixer } = kind
    if (!mixer || !stack.order.includes(index)) return false
    return mixer.kind === 'compressed' || ('pattern' in mixer && !BOUNDED.has(mixer.pattern.kind))
  })

/** What the last token can know of, in words: nothing is seen of a text that no memory handed on. */
function handedOn(pattern: ReturnType<typeof patternOf>, values: Readings, layers: number): string {
  const { segment, bank, bank2, read } = pattern
  if (values.flag('matrix')) return 'older text is known by what a matrix per head can hold'
  if (read !== undefined)
    return `a token sees its segment and ${read} entries found among the last ${formatCount(bank)}: nothing older`
  if (values.text('aggregate') === 'soft-prompt' || values.text('update') !== 'none')
    return `older text is known by what ${formatCount(bank)} entries hand on`
  return `hidden states hand on ${formatCount(bank + bank2)} entries a layer: a token can know of at most ${formatCount(segment + layers * (bank + bank2))} tokens back`
}

/** A prompt shorter than a segment has no memory to attend to. */
const remembers = (tokens: number, segment: number) => tokens > segment

export const MEM = primitiveOf(
  'MEM',
  'Model memory',
  'attention',
  'Attention over the own segment and a memory of constant size, segment after segment',
  (plan, values) => {
    const segment = values.number('segment')
    if (segment === 0) return ok(plan)
    const { model, workload } = plan.scenario
    const pattern = patternOf(values)
    const isMatrix = values.flag('matrix')
    const gate = values.text('aggregate') === 'gate'
    const kept = values.number('layerShare')
    const key = `MEM ${JSON.stringify(pattern)} ${isMatrix} ${gate} ${kept}`
    let next = withModel(plan, key, (from) =>
      changeLayers(from, 1, (layer) => {
        const { mixer } = layer
        if (!isFullAttention(mixer)) return layer
        const own: Attention | LatentAttention =
          mixer.kind === 'attention' && isMatrix
            ? { ...mixer, pattern, state: { rank: mixer.headDim, gate } }
            : { ...mixer, pattern }
        return { ...layer, mixer: own, ...(kept < 1 ? { cachedShare: (layer.cachedShare ?? 1) * kept } : {}) }
      }),
    )
    if (next === plan) {
      return fail(
        'MEM.segment',
        `${model.name} has no layer of full attention to give a memory to`,
        'Leave MEM out for this model',
      )
    }
    next = { ...next, segmentTokens: segment }
    const span = spanOf(pattern)
    if (!seesAll(next.scenario.model)) {
      next = { ...next, positionSpanTokens: span }
      const reach = reachOf(next)
      const text =
        reach === Number.POSITIVE_INFINITY
          ? `positions count inside a segment and its memory, ${formatCount(span)} tokens, so that they set no limit; ${handedOn(pattern, values, model.stack.order.length)}`
          : `a segment and its memory are ${formatCount(span)} tokens, more than positions reach: they go on setting the limit`
      next = remarked(next, 'MEM', text)
    } else {
      next = remarked(next, 'MEM', 'some layers still see all of a text: their positions go on setting the limit')
    }
    const soft = values.text('aggregate') === 'soft-prompt' && !isMatrix
    if (soft && pattern.carry < segment) {
      const factor = 1 + (2 * pattern.carry) / segment
      next = withRewrite(next, `MEM soft ${factor}`, () =>
        layerRewrite((o) =>
          o.kind === 'gemm' || o.kind === 'elementwise' || o.kind === 'norm' ? alter(o, scaleWork(o, factor)) : o,
        ),
      )
    }
    if (!remembers(workload.promptTokens + workload.outputTokens, segment)) {
      next = remarked(next, 'MEM', `the request fits in one segment of ${segment} tokens: the memory stays empty`)
    }
    return ok(
      remarked(
        next,
        'MEM',
        'memory is constant in the length of the context; what it drops or compresses is lost to accuracy',
      ),
    )
  },
)
