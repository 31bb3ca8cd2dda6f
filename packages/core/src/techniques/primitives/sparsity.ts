/**
 * WSP: weights that are zero and not stored.
 *   bytes · ρ · (1 + index bits / bits of a weight); parameters · ρ; flop · ρ only where somebody skips the zeros
 * Hardware skips 2:4 zeros on NVIDIA's sparse tensor cores (Ampere and later: data sheets state peaks "with sparsity" at
 * twice the dense ones, see the notes of the accelerator catalogue), never unstructured ones. Leaves out decompression.
 */
import type { Accelerator } from '../../catalog/accelerators/accelerator.ts'
import { fail, ok } from '../../units/result.ts'
import { primitiveOf, remarked } from './readings.ts'
import { isProduct, layerRewrite, withRewrite } from './reshape.ts'

const SKIPS_2_4: ReadonlySet<string> = new Set(['ampere', 'ada', 'hopper', 'blackwell', 'blackwell-rtx'])

function skipsTwoOfFour({ vendor, architecture }: Accelerator): boolean {
  return vendor === 'nvidia' && SKIPS_2_4.has(architecture)
}

const TWO_OF_FOUR = 0.5
/** 2 bits say which two of four a kept weight is (arXiv 2104.08378 section 3). */
const TWO_OF_FOUR_INDEX = 2

export const WSP = primitiveOf(
  'WSP',
  'Weight sparsity',
  'shape',
  'Weight bytes · ρ (1 + index bits / bits); flop · ρ only where the hardware skips zeros',
  (plan, values) => {
    const density = values.number('density')
    if (density >= 1) return ok(plan)
    const structure = values.text('structure')
    if (density <= 0) return fail('WSP.density', 'no weight is left', 'Give a share above 0')
    if (structure === '2:4' && density !== TWO_OF_FOUR) {
      return fail(
        'WSP.density',
        `2:4 keeps half of the weights, not ${density}`,
        'Give density=0.5 or another structure',
      )
    }
    const work = values.text('work')
    const index = values.number('indexBits') || (structure === '2:4' ? TWO_OF_FOUR_INDEX : 0)
    const { accelerator } = plan.scenario
    const inHardware = work === 'hardware' && structure === '2:4' && skipsTwoOfFour(accelerator)
    const flop = work === 'skipped' || inHardware ? density : 1
    const next = withRewrite(plan, `WSP ${density} ${index} ${flop}`, () =>
      layerRewrite((o, pass) => {
        if (!isProduct(o)) return o
        const { bits } = pass.formats.weights[o.weightClass]
        const bytes = density * (1 + index / bits)
        return {
          ...o,
          flop: o.flop * flop,
          weightBytes: o.weightBytes * bytes,
          storedBytes: o.storedBytes * bytes,
          parameters: o.parameters * density,
          activeParameters: o.activeParameters * density,
        }
      }),
    )
    if (flop < 1) return ok(next)
    const why =
      structure === '2:4' && work === 'hardware'
        ? `${accelerator.name} has no 2:4 sparse matrix unit`
        : 'matrix units compute the zeros'
    return ok(remarked(next, 'WSP', `${why}: sparsity saves bytes, not work`))
  },
)
