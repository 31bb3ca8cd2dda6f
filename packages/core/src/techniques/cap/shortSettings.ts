/**
 * Number formats in short: `w4` (weights at 4 bits, groups of 128), `w8`, `a8`, `kv4`, `kv8`, several at once (`w4a8kv4`),
 * and `fp8` (weights and activations in eight-bit floats). They are the plain formats without a method: rounding to nearest.
 */
import type { Use } from '../primitive.ts'

interface ShortSetting {
  readonly id: string
  readonly name: string
  readonly uses: readonly Use[]
}

export const SHORT_EXAMPLES = 'w4, w8, a8, kv4, kv8, w4a8kv4, fp8'

/** Widths below eight bits need a scale for every few values; the group of 128 is common practice. */
const GROUP = 128
const groupOf = (bits: number) => (bits < 8 ? GROUP : 0)

function widthUse(primitive: 'WB' | 'AB' | 'KB', text: string | undefined): Use[] {
  if (text === undefined) return []
  const bits = Number(text)
  const group = groupOf(bits)
  return bits === 16 ? [] : [{ primitive, with: { bits, group }, ...(group > 0 ? { assumed: ['group'] } : {}) }]
}

export function readShort(name: string): ShortSetting | undefined {
  const id = name.trim().toLowerCase()
  if (id === 'fp8') {
    const format = { bits: 8, group: 0, kind: 'float' }
    const uses = [
      { primitive: 'WB', with: format },
      { primitive: 'AB', with: format },
    ]
    return { id, name: 'FP8 weights and activations', uses }
  }
  const [whole, weights, activations, cache] = /^(?:w(2|3|4|6|8|16))?(?:a(4|8|16))?(?:kv(2|3|4|8|16))?$/.exec(id) ?? []
  if (!whole) return undefined
  const parts = [
    weights && `${weights}-bit weights`,
    activations && `${activations}-bit activations`,
    cache && `${cache}-bit KV cache`,
  ].filter((part) => part)
  const uses = [...widthUse('WB', weights), ...widthUse('AB', activations), ...widthUse('KB', cache)]
  return { id, name: parts.join(', '), uses }
}
