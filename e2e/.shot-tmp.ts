import { serveFolder } from '../packages/cli/src/serve/server.ts'
import { launch, settled, watch } from './browser.ts'
const viewer = await serveFolder('/tmp/viewer5/site', 0)
const browser = await launch()
const jobs = JSON.parse(process.argv[2] ?? '[]')
for (const [name, query, width, height, scheme, full, wait] of jobs) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, serviceWorkers: 'block' })
  const said = watch(page)
  const t=Date.now()
  await page.goto(viewer.address + query)
  await page.waitForSelector('.tile, .problem').catch(()=>{})
  await page.waitForFunction(() => document.querySelector('main')?.getAttribute('aria-busy') === 'false')
  const dt=Date.now()-t
  await page.waitForTimeout(wait ?? 900)
  await page.screenshot({ path: `/tmp/viewer5/${name}.png`, fullPage: full ?? false })
  console.log(name, dt, 'ms', await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), said.filter(s=>!s.includes('Service Worker')))
  await page.close()
}
await browser.close(); await viewer.close()
