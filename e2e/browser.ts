/** A real Chromium for tests, the built page on a loopback server, and what a test needs to drive and measure it. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const CANDIDATES = [
  process.env.CAPLINE_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Where a Chromium is, or undefined: tests then say so and skip. */
export const CHROMIUM = CANDIDATES.find((path) => path !== undefined && existsSync(path))

if (!CHROMIUM) console.log('web viewer: no Chromium on this machine, its tests are skipped')

/** Without these a headless Chromium tries to reach its maker at every start. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function launch(): Promise<Browser> {
  if (!CHROMIUM) throw new Error('no Chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/** Builds the page when a source is newer; returns its folder. */
export async function builtPage(): Promise<string> {
  const tool = new URL('../tools/page.mjs', import.meta.url).href
  const { freshenPage } = (await import(tool)) as { readonly freshenPage: () => Promise<string> }
  return freshenPage()
}

/** Everything the page complained about: errors, policy violations, failed requests. */
export function watch(page: Page): string[] {
  const said: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(String(error)))
  return said
}

/** Waits until the answers on the page are those of its address: nothing is being worked out. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('.tile')
  await page.waitForFunction(() => document.querySelector('main')?.getAttribute('aria-busy') === 'false')
}
