/**
 * `npm start`: from a clean clone to the first answer. Plain Node without dependencies: installs them when they are
 * missing or older than the lock file, analyses the default golden scenario and says how to ask the next question.
 */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The paper's Table 1: Llama-2-7B, 2048 tokens, RTX A6000, counted as the paper counts. */
const TABLE_1 = 'analyze llama-2-7b --on rtx-a6000 --prompt 2048 --convention paper --attention eager'

const NEXT = [
  ['analyze llama-3.1-8b --on rtx-4090 --batch 8 --prompt 4k', 'another model, card and load'],
  ['fit llama-3.1-70b --on h100-sxm --count 4 --users max --context 32k', 'how many users fit?'],
  ['sweep llama-3.1-8b --on h100-sxm --over batch=1..256:log', 'what does a larger batch bring?'],
  ['analyze qwen3-32b --on b200 --weights fp8 --kv fp8 --html report.html', 'a report with charts'],
  ['analyze path/to/config.json --on my-card.json', 'your own model, your own hardware'],
  ['models', 'what the catalogue holds; also: accelerators, dtypes'],
]

function capline(line) {
  const bin = join(root, 'packages', 'cli', 'bin', 'capline.js')
  return spawnSync(process.execPath, [bin, ...line.split(' ')], { cwd: root, stdio: 'inherit' }).status ?? 1
}

function main() {
  process.chdir(root)
  if (!ensureInstalled()) return 1
  console.log(`$ npx capline ${TABLE_1}\n`)
  const status = capline(TABLE_1)
  if (status !== 0) return status
  console.log('\nAsk the next question:')
  const width = Math.max(...NEXT.map(([line]) => line.length))
  const isWide = (process.stdout.columns ?? 120) >= width + 60
  for (const [line, what] of NEXT) {
    console.log(isWide ? `  npx capline ${line.padEnd(width)}  ${what}` : `  ${what}:\n    npx capline ${line}`)
  }
  console.log('  npx capline --help')
  return 0
}

process.exitCode = main()
