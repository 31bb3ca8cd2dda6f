/** What stands before and after the layers: embeddings, a denoiser's inputs, the output head. */
import { altUpProjections } from './altup.ts'
import { norm } from './layer.ts'
import type { Embedding, ModelSpec } from './model.ts'
import { alter, elementwise, linear, type Operator } from './operator.ts'
import type { Pass } from './pass.ts'

export function embeddingOperators(embedding: Embedding, pass: Pass, hidden: number, layers: number): Operator[] {
  const { tokens, formats } = pass
  const { size, vocabSize } = embedding
  const rowBytes = size * formats.weightBytes('embedding', size)
  const table = vocabSize * size
  const positions = embedding.positions * size
  const types = embedding.tokenTypes * size
  const parameters = table + positions + types
  const look = elementwise(pass, 'embed', ['tokens'], tokens, size, { reads: 0, writes: 1, flop: 0, kind: 'gather' })
  const rows = [vocabSize, embedding.positions, embedding.tokenTypes].filter((count) => count > 0).length
  const out = [
    alter(look, {
      weightBytes: tokens * rowBytes * rows,
      parameters,
      activeParameters: parameters,
      storedBytes: parameters * formats.weightBytes('embedding', size),
      weightClass: 'embedding',
    }),
  ]
  if (embedding.norm) out.push(norm(pass, 'embed_norm', ['embed'], embedding.norm, tokens, size))
  if (size !== hidden) {
    out.push(linear(pass, 'embed_proj', [embedding.norm ? 'embed_norm' : 'embed'], 'embedding', tokens, size, hidden))
  }
  const { altUpInputs } = embedding
  if (altUpInputs) out.push(altUpProjections(pass, 'altup_proj', (out.at(-1) as Operator).name, hidden, altUpInputs))
  const per = embedding.perLayer
  if (per) {
    const width = per.size * layers
    const gather = elementwise(pass, 'per_layer_embed', ['tokens'], tokens, width, {
      reads: 0,
      writes: 1,
      flop: 0,
      kind: 'gather',
    })
    const held = per.vocabSize * width
    out.push(
      alter(gather, {
        weightBytes: tokens * width * formats.weightBytes('embedding', width),
        parameters: held,
        activeParameters: held,
        storedBytes: held * formats.weightBytes('embedding', width),
        weightClass: 'embedding',
      }),
      linear(pass, 'per_layer_model_proj', ['embed'], 'embedding', tokens, hidden, width),
      norm(pass, 'per_layer_proj_norm', ['per_layer_model_proj'], { kind: 'rms', bias: false }, tokens, per.size),
    )
  }
  return out
}

/** Final norm and output head, for the rows that are sampled (every sequence's last). */
export function headOperators(model: ModelSpec, pass: Pass): Operator[] {
  const { convention } = pass
  const { hiddenSize, finalNorm } = model.stack
  const out: Operator[] = []
  const rows = pass.logitTokens
  const altUpInputs = model.embedding?.altUpInputs
  if (altUpInputs) out.push(altUpProjections(pass, 'altup_unembed', 'input', hiddenSize, altUpInputs))
  if (finalNorm && convention.smallOperators) out.push(norm(pass, 'final_norm', ['input'], finalNorm, rows, hiddenSize))
  const { head } = model
  if (!head) return out
  let width = hiddenSize
  let at = finalNorm ? 'final_norm' : 'input'
  if (head.transformSize > 0) {
    out.push(linear(pass, 'head_transform', [at], 'head', rows, hiddenSize, head.transformSize, { bias: true }))
    width = head.transformSize
    at = 'head_transform'
  }
  const size = model.embedding?.size ?? width
  if (head.tied && size !== width) {
    out.push(linear(pass, 'head_proj', [at], 'head', rows, width, size))
    width = size
    at = 'head_proj'
  }
  const product = linear(pass, 'lm_head', [at], head.tied ? 'embedding' : 'head', rows, width, head.outputSize, {
    bias: head.bias,
  })
  const bias = head.bias ? head.outputSize : 0
  const tied = {
    parameters: bias,
    activeParameters: bias,
    storedBytes: bias * pass.formats.weightBytes('norm', head.outputSize),
  }
  const counted = convention.headActivationsPerSequence ? rows : pass.present('all')
  out.push(
    alter(product, {
      flop: (product.flop / 2) * convention.headFlopPerMac,
      activationReadBytes: counted * width * pass.formats.inputBytes(product.weightClass, width),
      activationWriteBytes: counted * head.outputSize * pass.formats.activationBytes(head.outputSize),
      ...(head.tied ? tied : {}),
    }),
  )
  return out
}

/**
 * DiT's inputs (arXiv 2212.09748 section 3): patches to tokens, and the conditioning of every sequence from its timestep
 * and class. The look-up of one class row is taken as a product like the rest.
 */
export function conditioning(diffusion: NonNullable<ModelSpec['diffusion']>, pass: Pass, hidden: number): Operator[] {
  const { patchValues, conditionParameters } = diffusion
  const patches = linear(pass, 'patch_embed', ['input'], 'ffn', pass.tokens, patchValues, hidden, { bias: true })
  const held = conditionParameters - patches.parameters
  const rest = linear(pass, 'condition_embed', ['condition'], 'ffn', pass.sequences, held / hidden, hidden)
  return [patches, rest]
}
