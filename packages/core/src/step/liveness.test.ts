import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { livenessPeak, livenessSchedule, type Scheduled } from './liveness.ts'

describe('liveness', () => {
  it('keeps a residual input until its addition', () => {
    // input 10 → a 4 → b 6 → add 10 (reads input and b).
    const operators = [
      { name: 'a', after: ['input'] },
      { name: 'b', after: ['a'] },
      { name: 'add', after: ['input', 'b'] },
    ]
    const schedule = livenessSchedule(operators)
    // At b: 10 + 4 + 6; at add: 10 + 6 + 10.
    expect(livenessPeak(schedule, 10, [4, 6, 10])).toBe(26)
  })

  it('frees what nothing reads, and an input that nothing reads late', () => {
    const schedule = livenessSchedule([
      { name: 'a', after: ['input'] },
      { name: 'b', after: ['a'] },
    ])
    // At a: 100 + 1. The input dies there; at b: 1 + 50.
    expect(livenessPeak(schedule, 100, [1, 50])).toBe(101)
  })

  const graphs = fc.array(
    fc.record({ reads: fc.array(fc.nat(30), { maxLength: 3 }), bytes: fc.integer({ min: 0, max: 1000 }) }),
    { minLength: 1, maxLength: 20 },
  )

  it('lies between every live pair and the sum of all', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 0, max: 1000 }), (nodes, inputBytes) => {
        const operators: Scheduled[] = nodes.map((node, i) => ({
          name: `n${i}`,
          after: node.reads.map((r) => (i === 0 || r % (i + 1) === i ? 'input' : `n${r % i}`)),
        }))
        const outputs = nodes.map((node) => node.bytes)
        const peak = livenessPeak(livenessSchedule(operators), inputBytes, outputs)
        const sum = outputs.reduce((a, b) => a + b, inputBytes)
        expect(peak).toBeLessThanOrEqual(sum)
        operators.forEach((operator, i) => {
          // An operator's output and everything it reads live together.
          const inputs = new Set(operator.after)
          let live = outputs[i] as number
          for (const name of inputs) live += name === 'input' ? inputBytes : (outputs[Number(name.slice(1))] as number)
          expect(peak).toBeGreaterThanOrEqual(live)
        })
      }),
    )
  })
})
