/**
 * `npm run screenshot`: makes docs/viewer.png and docs/viewer-dark.png, the pictures of the viewer in the README, from the
 * page as it is built now. Needs a Chromium (CAPLINE_CHROMIUM names another than Debian's).
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serveFolder } from '../packages/cli/src/serve/server.ts'
import { builtPage, launch, settled } from './browser.ts'

const QUESTION = '?model=llama-3.1-8b&on=h100-sxm&batch=16&prompt=8k&output=512&v=1'
const SIZE = { width: 1440, height: 1640 }

const docs = new URL('../docs/', import.meta.url)

async function main(): Promise<void> {
  const viewer = await serveFolder(await builtPage(), 0)
  const browser = await launch()
  mkdirSync(docs, { recursive: true })
  for (const [name, colorScheme] of [
    ['viewer.png', 'light'],
    ['viewer-dark.png', 'dark'],
  ] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme, serviceWorkers: 'block' })
    await page.goto(viewer.address + QUESTION)
    await settled(page)
    await page.waitForSelector('[data-node]')
    await page.waitForSelector('.why')
    await page.screenshot({ path: fileURLToPath(new URL(name, docs)) })
    console.log(`docs/${name}`)
  }
  await browser.close()
  await viewer.close()
}

await main()
