/**
 * What one of `ranks` context-parallel ranks sees of a pass: its share of a prompt's tokens and pairs (a balanced ring),
 * all of the keys that pass by; in decode every token, and its share of the keys.
 */
import type { AttentionShape } from '../architecture/extent.ts'
import type { PassView } from '../architecture/network.ts'
import type { Extent, Part, Pass } from '../architecture/pass.ts'

export function contextView(ranks: number, stride: number, ring?: 'contiguous'): PassView {
  const see = (pass: Pass): Pass => {
    const tokens = (part: Part): number => {
      if (part === 'short') return pass.part('short').tokens
      const long = pass.part('long').tokens / ranks
      return part === 'long' ? long : pass.part('short').tokens + long
    }
    const extent = (shape: AttentionShape, part: Part = 'all'): Extent => {
      /** Pairs of the last of contiguous pieces, of a causal prompt: T²/2 of all pairs stand on the diagonal block. */
      const lastPairs = (): number => {
        const { pairs, square } = pass.extent(shape, 'long')
        const whole = pass.part('long').tokens
        return square / ranks - (square - pairs) / ranks ** 2 + (whole / (2 * ranks)) * (1 - 1 / ranks)
      }
      const of = (name: keyof Extent): number => {
        const isLast = ring === 'contiguous' && name === 'pairs' && shape.pattern.kind === 'causal'
        const short = part === 'long' ? 0 : pass.extent(shape, 'short')[name] / ranks
        const whole = name === 'keys' || name === 'tiledKeys' ? 1 : ranks
        const long = part === 'short' ? 0 : isLast ? lastPairs() : pass.extent(shape, 'long')[name] / whole
        return short + long
      }
      return {
        get pairs() {
          return of('pairs')
        },
        get square() {
          return of('square')
        },
        get keys() {
          return of('keys')
        },
        get tiledKeys() {
          return of('tiledKeys')
        },
      }
    }
    return {
      get tokens() {
        return tokens('all')
      },
      get sequences() {
        return pass.sequences
      },
      get logitTokens() {
        return pass.logitTokens
      },
      cross: pass.cross,
      keyRanks: ranks,
      keyStride: stride,
      keyRing: ring,
      part: (part) => ({
        get tokens() {
          return tokens(part)
        },
        get sequences() {
          return pass.part(part).sequences
        },
      }),
      present: (part) => pass.present(part),
      extent,
      touched: (numExperts, topK) => pass.touched(numExperts, topK),
      formats: pass.formats,
      kernel: pass.kernel,
      convention: pass.convention,
    }
  }
  return { ranks, see }
}
