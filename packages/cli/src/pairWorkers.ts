/**
 * Pricing pairs on all cores: each worker has the scenario, makes its own desk, and takes pieces of the list, which is in the
 * order of networks, as it gets done with them. A worker is this same bundle started again (`main.ts` exports `pairWorker`);
 * where there is one core, or the code is not bundled, or the scenario holds functions (measured kernels), one thread does
 * it all. The numbers do not depend on how the work is shared out; a test holds that.
 */
import { availableParallelism } from 'node:os'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import {
  type Desk,
  deskOf,
  memberOf,
  NOTHING,
  type PairJobs,
  parseSelection,
  pricePairs,
  SCORE_NAMES,
  type Scenario,
  techniqueById,
} from '@capline/core'
import { showProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

const MOST_WORKERS = 8
/** Below this many pairs starting workers takes longer than it saves. */
const FEW = 1500
/** Pairs of a piece: long enough to share networks, short enough that all end together. */
const PIECE = 400
/** Pairs between two words of progress. */
const WORD = 50

interface WorkerTask {
  readonly scenario: Scenario
  readonly fixed: string
  readonly limitTokens: number | undefined
  readonly ids: readonly string[]
  readonly pairs: Uint16Array
}

type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'done'; readonly from: number; readonly scores: Float64Array }

const canTravel = ({ rewrites, kernels }: Scenario) => kernels === undefined && (rewrites ?? []).length === 0

function alone(desk: Desk, jobs: PairJobs, step: () => void): Float64Array {
  return pricePairs(desk, jobs, 0, jobs.pairs.length / 2, step)
}

function together(desk: Desk, jobs: PairJobs, workers: number, step: () => void): Promise<Float64Array> {
  const count = jobs.pairs.length / 2
  const { scenario, fixed, effectiveTokens } = desk
  const ids = jobs.candidates.map(({ member }) => member.id)
  const fixedText = fixed.members.map(({ text }) => text).join(',')
  const task: WorkerTask = { scenario, fixed: fixedText, limitTokens: effectiveTokens, ids, pairs: jobs.pairs }
  let next = 0
  let done = 0
  const width = SCORE_NAMES.length
  const out = new Float64Array(count * width)
  const all: Worker[] = []
  const end = () => Promise.all(all.map((worker) => worker.terminate()))
  return new Promise((resolve, reject) => {
    const give = (worker: Worker) => {
      if (next >= count) return
      worker.postMessage({ from: next, to: Math.min(count, next + PIECE) })
      next += PIECE
    }
    const hear = (worker: Worker, message: FromWorker) => {
      if (message.kind === 'steps') for (let i = 0; i < message.steps; i++) step()
      else if (message.kind === 'ready') give(worker)
      else {
        out.set(message.scores, message.from * width)
        done += message.scores.length / width
        if (done === count) void end().then(() => resolve(out))
        else give(worker)
      }
    }
    for (let i = 0; i < workers; i++) {
      const code = 'import(require("node:worker_threads").workerData.url).then((own) => own.pairWorker())'
      const worker = new Worker(code, {
        eval: true,
        workerData: { url: import.meta.url, task },
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      })
      worker.on('message', (message: FromWorker) => hear(worker, message))
      worker.on('error', (error) => void end().then(() => reject(error)))
      all.push(worker)
    }
  })
}

export async function pricePairJobs(desk: Desk, jobs: PairJobs, terminal: Terminal): Promise<Float64Array> {
  const count = jobs.pairs.length / 2
  const progress = showProgress(terminal, count, 'pairs')
  const workers = Math.min(MOST_WORKERS, availableParallelism())
  const isBundled = import.meta.url.endsWith('.js')
  const isShared = isBundled && workers > 1 && count >= FEW && canTravel(desk.scenario)
  try {
    return isShared ? await together(desk, jobs, workers, progress.step) : alone(desk, jobs, progress.step)
  } finally {
    progress.end()
  }
}

/** What a worker does: makes its desk, then prices piece after piece. */
export function pairWorker(): void {
  const { task } = workerData as { readonly task: WorkerTask }
  const port = parentPort
  if (!port) throw new Error('not a worker')
  const fixed = task.fixed === '' ? { ok: true as const, value: NOTHING } : parseSelection(task.fixed)
  if (!fixed.ok) throw new Error(fixed.problem.reason)
  const limit = task.limitTokens === undefined ? {} : { limitTokens: task.limitTokens }
  const desk = deskOf(task.scenario, { fixed: fixed.value, ...limit })
  if (!desk.ok) throw new Error(desk.problem.reason)
  const candidates = task.ids.flatMap((id) => {
    const row = techniqueById(id)
    return row ? [{ member: memberOf(row) }] : []
  })
  const jobs = { candidates, pairs: task.pairs }
  port.on('message', ({ from, to }: { readonly from: number; readonly to: number }) => {
    let steps = 0
    const say = () => {
      if (steps > 0) port.postMessage({ kind: 'steps', steps })
      steps = 0
    }
    const scores = pricePairs(desk.value, jobs, from, to, () => {
      if (++steps === WORD) say()
    })
    say()
    port.postMessage({ kind: 'done', from, scores })
  })
  port.postMessage({ kind: 'ready' })
}
