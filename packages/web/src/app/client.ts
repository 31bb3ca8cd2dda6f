/**
 * The page's side of the worker: requests are numbered, replies find their asker, and `useAsk` keeps at most one request
 * of each view under way, so that a slider dragged fast asks for where it is and not for where it was.
 */
import type { Problem, Result } from '@capline/core'
import { useEffect, useRef, useState } from 'react'
import type { Kind, Reply, Requests } from '../worker/protocol.ts'

const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'capline core' })
const waiting = new Map<number, (result: Result<unknown>) => void>()
let seq = 0

worker.addEventListener('message', (event: MessageEvent<Reply>) => {
  const resolve = waiting.get(event.data.seq)
  waiting.delete(event.data.seq)
  resolve?.(event.data.result)
})
worker.addEventListener('error', (event) => {
  const problem: Problem = {
    path: 'Capline',
    reason: `its worker does not run (${event.message || 'unknown reason'})`,
    remedy: 'Reload the page',
  }
  for (const resolve of waiting.values()) resolve({ ok: false, problem })
  waiting.clear()
})

export function ask<K extends Kind>(kind: K, payload: Requests[K]['ask']): Promise<Result<Requests[K]['answer']>> {
  seq++
  const own = seq
  return new Promise((resolve) => {
    waiting.set(own, resolve as (result: Result<unknown>) => void)
    worker.postMessage({ seq: own, kind, ask: payload })
  })
}

export interface Asked<T> {
  /** The last good answer; stays while a newer question has a problem. */
  readonly value?: T
  /** What is wrong with the latest question. */
  readonly problem?: Problem
  readonly isPending: boolean
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
      const result = await ask(kind, own.payload as Requests[K]['ask'])
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
