/** What a reader must know before trusting the numbers: one place for the words all outputs share. */
import { format } from '../architecture/formats.ts'
import { isBorrowedEngine } from '../engine/interval.ts'
import { engineProfile } from '../engine/profile.ts'
import { exchangeOf, orderOf, rankCount } from '../layout/layout.ts'
import type { Analysis } from '../scenario/analyze.ts'
import { formatNotes } from './formatNotes.ts'

/**
 * How much longer real engines take than the ideal roofline: throughput of TensorRT-LLM for LLaMA-7B on an A100 in four
 * settings, 1.44 to 1.91 times below LLM-Viewer's (its issue 4).
 */
const REAL_OVER_IDEAL = { low: 1.4, high: 1.9 } as const

/** Where the times come from, and how far to trust them. */
export function basisNote(analysis: Analysis): string {
  return analysis.basis === 'roofline' ? rooflineNote() : kernelNote(analysis)
}

function rooflineNote(): string {
  const { low, high } = REAL_OVER_IDEAL
  return (
    `Ideal roofline: every operator at the full memory bandwidth or the dense peak, one after the other. Real engines ` +
    `take longer: in one published comparison (LLaMA-7B, TensorRT-LLM on an A100, LLM-Viewer issue 4) throughput was ${low} to ` +
    `${high} times lower. Kernels reach only part of a roof, tiles and waves do not fill the chip, and launches and ` +
    'scheduling cost time between kernels. Prefill is one pass over whole prompts; chunking it reads the weights again for every chunk. ' +
    '--basis calibrated prices the kernels.'
  )
}

function kernelNote({ basis, scenario, prefill, decode }: Analysis): string {
  const range = (decode ?? prefill).range
  const own =
    basis === 'measured'
      ? 'Measured: kernels are priced from your own tables, interpolated by utilisation; what they lack comes from the calibrated models. '
      : 'Calibrated: kernels are priced by models fitted to measured kernels; '
  const percent = (share: number) => `${Math.round(100 * share)} %`
  const borrowed =
    range && range.borrowedShare > 0.005
      ? `${percent(range.borrowedShare)} of the time has constants of another device. `
      : ''
  const beyond =
    range && range.extrapolatedShare > 0.005
      ? `${percent(range.extrapolatedShare)} of the time is extrapolated: outside what was measured, or kernels nobody measured. `
      : ''
  const profile = engineProfile(scenario.engine)
  const kernelsText = profile.kernels
    ? `host time and kernels are those of ${profile.name}`
    : `kernels are those measured most${profile.id === 'generic' ? '' : `, for want of ${profile.name}'s own`}`
  const engine = isBorrowedEngine(scenario.engine)
    ? `As nobody measured ${profile.name}, the intervals of a request's times hold those of every measured engine. `
    : ''
  return `${own}${basis === 'calibrated' ? `${kernelsText}. ` : ''}${engine}${borrowed}${beyond}Intervals hold 80 % of the measurements left out of the fit, if all kernels err together.`
}

/** What is said of context parallelism without an effect, and what of it has no price. */
function contextNotes({ scenario, layout, fabric }: Analysis): string[] {
  const exchange = exchangeOf(layout)
  if (layout.cp === 1) {
    const idle = [exchange !== 'ring' && '--cp-exchange', orderOf(layout) !== 'striped' && '--cp-order']
    const said = idle.filter((flag) => typeof flag === 'string')
    return said.length > 0 ? [`Without --cp ${said.join(' and ')} change${said.length > 1 ? '' : 's'} nothing.`] : []
  }
  const notes: string[] = []
  if (exchange === 'two-level-ring' && fabric?.nodes === 1) {
    notes.push('Inside one node two rings are one: --cp-exchange two-level-ring is priced as ring.')
  }
  if (exchange === 'all-to-all' && orderOf(layout) !== 'striped') {
    notes.push('Ranks that exchange tokens for heads have whole rows: --cp-order changes nothing.')
  }
  if (scenario.kernel === 'eager') {
    notes.push(
      'Unfused attention keeps no running sums: what --cp exchanges has no price there. Use --attention flash.',
    )
  }
  return notes
}

/** What a layout takes for granted, and flags that change nothing. */
function layoutNotes(analysis: Analysis): string[] {
  const { scenario, layout, fabric } = analysis
  const notes: string[] = []
  const { nodes, network, workload } = scenario
  if (rankCount(layout) === 1) {
    const idle = [
      nodes && '--nodes',
      network && '--network',
      layout.overlap && '--overlap',
      layout.sequenceParallel && '--sequence-parallel',
    ]
    const said = idle.filter((flag) => typeof flag === 'string')
    if (said.length > 0)
      notes.push(
        `On one accelerator ${said.join(', ')} change${said.length > 1 ? '' : 's'} nothing: give --count, or an axis such as --tp.`,
      )
    return [...notes, ...contextNotes(analysis)]
  }
  if (fabric) {
    const { scaleUp, scaleOut, perNode, assumed } = fabric
    const between = scaleOut ? `, ${scaleOut.name} between nodes` : ''
    const what = scaleUp ? `${scaleUp.name} among ${perNode}` : `${perNode} to a node`
    notes.push(`Links: ${what}${between}${assumed.length > 0 ? `; assumed: ${assumed.join('; ')}` : ''}.`)
  }
  const groups = layout.dp * layout.attentionDp
  if (workload.batchSize < groups) {
    notes.push(
      `${workload.batchSize} sequences for ${groups} ranks that keep their own: the step is that of a rank that has one, the others idle.`,
    )
  }
  return [...notes, ...contextNotes(analysis)]
}

/** Remarks that depend on the question. */
export function questionNotes(analysis: Analysis): string[] {
  const { scenario, memory } = analysis
  const { model, accelerator, workload } = scenario
  const notes: string[] = []
  const trained = model.extendedContextTokens ?? model.trainedContextTokens
  if (trained !== undefined && memory.contextTokens > trained) {
    notes.push(
      `The context of ${memory.contextTokens} tokens is longer than the ${trained} the model was trained for: expect answers to fall apart beyond that.`,
    )
  }
  if (memory.fits === false) {
    notes.push(
      'It does not fit: times, energy and price are those of an accelerator with these roofs and enough memory. `capline fit` says how many hold it.',
    )
  }
  notes.push(...layoutNotes(analysis))
  const { weights, activations } = analysis.precision
  if (scenario.convention === 'exact' && format(weights).compute === 'fp32' && format(activations).compute === 'fp32') {
    notes.push(
      'The checkpoint is in 32 bit and counted so; engines load it in 16 bit: --weights bf16 --activations bf16 --kv bf16.',
    )
  }
  if (scenario.precision.activations && format(activations).bits < 16 && format(weights).bits >= 16) {
    notes.push(
      `Inputs are quantised to ${activations} only where the weights are quantised too: with ${weights} weights the linear layers stay in 16 bit.`,
    )
  }
  notes.push(...formatNotes(analysis))
  if (workload.sharedPrefixTokens > 0 && workload.batchSize === 1) {
    notes.push('A prefix is shared between sequences: with one sequence (--batch 1) it changes nothing.')
  }
  if (scenario.convention === 'paper') {
    notes.push(
      'Counted as the paper and LLM-Viewer count (--convention paper): layers and head only, no embedding, biases or reserve. Use --convention exact to plan.',
    )
  }
  if (model.towers.length > 0 && workload.itemsPerRequest === 0) {
    const kinds = [...new Set(model.towers.map((tower) => (tower.kind === 'audio' ? 'audio clips' : 'pictures')))]
    notes.push(`The model also takes ${kinds.join(' and ')}: give --items to count them.`)
  }
  if (accelerator.note) notes.push(`${accelerator.name}: ${accelerator.note}`)
  return notes
}
