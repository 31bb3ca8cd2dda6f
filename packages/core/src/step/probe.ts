/**
 * Asking a network's builders what they do with one feature at a time (`template.ts`), each place of the network only about
 * the features it asks for: where a feature is not asked for, the operators are those of a step in which nothing happens.
 *
 * Plain layers, before any rewrite, are remembered by layer, formats, kernel and convention: techniques by the hundred
 * rewrite the same layer, and only what they change is built anew. A layer that is remembered still asks the network's
 * table for its features, in its order, so that features are numbered alike.
 */
import type { Convention } from '../architecture/convention.ts'
import type { Formats } from '../architecture/formats.ts'
import type { OperatorGroup } from '../architecture/group.ts'
import { layerOperators } from '../architecture/layer.ts'
import type { Layer } from '../architecture/model.ts'
import type { GroupMaker, KernelSetting, LayerBuilder, Network, PassMaker } from '../architecture/network.ts'
import type { Operator } from '../architecture/operator.ts'
import type { Pass, Step } from '../architecture/pass.ts'
import { type Feature, FeatureTable, probePass } from './features.ts'

/** A table that says who asked. */
class AskedTable extends FeatureTable {
  readonly keys: string[] = []
  #asked = new Set<string>()

  override value(key: string, feature: Feature): number {
    this.#asked.add(key)
    const lit = super.value(key, feature)
    if (this.features.length > this.keys.length) this.keys.push(key)
    return lit
  }

  /** Keys asked for since the last time, in the order first asked. */
  taken(): readonly string[] {
    const asked = [...this.#asked]
    this.#asked = new Set()
    return asked
  }
}

/** A layer as its builder makes it: when nothing, or one feature, is there. */
interface PlainLayer {
  readonly table: AskedTable
  /** Features that its builder asks for. */
  readonly asked: number
  readonly pass: Pass
  readonly idle: readonly Operator[]
  readonly lit: Map<number, readonly Operator[]>
}

const plain = new WeakMap<Layer, WeakMap<Convention, Map<string, PlainLayer>>>()

/** Layers remembered in several formats each; beyond so many they start anew. */
const MOST = 256

/** Formats by content; bytes follow from the formats and the convention. */
function formatsKey({ weights, activations, stored, kv }: Formats): string {
  let key = `${activations.id}/${stored.id}/${kv.id}`
  for (const { id } of Object.values(weights)) key += `/${id}`
  return key
}

function plainLayer(layer: Layer, network: Network, setting: KernelSetting, formats: Formats, hidden: number) {
  let ofLayer = plain.get(layer)
  if (!ofLayer) {
    ofLayer = new WeakMap()
    plain.set(layer, ofLayer)
  }
  let known = ofLayer.get(network.convention)
  if (!known || known.size >= MOST) {
    known = new Map()
    ofLayer.set(network.convention, known)
  }
  const key = `${setting.kernel}/${hidden}/${formatsKey(formats)}`
  let found = known.get(key)
  if (!found) {
    const table = new AskedTable()
    const pass = probePass(table, network, setting, formats)
    const idle = layerOperators(layer, pass, hidden)
    found = { table, asked: table.keys.length, pass, idle, lit: new Map() }
    known.set(key, found)
  }
  return found
}

/** What a place is in a step where nothing happens, and the features it asked for, by number. */
export interface Place {
  readonly make: GroupMaker
  readonly groups: readonly OperatorGroup[]
  readonly asked: readonly number[]
}

export class Prober {
  readonly #table = new AskedTable()
  readonly #network: Network
  readonly #setting: KernelSetting
  readonly #makePass: PassMaker
  readonly #passes = new Map<Formats, Pass>()
  readonly #layers = new Map<Layer, Map<Formats, PlainLayer>>()

  /** Of the parts whose step is `own`; the others see an empty table of their own. */
  constructor(network: Network, setting: KernelSetting, own: Step) {
    this.#network = network
    this.#setting = setting
    const other = new FeatureTable()
    this.#makePass = (step, formats) => {
      if (step !== own) return probePass(other, network, setting, formats)
      let pass = this.#passes.get(formats)
      if (!pass) {
        pass = probePass(this.#table, network, setting, formats)
        this.#passes.set(formats, pass)
      }
      return pass
    }
  }

  get features(): readonly Feature[] {
    return this.#table.features
  }

  idle(make: GroupMaker): Place {
    this.#table.taken()
    const groups = make(this.#makePass)
    const keys = new Set(this.#table.taken())
    const asked = this.#table.keys.flatMap((key, i) => (keys.has(key) ? [i] : []))
    return { make, groups, asked }
  }

  lit(make: GroupMaker, feature: number): readonly OperatorGroup[] {
    this.#table.lit = feature
    const groups = make(this.#makePass)
    this.#table.lit = -1
    return groups
  }

  /** Layers of the probed step, seen whole, are remembered; what a rank sees of one is built as it comes. */
  readonly buildLayer: LayerBuilder = (layer, pass, hidden) => {
    if (pass !== this.#passes.get(pass.formats)) return layerOperators(layer, pass, hidden)
    const own = this.#plainLayer(layer, pass.formats, hidden)
    const { keys, features } = own.table
    const lit = this.#table.lit < 0 ? undefined : this.#table.keys[this.#table.lit]
    let at = -1
    for (let i = 0; i < own.asked; i++) {
      const key = keys[i] as string
      this.#table.value(key, features[i] as Feature)
      if (key === lit) at = i
    }
    if (at < 0) return own.idle
    let operators = own.lit.get(at)
    if (!operators) {
      own.table.lit = at
      operators = layerOperators(layer, own.pass, hidden)
      own.table.lit = -1
      own.lit.set(at, operators)
    }
    return operators
  }

  #plainLayer(layer: Layer, formats: Formats, hidden: number): PlainLayer {
    let known = this.#layers.get(layer)
    if (!known) {
      known = new Map()
      this.#layers.set(layer, known)
    }
    let found = known.get(formats)
    if (!found) {
      found = plainLayer(layer, this.#network, this.#setting, formats, hidden)
      known.set(formats, found)
    }
    return found
  }
}
