/** The inverse answers for the terminal: verdict, the three limits, the memory of the planned point, the cheapest offers. */
import {
  type Column,
  type Fact,
  type FitAnswer,
  type FitRequest,
  formatBytes,
  formatCount,
  formatDollars,
  memoryBar,
  type Offer,
  type Scenario,
} from '@capline/core'
import { clean } from '../clean.ts'
import type { Terminal } from '../terminal.ts'
import { factLines } from './analysis.ts'
import { memoryLines } from './memoryBar.ts'
import { painter, wrap } from './style.ts'
import { tableLines } from './table.ts'

const MOST_OFFERS = 8
const TEXT_WIDTH = 110

const OFFER_COLUMNS: readonly Column<Offer>[] = [
  { id: 'count', title: 'count', text: (offer) => String(offer.count), align: 'right' },
  { id: 'accelerator', title: 'accelerator', text: (offer) => offer.accelerator.id },
  { id: 'name', title: 'name', text: (offer) => offer.accelerator.name, keep: 1 },
  {
    id: 'memory',
    title: 'memory',
    text: (offer) => formatBytes(offer.count * (offer.accelerator.memoryBytes?.value ?? 0)),
    align: 'right',
  },
  { id: 'usdPerHour', title: '$/hour', text: (offer) => formatDollars(offer.usdPerHour), align: 'right' },
]

function people(users: number): string {
  return `${formatCount(users)} user${users === 1 ? '' : 's'}`
}

function headline(answer: FitAnswer, request: FitRequest): string {
  const point = `${people(answer.users)} with ${formatCount(answer.contextTokens)} tokens each`
  const difference = formatBytes(Math.abs((answer.memory.capacityBytes ?? 0) - answer.memory.totalBytes))
  if (!answer.fits)
    return `Does not fit: ${point}; ${difference} too much${answer.count > 1 ? ' on each accelerator' : ''}`
  const isMost = request.context === 'max' || request.users === 'max'
  return isMost ? `Fits: at most ${point}` : `Fits: ${point}, ${difference} free`
}

function limits(answer: FitAnswer): Fact[] {
  const trained = answer.trainedContextTokens
  const beyond = trained !== undefined && answer.maxContextTokens > trained
  const on = answer.count > 1 ? `on ${answer.count} accelerators` : 'on one accelerator'
  return [
    {
      label: 'Longest context',
      value: Number.isFinite(answer.maxContextTokens)
        ? `${formatCount(answer.maxContextTokens)} tokens`
        : 'no limit by memory',
      note: `for ${people(answer.users)} ${on}${beyond ? `; trained for ${formatCount(trained)}` : ''}`,
    },
    {
      label: 'Most users',
      value: Number.isFinite(answer.maxUsers) ? formatCount(answer.maxUsers) : 'no limit by memory',
      note: `at ${formatCount(answer.contextTokens)} tokens each ${on}`,
    },
    {
      label: 'Fewest accelerators',
      value: answer.minAccelerators === undefined ? 'none is enough' : formatCount(answer.minAccelerators),
      note: `for ${people(answer.users)} with ${formatCount(answer.contextTokens)} tokens each`,
    },
  ]
}

export function renderFit(scenario: Scenario, answer: FitAnswer, request: FitRequest, terminal: Terminal): string {
  const paint = painter(terminal.colour)
  const width = Math.min(terminal.width, TEXT_WIDTH)
  const { model, accelerator } = scenario
  const count = answer.count > 1 ? `${answer.count} × ` : ''
  const lines = [
    paint('bold', clean(`${model.name} on ${count}${accelerator.name}`)),
    '',
    ...wrap(`${answer.fits ? '✔' : '✘'} ${clean(headline(answer, request))}`, width, '  ').map((line) =>
      paint(answer.fits ? 'green' : 'red', line),
    ),
    '',
    ...factLines(limits(answer), paint, width),
    '',
    paint('bold', answer.count > 1 ? 'Memory of each accelerator' : 'Memory'),
    ...memoryLines(memoryBar(answer.memory), width, paint),
  ]
  if (answer.offers.length > 0) {
    lines.push('', paint('bold', 'Cheapest that fit, by sourced rent'))
    lines.push(
      ...tableLines(
        { columns: OFFER_COLUMNS, rows: answer.offers.slice(0, MOST_OFFERS) },
        { width, paint, indent: '  ' },
      ),
    )
  }
  if (answer.notes.length > 0) {
    lines.push('', paint('bold', 'Notes'))
    for (const note of answer.notes)
      lines.push(...wrap(`• ${clean(note)}`, width - 2, '  ').map((line) => `  ${paint('dim', line)}`))
  }
  return `${lines.join('\n')}\n`
}
