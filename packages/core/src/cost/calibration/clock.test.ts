import { describe, expect, test } from 'vitest'
import { type Accelerator, findAccelerator } from '../../catalog/accelerators/index.ts'
import { type Chip, chipOf } from '../kernels/chip.ts'
import { constantsOf } from '../kernels/dispatch.ts'
import { atClock, CLASS_CLOCK } from './clock.ts'
import { CALIBRATION } from './constants.ts'
import { assemble, CLASS, type Selection, selectConstants } from './select.ts'

const chipNamed = (name: string) => chipOf(findAccelerator(name) as Accelerator) as Chip

describe('constants of a class at a clock', () => {
  const specs = constantsOf('generation_attention')
  const constants = Float64Array.from(specs, (_, i) => i + 1)
  test('times go with the inverse of the clock, shares and counts stay; other classes are left alone', () => {
    const at = atClock('generation_attention', constants, 2 * CLASS_CLOCK, new Float64Array(constants.length))
    expect([...at]).toEqual(specs.map(({ unit }, i) => (unit === 's' ? (i + 1) / 2 : i + 1)))
    expect(constants[0]).toBe(1)
    const gemm = Float64Array.from(constantsOf('gemm'), () => 3)
    expect([...atClock('gemm', gemm, 2 * CLASS_CLOCK, new Float64Array(gemm.length))]).toEqual([...gemm])
  })
  test('only what stands for another architecture is scaled', () => {
    const chip = chipNamed('mi300x')
    const wanted = { op: 'generation_attention', device: chip.id, backend: 'vllm', format: 'bfloat16' } as const
    const of = (architecture: string) => selectConstants(CALIBRATION.kernels, { ...wanted, architecture }) as Selection
    const other = of(chip.architecture)
    expect(other.constants.architecture).toBe(CLASS)
    const { shared } = other.constants
    expect(assemble(other, chip)[0]).toBeCloseTo(((shared[0] as number) * CLASS_CLOCK) / chip.clock, 12)
    const own = chipNamed('h200-sxm')
    const same = of(own.architecture)
    expect(assemble(same, own)[0]).toBe(same.constants.shared[0])
  })
})
