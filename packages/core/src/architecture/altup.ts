/**
 * Alternating updates (AltUp, arXiv 2301.13310) and the learned low-rank residual (LAuReL, arXiv 2411.07501), as Gemma 3n
 * uses them: the residual is N vectors of the hidden size, a layer runs on one of them, and the others are predicted
 * before it and corrected after it.
 *
 * T tokens, h hidden, N vectors, r rank: two routers 2·T·h·N, coefficients 2·T·N·N² and 2·T·N·N, prediction 2·T·N²·h and
 * correction 2·T·N·h vector flop; LAuReL 4·T·h·r. Entering and leaving the stack takes N − 1 square projections each.
 * Leaves out: the magnitude of the vectors that new ones are scaled to, the mean at the end.
 */
import type { Norm } from './model.ts'
import { alter, elementwise, linear, type Operator } from './operator.ts'
import type { Pass } from './pass.ts'

/** The router's norm and product; `again`: the same weights a second time, so it holds none. */
function router(pass: Pass, prefix: string, input: string, hidden: number, inputs: number, again: boolean): Operator[] {
  const flop = pass.convention.vectorFlop.rmsNorm
  const work = { reads: 1, writes: 1, flop, kind: 'norm' } as const
  const name = `${prefix}_router`
  const both = [
    elementwise(pass, `${name}_norm`, [input], pass.tokens, hidden, work, { parameters: hidden }),
    linear(pass, name, [`${name}_norm`], 'norm', pass.tokens, hidden, inputs),
  ]
  return again ? both.map((o) => alter(o, { parameters: 0, activeParameters: 0, storedBytes: 0 })) : both
}

/** The N vectors before a layer (`altup_predict`), from the layer's input of N vectors. */
export function predictInputs(pass: Pass, input: string, hidden: number, inputs: number): Operator[] {
  const work = { reads: 1, writes: 1, flop: 2 * inputs + 1 }
  return [
    ...router(pass, 'predict', input, hidden, inputs, false),
    linear(pass, 'predict_coefficients', ['predict_router'], 'norm', pass.tokens, inputs, inputs * inputs),
    elementwise(pass, 'altup_predict', [input, 'predict_coefficients'], pass.tokens, inputs * hidden, work),
  ]
}

/** The N vectors after it (`altup_correct`), from the predicted ones and what the layer made of the first. */
export function correctInputs(pass: Pass, made: string, hidden: number, inputs: number): Operator[] {
  const work = { reads: 1 + 1 / inputs, writes: 1, flop: 3 }
  const after = ['altup_predict', made, 'correct_coefficients']
  return [
    ...router(pass, 'correct', made, hidden, inputs, true),
    linear(pass, 'correct_coefficients', ['correct_router'], 'norm', pass.tokens, inputs, inputs),
    // A learned scale of the corrected output.
    elementwise(pass, 'altup_correct', after, pass.tokens, inputs * hidden, work, { parameters: hidden }),
  ]
}

/** The products that make N − 1 further vectors from one, or one from N. */
export function altUpProjections(pass: Pass, name: string, after: string, hidden: number, inputs: number): Operator {
  const one = linear(pass, name, [after], 'norm', pass.tokens, hidden, hidden)
  const count = inputs - 1
  return alter(one, {
    flop: count * one.flop,
    weightBytes: count * one.weightBytes,
    activationReadBytes: count * one.activationReadBytes,
    activationWriteBytes: count * one.activationWriteBytes,
    parameters: count * one.parameters,
    activeParameters: count * one.activeParameters,
    storedBytes: count * one.storedBytes,
    shape: { ...one.shape, count },
  })
}

/** The low-rank residual beside the mixer: adds what it makes of the mixer's input to the residual (`laurel_add`). */
export function laurel(pass: Pass, input: string, residual: string, hidden: number, rank: number, norm: Norm) {
  const flop = pass.convention.vectorFlop[norm.kind === 'rms' ? 'rmsNorm' : 'layerNorm']
  const work = { reads: 1, writes: 1, flop, kind: 'norm' } as const
  return [
    linear(pass, 'laurel_left', [input], 'attention', pass.tokens, hidden, rank),
    linear(pass, 'laurel_right', ['laurel_left'], 'attention', pass.tokens, rank, hidden),
    elementwise(pass, 'laurel_norm', ['laurel_right'], pass.tokens, hidden, work, { parameters: hidden }),
    elementwise(pass, 'laurel_add', [residual, input, 'laurel_norm'], pass.tokens, hidden, {
      reads: 3,
      writes: 1,
      flop: 3,
    }),
  ]
}
