/** Installs what the lock file names when it is missing or out of date. Plain Node: nothing may be installed yet. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

/** Returns false (after saying why) when the installation failed. */
export function ensureInstalled() {
  const stamp = 'node_modules/.package-lock.json'
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync('package-lock.json').mtimeMs) return true
  console.error('capline: installing what package-lock.json names (npm ci) …')
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: false,
  })
  if (done.status === 0) return true
  console.error('capline: npm ci failed; see the lines above')
  return false
}
