/**
 * The command line as one file: packages/cli/dist/capline.js, bundled by esbuild from the sources of cli and core.
 * `freshenBundle` builds only when a source is newer; it writes beside and renames, so that parallel runs are safe.
 */
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const bundle = at('packages', 'cli', 'dist', 'capline.js')
/** Data the bundle reads when asked: it lies beside it. */
const evidence = at('packages', 'core', 'data', 'evidence', 'evidence.tsv')
const evidenceCopy = at('packages', 'cli', 'dist', 'evidence.tsv')
const inputs = [at('packages', 'core', 'src'), at('packages', 'core', 'data'), at('packages', 'cli', 'src')]

/** Newest change below a folder, the folders' own included (a removed file changes its folder). */
function newest(folder) {
  let latest = statSync(folder).mtimeMs
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) latest = Math.max(latest, newest(path))
    else if (!/\.(test|testkit)\.ts$/.test(entry.name)) latest = Math.max(latest, statSync(path).mtimeMs)
  }
  return latest
}

/** Packages inside the bundle; their licences ask to travel with them. */
const BUNDLED = ['commander', 'hyparquet', 'hyparquet-compressors', 'fzstd']

/** Licences, and Node's own modules by require, which commander (CommonJS) asks for. */
function banner() {
  const licences = BUNDLED.map(
    (name) => `Contains ${name}.\n${readFileSync(at('node_modules', name, 'LICENSE'), 'utf8')}`,
  )
  return `/* ${licences.join('\n').replaceAll('*/', '* /')}*/
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)`
}

export async function buildBundle() {
  const { build } = await import('esbuild')
  const temporary = `${bundle}.${process.pid}.tmp.js`
  const began = new Date()
  try {
    await build({
      entryPoints: [at('packages', 'cli', 'src', 'main.ts')],
      outfile: temporary,
      bundle: true,
      // WebAssembly beside its code; loaded when a placement is searched.
      external: ['highs'],
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['capline-source'],
      legalComments: 'inline',
      logLevel: 'silent',
      banner: { js: banner() },
    })
    copyFileSync(evidence, `${evidenceCopy}.${process.pid}.tmp`)
    renameSync(`${evidenceCopy}.${process.pid}.tmp`, evidenceCopy)
    // Dated from before the sources were read: an edit made meanwhile makes it stale again.
    utimesSync(temporary, began, began)
    renameSync(temporary, bundle)
  } catch (error) {
    const [first] = error.errors ?? []
    if (!first) throw error
    const place = first.location ? ` (${first.location.file}:${first.location.line})` : ''
    throw new Error(`the sources do not build: ${first.text}${place}`)
  } finally {
    rmSync(temporary, { force: true })
  }
  return bundle
}

export async function freshenBundle() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const needed = Math.max(...inputs.map(newest), statSync(at('packages', 'cli', 'package.json')).mtimeMs)
  const isWhole = statSync(evidenceCopy, { throwIfNoEntry: false }) !== undefined
  if (built <= needed || !isWhole) await buildBundle()
}
