/**
 * What one context-parallel rank sees of a pass: its share of a prompt's tokens and pairs, and all of the keys where they pass
 * by (rings); its share of them where queries or heads travel. In decode every token, and its share of the keys.
 * Contiguous pieces of a causal prompt are priced at the busiest rank, which the others wait for: the last piece's queries
 * see all keys, and where queries travel the first piece's keys are seen by all, which is the same number of pairs. Ranks
 * that exchange tokens for heads have whole rows: nothing is uneven.
 */
import type { AttentionShape } from '../architecture/extent.ts'
import type { PassView } from '../architecture/network.ts'
import type { Extent, Part, Pass } from '../architecture/pass.ts'
import { exchangeOf, keysTravel, type Layout, orderOf } from './layout.ts'

export function contextView(layout: Layout): PassView {
  const { cp: ranks, tp, attentionDp } = layout
  const exchange = exchangeOf(layout)
  const order = exchange === 'all-to-all' ? 'striped' : orderOf(layout)
  const passBy = keysTravel(layout)
  const see = (pass: Pass): Pass => {
    const tokens = (part: Part): number => {
      if (part === 'short') return pass.part('short').tokens
      const long = pass.part('long').tokens / ranks
      return part === 'long' ? long : pass.part('short').tokens + long
    }
    const extent = (shape: AttentionShape, part: Part = 'all'): Extent => {
      /** Pairs of the busiest of contiguous pieces, of a causal prompt: T²/2 of all pairs stand on the diagonal block. */
      const lastPairs = (): number => {
        const { pairs, square } = pass.extent(shape, 'long')
        const whole = pass.part('long').tokens
        return square / ranks - (square - pairs) / ranks ** 2 + (whole / (2 * ranks)) * (1 - 1 / ranks)
      }
      const of = (name: keyof Extent): number => {
        const isLast = order === 'contiguous' && name === 'pairs' && shape.pattern.kind === 'causal'
        const short = part === 'long' ? 0 : pass.extent(shape, 'short')[name] / ranks
        const whole = passBy && (name === 'keys' || name === 'tiledKeys') ? 1 : ranks
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
      keyStride: tp * attentionDp,
      keyExchange: exchange,
      keyOrder: order,
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
      union: (chance, among) => see(pass.union(chance, among)),
      formats: pass.formats,
      kernel: pass.kernel,
      convention: pass.convention,
    }
  }
  return { ranks, see }
}
