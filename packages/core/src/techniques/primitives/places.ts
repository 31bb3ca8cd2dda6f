/**
 * PLACE and ALLOC: where tensors lie, and how an engine allots cache blocks.
 *
 *   PLACE   t = bytes / bandwidth of the tier's way; hidden under the computation or added to it; capacity per tier.
 *           With `search`, the shares are those of FlexGen's linear program (`placement/`) under the tiers' capacities;
 *           with `overflow`, what the accelerator has no room for, then the host (`placement/overflow.ts`).
 *   ALLOC   reserved = used + waste: the most sequences follow from the capacity
 */
import { fail, ok, type Result } from '../../units/result.ts'
import { overflowed } from '../placement/overflow.ts'
import { searchPlacement } from '../placement/search.ts'
import type { Placed, Plan, TierFigures } from '../plan.ts'
import { primitiveOf, type Readings, remarked } from './readings.ts'

function figuresOf(values: Readings): TierFigures | undefined {
  const bandwidth = values.given('bandwidthBytePerS')
  if (bandwidth === undefined) return undefined
  if (values.text('compute') === 'memory') return { inMemoryBytePerS: bandwidth }
  switch (values.text('tier')) {
    case 'host':
      return { hostLinkBytePerS: bandwidth }
    case 'disk':
      return { diskBytePerS: bandwidth }
    case 'remote':
      return { remoteBytePerS: bandwidth }
    default:
      return undefined
  }
}

const WHAT: readonly Placed['what'][] = ['weights', 'kv', 'activations']
const TIERS: readonly Placed['tier'][] = ['host', 'disk', 'remote', 'on-chip']
const COMPUTE: readonly Placed['compute'][] = ['accelerator', 'host', 'memory']

const one = <T extends string>(choices: readonly T[], text: string): T =>
  choices.find((c) => c === text) ?? (choices[0] as T)

function placedOf(values: Readings): Placed {
  const tiers = figuresOf(values)
  return {
    what: one(WHAT, values.text('what')),
    share: values.number('share'),
    tier: one(TIERS, values.text('tier')),
    readShare: values.number('readShare'),
    overlapped: values.flag('overlapped'),
    compute: one(COMPUTE, values.text('compute')),
    ...(tiers ? { tiers } : {}),
  }
}

/** The rest of a tensor class that is still in the accelerator's memory. */
function room(plan: Plan, what: Placed['what']): number {
  return 1 - plan.placed.reduce((sum, placed) => sum + (placed.what === what ? placed.share : 0), 0)
}

export const PLACE = primitiveOf(
  'PLACE',
  'Placement',
  'places',
  'A share of a tensor class lies on another tier: each step moves it there and back, or works on it where it lies',
  (plan, values): Result<Plan> => {
    if (values.flag('search')) return searchPlacement(plan, placedOf(values))
    const placed = placedOf(values)
    if (placed.share === 0) return ok(plan)
    if (values.flag('overflow')) return overflowed(plan, placed)
    if (placed.share > room(plan, placed.what) + 1e-9) {
      return fail(
        'PLACE share',
        `only ${Math.round(100 * room(plan, placed.what))} % of the ${placed.what} is still in the accelerator's memory`,
        'Give a smaller share, or choose one of the placements',
      )
    }
    const next = { ...plan, placed: [...plan.placed, placed] }
    if (placed.compute === 'memory' && placed.tiers === undefined) {
      return ok(
        remarked(next, 'PLACE', 'worked on in the memory, at the accelerator’s own reads: no figure of it is given'),
      )
    }
    if (placed.tier === 'on-chip' && placed.compute === 'accelerator') {
      return ok(remarked(next, 'PLACE', 'kept on the chip: priced at the memory bandwidth given for the accelerator'))
    }
    return ok(next)
  },
)

/** Share of the cache that held token states in engines that reserve contiguously (PagedAttention, arXiv 2309.06180, figure 2). */
const CONTIGUOUS_USE = '20.4 to 38.2 %'

export const ALLOC = primitiveOf(
  'ALLOC',
  'Cache allotment',
  'places',
  'Reserved cache = used + waste, so the most sequences = capacity / reserved',
  (plan, values) => {
    const blockTokens = values.number('blockTokens')
    const waste = values.number('waste')
    const isContiguous = values.text('policy') === 'contiguous'
    const reservedTokens = isContiguous ? values.given('reservedTokens') : undefined
    const isGlobal = values.flag('global')
    const block = values.text('policy') === 'tokens' || isContiguous ? 1 : blockTokens
    if (block === 1 && waste === 0 && reservedTokens === undefined && !isGlobal) return ok(plan)
    if (waste >= 1) return fail('ALLOC waste', 'a cache that is all waste holds nothing', 'Give a share below 1')
    const { allocation } = plan
    const next: Plan = {
      ...plan,
      allocation: {
        blockTokens: Math.max(allocation.blockTokens, block),
        waste: 1 - (1 - allocation.waste) * (1 - waste),
        ...(reservedTokens === undefined ? {} : { reservedTokens }),
      },
    }
    if (isGlobal)
      return ok(
        remarked(next, 'ALLOC', 'blocks may lie in the memory of other instances: only their free memory adds room'),
      )
    return ok(
      isContiguous
        ? next
        : remarked(
            next,
            'ALLOC',
            `a plan without allotment reserves exactly what is used; engines that reserve contiguously used ${CONTIGUOUS_USE} of it (PagedAttention, arXiv 2309.06180, figure 2)`,
          ),
    )
  },
)
