/**
 * `capline view`: the web viewer on this machine, opened at a question. The page is the built one of packages/web; a
 * config.json travels in the part of the address that no server sees, other files are dropped on the page.
 */
import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import {
  fail,
  findAccelerator,
  importHfConfig,
  linkQuery,
  ok,
  parseCount,
  type QuestionLink,
  type Result,
  show,
  suggestAccelerators,
} from '@capline/core'
import type { Answer, Invocation } from '../command.ts'
import { findModel } from '../input/catalogue.ts'
import { pathKind, readJson } from '../input/files.ts'
import { resolveModel } from '../input/model.ts'
import { questionOf } from '../options.ts'
import { serveFolder, USUAL_PORT } from '../serve/server.ts'

const FIRST_MODEL = 'llama-3.1-8b'
const FIRST_ACCELERATOR = 'h100-sxm'

/** Where the built page lies: beside the published bundle, or in the clone it was built in. */
const PAGES = ['./web/', '../../web/dist/', '../../../web/dist/']

function pageFolder(): Result<string> {
  const found = PAGES.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) =>
    existsSync(`${path}index.html`),
  )
  return found
    ? ok(found)
    : fail('capline view', 'the page is not built', 'Run npm run build (or npm start) in this clone')
}

interface Named {
  readonly model: string
  /** The configuration, for models that no catalogue has. */
  readonly hash: string
}

function modelOf(name: string): Result<Named> {
  if (findModel(name)) return ok({ model: name, hash: '' })
  if (pathKind(name) !== 'file' || !/\.json$/i.test(name)) {
    const known = resolveModel(name)
    if (!known.ok) return known
    return fail('MODEL', `${show(name)} does not fit into an address`, 'Run capline view and drop the file on the page')
  }
  const config = readJson(name)
  if (!config.ok) return config
  const own = basename(name).replace(/\.json$/i, '')
  const called = own === 'config' ? basename(dirname(resolve(name))) || 'model' : own
  const model = importHfConfig(config.value, { name: called })
  if (!model.ok) return model
  const carried = deflateRawSync(JSON.stringify([`${called}.json`, JSON.stringify(config.value)])).toString('base64url')
  return ok({ model: `file:${model.value.id}`, hash: `#config=${carried}` })
}

function acceleratorOf(name: unknown): Result<string> {
  const text = typeof name === 'string' ? name : FIRST_ACCELERATOR
  const row = findAccelerator(text)
  if (row) return ok(row.id)
  const near = suggestAccelerators(text)
  return fail(
    '--on',
    `${show(text)} is not in the catalogue`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Figures of your own are typed on the page',
  )
}

function numberOf(flag: string, raw: unknown, fallback: number, most: number): Result<number> {
  if (raw === undefined) return ok(fallback)
  const read = parseCount(flag, raw)
  if (!read.ok || (read.value >= 0 && read.value <= most)) return read
  return fail(flag, `${show(raw)} is more than ${most}`, `Give at most ${most}`)
}

export function runView({ args, options, terminal }: Invocation): Result<Answer> {
  const question = questionOf(options)
  if (!question.ok) return question
  const accelerator = acceleratorOf(options.on)
  if (!accelerator.ok) return accelerator
  const count = numberOf('--count', options.count, 1, 1024)
  if (!count.ok) return count
  const port = numberOf('--port', options.port, USUAL_PORT, 65_535)
  if (!port.ok) return port
  const model = modelOf(args[0] ?? FIRST_MODEL)
  if (!model.ok) return model
  const folder = pageFolder()
  if (!folder.ok) return folder
  const link: QuestionLink = {
    model: model.value.model,
    accelerator: accelerator.value,
    count: Math.max(1, count.value),
    question: question.value,
    hardware: {},
  }
  const after = async () => {
    const { address } = await serveFolder(folder.value, port.value)
    terminal.out(`${address}?${linkQuery(link)}${model.value.hash}\n`)
    terminal.err('The viewer is served on this machine only. Ctrl-C ends it.\n')
  }
  return ok({ text: '', after })
}
