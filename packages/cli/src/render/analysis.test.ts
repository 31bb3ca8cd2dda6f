/** The terminal's tables of an analysis have intervals on the calibrated basis, and still stay within the width. */
import { describe, expect, it } from 'vitest'
import { main } from '../main.ts'

async function analyze(width: number, ...argv: string[]): Promise<string[]> {
  let out = ''
  const write = (text: string) => {
    out += text
  }
  const terminal = { out: write, err: write, width, colour: false, progress: false }
  expect(await main(['analyze', 'llama-3.1-8b', '--on', 'h100-sxm', ...argv], terminal)).toBe(0)
  return out.split('\n')
}

const CALIBRATED = ['--basis', 'calibrated', '--batch', '16', '--count', '4'] as const

describe.each([80, 120])('at %i columns', (width) => {
  it('operators, layouts and whole passes say both ends, within the width', async () => {
    const lines = await analyze(width, ...CALIBRATED)
    const table = lines.slice(lines.indexOf('Layouts'))
    const layout = table.find((line) => line.includes('▸')) ?? ''
    expect(layout.match(/\(\$?[\d.]+.*?–.*?\)/g)?.length, layout).toBeGreaterThanOrEqual(width === 80 ? 3 : 4)
    expect(table.find((line) => line.startsWith('Prefill: '))).toMatch(/^Prefill: [\d.]+ ms \([\d.]+–[\d.]+\), /)
    const operators = table.filter((line) => /^ {2}(q_proj|all 32|lm_head) /.test(line))
    expect(operators.length).toBe(6)
    for (const line of operators) expect(line).toMatch(/[\d.]+(?: .s)?–[\d.]+ .?s\s/)
    for (const line of table.slice(0, table.indexOf('Notes'))) expect(line.length, line).toBeLessThanOrEqual(width)
  })
})

it('the roofline has none', async () => {
  const lines = await analyze(120, '--count', '4')
  expect(lines.join('\n')).not.toContain('80 % interval')
})
