/**
 * Own hardware: a JSON file that describes one accelerator with plain figures or with units ("80GiB", "312TFLOPS",
 * "2TB/s"). Unknown keys are refused, so that a misspelt figure is never silently left out.
 *
 * { "name": "My card", "memory": "48GiB", "bandwidth": "864GB/s", "matrix": {"bf16": "181TFLOPS"}, "vector": {"fp32": …},
 *   "l2": "96MiB", "sharedMemory": "99KiB", "computeUnits": 142, "clock": "2.49GHz", "link": "450GB/s", "power": 350, "pricePerHour": 1.2 }
 */
import type { Accelerator, ComputeDtype, Link } from '../catalog/accelerators/accelerator.ts'
import type { Sourced } from '../catalog/source.ts'
import { closest } from '../units/closest.ts'
import { parseByteRate, parseBytes, parseCount, parseFlopRate, parseFrequency, parseNumber } from '../units/parse.ts'
import { fail, ok, type Result, show } from '../units/result.ts'

const COMPUTE_DTYPES: readonly ComputeDtype[] = [
  'fp64',
  'fp32',
  'tf32',
  'fp16',
  'bf16',
  'fp8',
  'fp6',
  'fp4',
  'int8',
  'int4',
  'int1',
]

/** Key of the file → field of the accelerator, how it is read, and what is plausible. */
const FIGURES = {
  memory: { field: 'memoryBytes', read: parseBytes, min: 1e6, max: 1e18 },
  bandwidth: { field: 'memoryBandwidthBytePerS', read: parseByteRate, min: 1e6, max: 1e18 },
  l2: { field: 'l2Bytes', read: parseBytes, min: 1, max: 1e12 },
  sharedMemory: { field: 'sharedMemoryBytesPerUnit', read: parseBytes, min: 1, max: 1e12 },
  computeUnits: { field: 'computeUnits', read: parseCount, min: 1, max: 1e7 },
  clock: { field: 'clockHz', read: parseFrequency, min: 1e3, max: 1e13 },
  power: { field: 'powerW', read: parseNumber, min: 0.1, max: 1e7 },
  pricePerHour: { field: 'priceUsdPerHour', read: parseNumber, min: 0, max: 1e6 },
  price: { field: 'priceUsd', read: parseNumber, min: 0, max: 1e9 },
} as const

/** Links are a name and one figure: bytes per second in one direction. */
const LINKS = { link: 'scaleUpLink', hostLink: 'hostLink' } as const

const KEYS = ['name', 'matrix', 'vector', ...Object.keys(FIGURES), ...Object.keys(LINKS)]

const user = (value: number): Sourced => ({ value, source: 'user' })

function bounded(path: string, value: number, min: number, max: number, raw: unknown): Result<number> {
  return value >= min && value <= max
    ? ok(value)
    : fail(path, `${show(raw)} is outside ${min} … ${max}`, 'Check the figure and its unit')
}

function readPeaks(path: string, raw: unknown): Result<{ [D in ComputeDtype]?: Sourced }> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return fail(path, `${show(raw)} is not an object of peaks`, 'Write {"bf16": "312TFLOPS", …}')
  }
  const out: { [D in ComputeDtype]?: Sourced } = {}
  for (const [key, value] of Object.entries(raw)) {
    const dtype = COMPUTE_DTYPES.find((d) => d === key)
    if (!dtype)
      return fail(`${path}.${key.slice(0, 40)}`, 'is not an operand width', `Choose among ${COMPUTE_DTYPES.join(', ')}`)
    const read = parseFlopRate(`${path}.${key}`, value)
    if (!read.ok) return read
    const fits = bounded(`${path}.${key}`, read.value, 1e6, 1e21, value)
    if (!fits.ok) return fits
    out[dtype] = user(fits.value)
  }
  return ok(out)
}

/** An accelerator from a user's JSON value. */
export function importAccelerator(raw: unknown): Result<Accelerator> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return fail(
      'accelerator file',
      `${show(raw)} is not a JSON object`,
      'Write {"name": …, "memory": …, "bandwidth": …, "matrix": {…}}',
    )
  }
  const file = raw as Record<string, unknown>
  for (const key of Object.keys(file)) {
    if (KEYS.includes(key)) continue
    const near = closest(key, KEYS, 1)
    return fail(
      `accelerator.${key.slice(0, 40)}`,
      'is not a known figure',
      near[0] ? `Did you mean ${near[0]}?` : `Known: ${KEYS.join(', ')}`,
    )
  }
  const own = (key: string) => (Object.hasOwn(file, key) ? file[key] : undefined)
  const name = own('name')
  if (typeof name !== 'string' || name.length === 0 || name.length > 100) {
    return fail(
      'accelerator.name',
      `${show(name)} is not a name`,
      'Give the accelerator a name of at most 100 characters',
    )
  }
  const matrix = readPeaks('accelerator.matrix', own('matrix') ?? {})
  if (!matrix.ok) return matrix
  const vector = readPeaks('accelerator.vector', own('vector') ?? {})
  if (!vector.ok) return vector
  const figures: { [F in (typeof FIGURES)[keyof typeof FIGURES]['field']]?: Sourced } = {}
  for (const [key, { field, read, min, max }] of Object.entries(FIGURES)) {
    const value = own(key)
    if (value === undefined || value === null) continue
    const path = `accelerator.${key}`
    const number = read(path, value)
    if (!number.ok) return number
    const fits = bounded(path, number.value, min, max, value)
    if (!fits.ok) return fits
    figures[field] = user(fits.value)
  }
  const links: { scaleUpLink?: Link; hostLink?: Link } = {}
  for (const [key, field] of Object.entries(LINKS)) {
    const value = own(key)
    if (value === undefined || value === null) continue
    const rate = parseByteRate(`accelerator.${key}`, value)
    if (!rate.ok) return rate
    const fits = bounded(`accelerator.${key}`, rate.value, 1e3, 1e18, value)
    if (!fits.ok) return fits
    links[field] = { name: 'given by the user', bandwidthBytePerS: user(fits.value) }
  }
  if (!figures.memoryBandwidthBytePerS)
    return fail('accelerator.bandwidth', 'is missing', 'Give the memory bandwidth, such as "864GB/s"')
  if (Object.keys(matrix.value).length + Object.keys(vector.value).length === 0) {
    return fail('accelerator.matrix', 'is missing', 'Give at least one peak, such as {"bf16": "181TFLOPS"}')
  }
  return ok({
    id: 'own-hardware',
    name,
    vendor: 'other',
    architecture: 'user',
    kind: 'gpu',
    aliases: [],
    matrixFlopPerS: matrix.value,
    vectorFlopPerS: vector.value,
    ...figures,
    ...links,
  })
}
