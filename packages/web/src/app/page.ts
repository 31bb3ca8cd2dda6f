/**
 * The state of the page, all of it in the address: the question (core's link codec) and what is looked at. One store;
 * views read it with `usePage` and change it with `update`. Nothing of it is computed: numbers come from the worker.
 */
import {
  closest,
  type FieldName,
  type GraphPhase,
  linkQuery,
  type Problem,
  type QuestionLink,
  queryPairs,
  readLink,
  show,
} from '@capline/core'
import { useSyncExternalStore } from 'react'
import { axesOf, countOfAxes, namesAxes } from './layout.ts'
import { MOST_PINS, MOST_WITH, type Pin, packPin, unpackPin, withPin } from './pins.ts'

export const VIEWS = ['network', 'roofline', 'curves', 'table', 'compare', 'techniques', 'figures', 'fidelity'] as const
export type View = (typeof VIEWS)[number]

export const PHASES: readonly GraphPhase[] = ['prefill', 'decode', 'request']

export interface OpenOperator {
  readonly group: number
  readonly name: string
}

export interface Page {
  readonly link: QuestionLink
  readonly view: View
  readonly phase: GraphPhase
  readonly operator?: OpenOperator
  readonly pins: readonly Pin[]
  /** Pin drawn over the roofline, by its place in `pins`. */
  readonly overlay?: number
  readonly over: FieldName
  readonly quantity: string
  /** Techniques turned on, as the command line's `--with` writes them. */
  readonly with?: string
  /** Thresholds for C, A and P: `keepAccuracy=0.99,maxTpot=20ms`. */
  readonly levels?: string
  /** The technique whose page is open; absent: the ranked list. */
  readonly technique?: string
  /** What the list is ranked for. */
  readonly goal?: string
  /** The figure or table that is open. */
  readonly figure?: string
  /** What could not be read of the link that opened the page. */
  readonly problems: readonly Problem[]
}

const OWN_KEYS = ['view', 'phase', 'op', 'pin', 'ab', 'over', 'y', 'with', 'levels', 'technique', 'goal', 'figure']
/** Plain texts of the page: key in the address, longest. Who shows them says what is wrong with them. */
const TEXTS = { with: MOST_WITH, levels: 300, technique: 120, goal: 20, figure: 40 } as const

export const FIRST_LINK: QuestionLink = {
  model: 'llama-3.1-8b',
  accelerator: 'h100-sxm',
  count: 1,
  question: { batch: 16, prompt: 8192, output: 512 },
  hardware: {},
}
const BLANK: QuestionLink = { ...FIRST_LINK, question: {} }

const FRESH: Omit<Page, 'link'> = {
  view: 'network',
  phase: 'decode',
  pins: [],
  over: 'batch',
  quantity: 'throughput',
  problems: [],
}

type Own = { -readonly [K in keyof Page]?: Page[K] }

function readOwn(pairs: readonly (readonly [string, string])[]): {
  readonly own: Own
  readonly problems: readonly Problem[]
} {
  const own: Own = {}
  const pins: Pin[] = []
  const problems: Problem[] = []
  const choose = <T extends string>(key: string, value: string, among: readonly T[]): T | undefined => {
    const found = among.find((one) => one === value)
    if (found) return found
    const near = closest(value, among, 1)[0]
    problems.push({
      path: `link: ${key}`,
      reason: `${show(value)} is not known`,
      remedy: near ? `Did you mean ${near}?` : `Choose one of ${among.join(', ')}`,
    })
    return undefined
  }
  for (const [key, value] of pairs) {
    if (key === 'view') own.view = choose(key, value, VIEWS) ?? FRESH.view
    else if (key === 'phase') own.phase = choose(key, value, PHASES) ?? FRESH.phase
    else if (key === 'over') own.over = value as FieldName
    else if (key === 'y') own.quantity = value.slice(0, 40)
    else if (Object.hasOwn(TEXTS, key))
      own[key as keyof typeof TEXTS] = value.slice(0, TEXTS[key as keyof typeof TEXTS])
    else if (key === 'ab') own.overlay = Number.parseInt(value, 10) || 0
    else if (key === 'op') {
      const match = /^(\d{1,3})\.([\w.-]{1,60})$/.exec(value)
      if (match) own.operator = { group: Number(match[1]), name: match[2] as string }
    } else if (key === 'pin' && pins.length < MOST_PINS) {
      const read = unpackPin(value, BLANK)
      pins.push({ ...read.pin, link: withNamedCount(read.pin.link) })
      problems.push(...read.problems)
    }
  }
  return { own: { ...own, pins }, problems }
}

/** A link may name axes alone: their product is the count. */
function withNamedCount(link: QuestionLink): QuestionLink {
  return link.count === 1 && namesAxes(link) ? { ...link, count: countOfAxes(axesOf(link)) } : link
}

export function readPage(query: string): Page {
  const pairs = queryPairs(query)
  const base = pairs.some(([key]) => !OWN_KEYS.includes(key)) ? BLANK : FIRST_LINK
  const { link, problems } = readLink(query, base, OWN_KEYS)
  const { own, problems: more } = readOwn(pairs)
  return { ...FRESH, link: withNamedCount(link), ...own, problems: [...problems, ...more] }
}

export function pageQuery(page: Page): string {
  const rest: [string, string][] = []
  if (page.view !== FRESH.view) rest.push(['view', page.view])
  if (page.phase !== FRESH.phase) rest.push(['phase', page.phase])
  if (page.operator) rest.push(['op', `${page.operator.group}.${page.operator.name}`])
  if (page.over !== FRESH.over) rest.push(['over', page.over])
  if (page.quantity !== FRESH.quantity) rest.push(['y', page.quantity])
  if (page.overlay !== undefined) rest.push(['ab', String(page.overlay)])
  for (const key of Object.keys(TEXTS) as (keyof typeof TEXTS)[]) {
    const text = page[key]
    if (text) rest.push([key, text])
  }
  for (const pin of page.pins) rest.push(['pin', packPin(pin)])
  return linkQuery(page.link, rest)
}

let page = readPage(location.search)
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Browsers limit how often the address may change: a dragged slider writes it when it rests. */
const WRITE_AFTER_MS = 150

function writeAddress(): void {
  timer = undefined
  history.replaceState(null, '', `?${pageQuery(page)}${location.hash}`)
}

function tell(): void {
  for (const listener of listeners) listener()
}

/** `isStep`: a change that Back should undo (another model, another view). */
export function update(change: Partial<Page>, isStep = false): void {
  if (isStep) {
    clearTimeout(timer)
    writeAddress()
    page = { ...page, ...change }
    history.pushState(null, '', `?${pageQuery(page)}${location.hash}`)
  } else {
    page = { ...page, ...change }
    timer ??= setTimeout(writeAddress, WRITE_AFTER_MS)
  }
  tell()
}

export function ask(change: Partial<QuestionLink>, isStep = false): void {
  update({ link: { ...page.link, ...change } }, isStep)
}

export function setField(name: FieldName, value: number | string | undefined): void {
  const { [name]: _, ...rest } = page.link.question
  ask({ question: value === undefined ? rest : { ...rest, [name]: value } })
}

export const currentPage = (): Page => page

/** The scenario that is asked now, as a pin keeps it. */
export const pinOf = (one: Page): Pin => ({ link: one.link, with: one.with ?? '' })

export function pinThis(): void {
  update({ pins: withPin(page.pins, pinOf(page)) })
}

/** A pinned scenario is asked again as it was, without the techniques of now. */
export function openPin(pin: Pin): void {
  update({ ...pin }, true)
}

/** The pin laid over the roofline stays the same one, or goes with it. */
export function unpin(at: number): void {
  const { overlay, pins } = page
  const kept = overlay === undefined || overlay < at ? overlay : overlay === at ? undefined : overlay - 1
  update({ pins: pins.filter((_, i) => i !== at), overlay: kept as never })
}

export function startPage(): void {
  addEventListener('popstate', () => {
    page = readPage(location.search)
    tell()
  })
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function usePage(): Page {
  return useSyncExternalStore(subscribe, currentPage)
}

/** One part of the state: who uses it is drawn again only when that part changes. */
export function usePart<T>(part: (page: Page) => T): T {
  return useSyncExternalStore(subscribe, () => part(page))
}
