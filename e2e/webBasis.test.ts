/**
 * The viewer's basis, engine and layout in a real Chromium: every knob in the address and back from it, problems at their
 * fields, intervals and badges beside numbers, the layouts to choose from, collectives, the fidelity page.
 */
import { findAccelerator, findModel, gainOf, gainText, rankLayouts, scenarioOf } from '@capline/core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { CHROMIUM, settled } from './browser.ts'
import { expectPace } from './pace.ts'
import { faults, knobMs, ours, visitor } from './visitor.ts'

const LOAD = 'batch=16&prompt=4k&output=256&v=1'
const ONE = `?model=llama-3.1-8b&on=h100-sxm&${LOAD}`
const EIGHT = `?model=llama-3.1-70b&on=h100-sxm&count=8&basis=calibrated&engine=vllm&${LOAD}`

describe.skipIf(!CHROMIUM)('basis and layout in the viewer', () => {
  const { address, open, visit } = visitor()
  const inAddress = (page: Page, text: string) => page.waitForFunction((part) => location.search.includes(part), text)
  const badge = (page: Page) => page.locator('.answers .basis-badge')
  const ranges = (page: Page) => page.locator('.tile-range').count()

  it('switches from floor to estimate, engine and all, and keeps it over a reload', async () => {
    const { page, said } = await open(ONE)
    expect(await badge(page).textContent()).toContain('roofline: a floor')
    expect(await ranges(page)).toBe(0)
    expect(await page.getByLabel('Engine', { exact: true }).isDisabled()).toBe(true)
    await page.getByLabel('Calibrated', { exact: true }).check({ force: true })
    await inAddress(page, 'basis=calibrated')
    await expect.poll(() => ranges(page)).toBe(6)
    await page.getByLabel('Engine', { exact: true }).selectOption('sglang')
    await inAddress(page, 'engine=sglang')
    await page.reload()
    await settled(page)
    expect(await badge(page).textContent()).toContain('calibrated, SGLang, 80 % interval')
    await badge(page).click()
    await page.getByRole('dialog').getByText('each further token').waitFor()
    await page.keyboard.press('Escape')
    await page.getByLabel('Roofline', { exact: true }).check({ force: true })
    await page.waitForFunction(() => !location.search.includes('basis='))
    await expect.poll(() => ranges(page)).toBe(0)
    expect(ours(said)).toEqual([])
  })

  it('shows the badge on every view with numbers, and intervals on table, nodes and curves', async () => {
    const { page } = await open(EIGHT)
    for (const view of ['Network', 'Roofline', 'Curves', 'Table']) {
      await page.getByRole('tab', { name: view }).click()
      await page.locator('.views .basis-badge').waitFor()
    }
    await page.getByRole('columnheader', { name: '80 % interval' }).waitFor()
    expect(await page.locator('tr', { hasText: 'attn_norm' }).textContent()).toContain('extrapolated')
    await page.getByRole('tab', { name: 'Curves' }).click()
    await page.locator('.plot .band').waitFor()
    await page.getByRole('tab', { name: 'Network' }).click()
    const node = page.locator('[data-node="fused_attention"]').first()
    expect(await node.getAttribute('aria-label')).toMatch(/80 % interval .* to /)
    expect(await node.locator('title').textContent()).toContain('80 % interval')
  })

  it('has them in the layout table, the network, what would help, techniques and the ranked list', async () => {
    const { page } = await open(`${EIGHT}&with=w4&view=techniques`)
    const of = (selector: string) => page.locator(selector).allTextContents()
    await page.locator('.effect-table .range').first().waitFor()
    // Baseline and with it: first token, further tokens, the whole, rate, price, energy.
    expect((await of('.effect-table .range')).length).toBe(12)
    await page.locator('.rank-list .range').first().waitFor()
    expect((await of('.rank-list .range')).length).toBe(await page.locator('.rank-row').count())
    await page.locator('.layouts .range').first().waitFor()
    expect((await of('.layouts .range')).length).toBe(4 * (await page.locator('.layouts tbody tr').count()))
    for (const remedy of await of('.why li li')) expect(remedy.match(/\([^()]*–[^()]*\)/g)?.length, remedy).toBe(2)
    await page.getByRole('tab', { name: 'Network' }).click()
    await page.locator('.strip-total .range').waitFor()
    const nodes = page.locator('[data-node]')
    for (const node of await nodes.all())
      expect(await node.locator('.range').textContent()).toMatch(/^\d\S*( [nµm]?s)?–\d/)
  })

  it('opens an operator of fused experts: its share of their kernel, with a floor and a place in the roofline', async () => {
    const { page, said } = await open(`?model=gpt-oss-120b&on=b200&basis=calibrated&${LOAD}`)
    await page.locator('[data-node="expert_down_proj"]').first().click()
    const panel = page.locator('.operator')
    await panel.getByText('its share, by floors, of the kernel of fused experts').first().waitFor()
    await page.goto(page.url().replace('v=1', 'view=roofline&v=1'))
    await settled(page)
    await page.locator('.plot').first().waitFor()
    expect(ours(said)).toEqual([])
  })

  it('keeps the page when a view cannot be drawn, and says so in its place', async () => {
    const { page } = await open(ONE)
    await page.route('**/CurvesView-*.js', (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: 'export default () => { throw new Error("no such axis") }',
      }),
    )
    await page.getByRole('tab', { name: 'Curves' }).click()
    const note = page.getByRole('alert').filter({ hasText: 'This view could not be drawn' })
    await note.waitFor()
    expect(await note.textContent()).toContain('no such axis')
    expect(await page.locator('.tile').count()).toBeGreaterThan(0)
    await page.getByRole('tab', { name: 'Table' }).click()
    await page.locator('table').first().waitFor()
    expect(await note.count()).toBe(0)
  })

  it('lists the layouts as the core ranks them, takes another at a click, and the best again', async () => {
    const { page, said } = await open(EIGHT)
    const model = findModel('llama-3.1-70b')?.spec
    const accelerator = findAccelerator('h100-sxm')
    if (!model || !accelerator) throw new Error('the catalogue lacks a row')
    const question = { basis: 'calibrated', engine: 'vllm', batch: 16, prompt: 4096, output: 256 }
    const scenario = scenarioOf(question, model, accelerator, 8)
    if (!scenario.ok) throw new Error(scenario.problem.reason)
    const panel = page.getByRole('region', { name: 'Layout', exact: true })
    await panel.waitFor()
    const names = await panel.locator('tbody th').allTextContents()
    expect(names.length).toBe(rankLayouts(scenario.value, 8).length)
    expect(names[0]).toMatch(/TP 8.*chosen/)
    const gain = scenario.value.layout && gainOf(scenario.value, scenario.value.layout)
    expect(await panel.locator('.gain').textContent()).toBe(gain && gainText(gain))
    await panel.getByRole('button', { name: 'TP 4 × DP 2' }).click()
    await inAddress(page, 'tp=4&dp=2')
    expect(page.url()).toContain('count=8')
    await panel.getByText('You chose the layout').waitFor()
    expect(await page.locator('.answers .muted').first().textContent()).toContain('TP 4 × DP 2')
    await page.reload()
    await settled(page)
    expect(await page.getByLabel('Tensor', { exact: true }).inputValue()).toBe('4')
    await panel.getByRole('button', { name: 'Take the best again' }).click()
    await page.waitForFunction(() => !location.search.includes('tp='))
    await panel.getByText('the fastest that fits is taken').waitFor()
    expect(ours(said)).toEqual([])
  })

  it('says with its number when more accelerators do not help', async () => {
    const { page } = await open(`?model=llama-3.1-8b&on=rtx-4090&count=8&layout=tensor&basis=calibrated&${LOAD}`)
    await page.getByText(/4 more accelerators do not help here: 8 give 0\.\d+ × the tokens per second/).waitFor()
    expect(await page.locator('.why').textContent()).toContain('link-bound')
  })

  it('numbers every axis, node and network, with the count following, all in the address', async () => {
    const { page } = await open(`?model=deepseek-v3&on=h200-sxm&count=8&${LOAD}`)
    await page.getByText('Axes by number').click()
    const count = page.getByLabel('Count', { exact: true })
    const set = async (label: string, text: string, key: string, accelerators: string) => {
      await page.getByLabel(label, { exact: true }).fill(text)
      await inAddress(page, key)
      await expect.poll(() => count.inputValue()).toBe(accelerators)
    }
    await set('Tensor', '2', 'tp=2', '2')
    await set('Attention-data', '4', 'attention-dp=4', '8')
    await set('Expert', '8', 'ep=8', '8')
    await set('Pipeline', '2', 'pp=2', '16')
    await set('Data', '2', 'dp=2', '32')
    await set('Nodes', '4', 'nodes=4', '32')
    await set('Network between nodes', '400Gb/s', 'network=400Gb/s', '32')
    await settled(page)
    expect(await page.locator('h1').textContent()).toContain('32 × NVIDIA H200')
    expect(await page.locator('.problem').count()).toBe(0)
    await page.getByLabel('Context', { exact: true }).fill('2')
    await inAddress(page, 'cp=2')
    await count.fill('8')
    await page.waitForFunction(() => !location.search.includes('tp=') && location.search.includes('count=8'))
  })

  it.each([
    ['heads that cannot be shared', '&tp=3', 'Tensor', '3 accelerators cannot share the 32 heads'],
    ['a count beside other axes', '&count=8&tp=4', 'Count', '8 accelerators, but TP 4 makes 4'],
    ['experts of a dense model', '&count=8&layout=expert', 'Shared by', 'has no experts to spread'],
    ['experts numbered', '&ep=2', 'Expert', 'has no experts to spread'],
    ['no such network', '&count=8&network=pigeons', 'Network between nodes', 'pigeons'],
  ])('says at the field what is wrong: %s', async (_, query, label, words) => {
    const { page, said } = await open(ONE.replace('&v=1', `${query}&v=1`))
    const field = page.getByLabel(label, { exact: true })
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    const described = await field.getAttribute('aria-describedby')
    expect(await page.locator(`[id="${described}"]`).textContent()).toContain(words)
    expect(await page.getByRole('alert').first().textContent()).toContain(words)
    expect(ours(said)).toEqual([])
  })

  it('keeps the last answer while a combination is wrong, and goes on when it is mended', async () => {
    const { page } = await open(ONE)
    const before = await page.locator('.tiles').textContent()
    await page.getByText('Axes by number').click()
    await page.getByLabel('Tensor', { exact: true }).fill('3')
    await page.getByRole('alert').first().waitFor()
    expect(await page.locator('.tiles').textContent()).toBe(before)
    await page.getByLabel('Tensor', { exact: true }).fill('2')
    await expect.poll(() => page.locator('h1').textContent()).toContain('2 ×')
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('draws collectives, opens one with its message, link and algorithm, and shows their memory', async () => {
    const { page } = await open(EIGHT)
    await page.locator('.node.link.collective').first().waitFor()
    expect(await page.locator('.key').textContent()).toContain('link-bound')
    await page.locator('[data-node="attn_all_reduce"]').click()
    const panel = page.getByRole('complementary', { name: 'Operator' })
    await panel.getByText('all-reduce of 8 ranks').waitFor()
    for (const word of ['Message', 'Leaves one rank', 'NVLink', 'Algorithm', 'message · 2 · (n − 1) / n', '80 %'])
      expect(await panel.textContent()).toContain(word)
    await page.keyboard.press('Escape')
    const memory = page.getByRole('region', { name: 'Memory' })
    await memory.getByRole('button', { name: /communication \d+ MiB/ }).click()
    await page.getByRole('dialog').getByText('Communication buffers').waitFor()
    expect(await memory.locator('.segment.communication').count()).toBe(1)
  })

  it('fetches the fidelity page only when it is opened', async () => {
    const { page, said } = await visit()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(address() + ONE)
    await settled(page)
    await page.waitForSelector('[data-node]')
    expect(asked.filter((url) => /fidelity/i.test(url))).toEqual([])
    await page.getByRole('tab', { name: 'Fidelity' }).click()
    const kernels = page.getByRole('region', { name: 'Kernels', exact: true })
    await kernels.getByRole('rowheader', { name: 'Matrix product' }).waitFor()
    expect(asked.some((url) => /fidelity/i.test(url))).toBe(true)
    await inAddress(page, 'view=fidelity')
    const parts = page.getByRole('region', { name: 'In parts' })
    await parts.getByLabel('of', { exact: true }).selectOption('gemm')
    await expect.poll(() => parts.locator('tbody tr').count()).toBeGreaterThan(3)
    expect(await parts.locator('tr.yours').textContent()).toMatch(/h100.sxm/)
    expect(ours(said)).toEqual([])
  })

  it('shows new numbers within 50 ms of a turned knob, with eight accelerators laid out anew', async () => {
    const { page } = await open(EIGHT)
    await page.getByRole('region', { name: 'Layout', exact: true }).waitFor()
    expectPace('web viewer, a knob with 8 accelerators', await knobMs(page), 50)
  })

  it.each([
    ['layouts and collectives', EIGHT, '.node.link.collective', 1440],
    ['a collective on a phone', `${EIGHT}&op=1.attn_all_reduce`, 'role=complementary[name="Operator"]', 390],
    ['the table', `${EIGHT}&view=table`, '.views tbody th', 1440],
    ['a band', `${EIGHT}&view=curves`, '.plot .band', 1440],
    ['intervals of choices', `${EIGHT}&view=curves&over=basis&y=tpot`, '.plot .mark', 1440],
    ['fidelity', `${ONE}&view=fidelity`, 'role=rowheader[name="Matrix product"]', 1440],
    ['fidelity on a phone', `${ONE}&view=fidelity`, 'role=rowheader[name="Matrix product"]', 390],
    ['axes in trouble', `${ONE}&tp=3`, '[aria-invalid="true"]', 390],
  ])('axe finds nothing wrong with %s, in light and in dark', async (_, query, there, width) => {
    const { page } = await open(query, { viewport: { width, height: 900 } })
    await page.waitForSelector(there, { state: 'attached' })
    expect(await faults(page)).toEqual([])
  })
})
