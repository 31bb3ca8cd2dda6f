/**
 * A vision or audio encoder whose output joins the prompt or feeds cross-attention: patch embedding as a linear layer over
 * patches, the tower's own stack, and the projector. Per pass: tokens = items × tokensPerItem.
 * Leaves out: resampling of the input picture, window shuffles, the copies that merge neighbouring tokens.
 */
import { type Formats, uncached } from './formats.ts'
import type { OperatorGroup } from './group.ts'
import { layerOperators, norm } from './layer.ts'
import { type FrontEnd, type Tower, WEIGHT_CLASSES } from './model.ts'
import { alter, linear, type Operator } from './operator.ts'
import type { Pass } from './pass.ts'

/**
 * Every weight of a tower has the tower's format, whatever its class is called inside a layer. Its keys and values are
 * activations of one pass, never a cache.
 */
function towerFormats(formats: Formats): Formats {
  const weights = { ...formats.weights }
  for (const name of WEIGHT_CLASSES) weights[name] = formats.weights.tower
  return {
    ...uncached(formats),
    weights,
    input: () => formats.input('tower'),
    inputBytes: (_, rowLength) => formats.inputBytes('tower', rowLength),
    weightBytes: (_, rowLength) => formats.weightBytes('tower', rowLength),
  }
}

/** Convolutions over every source of a pass (one per sequence): their weights and work; frames in, tokens out. */
export function frontEndOperator(frontEnd: FrontEnd, pass: Pass, width: number): Operator {
  const { parameters, macPerItem } = frontEnd
  const one = linear(pass, 'front_end', ['frames'], 'tower', pass.tokens, 1, width)
  const storedBytes = parameters * pass.formats.weightBytes('tower', width)
  return alter(one, {
    kind: 'conv',
    flop: 2 * macPerItem * pass.sequences,
    weightBytes: storedBytes,
    parameters,
    activeParameters: parameters,
    storedBytes,
  })
}

export function towerOperators(tower: Tower, outer: Pass): OperatorGroup[] {
  const pass: Pass = { ...outer, formats: towerFormats(outer.formats) }
  const { stack } = tower
  const width = stack.hiddenSize
  const group = (name: string, repeat: number, operators: readonly Operator[]): OperatorGroup => ({
    part: 'tower',
    name: `${tower.kind}: ${name}`,
    repeat,
    sharedWeights: false,
    operators,
  })
  const patch = linear(pass, 'patch_embed', ['tokens'], 'tower', pass.tokens, tower.patchValues, width, {
    bias: tower.patchBias,
  })
  const front = tower.frontEnd
  const table = tower.positions * width + (front?.parameters ?? 0)
  const held = {
    parameters: patch.parameters + table,
    activeParameters: patch.activeParameters + table,
    storedBytes: patch.storedBytes + table * pass.formats.weightBytes('tower', width),
    flop: patch.flop + 2 * (front?.macPerItem ?? 0) * (pass.tokens / tower.tokensPerItem),
  }
  const out = [group('patch embedding', 1, [alter(patch, held)])]
  stack.kinds.forEach((layer, kind) => {
    const repeat = stack.order.filter((k) => k === kind).length
    const operators = layerOperators(layer, pass, width).map((o) => alter(o, { weightClass: 'tower' }))
    out.push(group(layer.name, repeat, operators))
  })
  const merged = pass.tokens * (tower.outputTokensPerItem / tower.tokensPerItem)
  const last: Operator[] = []
  if (stack.finalNorm) last.push(norm(pass, 'tower_norm', ['input'], stack.finalNorm, pass.tokens, width))
  tower.projector.forEach(([from, to, bias], i) => {
    const after = last.at(-1)?.name ?? 'input'
    last.push(linear(pass, `projector_${i + 1}`, [after], 'tower', merged, from, to, { bias }))
  })
  if (last.length > 0) out.push(group('projector', 1, last))
  return out
}
