/**
 * `capline figures [ID]`: the figures and tables of the documents, computed again: a list, one as text, JSON, CSV or SVG,
 * or all of them as files of a folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  capFigure1,
  csvLine,
  DOCUMENTS,
  fail,
  figureEntry,
  findInGallery,
  GALLERY,
  type GalleryEntry,
  ok,
  type Rendering,
  type Result,
  readFigureSettings,
  show,
} from '@capline/core'
import type { Command } from 'commander'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { resolveAccelerator } from '../input/accelerator.ts'
import { loadEvidence } from '../input/evidence.ts'
import { shownPath } from '../input/files.ts'
import { resolveModel } from '../input/model.ts'
import { namedValues } from '../options.ts'
import { renderFigureList, renderFigures } from '../render/figures.ts'
import { chosenForm } from './analyze.ts'

export const figuresCommand = {
  name: 'figures',
  arguments: '[id]',
  summary: 'the figures of the documents Capline grew from, computed again, for any model and accelerator',
  options: (command: Command) =>
    command
      .option('--model <MODEL>', 'another model than the figure’s own')
      .option('--on <ACCELERATOR>', 'another accelerator than the figure’s own')
      .option(
        '--set <NAME=VALUE>',
        'another parameter, repeatable: batch=1..256:log, length=4k, convention=exact',
        (text: string, before: readonly string[] = []) => [...before, text],
      )
      .option('--svg <FILE>', 'write the drawing; with all: a folder; -: to stdout')
      .option('--json', 'print JSON')
      .option('--csv', 'print CSV, one line per point'),
  examples: [
    'capline figures',
    'capline figures viewer-8 --svg decode.svg',
    'capline figures viewer-8 --model llama-3.1-8b --on h100-sxm --set batch=1..512 --set convention=exact --csv',
    'capline figures cap-4a --set workers=16 --set tokens=128k --json',
    'capline figures cap-1 --model llama-3.1-8b --on h100-sxm --set prompt=64k --svg triangle.svg',
    'capline figures all --svg figures/',
  ],
  run: runFigures,
} as const

type Given = Readonly<Record<string, string>>

function givenOf(options: Options): Result<Given> {
  const read = namedValues('--set', options.set, 'batch=1..64')
  if (!read.ok) return read
  const out = { ...read.value }
  for (const [name, given] of [
    ['model', options.model],
    ['accelerator', options.on],
  ] as const) {
    if (typeof given !== 'string') continue
    const flag = FLAGS[name] ?? '--set'
    const before = out[name]
    if (before !== undefined) {
      return fail(flag, `is given twice, as ${show(given)} and by --set as ${show(before)}`, 'Give one of them')
    }
    out[name] = given
  }
  return ok(out)
}

/** The flag a parameter was given with, for messages. */
const FLAGS: Readonly<Record<string, string>> = { model: '--model', accelerator: '--on' }

function render(entry: GalleryEntry, given: Given): Result<Rendering> {
  const settings = readFigureSettings(entry.parameters, given, {
    model: resolveModel,
    accelerator: (name) => resolveAccelerator(name),
  })
  const rendering = settings.ok ? entry.render(settings.value) : settings
  if (rendering.ok) return rendering
  const { path, reason, remedy } = rendering.problem
  const takes = path === 'model' || path === 'accelerator' || entry.parameters.some(({ id }) => id === path)
  return takes || given[path] !== undefined ? fail(FLAGS[path] ?? `--set ${path}`, reason, remedy) : rendering
}

function figureJson(entry: GalleryEntry, { settings, rows, findings }: Rendering) {
  const { id, kind, document, number, title, section, caption, flags } = entry
  const { title: name, url } = DOCUMENTS[document]
  return {
    schema: 'capline.figure/1',
    id,
    kind,
    document: { id: document, title: name, url },
    number,
    section,
    title,
    caption,
    settings,
    findings,
    flags,
    rows,
  }
}

function csvOf({ rows }: Rendering): string {
  const keys = Object.keys(rows[0] ?? {})
  return `${[csvLine(keys), ...rows.map((row) => csvLine(keys.map((key) => row[key] ?? null)))].join('\n')}\n`
}

function write(path: string, text: string, folder?: string): Result<true> {
  try {
    if (folder !== undefined) mkdirSync(folder, { recursive: true })
    writeFileSync(path, text)
    return ok(true)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    return fail(`--svg ${shownPath(path)}`, `cannot be written (${code ?? 'unknown reason'})`, 'Check the folder')
  }
}

function listJson() {
  return {
    schema: 'capline.figures/1',
    figures: GALLERY.map(({ id, kind, document, number, section, title, caption, parameters }) => ({
      id,
      kind,
      document,
      number,
      section,
      title,
      caption,
      parameters,
    })),
  }
}

export function runFigures({ args, options, terminal }: Invocation): Result<Answer> {
  const form = chosenForm(options, ['json', 'csv'])
  if (!form.ok) return form
  const given = givenOf(options)
  if (!given.ok) return given
  const [name] = args
  if (name === undefined) {
    const stray = ['model', 'on', 'set', 'svg', 'csv'].find((option) => options[option] !== undefined)
    if (stray !== undefined) return fail(`--${stray}`, 'is about one figure', 'Name it: capline figures ID, or all')
    return ok({ text: form.value === 'json' ? json(listJson()) : renderFigureList(GALLERY, terminal) })
  }
  if (name.trim().toLowerCase() === 'all') return all(given.value, form.value, { options, terminal, args })
  const entry = withMeasurements(findInGallery(name), given.value)
  if (!entry.ok) return entry
  const rendering = render(entry.value, measuredBasis(entry.value, given.value))
  if (!rendering.ok) return rendering
  const one = [entry.value, rendering.value] as const
  const text =
    form.value === 'json'
      ? json(figureJson(...one))
      : form.value === 'csv'
        ? csvOf(rendering.value)
        : renderFigures([one], terminal, true)
  if (typeof options.svg !== 'string') return ok({ text })
  const { svg } = rendering.value
  if (!svg) return fail('--svg', `${entry.value.id} is a table: it has no drawing`, 'Take --csv or --json')
  if (options.svg === '-') return form.value === undefined ? ok({ text: svg() }) : alone(form.value)
  const written = write(options.svg, svg())
  return written.ok ? ok({ text, remark: `Drawing written to ${shownPath(options.svg)}` }) : written
}

function alone(form: string) {
  return fail(`--${form} --svg -`, 'both would go to stdout', 'Choose one, or give a file')
}

/** The triangle of a named scenario is the measured one. */
function measuredBasis(entry: GalleryEntry, given: Given): Given {
  const names = Object.keys(given)
  return entry.id === 'cap-1' && names.length > 0 && given.basis === undefined ? { ...given, basis: 'measured' } : given
}

/** Measurements are read only for the figure that shows them. */
function withMeasurements(entry: Result<GalleryEntry>, given: Given): Result<GalleryEntry> {
  if (!entry.ok || entry.value.id !== 'cap-1' || Object.keys(given).length === 0) return entry
  const set = loadEvidence()
  return set.ok ? ok(figureEntry(capFigure1(set.value.records))) : set
}

/** Every entry; a parameter goes to those that take it. */
function all(given: Given, form: string | undefined, { options, terminal }: Invocation): Result<Answer> {
  if (form === 'csv') return fail('--csv', 'has one table, and the figures differ', 'Name one figure, or take --json')
  const untaken = Object.keys(given).find(
    (id) => !GALLERY.some(({ parameters }) => parameters.some((p) => p.id === id)),
  )
  if (untaken !== undefined)
    return fail(FLAGS[untaken] ?? `--set ${untaken}`, 'is a parameter of no figure', 'Leave it out')
  const done: (readonly [GalleryEntry, Rendering])[] = []
  for (const entry of GALLERY) {
    const own = Object.fromEntries(Object.entries(given).filter(([id]) => entry.parameters.some((p) => p.id === id)))
    const rendering = render(entry, own)
    if (!rendering.ok) {
      const { path, reason, remedy } = rendering.problem
      return fail(`${entry.id}: ${path}`, reason, remedy)
    }
    done.push([entry, rendering.value])
  }
  const text = form === 'json' ? json(done.map((one) => figureJson(...one))) : renderFigures(done, terminal, false)
  const folder = options.svg
  if (typeof folder !== 'string') return ok({ text })
  if (folder === '-') return fail('--svg -', 'holds one drawing', 'Give a folder')
  let files = 0
  for (const [entry, { svg }] of done) {
    if (!svg) continue
    const written = write(join(folder, `${entry.id}.svg`), svg(), folder)
    if (!written.ok) return written
    files++
  }
  return ok({ text, remark: `${files} drawings written to ${shownPath(folder)}` })
}
