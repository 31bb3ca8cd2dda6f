/**
 * `npm run build [core|web|cli]`: what is published. Core becomes JavaScript with type declarations, file by file; the web
 * viewer becomes static files, which also stand in `dist/` for whoever only wants to host them; the command line becomes
 * one bundle with everything in it, the viewer beside it. Each package gets the licence beside it.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundle } from './bundle.mjs'
import { buildPage, freshenPage } from './page.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function buildCore() {
  const core = join(root, 'packages', 'core')
  rmSync(join(core, 'dist'), { recursive: true, force: true })
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(dirname(compiler), 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(core, 'tsconfig.build.json')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the core does not compile')
}

async function buildCli() {
  const page = await freshenPage()
  await buildBundle()
  const beside = join(root, 'packages', 'cli', 'dist', 'web')
  rmSync(beside, { recursive: true, force: true })
  cpSync(page, beside, { recursive: true })
}

async function buildWeb() {
  await buildPage()
  const site = join(root, 'dist')
  rmSync(site, { recursive: true, force: true })
  cpSync(join(root, 'packages', 'web', 'dist'), site, { recursive: true })
}

const BUILDERS = { core: buildCore, web: buildWeb, cli: buildCli }

const asked = process.argv.slice(2)
for (const name of asked.length > 0 ? asked : Object.keys(BUILDERS)) {
  const builder = BUILDERS[name]
  if (!builder) throw new Error(`there is no package ${name}; known: ${Object.keys(BUILDERS).join(', ')}`)
  await builder()
  copyFileSync(join(root, 'LICENSE'), join(root, 'packages', name, 'LICENSE'))
  console.error(`built packages/${name}/dist`)
}
