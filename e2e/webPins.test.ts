/**
 * Pinned scenarios with techniques, what others measured beside what is predicted, and what the fidelity page leaves out, in
 * the web viewer: kept in the address, over a reload, and reopened as they were.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  deskOf,
  findAccelerator,
  findModel,
  formatSeconds,
  measuredSpeedsOf,
  parseSelection,
  type Question,
  type Result,
  readEvidence,
  scenarioOf,
  sourcesText,
  speedText,
} from '@capline/core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveFolder, type Viewer } from '../packages/cli/src/serve/server.ts'
import { readFidelity, skipReasons } from '../packages/web/src/fidelity/file.ts'
import { builtPage, CHROMIUM, launch, settled, watch } from './browser.ts'

const CHAT = '?model=llama-3.1-8b&on=h100-sxm&batch=16&prompt=8k&output=512&v=1'
const QUESTION: Question = { batch: 16, prompt: 8192, output: 512 }

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

const file = (path: string) => readFileSync(new URL(`../packages/core/data/${path}`, import.meta.url), 'utf8')

/** The same asked of the core. */
function asked(text: string) {
  const model = findModel('llama-3.1-8b')?.spec
  const accelerator = findAccelerator('h100-sxm')
  if (!model || !accelerator) throw new Error('catalogue')
  const { records } = unwrap(readEvidence(file('evidence/evidence.tsv')))
  const selection = unwrap(parseSelection(text))
  const desk = unwrap(deskOf(unwrap(scenarioOf(QUESTION, model, accelerator)), { records }))
  return { values: unwrap(desk.evaluate(selection)).performance.values, speeds: measuredSpeedsOf(records, selection) }
}

describe.skipIf(!CHROMIUM)('pinned scenarios in the web viewer', () => {
  let browser: Browser
  let viewer: Viewer
  const contexts: BrowserContext[] = []

  beforeAll(async () => {
    viewer = await serveFolder(await builtPage(), 0)
    browser = await launch()
  })

  afterAll(async () => {
    for (const context of contexts) await context.close()
    await browser?.close()
    await viewer?.close()
  })

  async function open(query: string) {
    const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1440, height: 1000 } })
    contexts.push(context)
    const page = await context.newPage()
    const said = watch(page)
    await page.goto(viewer.address + query)
    await settled(page)
    return { page, said: () => said.filter((text) => !text.includes('Service Worker registration blocked')) }
  }

  const cell = (page: Page, row: string, column: number) =>
    page
      .locator('.compare tbody tr', { has: page.getByRole('rowheader', { name: row, exact: true }) })
      .locator('td')
      .nth(column)

  it('keep techniques, basis and layout: in the label, in the numbers, in the address, over a reload', async () => {
    const { page, said } = await open(`${CHAT}&with=h2o:budget=0.2,w4&view=compare`)
    await page.getByRole('button', { name: 'Pin', exact: true }).click()
    await page.waitForFunction(() => /[?&]pin=[^&]*~with:h2o:budget=0\.2,w4(&|$)/.test(location.search))
    // Then another basis, layout and set: the pin stays what it was.
    const pin = new URL(page.url()).searchParams.get('pin') ?? ''
    const tp = `model:llama-3.1-8b~on:h100-sxm~count:2~batch:16~prompt:8k~output:512~tp:2~basis:calibrated~with:w8`
    const query = `${CHAT}&view=compare&pin=${encodeURIComponent(pin)}&pin=${encodeURIComponent(tp)}`
    await page.goto(viewer.address + query)
    const told = formatSeconds(asked('h2o:budget=0.2,w4').values.tpotS ?? 0)
    for (const again of [false, true]) {
      if (again) await page.reload()
      await page.locator('.compare table').waitFor()
      const labels = await page.locator('.compare .column-detail').allTextContents()
      expect(labels).toEqual(['roofline · with h2o:budget=0.2, w4', 'calibrated · TP 2 · with w8', 'roofline'])
      expect(await cell(page, 'Time per output token', 0).locator('.cell-value').textContent()).toBe(told)
      expect(await cell(page, 'Techniques', 2).locator('.cell-value').textContent()).toBe('none')
    }
    await page.getByRole('button', { name: /^Open .*with w8$/ }).click()
    await page.waitForFunction(() => new URLSearchParams(location.search).get('with') === 'w8')
    const now = new URL(page.url()).searchParams
    expect([now.get('tp'), now.get('basis'), now.get('count'), now.getAll('pin').length]).toEqual([
      '2',
      'calibrated',
      '2',
      2,
    ])
    await page.waitForSelector('.effect-table')
    await page.goBack()
    await page.locator('.effect').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Unpin .*with w8$/ }).click()
    await page.waitForFunction(() => new URLSearchParams(location.search).getAll('pin').length === 1)
    expect(said()).toEqual([])
  })

  it('whose techniques cannot be read say which, and can be taken away', async () => {
    const { page } = await open(`${CHAT}&view=compare&pin=model:llama-3.1-8b~on:h100-sxm~with:hh2o`)
    await page.locator('.compare .problem').waitFor()
    expect(await page.locator('.compare .problem').textContent()).toMatch(/^A.*Did you mean h2o/)
    await page.getByRole('button', { name: /^Unpin .*with hh2o$/ }).click()
    await page.getByText('Nothing is pinned yet').waitFor()
  })

  it('show what others measured beside what is predicted, and where nobody measured', async () => {
    const pin = 'pin=model:llama-3.1-8b~on:h100-sxm~batch:16~prompt:8k~output:512~with:eagle'
    const { page, said } = await open(`${CHAT}&view=compare&with=w4&${pin}`)
    await page.locator('.compare table').waitFor()
    const { speeds, values } = asked('eagle')
    const [eagle] = speeds
    if (!eagle) throw new Error('eagle')
    const shown = await cell(page, 'eagle', 0).textContent()
    expect(shown).toContain(speedText(eagle))
    expect(shown).toContain(sourcesText(eagle))
    expect(await cell(page, 'w4', 1).textContent()).toBe('no evidence')
    // The prediction is the model's own.
    const predicted = cell(page, 'Time per output token', 0).locator('.cell-value')
    expect(await predicted.textContent()).toBe(formatSeconds(values.tpotS ?? 0))
    await page.goto(`${viewer.address}${CHAT}&with=eagle,w4`)
    const summary = page.locator('.effect summary', { hasText: 'Speed-up others measured' })
    await summary.click()
    expect(await summary.textContent()).toContain(`eagle ${speedText(eagle)}; w4 no evidence`)
    expect(await page.locator('.speed-lines a').first().getAttribute('href')).toMatch(/^https:/)
    expect(said()).toEqual([])
  })

  it('leave axe nothing to say, on a telephone too', async () => {
    const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const pin = 'pin=model:llama-3.1-8b~on:h100-sxm~batch:16~prompt:8k~output:512~with:eagle'
    for (const [query, wait, colorScheme] of [
      [`${CHAT}&view=compare&with=w4&${pin}`, '.compare table', 'light'],
      [`${CHAT}&view=fidelity`, '.skips', 'dark'],
    ] as const) {
      const viewport = { width: 390, height: 844 }
      const context = await browser.newContext({ serviceWorkers: 'block', viewport, colorScheme, bypassCSP: true })
      contexts.push(context)
      const page = await context.newPage()
      await page.goto(viewer.address + query)
      await page.waitForSelector(wait)
      expect([query, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([query, 0])
      await page.addScriptTag({ content: source })
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          readonly axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        }
        const { violations } = await axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)
      })
      expect([query, ...found]).toEqual([query])
    }
  })

  it('fidelity says how many rows it does not predict, and why', async () => {
    const { page, said } = await open(`${CHAT}&view=fidelity`)
    await page.locator('.skips').waitFor()
    const fidelity = readFidelity(JSON.parse(file('fidelity.json')))
    const reasons = skipReasons(fidelity?.skips ?? [])
    expect(await page.locator('.skips tbody th').allTextContents()).toEqual(reasons.map(({ reason }) => reason))
    expect(reasons.length).toBeGreaterThan(0)
    const served = page.getByRole('region', { name: 'Served requests: errors' })
    expect(await served.locator('thead').textContent()).toContain('not predicted')
    const tpot = fidelity?.rows.find(({ what, by }) => what === 'tpot' && by === 'all')
    const row = served.locator('tr', { has: page.getByText('Time per output token', { exact: true }) })
    expect(await row.locator('td').nth(1).textContent()).toBe(String(tpot?.skipped))
    expect(said()).toEqual([])
  })
})
