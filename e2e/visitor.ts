/**
 * What every test file of the viewer shares: one Chromium and one server for the file, a window of its own for each visit
 * (closed after each test, or the windows of finished tests go on taking time from the next), and what axe finds.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { serveFolder, type Viewer } from '../packages/cli/src/serve/server.ts'
import { builtPage, launch, watch } from './browser.ts'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** How long a page must be unchanged to count as drawn: longer than it waits before it writes its address (150 ms). */
const QUIET_MS = 200

export interface Visit {
  readonly page: Page
  /** Everything the page complained about. */
  readonly said: string[]
  /** Every address answered, in order. */
  readonly loaded: string[]
}

export interface Visitor {
  /** The built page's folder. */
  readonly folder: () => string
  /** Where it is served. */
  readonly address: () => string
  /** A new person's window; without the offline worker unless a test is about it, so that loads are honest. */
  readonly visit: (options?: BrowserContextOptions) => Promise<Visit>
  /** The same, with the page for a question answered, or its problem shown. */
  readonly open: (query: string, options?: BrowserContextOptions) => Promise<Visit>
}

/** Sets up browser and server for the tests of the `describe` it is called in. */
export function visitor(): Visitor {
  let folder: string
  let browser: Browser
  let viewer: Viewer
  let contexts: BrowserContext[] = []

  beforeAll(async () => {
    folder = await builtPage()
    viewer = await serveFolder(folder, 0)
    browser = await launch()
  })

  afterEach(async () => {
    for (const context of contexts) await context.close()
    contexts = []
  })

  afterAll(async () => {
    await browser?.close()
    await viewer?.close()
  })

  async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({
      serviceWorkers: 'block',
      viewport: { width: 1440, height: 1000 },
      ...options,
    })
    contexts.push(context)
    // A busy machine is slow, not wrong; below the test's own limit, so that a failure says what it waited for.
    context.setDefaultTimeout(100_000)
    const page = await context.newPage()
    const loaded: string[] = []
    page.on('response', (response) => loaded.push(response.url()))
    return { page, said: watch(page), loaded }
  }

  async function open(query: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const visited = await visit(options)
    await visited.page.goto(viewer.address + query)
    await visited.page.waitForSelector('.tile, .problem')
    await visited.page.waitForFunction(() => document.querySelector('main')?.getAttribute('aria-busy') === 'false')
    return visited
  }

  return { folder: () => folder, address: () => viewer.address, visit, open }
}

/** Complaints that are the page's: the blocked offline worker is our doing. */
export function ours(said: readonly string[]): string[] {
  return said.filter((text) => !text.includes('Service Worker registration blocked'))
}

/** Waits until all of a page is there: nothing is busy, loading or moving, and neither page nor address still change. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(async (quietMs) => {
    const isBusy = () =>
      document.querySelector('.tile, .problem') === null ||
      document.querySelector('[aria-busy="true"], .loading') !== null ||
      document.getAnimations().some(({ playState }) => playState === 'running')
    if (isBusy()) return false
    const address = location.href
    let isChanged = false
    const observer = new MutationObserver(() => {
      isChanged = true
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
    await new Promise((resolve) => setTimeout(resolve, quietMs))
    observer.disconnect()
    return !isChanged && !isBusy() && location.href === address
  }, QUIET_MS)
}

/** What axe finds, as text: rule, and where. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${AXE}\n })()`)
  return page.evaluate(async () => {
    interface Found {
      readonly violations: readonly {
        readonly id: string
        readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
      }[]
    }
    const { axe } = globalThis as unknown as { readonly axe: { readonly run: () => Promise<Found> } }
    const found = await axe.run()
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 200) ?? ''}`),
    )
  })
}

/** What axe finds in light and then in dark, and by how much the page is too wide. Colours are style: the page is the same. */
export async function faults(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await drawn(page)
    for (const fault of await violations(page)) found.push(`in ${colorScheme}: ${fault}`)
  }
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (over > 0) found.push(`the page scrolls sideways, by ${over} pixels`)
  return found
}

/** Milliseconds from a turned knob to new numbers: the best quarter of fourteen turns, as other work only ever adds. */
export async function knobMs(page: Page): Promise<number> {
  const times = await page.evaluate(async () => {
    const slider = document.querySelector<HTMLInputElement>('input[aria-label="Sequences at once, slider"]')
    const value = () => document.querySelectorAll('.tile-value')[4]?.textContent
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    const out: number[] = []
    for (let step = 33; step < 47; step++) {
      await new Promise((resolve) => setTimeout(resolve, 120))
      const before = value()
      const shown = new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (value() === before) return
          observer.disconnect()
          resolve()
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      })
      const begun = performance.now()
      set?.call(slider, String(step))
      slider?.dispatchEvent(new Event('input', { bubbles: true }))
      await shown
      out.push(performance.now() - begun)
    }
    return out.sort((a, b) => a - b)
  })
  return times[Math.floor(times.length / 4)] as number
}
