/**
 * Completes package-lock.json after `npm install`: npm may leave out the packages of other platforms (npm/cli#4828), and
 * `npm ci` then refuses the file. Adds each missing `name-os-cpu[-libc]` package under its pinned version.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const SYSTEMS = /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-([a-z0-9]+)(?:-(gnu|musl))?$/
const LIBC = { gnu: 'glibc', musl: 'musl' }

const lock = JSON.parse(readFileSync(path, 'utf8'))
let added = 0
for (const entry of Object.values(lock.packages)) {
  const siblings = Object.keys(entry.optionalDependencies ?? {})
  const model = siblings.map((name) => lock.packages[`node_modules/${name}`]).find((found) => found !== undefined)
  for (const name of siblings) {
    const [, os, cpu, libc] = SYSTEMS.exec(name) ?? []
    if (lock.packages[`node_modules/${name}`] || !os) continue
    const { license, engines, dev } = model ?? entry
    lock.packages[`node_modules/${name}`] = {
      version: entry.optionalDependencies[name],
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc ? { libc: [LIBC[libc]] } : {}),
      ...(license ? { license } : {}),
      optional: true,
      os: [os],
      ...(engines ? { engines } : {}),
    }
    added++
  }
}
if (added > 0) {
  const byName = ([a], [b]) => (a < b ? -1 : 1)
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byName))
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
}
console.log(`package-lock.json: ${added} packages of other platforms added`)
