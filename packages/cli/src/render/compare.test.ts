/** A comparison for the terminal and as JSON: what others measured stands beside the prediction, and enters none of it. */
import { describe, expect, it } from 'vitest'
import { runCompare } from '../commands/compare.ts'

async function compare(
  sets: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
  width = 120,
  model = 'llama-3.1-8b',
) {
  const terminal = { out: () => {}, err: () => {}, width, colour: false, progress: false }
  const answer = await runCompare({
    args: [model],
    options: { on: 'h100-sxm', prompt: '8k', with: sets, ...options },
    terminal,
  })
  if (!answer.ok) throw new Error(answer.problem.reason)
  return String(answer.value.text)
}

const lineOf = (text: string, label: string) => text.split('\n').find((line) => line.startsWith(label)) ?? ''

describe('speed-ups that others measured, in a comparison', () => {
  it('stand in the table with sources and grade; no evidence is said', async () => {
    const text = await compare(['eagle', 'w4'])
    expect(lineOf(text, 'Speed-up others measured')).toMatch(/2\.03× to 3× +no evidence$/)
    expect(lineOf(text, '  sources, grade')).toMatch(/2 sources, grade A$/)
    expect(text).toContain('• w4: no evidence')
    expect(text).toMatch(/• eagle: 2\.03× to 3× \(2 sources, grade A; .*batch 1/)
  })

  it('of several techniques are never made one factor, and fit a narrow terminal', async () => {
    expect(lineOf(await compare(['eagle,w4']), 'Speed-up others measured')).toMatch(/of 1 of 2 parts, below$/)
    const narrow = await compare(['eagle,w4', 'h2o:budget=0.2'], {}, 60)
    for (const line of narrow.split('\n')) expect(line.length, line).toBeLessThanOrEqual(60)
  })

  it('are a part of their own in JSON', async () => {
    const [eagle, plain] = JSON.parse(await compare(['eagle', 'w4'], { json: true })).sets
    expect(eagle.measuredSpeedUps).toMatchObject([{ member: 'eagle', low: 2.03, high: 3, sources: 2, grades: 'A' }])
    expect(eagle.measuredSpeedUps[0].records.length).toBeGreaterThan(2)
    expect(plain.measuredSpeedUps).toMatchObject([{ member: 'w4', low: null, high: null, sources: 0, records: [] }])
    // The prediction is the model of costs' alone: another figure, from the plan's tokens a pass.
    expect(eagle.performance.factors.tpot).not.toBe(eagle.measuredSpeedUps[0].high)
  })
})

describe('what stands beside a set', () => {
  it('is why the order of its parts matters, and which is taken', async () => {
    const text = (await compare(['h2o,yarn', 'w4,eagle'])).replace(/\s+/g, ' ')
    expect(text).toContain('h2o with yarn: order matters: keys cached under one position')
    expect(text).toContain('applied in this order: POS of yarn, KVB of h2o')
    expect(text).not.toContain('w4 with eagle')
    const [first, second] = JSON.parse(await compare(['h2o,yarn', 'w4,eagle'], { json: true })).sets
    expect(first.compatibility).toMatchObject([{ a: 'h2o', b: 'yarn', kind: 'order-dependent' }])
    expect(first.compatibility[0].reason).toContain('turning again')
    expect(second.compatibility).toMatchObject([{ a: 'w4', b: 'eagle', kind: 'compatible' }])
  })

  it('is what averages of accuracy hide, in full once', async () => {
    const text = (await compare(['awq', 'w4', 'paged-attention'])).replace(/\s+/g, ' ')
    expect(text.match(/feed-forward layers, and a changed model/g)).toHaveLength(1)
    expect(text).toContain('as above: facts (WB of w4), refusals (WB of w4), groups (WB of w4)')
    const [awq, , exact] = JSON.parse(await compare(['awq', 'w4', 'paged-attention'], { json: true })).sets
    expect(awq.cautions.map(({ id }: { id: string }) => id)).toEqual(['facts', 'refusals', 'groups'])
    expect(awq.cautions[0].observers[0]).toMatchObject({ id: 'hallucination' })
    expect(exact.cautions).toEqual([])
  })

  it('is a sparsity of 2:4, as hardware names it', async () => {
    expect(await compare(['wanda:structure=2:4'])).toContain('wanda:structure=2:4')
  })
})

describe('a baseline that does not fit', () => {
  it('has no factors against it but of size, and is said not to fit', async () => {
    const text = await compare(['w2', 'w4'], { on: 'rtx-4090', prompt: '2k' }, 120, 'llama-3.1-70b')
    expect(text).not.toContain('∞')
    expect(lineOf(text, 'Time per output token')).not.toMatch(/better|worse/)
    expect(lineOf(text, 'Memory of one')).toMatch(/× better/)
    expect(lineOf(text, 'Against the baseline')).toMatch(/does not fit +A\?, fits +A↓, does not fit either$/)
    expect(text).toContain('The baseline does not fit in memory')
  })
})
