/**
 * The web viewer in a real Chromium, from the built page on loopback: what a person does with it, what it promises in
 * time and size, that nothing is amiss for axe, and that its numbers are the core's.
 */
import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import {
  analysisJson,
  analyze,
  findAccelerator,
  findModel,
  linkQuery,
  type Question,
  type QuestionLink,
  requestFacts,
  scenarioOf,
} from '@capline/core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { serveFolder } from '../packages/cli/src/serve/server.ts'
import { LLAMA_31_8B, llamaQ4KM, writeGguf } from '../packages/core/src/importers/gguf/gguf.testkit.ts'
import { CHROMIUM, settled } from './browser.ts'
import { expectPace } from './pace.ts'
import { drawn, faults, knobMs, ours, violations, visitor } from './visitor.ts'

const CHAT = '?model=llama-3.1-8b&on=h100-sxm&batch=16&prompt=8k&output=512&v=1'
const HYBRID = '?model=qwen3-next-80b&on=b200&batch=16&prompt=64k&output=512&v=1'

interface ScenarioFile {
  readonly model: string
  readonly accelerator: string
  readonly question: Question
}

function scenarioFiles(): (readonly [string, ScenarioFile])[] {
  const folder = fileURLToPath(new URL('../scenarios/', import.meta.url))
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as ScenarioFile] as const)
}

describe.skipIf(!CHROMIUM)('the web viewer', () => {
  const { folder, address, open, visit } = visitor()

  const tile = (page: Page, label: string) =>
    page.locator('.tile', { has: page.getByText(label, { exact: true }) }).locator('.tile-value')

  it('answers at once, within its size, without a word of complaint', async () => {
    const { page, said, loaded } = await visit()
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 3; i++) {
      const begun = performance.now()
      await page.goto(address() + CHAT)
      await page.waitForSelector('.tile')
      best = Math.min(best, performance.now() - begun)
    }
    await page.waitForSelector('[data-node]')
    const scripts = new Set(loaded.map((url) => new URL(url).pathname).filter((path) => path.endsWith('.js')))
    const bytes = [...scripts].reduce(
      (sum, path) => sum + gzipSync(readFileSync(join(folder(), path)), { level: 9 }).length,
      0,
    )
    console.log(`web viewer: ${(bytes / 1000).toFixed(0)} kB of compressed script`)
    expectPace('web viewer, first answer', best, 1000)
    expect(bytes).toBeLessThan(350_000)
    expect(ours(said)).toEqual([])
  })

  it('shows new numbers within 50 ms of a turned knob', async () => {
    const { page } = await open(CHAT)
    await page.waitForSelector('[data-node]')
    expectPace('web viewer, a knob', await knobMs(page), 50)
  })

  it('lays out a hybrid of some sixty operators within 200 ms', async () => {
    const { page } = await open(HYBRID.replace('output=512', 'output=256'))
    await page.waitForSelector('[data-node]')
    const nodes = await page.locator('[data-node]').count()
    const ms = Number(await page.locator('.network').getAttribute('data-layout-ms'))
    expect(nodes).toBeGreaterThan(45)
    expectPace(`web viewer, layout of ${nodes} operators`, ms, 200)
  })

  it('shows the numbers of the command line, for every scenario', async () => {
    const { page } = await open(CHAT, { permissions: ['clipboard-read', 'clipboard-write'] })
    for (const [name, { model, accelerator, question }] of scenarioFiles()) {
      const link: QuestionLink = { model, accelerator, count: 1, question, hardware: {} }
      const spec = findModel(model)?.spec
      const row = findAccelerator(accelerator)
      if (!spec || !row) throw new Error(`${name}: unknown model or accelerator`)
      const scenario = scenarioOf(question, spec, row)
      const analysis = scenario.ok ? analyze(scenario.value) : scenario
      if (!analysis.ok) throw new Error(`${name}: ${analysis.problem.reason}`)
      await page.goto(`${address()}?${linkQuery(link)}&view=table`)
      await settled(page)
      for (const { label, value } of requestFacts(analysis.value)) {
        if (label === 'Trained context') continue
        expect(await tile(page, label).textContent(), `${name}: ${label}`).toBe(value)
      }
      await page.getByRole('button', { name: 'JSON' }).click()
      await page.getByText('JSON copied').waitFor()
      const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))
      expect(copied, name).toEqual(JSON.parse(JSON.stringify(analysisJson(analysis.value))))
    }
  })

  it('turns every knob, and keeps it in the address', async () => {
    const { page, said } = await open(CHAT)
    const texts = () => page.locator('.answers header, .tiles').allTextContents()
    const changes = async (key: string, turn: () => Promise<unknown>) => {
      const before = JSON.stringify(await texts())
      await turn()
      await page.waitForFunction((text) => location.search.includes(text), key)
      await settled(page)
      expect(JSON.stringify(await texts()), key).not.toBe(before)
    }
    await changes('batch=40', () => page.getByLabel('Sequences at once', { exact: true }).fill('40'))
    await changes('prompt=12k', () => page.getByLabel('Prompt tokens', { exact: true }).fill('12k'))
    await changes('output=1k', () => page.getByLabel('Output tokens', { exact: true }).fill('1024'))
    await changes('weights=fp8', () => page.getByLabel('Weights', { exact: true }).selectOption('fp8'))
    await changes('activations=fp8', () => page.getByLabel('Activations', { exact: true }).selectOption('fp8'))
    await changes('kv=fp8', () => page.getByLabel('KV cache', { exact: true }).selectOption('fp8'))
    await changes('attention=eager', () => page.getByLabel('Attention', { exact: true }).selectOption('eager'))
    await changes('count=2', () => page.getByLabel('Count', { exact: true }).fill('2'))
    await page.getByLabel('Context per sequence').press('ArrowLeft')
    await page.waitForFunction(() => !location.search.includes('prompt=12k'))
    await page.getByText('More of the question').click()
    await changes('utilization=0.5', () => page.getByLabel('Usable share of memory').fill('50%'))
    await changes('prefix=1k', () => page.getByLabel('Shared prefix, tokens').fill('1k'))
    await page.getByText('Figures of', { exact: false }).first().click()
    await changes('bandwidth=4TB/s', () => page.getByLabel('memory bandwidth').fill('4TB/s'))
    await changes('hw=power:300', () => page.getByLabel('power', { exact: true }).fill('300'))
    await changes('on=a100-sxm-80gb', async () => {
      await page.getByRole('combobox', { name: 'Accelerator' }).fill('a100 sxm 80')
      await page.getByRole('option').first().click()
    })
    expect(page.url()).not.toContain('hw=')
    await changes('model=gpt-oss-20b', async () => {
      await page.getByRole('combobox', { name: 'Model' }).fill('gpt-oss 20b')
      await page.getByRole('option').first().click()
    })
    await page.goBack()
    await settled(page)
    expect(await page.locator('h1').textContent()).toContain('Llama 3.1 8B')
    const field = page.getByLabel('Sequences at once', { exact: true })
    await field.fill('many')
    await page.getByText('"many" is not a count').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(ours(said)).toEqual([])
  })

  /** Drops a file on the page as a person would. */
  async function drop(page: Page, name: string, text: string): Promise<void> {
    const data = await page.evaluateHandle(
      ([fileName, content]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([content as string], fileName as string))
        return transfer
      },
      [name, text],
    )
    await page.dispatchEvent('body', 'dragover', { dataTransfer: data })
    await page.dispatchEvent('body', 'drop', { dataTransfer: data })
  }

  const CONFIG = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: 22,
    num_attention_heads: 32,
    num_key_value_heads: 4,
    vocab_size: 32000,
    max_position_embeddings: 2048,
    torch_dtype: 'bfloat16',
  }

  it('takes a dropped config.json, and its link carries it to somebody else', async () => {
    const { page } = await open(CHAT)
    await drop(page, 'tiny-llama.json', JSON.stringify(CONFIG))
    await page.getByRole('heading', { name: 'tiny-llama on NVIDIA H100 SXM 80 GB' }).waitFor()
    await page.waitForFunction(() => location.hash.startsWith('#config='))
    await settled(page)
    const ttft = await tile(page, 'Time to first token').textContent()
    await drawn(page)
    const { page: other } = await open(page.url().slice(address().length))
    expect(await other.locator('h1').textContent()).toBe('tiny-llama on NVIDIA H100 SXM 80 GB')
    expect(await tile(other, 'Time to first token').textContent()).toBe(ttft)
  })

  it('says what is wrong with a broken or hostile file, and keeps the last good answer', async () => {
    const { page, said } = await open(CHAT)
    const before = await page.locator('.tiles').textContent()
    for (const [name, text, words] of [
      ['config.json', '{"model_type": "llama", "hidden_size": ', 'is not JSON'],
      ['config.json', JSON.stringify({ ...CONFIG, num_hidden_layers: -3 }), 'num_hidden_layers'],
      ['config.json', JSON.stringify({ ...CONFIG, hidden_size: '1e300' }), 'hidden_size'],
      ['<img src=x onerror=alert(1)>.json', '{"model_type": "<script>alert(1)</script>"}', 'not supported yet'],
      ['bad.gguf', 'GGUF\u0003\u0000\u0000\u0000', 'bad.gguf'],
    ] as const) {
      await drop(page, name, text)
      await page.locator('.bring .problem').filter({ hasText: words }).waitFor()
      expect(await page.locator('.tiles').textContent()).toBe(before)
      expect(await page.locator('.problem img, .problem script').count()).toBe(0)
    }
    expect(ours(said)).toEqual([])
  })

  it('opens a .gguf of several GB by its header alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'capline-web-'))
    const path = join(folder, 'llama-q4_k_m.gguf')
    const { meta, tensors } = llamaQ4KM(LLAMA_31_8B)
    const { header, fileBytes } = writeGguf(meta, tensors)
    const file = openSync(path, 'w')
    writeSync(file, header)
    ftruncateSync(file, fileBytes)
    closeSync(file)
    const { page } = await open(CHAT)
    const before = await page.locator('h1').textContent()
    await page.locator('input[type=file]').first().setInputFiles(path)
    await expect.poll(() => page.locator('h1').textContent()).not.toBe(before)
    // The file's own bytes: 4.58 GiB of Q4_K and Q6_K.
    await page.getByText(/weights 4\.58 GiB/).waitFor()
    rmSync(folder, { recursive: true, force: true })
  })

  it('reads a pasted configuration', async () => {
    const { page } = await open(CHAT)
    await page.getByRole('button', { name: 'paste' }).click()
    await page.getByLabel('Text of a config.json').fill(JSON.stringify(CONFIG))
    await page.getByRole('button', { name: 'Use this configuration' }).click()
    await page.getByRole('heading', { name: 'llama on NVIDIA H100 SXM 80 GB' }).waitFor()
  })

  it('opens an operator by keyboard: shape, formula, bytes, its dot on the roofline', async () => {
    const { page } = await open(HYBRID)
    await page.waitForSelector('[data-node]')
    const group = page.getByRole('region', { name: /^full attention/ })
    await group.locator('[data-node][tabindex="0"]').focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const panel = page.getByRole('complementary', { name: 'Operator' })
    await panel.getByText('matrix work').first().waitFor()
    expect(await panel.textContent()).toMatch(/2 · 16 · 2048 · \d+ = /)
    expect(await panel.getByLabel('Bytes by role').textContent()).toContain('weights')
    expect(await panel.locator('.highlight').count()).toBeGreaterThan(0)
    await expect.poll(() => page.url()).toContain('op=')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
  })

  it('shows prefill, decode and the whole request of every kind of layer', async () => {
    const { page } = await open(HYBRID)
    await page.waitForSelector('[data-node]')
    expect(await page.locator('.cells .cell').count()).toBe(48)
    expect(await page.locator('.group h3').allTextContents()).toHaveLength(4)
    for (const [phase, words] of [
      ['Prefill', 'prefill'],
      ['Whole request', 'whole request'],
    ] as const) {
      await page.getByLabel(phase, { exact: true }).check({ force: true })
      await page.locator('.strip-total', { hasText: words }).waitFor()
    }
    await expect.poll(() => page.url()).toContain('phase=request')
  })

  it('compares two scenarios, and lays one over the other on the roofline', async () => {
    const { page } = await open(CHAT)
    await page.getByRole('button', { name: 'Pin', exact: true }).click()
    await page.getByLabel('Weights', { exact: true }).selectOption('fp8')
    await page.getByRole('tab', { name: /Compare/ }).click()
    const weights = page.locator('tr', { has: page.getByRole('rowheader', { name: 'Weights', exact: true }) })
    await weights.getByText('×').first().waitFor()
    expect(await weights.textContent()).toMatch(/0\.5\d+×\s*−/)
    expect(await page.locator('.reasons').textContent()).toContain('weights')
    await weights.getByRole('button').first().click()
    await page.getByRole('dialog').getByText('Basis.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Roofline' }).click()
    await page.getByLabel('Overlay').selectOption('0')
    await page.locator('.mark.other').first().waitFor()
    await expect.poll(() => page.url()).toContain('ab=0')
    const { page: other } = await open(page.url().slice(address().length))
    await other.locator('.mark.other').first().waitFor()
  })

  it('draws curves with the knee and the limit of memory, over numbers and over formats', async () => {
    const { page } = await open(`${CHAT}&view=curves`)
    await page.locator('.plot .rule.limit').waitFor()
    expect(await page.locator('.plot').textContent()).toMatch(/knee: \d+/)
    await page.getByRole('button', { name: 'How this number is made' }).click()
    await page.getByRole('dialog').getByText('Basis.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByLabel('over', { exact: true }).selectOption('kv')
    await page.locator('.plot .mark').first().waitFor()
    await expect.poll(() => page.url()).toContain('over=kv')
  })

  it('zooms the roofline by keyboard and back', async () => {
    const { page } = await open(`${CHAT}&view=roofline`)
    const line = page.locator('.line.roof').first()
    const before = await line.getAttribute('points')
    await page.getByRole('group', { name: 'Roofline' }).focus()
    await page.keyboard.press('+')
    await expect.poll(() => line.getAttribute('points')).not.toBe(before)
    await page.getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => line.getAttribute('points')).toBe(before)
  })

  it('sorts the table and opens an operator from it', async () => {
    const { page } = await open(`${CHAT}&view=table`)
    await page.getByRole('button', { name: /^time/ }).click()
    expect(await page.locator('tbody th').first().textContent()).toBe('lm_head')
    await page.getByRole('button', { name: 'lm_head' }).first().click()
    await page.getByRole('complementary', { name: 'Operator' }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('tab', { name: 'Table' })
        .click()
        .then(() => page.getByRole('button', { name: 'Download report' }).click()),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^<!doctype html>/)
  })

  it('explains each number', async () => {
    const { page } = await open(CHAT)
    for (const label of await page.locator('.tile .tile-label').allTextContents()) {
      await page.locator('.tile', { has: page.getByText(label, { exact: true }) }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Basis.').waitFor()
      expect((await dialog.textContent())?.length).toBeGreaterThan(150)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
  })

  it('follows a shared link, and says what it cannot read of a broken one', async () => {
    const { page } = await open('?model=llama-3.1-8b&on=h100-sxm&promt=8k&kv=fp9&batch=4&view=tabel&v=1')
    const alerts = await page.getByRole('alert').allTextContents()
    expect(alerts.join('\n')).toContain('Did you mean prompt')
    expect(alerts.join('\n')).toContain('"fp9" is not a known format')
    expect(alerts.join('\n')).toContain('Did you mean table')
    expect(await page.locator('.answers .muted').first().textContent()).toContain('batch 4')
    await page.goto(`${address()}?model=llama-3.1-8&on=h100-sxm`)
    await page.getByRole('alert').filter({ hasText: 'Did you mean' }).waitFor()
  })

  it('works under a sub-path, and again without a network', async () => {
    const root = mkdtempSync(join(tmpdir(), 'capline-web-'))
    cpSync(folder(), join(root, 'deep', 'er'), { recursive: true })
    const other = await serveFolder(root, 0)
    try {
      const { page } = await open('', { serviceWorkers: 'allow' })
      await page.goto(`${other.address}deep/er/${CHAT}`)
      await settled(page)
      await page.evaluate(() => navigator.serviceWorker.ready)
      await other.close()
      await page.context().setOffline(true)
      await page.reload()
      await settled(page)
      expect(await page.locator('h1').textContent()).toContain('Llama 3.1 8B')
      for (const view of ['Roofline', 'Curves', 'Table', 'Compare', 'Network'])
        await page.getByRole('tab', { name: view }).click()
      await page.waitForSelector('[data-node]')
    } finally {
      await other.close().catch(() => {})
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('sends its policy, and lists or leaks nothing', async () => {
    const page = await fetch(address())
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const path of [
      'assets/',
      '../package.json',
      '%2e%2e/package.json',
      'assets/..%2f..%2fpackage.json',
      'nothing.js',
      '%zz',
    ]) {
      expect((await fetch(address() + path)).status, path).toBeGreaterThanOrEqual(400)
    }
    expect((await fetch(address(), { method: 'POST' })).status).toBe(405)
  })

  const PIN = 'pin=model:llama-3.1-8b~on:a100-sxm-80gb~batch:4'
  it.each([
    ['network', '', '[data-node]', 1440],
    ['an operator', '&op=1.q_proj', 'role=complementary[name="Operator"]', 1440],
    ['roofline', `&view=roofline&${PIN}&ab=0`, '.mark.other', 1440],
    ['curves', '&view=curves', '.plot .rule.limit', 1440],
    ['table', '&view=table&phase=request', '.views tbody th', 1440],
    ['compare', `&view=compare&${PIN}`, '.reasons', 1440],
    ['nothing to compare', '&view=compare', '.views', 1440],
    ['network on a phone', '&op=1.q_proj', 'role=complementary[name="Operator"]', 360],
    ['table on a phone', '&view=table', '.views tbody th', 360],
    ['a broken link', '&kv=fp9', '[role="alert"]', 360],
  ])('axe finds nothing wrong with %s, in light and in dark', async (_, query, there, width) => {
    const { page } = await open(CHAT + query, { viewport: { width, height: 900 } })
    await page.waitForSelector(there, { state: 'attached' })
    expect(await faults(page)).toEqual([])
  })

  it.each(['light', 'dark'] as const)(
    'axe finds nothing wrong with an explanation, an open list and an open sheet in %s',
    async (colorScheme) => {
      const { page } = await open(CHAT, { colorScheme })
      await page.getByText('Figures of', { exact: false }).first().click()
      await page.getByLabel('memory bandwidth').waitFor()
      await drawn(page)
      expect(await violations(page)).toEqual([])
      await page.locator('.tile').first().click()
      await page.getByRole('dialog').getByText('Basis.').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('combobox', { name: 'Model' }).fill('llama')
      await page.getByRole('option').first().waitFor()
      expect(await violations(page)).toEqual([])
    },
  )
})
