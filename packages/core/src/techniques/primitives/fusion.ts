/**
 * FUSE: several operators in one kernel: what passes between them is neither stored nor loaded; their work stays. Legal
 * only within three limits ("LLM Inference Unveiled", arXiv 2402.16363, section 5.1): nothing else needs the
 * intermediate, a block of it fits in the on-chip memory of one compute unit, and the framework can express it. What breaks
 * one of them fails by name. Rows of a block b_r (16: the smallest a matrix unit takes), columns or keys b_c (64):
 *   attention   (b_r + 2·b_c)·d + b_r·b_c elements; scores are never stored
 *   ffn         b_r·(2·h + f) elements: the inner width of the rows stays on chip
 *   activation  b_r·3·b_c elements: gate and up products of one tile and what becomes of them
 */
import type { OperatorGroup } from '../../architecture/group.ts'
import type { Rewrite } from '../../architecture/network.ts'
import { alter, type Operator } from '../../architecture/operator.ts'
import { fail, ok, type Result } from '../../units/result.ts'
import type { Plan } from '../plan.ts'
import { SCORES } from './cacheBudget.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { withRewrite } from './reshape.ts'

type Kind = 'attention' | 'activation' | 'ffn' | 'elementwise'

const KINDS: Readonly<Record<string, readonly Kind[]>> = {
  none: [],
  softmax: [],
  attention: ['attention'],
  activation: ['activation'],
  ffn: ['ffn'],
  'attention+ffn': ['attention', 'ffn'],
  elementwise: ['elementwise'],
  all: ['attention', 'activation', 'elementwise'],
}

const INTERMEDIATES: Readonly<Record<Kind, string>> = {
  attention: SCORES,
  activation: 'outputs of the gate and up projections',
  ffn: 'inner activations of the feed-forward block',
  elementwise: 'sums before a norm',
}

/** What a framework with a fixed library of kernels has: FlashAttention, fused activations and norms; no whole FFN. */
const IN_LIBRARY: ReadonlySet<Kind> = new Set(['attention', 'activation', 'elementwise'])

const ROWS = 16
const COLUMNS = 64
const ELEMENT_BYTES = 2

/** Elements that one block keeps on chip. */
function blockElements(kind: Kind, plan: Plan, rows: number, columns: number): number {
  const { model } = plan.scenario
  const widths = model.stack.kinds.map(({ mixer, ffn }) => {
    const head =
      mixer && 'headDim' in mixer ? mixer.headDim : mixer?.kind === 'mla' ? mixer.kvLoraRank + mixer.qkRopeHeadDim : 0
    const inner = ffn?.kind === 'dense' ? ffn.intermediateSize : (ffn?.expertIntermediateSize ?? 0)
    return { head, inner }
  })
  const most = (of: 'head' | 'inner') => Math.max(0, ...widths.map((w) => w[of]))
  if (kind === 'attention') return (rows + 2 * columns) * most('head') + rows * columns
  if (kind === 'ffn') return rows * (2 * model.stack.hiddenSize + most('inner'))
  return kind === 'activation' ? 3 * rows * columns : rows * columns
}

/** A policy of the cache may read scores: the plan is that of the policy on a baseline with a fused kernel, so are the words. */
const SUMS_UNPRICED = `the cache’s policy reads ${SCORES}, which a fused kernel does not store: sums of them are not priced`

/** The three limits; undefined: legal. */
function illegal(kind: Kind, plan: Plan, values: Readings): Result<never> | undefined {
  const place = `FUSE.what=${values.text('what')}`
  const intermediate = INTERMEDIATES[kind]
  const elsewhere = values.text('neededElsewhere')
  const isNeeded = intermediate !== SCORES && (plan.needed ?? []).includes(intermediate)
  if (elsewhere !== '' || isNeeded) {
    const what = elsewhere || intermediate
    return fail(
      place,
      `${what} are needed elsewhere, so they must be stored`,
      'Leave that fusion out, or what reads them',
    )
  }
  const rows = values.given('blockRows') ?? ROWS
  const columns = values.given('blockKeys') ?? COLUMNS
  const onChip = values.given('onChipBytes') ?? plan.scenario.accelerator.sharedMemoryBytesPerUnit?.value
  const needed = blockElements(kind, plan, rows, columns) * ELEMENT_BYTES
  if (onChip !== undefined && needed > onChip) {
    const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`
    return fail(
      place,
      `a block of ${rows} rows takes ${kib(needed)} on chip, and one compute unit has ${kib(onChip)}: the on-chip buffer is too small`,
      'Give smaller blocks, or leave that fusion out',
    )
  }
  const framework = values.text('framework')
  if (framework === 'none' || (framework === 'library' && !IN_LIBRARY.has(kind))) {
    return fail(
      place,
      `the framework has no kernel that fuses ${kind}`,
      'Choose a framework that can, or leave that fusion out',
    )
  }
  return undefined
}

const isActivation = (o: Operator) => o.name.endsWith('mlp_act') || o.name === 'expert_act'

/** Gate and up products hand their tiles to the activation; with `whole`, the activation hands its to the down product. */
function fuseFfn(group: OperatorGroup, whole: boolean): OperatorGroup {
  const acts = group.operators.filter(isActivation)
  const before = new Set(acts.flatMap((o) => o.after))
  const names = new Set(acts.map((o) => o.name))
  const operators = group.operators.map((o) => {
    if (before.has(o.name)) return alter(o, { activationWriteBytes: 0 })
    if (names.has(o.name)) return alter(o, { activationReadBytes: 0, ...(whole ? { activationWriteBytes: 0 } : {}) })
    const reads = whole && (o.kind === 'gemm' || o.kind === 'grouped-gemm') && o.after.some((name) => names.has(name))
    return reads ? alter(o, { activationReadBytes: 0 }) : o
  })
  return { ...group, operators }
}

/** A norm takes the sum before it without a load; the sum itself is stored, since the next addition needs it. */
function fuseNorms(group: OperatorGroup): OperatorGroup {
  const sums = new Set(group.operators.filter((o) => o.name.endsWith('_add')).map((o) => o.name))
  const operators = group.operators.map((o) =>
    o.kind === 'norm' && o.after.some((name) => sums.has(name)) ? alter(o, { activationReadBytes: 0 }) : o,
  )
  return { ...group, operators }
}

const REWRITES: Readonly<Record<Exclude<Kind, 'attention'>, Rewrite>> = {
  activation: (group) => (group.part === 'layer' ? fuseFfn(group, false) : group),
  ffn: (group) => (group.part === 'layer' ? fuseFfn(group, true) : group),
  elementwise: (group) => (group.part === 'layer' ? fuseNorms(group) : group),
}

export const FUSE = primitiveOf(
  'FUSE',
  'Fusion',
  'kernels',
  'Drops store and load of what passes between fused operators; work stays',
  (plan, values) => {
    const what = values.text('what')
    let next = plan
    for (const kind of KINDS[what] ?? []) {
      if (kind === 'attention' && plan.scenario.kernel === 'flash') {
        next = remarked(next, 'FUSE', 'attention is one fused kernel already')
        continue
      }
      const problem = illegal(kind, plan, values)
      if (problem) return problem
      if (kind === 'attention') {
        next = { ...next, scenario: { ...next.scenario, kernel: 'flash' } }
        if (plan.needed?.includes(SCORES)) next = remarked(next, 'FUSE', SUMS_UNPRICED)
      } else next = withRewrite(next, `FUSE ${kind}`, () => REWRITES[kind])
    }
    return ok(
      what === 'softmax' ? remarked(next, 'FUSE', 'softmax is counted as one pass over the scores already') : next,
    )
  },
)
