/** `capline analyze`: one scenario, in the form asked for. */
import { writeFileSync } from 'node:fs'
import {
  type Analysis,
  analysisJson,
  analysisMarkdown,
  analyzeBench,
  fail,
  ok,
  operatorCsv,
  operatorRows,
  prepare,
  type Result,
  renderReport,
} from '@capline/core'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { shownPath } from '../input/files.ts'
import { readScenario } from '../input/scenario.ts'
import { renderAnalysis } from '../render/analysis.ts'
import type { Terminal } from '../terminal.ts'

const FORMS: Readonly<Record<string, (analysis: Analysis, terminal: Terminal) => string>> = {
  json: (analysis) => json(analysisJson(analysis)),
  csv: (analysis) => operatorCsv(operatorRows(analysis)),
  markdown: analysisMarkdown,
}

/** The one form among the flags; undefined for the terminal's. */
export function chosenForm(options: Options, forms: readonly string[]): Result<string | undefined> {
  const chosen = forms.filter((name) => options[name] === true)
  if (chosen.length < 2) return ok(chosen[0])
  const flags = chosen.map((name) => `--${name}`)
  return fail(flags.join(' '), 'these exclude each other', `Choose one of ${flags.join(' and ')}`)
}

export function runAnalyze(invocation: Invocation): Result<Answer> {
  const { options, terminal } = invocation
  const form = chosenForm(options, Object.keys(FORMS))
  if (!form.ok) return form
  const scenario = readScenario(invocation)
  if (!scenario.ok) return scenario
  const bench = prepare(scenario.value)
  if (!bench.ok) return bench
  const analysis = analyzeBench(bench.value)
  const render = form.value === undefined ? renderAnalysis : FORMS[form.value]
  const text = render?.(analysis, terminal) ?? ''
  if (typeof options.html !== 'string') return ok({ text })
  const written = writeReport(options.html, renderReport(bench.value, analysis))
  return written.ok ? ok({ text, remark: `Report written to ${shownPath(options.html)}` }) : written
}

function writeReport(path: string, html: string): Result<true> {
  try {
    writeFileSync(path, html)
    return ok(true)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    return fail(
      `--html ${shownPath(path)}`,
      `cannot be written (${code ?? 'unknown reason'})`,
      'Check the folder and its permissions',
    )
  }
}
