/** Encoders that stand beside the answering stack (SIDE): a plain bidirectional stack of about so many parameters, held and run before it. */
import type { Layer, ModelSpec } from '../../architecture/model.ts'
import { alter, elementwise, scaleOperator } from '../../architecture/operator.ts'
import type { ExtraPass, Plan } from '../plan.ts'
import { remarked } from './readings.ts'
import { withRewrite } from './reshape.ts'
import type { Module } from './sideShape.ts'

const TOWER_LAYERS = 24

/** An encoder of about so many parameters: layers of four d × d matrices and a feed-forward block of eight d × d. */
export function towerModel(parameters: number, of: ModelSpec, layers = TOWER_LAYERS): ModelSpec {
  const width = Math.max(64, Math.round(Math.sqrt(parameters / (12 * layers)) / 64) * 64)
  const heads = width / 64
  const layer: Layer = {
    name: 'bidirectional attention + dense FFN',
    norm: { kind: 'layer', bias: true },
    normPlacement: 'pre',
    mixer: {
      kind: 'attention',
      numQHeads: heads,
      numKvHeads: heads,
      headDim: 64,
      pattern: { kind: 'bidirectional' },
      qkvBias: true,
      outBias: true,
      rotaryDim: 0,
    },
    ffn: { kind: 'dense', intermediateSize: 4 * width, gated: false, activation: 'gelu', bias: true },
  }
  return {
    id: layers === TOWER_LAYERS ? `tower-${width}` : `tower-${layers}-${width}`,
    name: `tower of ${layers} layers of ${width}`,
    family: 'tower',
    kind: 'encoder',
    stack: { hiddenSize: width, kinds: [layer], order: Array<number>(layers).fill(0) },
    towers: [],
    precision: of.precision,
  }
}

/** The parameters of a tower, in memory and nowhere in the answering stack's work. */
export function heldTower(plan: Plan, m: Module): Plan {
  return withRewrite(plan, `SIDE tower ${JSON.stringify(m)}`, () => (group, pass) => {
    if (group.part !== 'head') return group
    const one = elementwise(pass, 'side_tower', ['input'], 0, m.hidden, { reads: 0, writes: 0, flop: 0 })
    const own = alter(one, {
      parameters: m.parameters,
      activeParameters: m.parameters,
      storedBytes: m.parameters * pass.formats.weightBytes('tower', m.hidden),
      weightClass: 'tower',
      weightBytes: 0,
    })
    return { ...group, operators: [...group.operators, scaleOperator(own, m.copies)] }
  })
}

/** A tower of given size: held, run once before the prompt, and its tokens join the prompt. */
export function withTower(plan: Plan, what: string, m: Module, outputTokens: number): Plan {
  const { scenario } = plan
  const { workload, model } = scenario
  const grown = { ...scenario, workload: { ...workload, promptTokens: workload.promptTokens + outputTokens } }
  const held = heldTower({ ...plan, scenario: grown }, m)
  const extra: ExtraPass = {
    label: what || 'tower',
    model: towerModel(m.parameters, model),
    newTokens: outputTokens,
    outputTokens: 0,
    blocking: true,
    timesPerRequest: m.copies,
  }
  const text = `${extra.label}: priced as ${extra.model?.name}, one pass over the ${outputTokens} tokens that join the prompt`
  return remarked({ ...held, passes: [...held.passes, extra] }, 'SIDE', text)
}
