/**
 * The dependency rule as one allow-list: which folder may import from which. Fails on an import that is not allowed, on a
 * folder it does not know, on modules that import values of one another in a circle, and when it sees no modules at all.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importCircles, valueImports } from './importCircles.ts'

/** Inside core: a folder may import itself and these. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  units: [],
  catalog: ['units', 'architecture/model', 'architecture/layerName'],
  architecture: ['catalog', 'units'],
  workload: ['units'],
  cost: ['architecture', 'catalog', 'units'],
  engine: ['architecture', 'catalog', 'units'],
  layout: ['architecture', 'units'],
  step: ['cost', 'engine', 'architecture', 'catalog', 'workload', 'units'],
  memory: ['step', 'layout', 'architecture', 'catalog', 'workload', 'units'],
  evidence: ['architecture', 'catalog', 'units'],
  importers: ['architecture', 'catalog', 'units', 'cost/kernels/query'],
  scenario: ['memory', 'layout', 'step', 'cost', 'engine', 'architecture', 'catalog', 'workload', 'units'],
  report: ['scenario', 'memory', 'layout', 'step', 'cost', 'engine', 'architecture', 'catalog', 'workload', 'units'],
  figures: [
    'techniques',
    'evidence',
    'report',
    'scenario',
    'memory',
    'layout',
    'step',
    'cost',
    'architecture',
    'catalog',
    'workload',
    'units',
  ],
  techniques: [
    'scenario',
    'evidence',
    'memory',
    'layout',
    'step',
    'cost',
    'engine',
    'architecture',
    'catalog',
    'workload',
    'units',
  ],
  serving: [
    'scenario',
    'engine',
    'memory',
    'layout',
    'step',
    'cost',
    'importers',
    'architecture',
    'catalog',
    'workload',
    'units',
  ],
  'index.ts': [
    'techniques',
    'figures',
    'serving',
    'report',
    'scenario',
    'memory',
    'layout',
    'engine',
    'step',
    'cost',
    'importers',
    'evidence',
    'architecture',
    'catalog',
    'workload',
    'units',
  ],
}

/** Between packages. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  cli: ['@capline/core'],
  // The published measurements are an asset the page fetches when they are asked for.
  web: ['@capline/core', '@capline/core/evidence.tsv?url'],
}

const root = fileURLToPath(new URL('..', import.meta.url))
/** The formatter keeps every `from '…'` at the end of its line. */
const IMPORT = /^(?:import\b.*|export\b.*|\})\s*from '([^'\n]+)'$|^import '([^'\n]+)'$/gm

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.(test|testkit)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** What an import of a core file is to the rule: its top folder, and its path for rules on single files. */
function placeOf(path: string): { readonly folder: string; readonly path: string } {
  const inside = relative(join(root, 'packages/core/src'), path).replace(/\.ts$/, '')
  const folder = inside.split('/')[0] ?? inside
  return { folder: folder === 'index' ? 'index.ts' : folder, path: inside }
}

const faults: string[] = []
const values = new Map<string, readonly string[]>()
let modules = 0
let imports = 0
for (const [name, allowed] of Object.entries(PACKAGES)) {
  for (const file of filesUnder(join(root, 'packages', name, 'src'))) {
    modules++
    const at = relative(root, file)
    const own = name === 'core' ? placeOf(file) : undefined
    const rule = own ? CORE[own.folder] : undefined
    if (own && !rule) faults.push(`${at}: folder ${own.folder} is not in the table`)
    const text = readFileSync(file, 'utf8')
    values.set(file, valueImports(file, text))
    for (const match of text.matchAll(IMPORT)) {
      imports++
      const target = (match[1] ?? match[2]) as string
      if (!target.startsWith('.')) {
        const isOurs = target === 'capline' || target.startsWith('@capline/')
        if (isOurs && !allowed.includes(target)) faults.push(`${at}: package ${name} may not import ${target}`)
        if (name === 'core' && !isOurs) faults.push(`${at}: core may not import ${target}`)
        continue
      }
      if (!own || !rule) continue
      const to = placeOf(resolve(dirname(file), target))
      if (to.folder === own.folder || rule.includes(to.folder) || rule.includes(to.path)) continue
      faults.push(`${at}: ${own.folder} may not import ${to.path}`)
    }
  }
}
for (const circle of importCircles(values)) {
  faults.push(`a circle of imports: ${circle.map((file) => relative(root, file)).join(' → ')} → the first`)
}
if (modules === 0 || imports === 0) faults.push('saw no modules: the check itself is broken')
for (const fault of faults) console.error(fault)
console.log(`layers: ${modules} modules, ${imports} imports, ${faults.length} faults`)
process.exit(faults.length > 0 ? 1 : 0)
