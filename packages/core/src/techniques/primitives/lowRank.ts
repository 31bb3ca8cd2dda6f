/**
 * RANK: low-rank factors of the layers' matrices (k × n, rank r).
 *   replace       two products k → r → n: r·(k + n) weights in the place of k·n; smaller only below r = k·n / (k + n)
 *   additive      the same beside the matrix (adapters), nothing once merged
 *   tensor-train  c cores of ranks r: 2·r·a + (c − 2)·r²·a weights with a = (k·n)^(1/c); contracted core by core,
 *                 Σ 2·n^(i/c)·k^((c−i+1)/c)·r_(i−1)·r_i flop per row (arXiv 1509.06569 section 4)
 * Leaves out: rounding of the cores' sides to whole numbers, kernels' poor use of thin products.
 */
import type { Rewrite } from '../../architecture/network.ts'
import { alter, type Operator, scaleOperator } from '../../architecture/operator.ts'
import type { Pass } from '../../architecture/pass.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'
import { bytesPerParameter, isProduct, withRewrite } from './reshape.ts'

interface Ranking {
  readonly mode: 'replace' | 'additive' | 'tensor-train'
  readonly rank: number
  readonly rankShare: number
  readonly parameterShare: number
  readonly cores: number
  readonly site: string
  readonly layerShare: number
}

function rankingOf(values: Readings): Ranking {
  return {
    mode: values.text('mode') as Ranking['mode'],
    rank: values.number('rank'),
    rankShare: values.number('rankShare'),
    parameterShare: values.number('parameterShare'),
    cores: values.number('cores'),
    site: values.text('site'),
    layerShare: values.number('layerShare'),
  }
}

const FFN: ReadonlySet<string> = new Set(['ffn', 'shared', 'experts'])

function isAt(site: string, o: Operator, part: string): boolean {
  if (site === 'embedding') return part === 'embedding' && o.weightClass === 'embedding' && o.parameters > 0
  if (site === 'head') return part === 'head' && o.name === 'lm_head' && o.parameters > 0
  if (part !== 'layer' || !isProduct(o)) return false
  if (site === 'attention') return o.weightClass === 'attention'
  return site === 'ffn' ? FFN.has(o.weightClass) : o.weightClass === 'attention' || FFN.has(o.weightClass)
}

/** Rank of one matrix, at most its smaller side, beyond which there is none; Infinity: it stays whole. */
function rankOf({ rank, rankShare, parameterShare }: Ranking, k: number, n: number): number {
  if (rank > 0) return Math.min(rank, k, n)
  if (parameterShare > 0) return parameterShare < 1 ? (parameterShare * k * n) / (k + n) : Number.POSITIVE_INFINITY
  return rankShare < 1 ? rankShare * Math.min(k, n) : Number.POSITIVE_INFINITY
}

/** The two products of a factorised one: k → r, then r → n under the name the rest of the layer knows. */
function factors(o: Operator, pass: Pass, r: number, suffix: string): readonly [Operator, Operator] {
  const { k, n, count, m } = o.shape
  const middle = m * r * pass.formats.activationBytes(r)
  const each = (share: number) => ({
    flop: o.flop * share,
    weightBytes: o.weightBytes * share,
    storedBytes: o.storedBytes * share,
    parameters: o.parameters * share,
    activeParameters: o.activeParameters * share,
  })
  const first = alter(o, {
    ...each(r / n),
    name: `${o.name}_${suffix}`,
    vectorFlop: 0,
    kvWriteBytes: 0,
    activationWriteBytes: middle,
    shape: { m, k, n: r, count },
  })
  const second = alter(o, {
    ...each(r / k),
    after: [first.name],
    activationReadBytes: middle,
    shape: { m, k: r, n, count },
  })
  return [first, second]
}

function train(o: Operator, r: number, cores: number): Operator {
  const { k, n, m, count } = o.shape
  const side = (k * n) ** (1 / cores)
  const parameters = count * (2 * r * side + (cores - 2) * r * r * side)
  let flopPerRow = 0
  for (let i = 1; i <= cores; i++) {
    const inner = (i === 1 ? 1 : r) * (i === cores ? 1 : r)
    flopPerRow += 2 * n ** (i / cores) * k ** ((cores - i + 1) / cores) * inner
  }
  const share = parameters / (k * n * count)
  return alter(o, {
    flop: o.flop > 0 || o.kind !== 'gather' ? m * flopPerRow : 0,
    weightBytes: o.kind === 'gather' ? o.weightBytes : o.weightBytes * share,
    storedBytes: o.storedBytes * share,
    parameters: o.parameters * share,
    activeParameters: o.activeParameters * share,
  })
}

/** A table of rows: its parameters over its width give the rows. */
function trainTable(o: Operator, r: number, cores: number): Operator {
  const width = o.shape.k
  const rows = o.parameters / width
  const side = (rows * width) ** (1 / cores)
  const share = (2 * r * side + (cores - 2) * r * r * side) / o.parameters
  // A row is made from one slice of every core.
  const perRow = 2 * r * width ** (1 / cores) + (cores - 2) * r * r * width ** (1 / cores)
  return alter(o, {
    vectorFlop: o.shape.m * 2 * r * width,
    weightBytes: o.shape.m * perRow * bytesPerParameter(o),
    storedBytes: o.storedBytes * share,
    parameters: o.parameters * share,
    activeParameters: o.activeParameters * share,
  })
}

function changed(o: Operator, pass: Pass, ranking: Ranking): readonly Operator[] {
  const { mode, cores, layerShare } = ranking
  if (mode === 'tensor-train')
    return [o.kind === 'gather' ? trainTable(o, ranking.rank, cores) : train(o, ranking.rank, cores)]
  const { k, n } = o.shape
  const r = rankOf(ranking, k, n)
  if (!Number.isFinite(r) || o.kind === 'gather') return [o]
  if (mode === 'additive') {
    const [first, second] = factors(o, pass, r, 'adapter_in')
    const added = alter(second, {
      name: `${o.name}_adapter_out`,
      after: [first.name],
      kvWriteBytes: 0,
      // Adds onto what the matrix wrote.
      activationWriteBytes: o.activationWriteBytes + o.kvWriteBytes,
      activationReadBytes: second.activationReadBytes + o.activationWriteBytes + o.kvWriteBytes,
    })
    return [o, scaleOperator(first, layerShare), scaleOperator(added, layerShare)]
  }
  if (layerShare >= 1) return factors(o, pass, r, 'in')
  const [first, second] = factors(o, pass, r, 'in')
  // Layers of one kind share their operators: a mean layer has the share of each form.
  return [
    scaleOperator(o, 1 - layerShare),
    scaleOperator(first, layerShare),
    { ...scaleOperator(second, layerShare), name: `${o.name}_out`, after: [first.name, o.name] },
  ]
}

const rewriteOf =
  (ranking: Ranking): Rewrite =>
  (group, pass) => ({
    ...group,
    operators: group.operators.flatMap((o) => (isAt(ranking.site, o, group.part) ? changed(o, pass, ranking) : [o])),
  })

export const RANK = primitiveOf(
  'RANK',
  'Low rank',
  'shape',
  'k·n weights become r·(k + n), or r·(k + n) are added; smaller only below r = k·n / (k + n)',
  (plan, values) => {
    const ranking = rankingOf(values)
    const { mode, rank, layerShare } = ranking
    if (layerShare === 0) return ok(plan)
    if (mode === 'tensor-train' && rank === 0) {
      if (ranking.rankShare >= 1) return ok(plan)
      return fail('RANK.rank', 'a tensor train needs the rank of its cores', 'Give rank=…, such as 16')
    }
    if (mode === 'additive' && (values.flag('merged') || (rank === 0 && ranking.rankShare === 0))) return ok(plan)
    if (rank === 0 && ranking.parameterShare === 0 && ranking.rankShare >= 1) return ok(plan)
    const next = withRewrite(plan, `RANK ${JSON.stringify(ranking)}`, () => rewriteOf(ranking))
    const { hiddenSize } = plan.scenario.model.stack
    if (rank > hiddenSize) {
      const text = `no matrix has a rank beyond its smaller side (${hiddenSize} for a square one): rank ${rank} is taken as that`
      return ok(remarked(next, 'RANK', text))
    }
    const most = hiddenSize / 2
    if (mode !== 'replace' || rankOf(ranking, hiddenSize, hiddenSize) < most) return ok(next)
    const text = `rank ${Math.round(rankOf(ranking, hiddenSize, hiddenSize))} is not below ${most} = k·n / (k + n) of a square matrix of the hidden size: the model grows`
    return ok(remarked(next, 'RANK', text))
  },
)
