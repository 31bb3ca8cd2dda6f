/**
 * The web viewer as static files: packages/web/dist, built by Vite from the sources of web and core. `freshenPage` builds
 * only when a source is newer. It is built beside and renamed into place, so that nobody is ever served half of it.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const web = join(root, 'packages', 'web')
const page = join(web, 'dist')
const inputs = [
  join(root, 'packages', 'core', 'src'),
  join(root, 'packages', 'core', 'data'),
  ...['src', 'public', 'index.html', 'vite.config.ts', 'offline.ts', 'package.json'].map((name) => join(web, name)),
]

/** Newest change of a file, or below a folder, the folders' own included (a removed file changes its folder). */
function newest(path) {
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return /\.(test|testkit)\.ts$/.test(path) ? 0 : mtimeMs
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Another build may end at the same moment: whichever moves last stays. */
function putInPlace(beside, old) {
  for (let tries = 0; ; tries++) {
    try {
      rmSync(old, { recursive: true, force: true })
      if (existsSync(page)) renameSync(page, old)
      renameSync(beside, page)
      return
    } catch (error) {
      if (tries === 20 || !['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code) || !existsSync(beside)) throw error
    }
  }
}

export async function buildPage() {
  const { build } = await import('vite')
  const beside = `${page}.${process.pid}.tmp`
  const old = `${page}.${process.pid}.old`
  const began = new Date()
  // Whoever calls: a test run's NODE_ENV would put React's development build into the page.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    await build({
      mode: 'production',
      root: web,
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: beside, emptyOutDir: true },
    })
    // Dated from before the sources were read: an edit made meanwhile makes it stale again.
    utimesSync(join(beside, 'index.html'), began, began)
    putInPlace(beside, old)
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
    rmSync(beside, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
  return page
}

export async function freshenPage() {
  const built = statSync(join(page, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return built > Math.max(...inputs.map(newest)) ? page : buildPage()
}
