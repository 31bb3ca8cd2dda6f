/**
 * `npm run bench`: full analyses per second, and evaluations per second of the compiled step against the readable
 * reference, for Llama-2-7B on one core; start-up and rankings of the command line beside them. Each figure is the median
 * of several rounds, with the slowest and fastest round, because machines are noisy. `--json` prints the figures alone.
 */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import {
  analyze,
  analyzeBench,
  DEFAULT_WORKLOAD,
  findAccelerator,
  findModel,
  ONE_ACCELERATOR,
  prepare,
  referenceStepTime,
} from '@capline/core'

const ROUNDS = 7
const ROUND_MS = 400

interface Figure {
  readonly name: string
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly target?: number
}

function figure(name: string, unit: string, values: readonly number[], target?: number): Figure {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (i: number) => sorted[i] as number
  const base = { name, unit, median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) }
  return target === undefined ? base : { ...base, target }
}

/** Calls per second of `work`, called in batches so that reading the clock costs nothing. */
function rates(work: (i: number) => void, batch: number): number[] {
  for (let i = 0; i < 10 * batch; i++) work(i)
  return Array.from({ length: ROUNDS }, () => {
    const begun = performance.now()
    let calls = 0
    while (performance.now() - begun < ROUND_MS) {
      for (let i = 0; i < batch; i++) work(calls + i)
      calls += batch
    }
    return (calls * 1000) / (performance.now() - begun)
  })
}

const model = findModel('llama-2-7b')?.spec
const accelerator = findAccelerator('rtx-a6000')
if (!model || !accelerator) throw new Error('llama-2-7b or rtx-a6000 is not in the catalogue')
const scenario = {
  model,
  accelerator,
  workload: DEFAULT_WORKLOAD,
  precision: {},
  kernel: 'eager',
  convention: 'exact',
} as const
const prepared = prepare(scenario)
if (!prepared.ok) throw new Error(prepared.problem.reason)
const bench = prepared.value
const { network, setting } = bench.template

let sink = 0

/** Steps of 32 sequences priced by kernels: a dense model on one accelerator, and a mixture spread over eight. */
function calibratedFigures(): Figure[] {
  const cases = [
    ['llama-3.1-8b', 'h100-sxm', ONE_ACCELERATOR],
    ['deepseek-v3', 'h200-sxm', { ...ONE_ACCELERATOR, attentionDp: 8, ep: 8 }],
  ] as const
  return cases.map(([id, on, layout]) => {
    const [own, chip] = [findModel(id)?.spec, findAccelerator(on)]
    if (!own || !chip) throw new Error(`${id} or ${on} is not in the catalogue`)
    const made = prepare({ ...scenario, model: own, accelerator: chip, kernel: 'flash', basis: 'calibrated', layout })
    if (!made.ok) throw new Error(made.problem.reason)
    const { compiled } = made.value
    const decode = { sequences: 32, newTokens: 1, contextTokens: 0 }
    const step = [decode]
    const evaluate = (i: number) => {
      decode.contextTokens = i % 4096
      sink += compiled.timeS(step)
    }
    return figure(`compiled calibrated steps, ${id}`, '/s', rates(evaluate, 2000), 1_000_000)
  })
}

const group = { sequences: 1, newTokens: 1, contextTokens: 0 }
const groups = [group]
const figures: Figure[] = [
  figure(
    'full analyses (prefill, decode, memory, request)',
    '/s',
    rates((i) => {
      const workload = { ...DEFAULT_WORKLOAD, batchSize: 1 + (i % 8) }
      sink += analyzeBench({ ...bench, scenario: { ...scenario, workload } }).request.e2eS
    }, 50),
    50_000,
  ),
  figure(
    'analyses from scratch (compiled each time)',
    '/s',
    rates(() => {
      const answer = analyze(scenario)
      if (answer.ok) sink += answer.value.request.e2eS
    }, 5),
  ),
  figure(
    'compiled step evaluations',
    '/s',
    rates((i) => {
      group.contextTokens = i % 4096
      sink += bench.compiled.timeS(groups)
    }, 5000),
    2_000_000,
  ),
  ...calibratedFigures(),
  figure(
    'readable reference step evaluations',
    '/s',
    rates((i) => {
      sink += referenceStepTime(network, setting, bench.cost, {
        step: { groups: [{ sequences: 1, newTokens: 1, contextTokens: i % 4096 }] },
      })
    }, 50),
  ),
  figure(
    'sums over 1024 decode steps',
    '/s',
    rates((i) => {
      sink += bench.compiled.sumDecodeS(1 + (i % 8), 2048, 3071)
    }, 500),
  ),
]

const bin = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))
function startUp(name: string, args: readonly string[], target: number, rounds = ROUNDS): Figure {
  const run = () => {
    const begun = performance.now()
    const done = spawnSync(process.execPath, [bin, ...args], { stdio: 'ignore' })
    if (done.status !== 0) throw new Error(`capline ${args.join(' ')} exited with ${done.status}`)
    return (performance.now() - begun) / 1000
  }
  // What takes long is not started once more to warm up.
  if (rounds === ROUNDS) run()
  return figure(name, 's', Array.from({ length: rounds }, run), target)
}
figures.push(startUp('capline --version, whole process', ['--version'], 0.3))
figures.push(startUp('capline analyze, whole process', ['analyze', 'llama-2-7b', '--on', 'rtx-a6000'], 0.6))
const RANK = ['rank', 'llama-3.1-8b', '--on', 'h100-sxm', '--for', 'tpot']
figures.push(startUp('capline rank, whole process', RANK, 0.9))
figures.push(startUp('capline rank --pairs, whole process, all cores', [...RANK, '--pairs'], 15, 2))
figures.push(startUp('capline rank --pairs --include all, the same', [...RANK, '--pairs', '--include', 'all'], 15, 2))

if (process.argv.includes('--json')) console.log(JSON.stringify(figures, null, 2))
else {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}; one core used`,
  )
  const show = (x: number) => (x >= 100 ? Math.round(x).toLocaleString('en-US') : x.toFixed(3))
  for (const f of figures) {
    const target = f.target === undefined ? '' : `  (reach: ${show(f.target)})`
    console.log(
      `${f.name.padEnd(52)} ${show(f.median).padStart(12)} ${f.unit}  [${show(f.min)} … ${show(f.max)}]${target}`,
    )
  }
}
if (!Number.isFinite(sink)) process.exitCode = 1
