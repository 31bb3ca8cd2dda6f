import { describe, expect, it } from 'vitest'
import { analyzeBench } from '../scenario/analyze.ts'
import { prepare } from '../scenario/bench.ts'
import { device, testScenario, unwrap } from '../scenario/scenario.testkit.ts'
import { catalogueModel } from '../techniques/techniques.testkit.ts'
import { scaleOf } from './html/scale.ts'
import { rooflineChart } from './rooflineChart.ts'

describe('the roofline chart', () => {
  it('of fused experts priced by their kernel has a place for each of them, and ticks with an end', () => {
    for (const id of ['mixtral-8x7b', 'gpt-oss-120b', 'deepseek-v3']) {
      const question = testScenario({ model: catalogueModel(id), accelerator: device('b200'), basis: 'calibrated' })
      const { x, y, marks } = rooflineChart(analyzeBench(unwrap(prepare({ ...question, kernel: 'flash' }))))
      for (const { ticks } of [scaleOf(x, 0, 600, 8), scaleOf(y, 400, 0, 8)]) expect(ticks.length).toBeGreaterThan(2)
      expect(marks?.every((mark) => mark.y >= y.domain[0])).toBe(true)
      expect(
        marks?.some((mark) => mark.text.includes('expert_down_proj')),
        id,
      ).toBe(true)
    }
  })
})
