/**
 * The network between nodes as people name it: a rate (`400Gb/s`, `50GB/s`), an InfiniBand generation (`ib-ndr`), an
 * Ethernet (`100GbE`, TCP) or RoCE (`roce-400`), a cloud's fabric (`efa-v2`); before it how many adapters a node has
 * (`8x400Gb/s`, `1x100GbE`; default: one beside every accelerator). Rates are one direction; b = bit, B = byte.
 */
import { closest } from '../../units/closest.ts'
import { fail, ok, type Result, show } from '../../units/result.ts'
import type { LinkKind } from './linkClasses.ts'
import type { FabricSourceKey } from './sources.ts'

export interface NetworkSpec {
  readonly kind: LinkKind
  readonly name: string
  /** One adapter, one direction. */
  readonly bandwidthBytePerS: number
  /** Adapters of a node; absent: one per accelerator. */
  readonly adaptersPerNode?: number
  readonly source: FabricSourceKey | 'user'
}

interface Named {
  readonly kind: LinkKind
  readonly gigabitPerS: number
  readonly source: FabricSourceKey
  readonly adaptersPerNode?: number
}

const ib = (gigabitPerS: number): Named => ({ kind: 'infiniband', gigabitPerS, source: 'mlNetwork' })

/** InfiniBand: four lanes, as adapters are sold. */
export const NETWORKS: Readonly<Record<string, Named>> = {
  'ib-edr': ib(100),
  'ib-hdr': ib(200),
  'ib-ndr': ib(400),
  'ib-ndr200': ib(200),
  'ib-xdr': ib(800),
  'efa-v1': { kind: 'roce', gigabitPerS: 100, adaptersPerNode: 4, source: 'mlNetwork' },
  'efa-v2': { kind: 'roce', gigabitPerS: 100, adaptersPerNode: 32, source: 'mlNetwork' },
  slingshot: { kind: 'roce', gigabitPerS: 200, adaptersPerNode: 4, source: 'mlNetwork' },
  'omni-path': { kind: 'roce', gigabitPerS: 100, source: 'mlNetwork' },
}

const EXAMPLES = 'a rate per adapter such as 400Gb/s or 50GB/s, a name such as ib-ndr, roce-400 or 100GbE, or 8x400Gb/s'
const COUNT = /^(\d{1,3})\s*[x×]\s*(.+)$/i
const RATE = /^(\d+(?:\.\d+)?)\s*(T|G|M)(b|B|bit|Bit)(?:\/s|ps)$/
const ETHERNET = /^(?:(roce|ethernet|eth)[-_ ]?)?(\d+(?:\.\d+)?)(?:GbE|G|Gb\/s|Gbps)?$/i
const MULTIPLE: Readonly<Record<string, number>> = { T: 1e12, G: 1e9, M: 1e6 }
/** An adapter beyond this is a slip of units. */
const FASTEST_BYTE_PER_S = 1e12

function bare(text: string): Omit<NetworkSpec, 'adaptersPerNode'> | undefined {
  const rate = RATE.exec(text)
  if (rate) {
    const [, number, prefix, unit] = rate
    const perS = Number(number) * (MULTIPLE[prefix ?? ''] ?? Number.NaN)
    const bandwidthBytePerS = unit === 'B' ? perS : perS / 8
    return { kind: 'infiniband', name: text, bandwidthBytePerS, source: 'user' }
  }
  const ethernet = ETHERNET.exec(text)
  if (ethernet && (ethernet[1] !== undefined || /GbE$/i.test(text))) {
    const isRdma = ethernet[1]?.toLowerCase() === 'roce'
    const bandwidthBytePerS = (Number(ethernet[2]) * 1e9) / 8
    return { kind: isRdma ? 'roce' : 'ethernet', name: text, bandwidthBytePerS, source: 'user' }
  }
  return undefined
}

/** `path`: the place to name in a problem, usually `--network`. A bare rate is taken as RDMA. */
export function parseNetwork(path: string, raw: unknown): Result<NetworkSpec> {
  const wrong = (why: string, hint = '') => fail(path, `${show(raw)} ${why}`, `${hint}Write ${EXAMPLES}`)
  if (typeof raw !== 'string' || raw.length > 40) return wrong('is not a network')
  const text = raw.trim()
  const counted = COUNT.exec(text)
  const body = counted ? (counted[2] ?? '') : text
  const count = counted ? Number(counted[1]) : undefined
  if (count === 0) return wrong('has no adapters')
  const key = body.toLowerCase().replace(/^infiniband[-_ ]?/, 'ib-')
  const named = Object.hasOwn(NETWORKS, key) ? NETWORKS[key] : undefined
  const read: NetworkSpec | undefined = named
    ? {
        kind: named.kind,
        name: key,
        bandwidthBytePerS: (named.gigabitPerS * 1e9) / 8,
        ...(named.adaptersPerNode === undefined ? {} : { adaptersPerNode: named.adaptersPerNode }),
        source: named.source,
      }
    : bare(body)
  if (!read) {
    const near = closest(key, Object.keys(NETWORKS), 1)[0]
    return wrong('is not a network we know', near ? `Did you mean ${near}? ` : '')
  }
  if (!(read.bandwidthBytePerS > 0)) return wrong('has no bandwidth')
  if (read.bandwidthBytePerS > FASTEST_BYTE_PER_S) return wrong('is faster than any adapter', 'b is bit, B is byte. ')
  return ok(count === undefined ? read : { ...read, adaptersPerNode: count })
}
