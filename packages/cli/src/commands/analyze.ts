/** `capline analyze`: one scenario, in the form asked for. */
import { writeFileSync } from 'node:fs'
import {
  type Analysis,
  analysisJson,
  analysisMarkdown,
  analyzeBench,
  besideWords,
  compose,
  fail,
  gainOf,
  type LayoutChoice,
  layoutOf,
  layoutsJson,
  measuredTimer,
  ok,
  operatorCsv,
  operatorRows,
  parseSelection,
  prepare,
  type Result,
  rankCount,
  rankLayouts,
  renderReport,
  type Scenario,
} from '@capline/core'
import { type Answer, type Invocation, json, type Options } from '../command.ts'
import { shownPath } from '../input/files.ts'
import { measuredFolder, readMeasuredDevice } from '../input/measuredDevice.ts'
import { readScenario } from '../input/scenario.ts'
import { renderAnalysis } from '../render/analysis.ts'
import { layoutLines } from '../render/layouts.ts'
import { prepareSearch } from '../solver.ts'

const FORMS: Readonly<Record<string, (analysis: Analysis, layouts: readonly LayoutChoice[]) => string>> = {
  json: (analysis, layouts) => json({ ...analysisJson(analysis), layouts: layoutsJson(layouts) }),
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

interface Asked {
  readonly scenario: Scenario
  readonly remarks: readonly string[]
}

/** The scenario; with `--basis measured:DIR` its kernels come from the folder's tables. */
export async function readAsked(invocation: Invocation): Promise<Result<Asked>> {
  const { options, terminal } = invocation
  const folder = typeof options.basis === 'string' ? measuredFolder(options.basis) : undefined
  if (folder === undefined || folder.trim() === '') {
    const scenario = readScenario(invocation)
    return scenario.ok ? ok({ scenario: scenario.value, remarks: [] }) : scenario
  }
  const scenario = readScenario({ ...invocation, options: { ...options, basis: 'calibrated' } })
  if (!scenario.ok) return scenario
  const { accelerator, engine } = scenario.value
  const read = await readMeasuredDevice(
    folder,
    accelerator,
    { caches: 'cold', ...(engine ? { engine } : {}) },
    terminal,
  )
  if (!read.ok) return read
  const { device, remarks } = read.value
  return ok({ scenario: { ...scenario.value, basis: 'measured', kernels: measuredTimer(device) }, remarks })
}

/** The scenario as techniques change its operators; what they change beside one step goes into remarks. */
async function withTechniques(asked: Asked, given: unknown): Promise<Result<Asked>> {
  if (given === undefined) return ok(asked)
  const selection = parseSelection(given)
  if (!selection.ok) return selection
  await prepareSearch([selection.value])
  const plan = compose(asked.scenario, selection.value.uses)
  if (!plan.ok)
    return fail(`--with ${selection.value.label}: ${plan.problem.path}`, plan.problem.reason, plan.problem.remedy)
  return ok({ scenario: plan.value.scenario, remarks: [...asked.remarks, ...besideWords(plan.value)] })
}

/** The layouts that were tried, where the user left the choice to us. */
function triedLayouts(scenario: Scenario, options: Options): LayoutChoice[] {
  const isOpen = options.count !== undefined && (options.layout === undefined || options.layout === 'auto')
  const count = rankCount(layoutOf(scenario))
  return isOpen && count > 1 ? rankLayouts(scenario, count) : []
}

export async function runAnalyze(invocation: Invocation): Promise<Result<Answer>> {
  const { options, terminal } = invocation
  const form = chosenForm(options, Object.keys(FORMS))
  if (!form.ok) return form
  const asked = await readAsked(invocation)
  if (!asked.ok) return asked
  const applied = await withTechniques(asked.value, options.with)
  if (!applied.ok) return applied
  const { scenario, remarks } = applied.value
  const bench = prepare(scenario)
  if (!bench.ok) return bench
  const analysis = analyzeBench(bench.value)
  const layouts = triedLayouts(scenario, options)
  const shown = () => {
    const gain = gainOf(scenario, layoutOf(scenario))
    return renderAnalysis(analysis, terminal, layoutLines(layouts, analysis, gain, terminal))
  }
  const text = form.value === undefined ? shown() : (FORMS[form.value]?.(analysis, layouts) ?? '')
  const remark = remarks.length > 0 ? { remark: remarks.join('\n') } : {}
  if (typeof options.html !== 'string') return ok({ text, ...remark })
  const written = writeReport(options.html, renderReport(bench.value, analysis))
  if (!written.ok) return written
  return ok({ text, remark: [...remarks, `Report written to ${shownPath(options.html)}`].join('\n') })
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
