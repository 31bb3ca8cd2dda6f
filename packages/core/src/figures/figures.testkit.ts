/** What tests of figures share: a figure computed with its defaults or other parameters, and a strict reader of tags. */
import { unwrap } from '../scenario/scenario.testkit.ts'
import { DOCUMENTS } from '../techniques/catalog/documents.ts'
import type { DataRow, Figure, FigureData } from './figure.ts'
import { FIGURES } from './gallery.ts'
import { readSettings } from './settings.ts'

export function figureOf(id: string): Figure {
  const found = FIGURES.find((figure) => figure.id === id)
  if (!found) throw new Error(`no figure ${id} among those of ${Object.keys(DOCUMENTS).join(' and ')}`)
  return found
}

export function computed(id: string, given: Readonly<Record<string, string>> = {}): FigureData {
  const figure = figureOf(id)
  return unwrap(figure.compute(unwrap(readSettings(figure.parameters, given))))
}

/** The one row with these cells. */
export function rowWith(data: FigureData, cells: DataRow): DataRow {
  const found = data.rows.filter((row) => Object.entries(cells).every(([key, value]) => row[key] === value))
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} rows with ${JSON.stringify(cells)}`)
  return found[0]
}

/** Names of tags left open or closed out of turn, attributes twice or without quotes, stray signs; [] when well formed. */
export function faultsOfXml(xml: string): string[] {
  const faults: string[] = []
  const open: string[] = []
  let rest = xml.trim()
  while (rest !== '') {
    const text = /^[^<]*/.exec(rest)?.[0] ?? ''
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) faults.push(`stray & in ${text.slice(0, 40)}`)
    rest = rest.slice(text.length)
    if (rest === '') break
    const tag = /^<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/.exec(rest)
    if (!tag) return [...faults, `no tag at ${rest.slice(0, 60)}`]
    const [whole, closing, name = '', attributes = '', own] = tag
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map((match) => match[1])
    if (new Set(names).size < names.length) faults.push(`attribute twice in ${whole.slice(0, 60)}`)
    if (closing) {
      if (open.pop() !== name) faults.push(`</${name}> out of turn`)
    } else if (!own) open.push(name)
    rest = rest.slice(whole.length)
  }
  return [...faults, ...open.map((name) => `<${name}> left open`)]
}
