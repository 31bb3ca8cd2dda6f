/**
 * `npm start`: from a clean clone to the first answer. Plain Node without dependencies: installs them when they are
 * missing or older than the lock file, analyses the default golden scenario, says how to ask the next question, and serves
 * the viewer on this machine. With `--no-serve`, or where CI=true, it ends after the analysis.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The paper's Table 1, as its golden scenario asks it. */
const SCENARIO = 'scenarios/table-1.json'

function commandOf({ model, accelerator, question }) {
  const flags = Object.entries(question).map(([name, value]) => {
    return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${value}`
  })
  return ['analyze', model, '--on', accelerator, ...flags].join(' ')
}

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
  const { status, signal } = spawnSync(process.execPath, [bin, ...line.split(' ')], { cwd: root, stdio: 'inherit' })
  // Ctrl-C is how a viewer ends.
  return signal ? 0 : (status ?? 1)
}

async function main() {
  process.chdir(root)
  if (!ensureInstalled()) return 1
  const scenario = JSON.parse(readFileSync(SCENARIO, 'utf8'))
  const command = commandOf(scenario)
  console.log(`${scenario.title}\n$ npx capline ${command}\n`)
  const status = capline(command)
  if (status !== 0) return status
  console.log('\nAsk the next question:')
  const width = Math.max(...NEXT.map(([line]) => line.length))
  const isWide = (process.stdout.columns ?? 120) >= width + 60
  for (const [line, what] of NEXT) {
    console.log(isWide ? `  npx capline ${line.padEnd(width)}  ${what}` : `  ${what}:\n    npx capline ${line}`)
  }
  console.log('  npx capline --help')
  return process.argv.includes('--no-serve') || process.env.CI === 'true' ? 0 : serve(command)
}

/** The viewer at the same question, until the user ends it. A page that cannot be built takes nothing from the answer. */
async function serve(command) {
  console.log('\nThe same in your browser (npm start -- --no-serve leaves it out):')
  try {
    const { freshenPage } = await import('./page.mjs')
    await freshenPage()
  } catch (error) {
    console.error(`capline: the viewer does not build (${String(error?.message ?? error).split('\n')[0]})`)
    return 1
  }
  return capline(command.replace(/^analyze/, 'view'))
}

process.exitCode = await main()
