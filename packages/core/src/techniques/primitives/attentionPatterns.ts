/**
 * APAT: which pairs are attended. Full causal layers take a sparse pattern (`Pattern` in `architecture/model.ts`); pairs,
 * keys read and what stays cached follow from `architecture/sparseExtent.ts`, the work of choosing from
 * `architecture/attention/selection.ts`. Layers that are windowed, chunked or in state form stay as they are.
 */
import type { Attention, KeySelection, LatentAttention, ModelSpec, Pattern } from '../../architecture/model.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { changeLayers, isFullAttention, withModel } from './reshape.ts'

/** The pattern of the parameters; undefined where they leave full attention. */
function patternOf(values: Readings): Pattern | undefined {
  const levels = values.number('levels')
  const local = values.number('local')
  const chosen = values.number('random') + values.number('topK') + local * (levels - 1)
  const share = Math.min(1, values.number('topKShare') + values.number('globalShare'))
  const global = values.number('global')
  const stride = values.number('stride')
  const block = values.number('block')
  if (local === 0 && chosen === 0 && share === 0 && global === 0 && stride === 0) {
    return block > 0 ? { kind: 'chunked', chunk: block } : undefined
  }
  return {
    kind: 'sparse',
    // A token always sees itself.
    local: Math.max(1, local),
    dilation: values.number('dilation'),
    global,
    stride,
    chosen,
    share,
    ...(values.text('prefill') === 'full' ? { decodeOnly: true } : {}),
  }
}

const CENTROIDS: ReadonlySet<string> = new Set(['hash', 'cluster', 'sort-net', 'knn'])
const FREE: ReadonlySet<string> = new Set(['none', 'static-mask', 'accumulated'])

/** Bits a compared element has when nothing narrower is asked for. */
const FULL_BITS = 16
/** Vectors of a hash where none are given: as many projections as bits tell 64 buckets apart. */
const HASH_VECTORS = 6

function selectionOf(values: Readings, headDim: number): KeySelection | undefined {
  const select = values.text('select')
  if (FREE.has(select)) return undefined
  const dims = Math.min(headDim, values.given('selectDims') ?? headDim)
  const rounds = values.number('rounds')
  const block = values.number('block')
  return {
    by: CENTROIDS.has(select) ? 'centroids' : 'scores',
    dims,
    perTokens: select === 'landmark' ? Math.max(1, block) : 1,
    widthShare: values.number('selectBits') / FULL_BITS,
    vectors: rounds * (values.given('clusters') ?? HASH_VECTORS),
    ...(values.text('prefill') === 'full' ? { decodeOnly: true } : {}),
  }
}

function withPattern(
  mixer: Attention | LatentAttention,
  pattern: Pattern,
  values: Readings,
): Attention | LatentAttention {
  if (mixer.kind === 'mla') return { ...mixer, pattern }
  const selection = selectionOf(values, mixer.headDim)
  // One mean value per head: a state of one feature, as for a budget (`cacheBudget.ts`).
  const state = values.text('compensation') === 'mean-value' ? { rank: 1, gate: false } : undefined
  return { ...mixer, pattern, ...(selection ? { selection } : {}), ...(state ? { state } : {}) }
}

const NAMES = ['select', 'selectDims', 'selectBits', 'clusters', 'rounds', 'block', 'compensation'] as const

function patterned(model: ModelSpec, pattern: Pattern, values: Readings): ModelSpec {
  return changeLayers(model, values.number('layerShare'), (layer) =>
    isFullAttention(layer.mixer) ? { ...layer, mixer: withPattern(layer.mixer, pattern, values) } : layer,
  )
}

export const APAT = primitiveOf(
  'APAT',
  'Attention pattern',
  'attention',
  'Attended pairs of a sparse pattern in the place of all of them, and the work of choosing keys',
  (plan, values) => {
    const pattern = patternOf(values)
    if (!pattern || values.number('layerShare') === 0) return ok(plan)
    if (pattern.kind === 'sparse' && pattern.dilation > 1 && pattern.stride > 0) {
      return fail('APAT.dilation', 'a dilated window has no strided keys', 'Give dilation or stride, not both')
    }
    const { model } = plan.scenario
    const key = `APAT ${JSON.stringify(pattern)} ${values.number('layerShare')} ${NAMES.map((name) =>
      name === 'select' || name === 'compensation' ? values.text(name) : values.number(name),
    ).join()}`
    const next = withModel(plan, key, (from) => patterned(from, pattern, values))
    if (next === plan) {
      return fail(
        'APAT',
        `${model.name} has no layer of full attention`,
        'Its layers are windowed or in state form already: leave APAT out',
      )
    }
    const shared =
      values.text('mask') === 'none'
        ? next
        : remarked(next, 'APAT', 'a mask among new tokens: the pairs are counted with TPP')
    const loose = pattern.kind === 'sparse' && pattern.chosen + pattern.share > 0
    return ok(loose ? remarked(shared, 'APAT', 'every key may be chosen later, so the cache keeps them all') : shared)
  },
)
