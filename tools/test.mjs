/**
 * `npm test`: type check, lint, layer check, all tests; the last line says how many passed and failed. Each check counts as
 * one, so that a failed check shows in the closing line and not only in the exit code. Checks run two at a time.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './install.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const CHECKS = [
  { name: 'type check', command: ['node_modules/.bin/tsc', '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'type check of the core alone',
    command: ['node_modules/.bin/tsc', '--noEmit', '-p', 'packages/core/tsconfig.json'],
  },
  {
    name: 'type check of the viewer',
    command: ['node_modules/.bin/tsc', '--noEmit', '-p', 'packages/web/tsconfig.json'],
  },
  {
    name: 'type check of the end-to-end tests',
    command: ['node_modules/.bin/tsc', '--noEmit', '-p', 'e2e/tsconfig.json'],
  },
  { name: 'lint', command: ['node_modules/.bin/biome', 'check', '--error-on-warnings', '.'] },
  { name: 'layers', command: ['node', '--import', 'tsx', 'tools/check-layers.ts'] },
]

if (!ensureInstalled()) {
  console.log('0 passed, 1 failed')
  process.exit(1)
}

/** One check as a process of its own; what it says is kept until it has ended, so that two beside each other stay apart. */
function run({ name, command }) {
  const begun = Date.now()
  return new Promise((resolve) => {
    const said = []
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (part) => said.push(part))
    child.stderr.on('data', (part) => said.push(part))
    child.on('error', (error) => said.push(Buffer.from(`${error.message}\n`)))
    child.on('close', (status) => {
      process.stdout.write(Buffer.concat(said))
      console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`)
      resolve(status === 0)
    })
  })
}

let passed = 0
let failed = 0
const waiting = [...CHECKS]
async function lane() {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    if (await run(check)) passed++
    else failed++
  }
}
await Promise.all([lane(), lane()])

const folder = mkdtempSync(join(tmpdir(), 'capline-test-'))
const counts = join(folder, 'counts.json')
const tests = spawnSync('node_modules/.bin/vitest', ['run', ...process.argv.slice(2)], {
  stdio: ['ignore', 1, 2],
  env: { ...process.env, CAPLINE_TEST_COUNTS: counts },
})
let skipped = 0
try {
  const read = JSON.parse(readFileSync(counts, 'utf8'))
  passed += read.passed
  failed += read.failed
  skipped = read.skipped
  // Vitest may fail for reasons no single test shows (an unhandled rejection).
  if (tests.status !== 0 && read.failed === 0) failed++
} catch {
  failed++
}
rmSync(folder, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)
