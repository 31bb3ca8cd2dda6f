/**
 * MEM: the context in segments, and what earlier segments left: entries (raw keys, compressed keys, soft prompts, look-ups
 * among many), or a matrix per head. A token attends its segment up to itself and the memory: segment · (segment + bank)
 * pairs at most, and memory constant in n. Segments of a prompt are read one after another.
 *
 * Soft prompts are tokens themselves: each segment computes 1 + 2·carry / segment times its tokens (read and write ends).
 */
import type { Attention, LatentAttention, Pattern } from '../../architecture/model.ts'
import { alter } from '../../architecture/operator.ts'
import { fail, ok } from '../../units/result.ts'
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
