/**
 * What one of `ranks` context-parallel ranks sees of a pass: its share of a prompt's tokens and pairs (a balanced ring),
 * all of the keys that pass by; in decode every token, and its share of the keys.
 */
import type { AttentionShape } from '../architecture/extent.ts'
import type { PassView } from '../architecture/network.ts'
import type { Extent, Part, Pass } from '../architecture/pass.ts'

export function contextView(ranks: number, stride: number): PassView {
  const see = (pass: Pass): Pass => {
    const tokens = (part: Part): number => {
      if (part === 'short') return pass.part('short').tokens
      const long = pass.part('long').tokens / ranks
      return part === 'long' ? long : pass.part('short').tokens + long
    }
    const extent = (shape: AttentionShape, part: Part = 'all'): Extent => {
      const of = (name: keyof Extent): number => {
        const short = part === 'long' ? 0 : pass.extent(shape, 'short')[name] / ranks
        const whole = name === 'keys' || name === 'tiledKeys' ? 1 : ranks
        const long = part === 'short' ? 0 : pass.extent(shape, 'long')[name] / whole
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
