/**
 * A question as plain data: what a command line, a link or a JSON file says, checked against the table of fields, and its
 * translation to a scenario. Version 1. Model and accelerator are names (or anything the caller can look up).
 */
import type { ConventionId } from '../architecture/convention.ts'
import type { StepGroup } from '../architecture/extent.ts'
import { format, isFormatId, type PrecisionChange } from '../architecture/formats.ts'
import { type ModelSpec, WEIGHT_CLASSES, type WeightClass } from '../architecture/model.ts'
import type { AttentionKernel } from '../architecture/pass.ts'
import type { Accelerator } from '../catalog/accelerators/accelerator.ts'
import { type ViewerHardware, viewerHardwareFor } from '../catalog/accelerators/viewer-hardware.ts'
import { DTYPES, type DtypeId } from '../catalog/dtypes/table.ts'
import { parseNetwork } from '../cost/fabric/index.ts'
import { type Roofs, roofsOf } from '../cost/peaks.ts'
import type { EngineId } from '../engine/profile.ts'
import { closest } from '../units/closest.ts'
import { parseCount } from '../units/parse.ts'
import { fail, ok, type Result, show } from '../units/result.ts'
import { DEFAULT_WORKLOAD, type Workload } from '../workload/workload.ts'
import { FIELDS, type FieldName, flagOf, isFieldName, readField } from './fields.ts'
import type { Basis, Scenario } from './scenario.ts'
import { spread } from './spread.ts'

export type Question = { readonly [F in FieldName]?: number | string }

export type PathStyle = 'flag' | 'key'

/** Reads known fields of a raw record; an unknown key or a bad value is a problem at that place. */
export function readQuestion(raw: Readonly<Record<string, unknown>>, style: PathStyle = 'key'): Result<Question> {
  const out: { [F in FieldName]?: number | string } = {}
  for (const key of Object.keys(raw)) {
    const path = style === 'flag' ? `--${flagOf(key)}` : key
    if (!isFieldName(key)) {
      const near = closest(key, Object.keys(FIELDS), 2)
      return fail(path, 'is not a known field', near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Leave it out')
    }
    if (raw[key] === undefined) continue
    const read = readField(key, path, raw[key])
    if (!read.ok) return read
    out[key] = read.value
  }
  return ok(out)
}

function textPairs(path: string, text: string): Result<[string, string][]> {
  const out: [string, string][] = []
  for (const part of text.split(',')) {
    const [name, value, ...rest] = part.split('=').map((s) => s.trim())
    if (!name || !value || rest.length > 0)
      return fail(path, `${show(part)} is not NAME=DTYPE`, 'Write pairs such as head=int4,experts=mxfp4')
    out.push([name, value.toLowerCase()])
  }
  return ok(out)
}

function dtypeIn(path: string, id: string): Result<DtypeId> {
  if (isFormatId(id)) return ok(id)
  const near = closest(id, Object.keys(DTYPES), 3)
  return fail(
    path,
    `${show(id)} is not a known format`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See `capline dtypes`',
  )
}

function readClasses(text: string): Result<NonNullable<PrecisionChange['classes']>> {
  const path = '--weights-of'
  const pairs = textPairs(path, text)
  if (!pairs.ok) return pairs
  const out: { [C in WeightClass]?: DtypeId } = {}
  for (const [name, value] of pairs.value) {
    const known = WEIGHT_CLASSES.find((c) => c === name)
    if (!known)
      return fail(path, `${show(name)} is not a class of weights`, `Choose among ${WEIGHT_CLASSES.join(', ')}`)
    const dtype = dtypeIn(path, value)
    if (!dtype.ok) return dtype
    out[known] = dtype.value
  }
  return ok(out)
}

function readLayers(text: string, numLayers: number): Result<NonNullable<PrecisionChange['layers']>> {
  const path = '--layer-weights'
  const pairs = textPairs(path, text)
  if (!pairs.ok) return pairs
  const out: { from: number; to: number; classes: { [C in WeightClass]?: DtypeId } }[] = []
  for (const [range, value] of pairs.value) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range)
    const from = Number(match?.[1])
    const to = Number(match?.[2] ?? match?.[1])
    if (!match || to < from || to >= numLayers) {
      return fail(
        path,
        `${show(range)} is not a range of layers`,
        `Write layers from 0 to ${numLayers - 1}, such as 0-3=bf16`,
      )
    }
    const dtype = dtypeIn(path, value)
    if (!dtype.ok) return dtype
    const weights = dtype.value
    out.push({ from, to, classes: { attention: weights, ffn: weights, experts: weights, shared: weights } })
  }
  return ok(out)
}

/** `1x512@0,32x1@2k`: sequences × new tokens @ tokens already cached. */
function readStep(text: string): Result<readonly StepGroup[]> {
  const path = '--step'
  const out: StepGroup[] = []
  for (const part of text.split(',')) {
    const match = /^([^x@]+)x([^x@]+)@([^x@]+)$/.exec(part.trim())
    if (!match) return fail(path, `${show(part)} is not SEQUENCESxNEW@CACHED`, 'Write groups such as 1x512@0,32x1@2k')
    const counts: number[] = []
    for (const [i, raw] of match.slice(1).entries()) {
      const count = parseCount(path, raw)
      if (!count.ok) return count
      const least = i === 2 ? 0 : 1
      if (count.value < least || count.value > 1e8) {
        return fail(path, `${show(raw)} is outside ${least} … 100000000`, 'Check the group')
      }
      counts.push(count.value)
    }
    const [sequences = 1, newTokens = 1, contextTokens = 0] = counts
    out.push({ sequences, newTokens, contextTokens })
  }
  return ok(out)
}

function precisionOf(question: Question, model: ModelSpec): Result<PrecisionChange> {
  const pick = (name: 'weights' | 'activations' | 'kv') =>
    question[name] === undefined ? {} : { [name]: question[name] as DtypeId }
  const kv = question.kv as DtypeId | undefined
  const activations = question.activations as DtypeId | undefined
  for (const [name, id] of [
    ['kv', kv],
    ['activations', activations],
  ] as const) {
    if (id && !format(id).dynamic) {
      return fail(
        `--${name}`,
        `${id} is a format of weights only`,
        'Choose a format that is quantised on the fly, such as fp8 or int8',
      )
    }
  }
  let change: PrecisionChange = { ...pick('weights'), ...pick('activations'), ...pick('kv') }
  if (question.weightsOf !== undefined) {
    const classes = readClasses(String(question.weightsOf))
    if (!classes.ok) return classes
    change = { ...change, classes: classes.value }
  }
  if (question.layerWeights !== undefined) {
    const layers = readLayers(String(question.layerWeights), model.stack.order.length)
    if (!layers.ok) return layers
    change = { ...change, layers: layers.value }
  }
  return ok(change)
}

/** The accelerator's roofs with the user's figures in their place; the paper convention takes LLM-Viewer's own table. */
function roofsFor(question: Question, accelerator: Accelerator, convention: ConventionId): Roofs | undefined {
  const bandwidth = question.bandwidth as number | undefined
  const peak = question.peak as number | undefined
  const viewer = convention === 'paper' ? viewerHardwareFor(accelerator.id) : undefined
  const own = viewer
    ? { matrix: viewerMatrix(viewer), vector: {}, bandwidthBytePerS: viewer.bandwidthBytePerS }
    : roofsOf(accelerator)
  if (bandwidth === undefined && peak === undefined) return viewer ? own : undefined
  const matrix = own?.matrix ?? matrixOf(accelerator)
  const base = matrix.bf16 ?? matrix.fp16
  const scaled =
    peak === undefined
      ? matrix
      : base === undefined
        ? { ...matrix, bf16: peak, fp16: peak }
        : Object.fromEntries(Object.entries(matrix).map(([dtype, x]) => [dtype, (x * peak) / base]))
  const rate = bandwidth ?? own?.bandwidthBytePerS
  if (rate === undefined) return undefined
  return { matrix: scaled, vector: own?.vector ?? {}, bandwidthBytePerS: rate }
}

function matrixOf(accelerator: Accelerator): Roofs['matrix'] {
  return Object.fromEntries(Object.entries(accelerator.matrixFlopPerS).map(([dtype, figure]) => [dtype, figure.value]))
}

function viewerMatrix(viewer: ViewerHardware): Roofs['matrix'] {
  return { fp16: viewer.fp16OpPerS, ...(viewer.int8OpPerS === undefined ? {} : { int8: viewer.int8OpPerS }) }
}

function workloadOf(question: Question): Workload {
  const number = (name: FieldName, fallback: number) => (question[name] as number | undefined) ?? fallback
  return {
    batchSize: number('batch', DEFAULT_WORKLOAD.batchSize),
    promptTokens: number('prompt', DEFAULT_WORKLOAD.promptTokens),
    outputTokens: number('output', DEFAULT_WORKLOAD.outputTokens),
    sharedPrefixTokens: number('prefix', DEFAULT_WORKLOAD.sharedPrefixTokens),
    itemsPerRequest: number('items', DEFAULT_WORKLOAD.itemsPerRequest),
    batchTokens: number('batchTokens', DEFAULT_WORKLOAD.batchTokens),
  }
}

/** The scenario of a question about this model on `count` of this accelerator (absent: as many as the layout says). */
export function scenarioOf(
  question: Question,
  model: ModelSpec,
  accelerator: Accelerator,
  count?: number,
): Result<Scenario> {
  const alone = onOne(question, model, accelerator)
  return alone.ok ? spread(alone.value, question, count) : alone
}

function onOne(question: Question, model: ModelSpec, accelerator: Accelerator): Result<Scenario> {
  const precision = precisionOf(question, model)
  if (!precision.ok) return precision
  const workload = workloadOf(question)
  if (workload.sharedPrefixTokens > workload.promptTokens) {
    return fail(
      '--prefix',
      `${workload.sharedPrefixTokens} shared tokens do not fit in a prompt of ${workload.promptTokens}`,
      'Give a prefix no longer than --prompt',
    )
  }
  if (workload.itemsPerRequest > 0 && model.towers.length === 0) {
    return fail('--items', `${model.name} takes no pictures or audio clips`, 'Leave --items out')
  }
  const convention = (question.convention as ConventionId | undefined) ?? 'exact'
  const kernel = (question.attention as AttentionKernel | undefined) ?? (convention === 'paper' ? 'eager' : 'flash')
  if (convention === 'paper' && kernel === 'flash') {
    return fail(
      '--attention',
      'the paper convention covers eager attention only',
      'Use --attention eager, or --convention exact',
    )
  }
  const memory = question.memory as number | undefined
  const device: Accelerator =
    memory === undefined ? accelerator : { ...accelerator, memoryBytes: { value: memory, source: 'user' } }
  const roofs = roofsFor(question, accelerator, convention)
  const step = question.step === undefined ? ok(undefined) : readStep(String(question.step))
  if (!step.ok) return step
  const network = question.network === undefined ? ok(undefined) : parseNetwork('--network', question.network)
  if (!network.ok) return network
  return ok({
    model,
    accelerator: device,
    ...(roofs ? { roofs } : {}),
    workload,
    precision: precision.value,
    kernel,
    convention,
    ...(step.value ? { step: step.value } : {}),
    ...(question.utilization === undefined ? {} : { memoryUtilization: question.utilization as number }),
    ...(question.price === undefined ? {} : { priceUsdPerHour: question.price as number }),
    ...(question.basis === undefined ? {} : { basis: question.basis as Basis }),
    ...(question.engine === undefined ? {} : { engine: question.engine as EngineId }),
    ...(question.nodes === undefined ? {} : { nodes: question.nodes as number }),
    ...(network.value ? { network: network.value } : {}),
  })
}
