/**
 * What the end-to-end tests run against is built once, before the first of them: the command's bundle, and the viewer's page
 * where there is a Chromium to look at it. Two test files that found the page stale would otherwise build it twice, one of
 * them under the other's feet.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { builtPage, CHROMIUM } from './browser.ts'

export default async function setup(): Promise<void> {
  const entry = fileURLToPath(new URL('../packages/cli/bin/capline.js', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [entry, 'dtypes', '--json'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the command does not build: ${stderr}`)
  if (CHROMIUM) await builtPage()
}
