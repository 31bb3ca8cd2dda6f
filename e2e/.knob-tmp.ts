import { serveFolder } from '../packages/cli/src/serve/server.ts'
import { launch, settled } from './browser.ts'
const viewer = await serveFolder('/tmp/viewer5/site', 0)
const browser = await launch()
for (const q of process.argv.slice(2)) {
  const page = await browser.newPage({ serviceWorkers: 'block' })
  const t0=performance.now()
  await page.goto(viewer.address + q); await page.waitForSelector('.tile')
  const first=performance.now()-t0
  await settled(page); await page.waitForTimeout(3000)
  await page.evaluate('globalThis.__name = (f) => f')
  const times = await page.evaluate(async () => {
    const slider = document.querySelector<HTMLInputElement>('input[aria-label="Prompt tokens, slider"]')
    const value = () => document.querySelectorAll('.tile-value')[3]?.textContent
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    const out: number[] = []
    for (let step = 40; step < 54; step++) {
      await new Promise((resolve) => setTimeout(resolve, 1200))
      const before = value()
      const shown = new Promise<void>((resolve) => { const o = new MutationObserver(() => { if (value() === before) return; o.disconnect(); resolve() }); o.observe(document.body, { subtree: true, childList: true, characterData: true }) })
      const begun = performance.now()
      set?.call(slider, String(step)); slider?.dispatchEvent(new Event('input', { bubbles: true }))
      await shown
      out.push(Math.round(performance.now() - begun))
    }
    return out
  })
  console.log(q.slice(0,60), 'first', first.toFixed(0), times.join(' '))
  await page.close()
}
await browser.close(); await viewer.close()
