/** How a split context comes together, in a real Chromium: the choice where it is split, in the address and back from it. */
import { describe, expect, it } from 'vitest'
import { CHROMIUM, settled } from './browser.ts'
import { ours, visitor } from './visitor.ts'

const SPLIT = '?model=llama-3.1-8b&on=h100-sxm&cp=8&prompt=64k&output=64&v=1'

describe.skipIf(!CHROMIUM)('context parallelism in the viewer', () => {
  const { open } = visitor()

  it('asks how ranks exchange where the context is split, keeps it over a reload, says what heads allow', async () => {
    const { page, said } = await open(SPLIT)
    const exchange = page.getByLabel('Context exchange', { exact: true })
    const ttft = () => page.locator('.answers').textContent()
    const before = await ttft()
    await exchange.selectOption('all-to-all')
    await page.waitForFunction(() => location.search.includes('cp-exchange=all-to-all'))
    await expect.poll(ttft).not.toBe(before)
    await page.getByLabel('Order of tokens', { exact: true }).selectOption('contiguous')
    await page.waitForFunction(() => location.search.includes('cp-order=contiguous'))
    await page.reload()
    await settled(page)
    expect(await exchange.inputValue()).toBe('all-to-all')
    const degree = page.getByLabel('Context', { exact: true })
    await degree.fill('3')
    await degree.press('Enter')
    await page.getByText('3 accelerators cannot share the 32 heads and 8 KV heads').first().waitFor()
    expect(ours(said)).toEqual([])
  })

  it('has no such choice where the context is whole', async () => {
    const { page } = await open(SPLIT.replace('cp=8', 'tp=8'))
    await page.getByLabel('Exchange overlaps', { exact: true }).waitFor()
    expect(await page.getByLabel('Context exchange', { exact: true }).count()).toBe(0)
  })
})
