/**
 * The page's side of the worker: requests are numbered, replies find their asker, and `useAsk` keeps at most one request
 * of each view under way, so that a slider dragged fast asks for where it is and not for where it was. Techniques and
 * figures have a worker of their own, the same code, started when first asked: a ranking never keeps the answers waiting.
 */
import type { Problem, Result } from '@capline/core'
import { useEffect, useRef, useState } from 'react'
import type { Kind, Progress, Reply, Requests } from '../worker/protocol.ts'
import { TECHNIQUE_KINDS } from '../worker/techniques/protocol.ts'

interface Waiting {
  readonly resolve: (result: Result<unknown>) => void
  readonly tell: ((done: number) => void) | undefined
}

const waiting = new Map<number, Waiting>()
let seq = 0

function hear({ data }: MessageEvent<Reply | Progress>): void {
  const asked = waiting.get(data.seq)
  if ('done' in data) {
    asked?.tell?.(data.done)
    return
  }
  waiting.delete(data.seq)
  asked?.resolve(data.result)
}

function start(name: string): Worker {
  const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name })
  worker.addEventListener('message', hear)
  worker.addEventListener('error', (event) => {
    const problem: Problem = {
      path: 'Capline',
      reason: `its worker does not run (${event.message || 'unknown reason'})`,
      remedy: 'Reload the page',
    }
    for (const { resolve } of waiting.values()) resolve({ ok: false, problem })
    waiting.clear()
  })
  return worker
}

const worker = start('capline core')
let second: Worker | undefined
/** Models brought as files: the second worker reads them too. */
const loads: Requests['load']['ask'][] = []

function techniqueWorker(): Worker {
  if (second) return second
  second = start('capline techniques')
  for (const load of loads) second.postMessage({ seq: 0, kind: 'load', ask: load })
  return second
}

/** `tell` hears the share that is done, of answers that take long. */
export function ask<K extends Kind>(
  kind: K,
  payload: Requests[K]['ask'],
  tell?: (done: number) => void,
): Promise<Result<Requests[K]['answer']>> {
  seq++
  const own = seq
  const to = TECHNIQUE_KINDS.some((one) => one === kind) ? techniqueWorker() : worker
  if (kind === 'load') {
    loads.push(payload as Requests['load']['ask'])
    second?.postMessage({ seq: 0, kind, ask: payload })
  }
  return new Promise((resolve) => {
    waiting.set(own, { resolve: resolve as (result: Result<unknown>) => void, tell })
    to.postMessage({ seq: own, kind, ask: payload })
  })
}

export interface Asked<T> {
  /** The last good answer; stays while a newer question has a problem. */
  readonly value?: T
  /** What is wrong with the latest question. */
  readonly problem?: Problem
  readonly isPending: boolean
  /** Share that is done of an answer that takes long. */
  readonly done?: number
}

/** Asks whenever the payload changes; `undefined` asks nothing. Replies older than the one shown are dropped. */
export function useAsk<K extends Kind>(kind: K, payload: Requests[K]['ask'] | undefined): Asked<Requests[K]['answer']> {
  const [state, setState] = useState<Asked<Requests[K]['answer']>>({ isPending: true })
  const key = payload === undefined ? undefined : JSON.stringify(payload)
  const line = useRef<{
    isBusy: boolean
    wanted: string | undefined
    payload: Requests[K]['ask'] | undefined
    isGone: boolean
  }>({
    isBusy: false,
    wanted: undefined,
    payload: undefined,
    isGone: false,
  })
  useEffect(() => {
    const own = line.current
    own.isGone = false
    return () => {
      own.isGone = true
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the payload
  useEffect(() => {
    const own = line.current
    own.wanted = key
    own.payload = payload
    if (key === undefined) return
    setState((before) => (before.isPending ? before : { ...before, isPending: true }))
    const send = async () => {
      own.isBusy = true
      const sent = own.wanted
      const tell = (done: number) => {
        if (!own.isGone) setState((before) => ({ ...before, done }))
      }
      const result = await ask(kind, own.payload as Requests[K]['ask'], tell)
      own.isBusy = false
      if (own.isGone || own.wanted === undefined) return
      const isPending = own.wanted !== sent
      if (result.ok) setState({ value: result.value, isPending })
      else setState((before) => ({ ...before, problem: result.problem, isPending }))
      if (isPending) void send()
    }
    if (!own.isBusy) void send()
  }, [kind, key])
  return state
}
