/**
 * What an average of accuracy hides, for every technique that makes something smaller: facts, refusals, the
 * worst-served groups. A measured share of task quality says nothing of these, so each stands beside it with the advice of
 * the source and the observer of the catalogue that says how to measure it. Only what the source states of a kind of
 * compression is called stated; what is carried over to a kind it does not name is said to be by analogy.
 */
import type { EvidenceRecord } from '../../evidence/record.ts'
import { techniqueById } from '../catalog/index.ts'
import { isIdentity, ordered } from '../compose.ts'
import type { PrimitiveId } from '../parameters.ts'
import type { Values } from '../primitive.ts'
import { keepsOutput } from './exactness.ts'
import { measuredNamesOf } from './measured.ts'
import type { Member } from './selection.ts'

type Basis = 'stated' | 'carried over'

interface Of {
  readonly basis: Basis
  /** Whether it holds at these values; absent: at all that change something. */
  readonly when?: (values: Values) => boolean
}

type CautionId = 'facts' | 'dropped facts' | 'refusals' | 'tuned refusals' | 'groups' | 'short cuts'

interface Row {
  readonly id: CautionId
  readonly words: string
  readonly advice: string
  readonly source: string
  /** Rows of the catalogue that say what to measure, and those that help. */
  readonly observers: readonly string[]
  readonly tools: readonly string[]
  /** Benchmarks of the evidence that measure it; none of it is published where absent. */
  readonly benchmarks?: RegExp
  readonly of: { readonly [P in PrimitiveId]?: Of }
}

const narrow = ({ bits }: Values) => Number(bits) < 16
const inFfn = ({ site }: Values) => site === 'all' || site === 'ffn' || site === 'experts'
const instead = ({ mode }: Values) => mode !== 'additive'
const ofServed = ({ scope }: Values) => scope !== 'draft'
const shrinks = ({ student, depth, hidden, heads, ffn, parameterShare }: Values) =>
  student !== '' || [depth, hidden, heads, ffn, parameterShare].some((factor) => Number(factor) < 1)
const fewerPairs = ({ layerShare, local, block, topK, topKShare, stride }: Values) =>
  layerShare !== 0 && [local, block, topK, topKShare, stride].some((size) => size !== 0)

const stated = (when?: Of['when']): Of => ({ basis: 'stated', ...(when ? { when } : {}) })
const carried = (when?: Of['when']): Of => ({ basis: 'carried over', ...(when ? { when } : {}) })

const CAUTIONS: readonly Row[] = [
  {
    id: 'facts',
    words: 'facts lie mostly in the feed-forward layers, and a changed model can state more that is false',
    advice: 'trace the layers that hold facts, keep those in more bits and unpruned, and count false statements',
    source: 'LLM Inference Unveiled 7.1.1',
    observers: ['hallucination'],
    tools: ['causal-tracing', 'selective-ffn-precision'],
    benchmarks: /^truthfulqa/i,
    of: {
      WB: stated((values) => narrow(values) && inFfn(values)),
      AB: stated(narrow),
      WSP: stated(),
      DIM: stated(shrinks),
      RANK: stated((values) => instead(values) && inFfn(values)),
      WFRAC: carried(ofServed),
      LFRAC: carried(ofServed),
    },
  },
  {
    id: 'dropped facts',
    words: 'an answer cannot rest on a fact that was taken out of its prompt, and can make one up instead',
    advice: 'count false statements with the whole prompt and with the short one',
    source: 'LLM Inference Unveiled 7.1',
    observers: ['hallucination'],
    tools: [],
    benchmarks: /^truthfulqa/i,
    of: { CTX: carried() },
  },
  {
    id: 'refusals',
    words:
      'attacks on compressed models are rarely studied, and only of moderate compression such as eight bits ' +
      'is it stated that refusals of harmful requests hardly weaken',
    advice: 'put attacks to the compressed model before it is served',
    source: 'LLM Inference Unveiled 7.2',
    observers: ['safety-alignment'],
    tools: [],
    of: {
      WB: stated(narrow),
      AB: stated(narrow),
      KB: carried(narrow),
      WSP: stated(),
      DIM: stated(shrinks),
      RANK: stated(instead),
      KVB: carried(),
      CTX: carried(),
    },
  },
  {
    id: 'tuned refusals',
    words: 'what a small model learns from a large one can leave its refusals much weaker',
    advice: 'tune the small model for safety again after it was distilled',
    source: 'LLM Inference Unveiled 7.2',
    observers: ['safety-alignment'],
    tools: [],
    of: {
      TRAIN: stated(({ part }) => part === 'student'),
      DIM: stated(({ student }) => student !== ''),
    },
  },
  {
    id: 'groups',
    words: 'quantised models differ between the groups of one task: errors gather in the long tail',
    advice: 'report the worst-served group beside the mean',
    source: 'LLM Inference Unveiled 7.3',
    observers: ['ood-generalization'],
    tools: ['invariant-tta'],
    of: {
      WB: stated(narrow),
      AB: stated(narrow),
      KB: carried(narrow),
      WSP: carried(),
      DIM: carried(shrinks),
      RANK: carried(instead),
    },
  },
  {
    id: 'short cuts',
    words: 'tokens that are dropped make a model lean on short cuts more, which the long tail pays for',
    advice: 'check the worst-served group at several budgets before one is chosen',
    source: 'LLM Inference Unveiled 7.3',
    observers: ['kv-compression-ood'],
    tools: ['invariant-tta'],
    of: {
      KVB: stated(),
      APAT: carried(fewerPairs),
      MEM: carried(),
      CTX: carried(),
    },
  },
]

export interface Caution {
  readonly id: CautionId
  readonly words: string
  readonly advice: string
  readonly source: string
  /** What of the set it is about: `WB of awq`. */
  readonly about: readonly { readonly primitive: PrimitiveId; readonly technique: string; readonly basis: Basis }[]
  readonly observers: readonly { readonly id: string; readonly measures: string; readonly needs: string }[]
  readonly tools: readonly string[]
  /** Published records of these techniques that measure it, and on what. */
  readonly records: number
  readonly benchmarks: readonly string[]
}

interface Step {
  readonly primitive: PrimitiveId
  readonly values: Values
  readonly technique: string
}

function stepsOf({ id, uses }: Member): Step[] {
  if (keepsOutput(uses)) return []
  const ready = ordered(uses)
  if (!ready.ok) return []
  return ready.value
    .filter(({ primitive, values }) => primitive.id === 'TRAIN' || !isIdentity(primitive, values))
    .map(({ primitive, values }) => ({ primitive: primitive.id as PrimitiveId, values, technique: id }))
}

const observerOf = (id: string) => {
  const { measures = '', needs = '' } = techniqueById(id)?.observes ?? {}
  return { id, measures, needs }
}

/** What averages hide of these techniques; empty where they keep the output, or make nothing smaller. */
export function cautionsOf(members: readonly Member[], records: readonly EvidenceRecord[]): Caution[] {
  const steps = members.flatMap(stepsOf)
  return CAUTIONS.flatMap(({ of, observers, benchmarks, ...row }) => {
    const about = steps.flatMap(({ primitive, values, technique }) => {
      const own = of[primitive]
      return own && (own.when?.(values) ?? true) ? [{ primitive, technique, basis: own.basis }] : []
    })
    if (about.length === 0) return []
    const names = new Set(members.flatMap(measuredNamesOf).map(({ technique }) => technique))
    const found = benchmarks
      ? records.filter(({ technique, benchmark }) => names.has(technique) && benchmarks.test(benchmark))
      : []
    return [
      {
        ...row,
        about,
        observers: observers.map(observerOf),
        records: found.length,
        benchmarks: [...new Set(found.map(({ benchmark }) => benchmark))],
      },
    ]
  })
}

const aboutText = ({ about }: Caution) =>
  about
    .map(({ primitive, technique, basis }) => `${primitive} of ${technique}${basis === 'stated' ? '' : ', by analogy'}`)
    .join(', ')

/** `facts (WB of awq)`. */
export const cautionTitle = (caution: Caution): string => `${caution.id} (${aboutText(caution)})`

/** How much of it is published. */
export function cautionMeasured({ records, benchmarks }: Caution): string {
  if (records === 0) return 'no published record here measures it'
  const count = records === 1 ? '1 published record measures' : `${records} published records measure`
  return `${count} it: ${benchmarks.join(', ')}`
}

/** `facts (WB of awq): …; trace … (LLM Inference Unveiled 7.1.1; measured by: hallucination; no published record measures it)`. */
export function cautionWords(caution: Caution): string {
  const { words, advice, source, observers, tools } = caution
  const help = tools.length > 0 ? `; see ${tools.join(', ')}` : ''
  const how = `to measure: ${observers.map(({ id }) => id).join(', ')}`
  return `${cautionTitle(caution)}: ${words}; ${advice}${help} (${source}; ${how}; ${cautionMeasured(caution)})`
}
