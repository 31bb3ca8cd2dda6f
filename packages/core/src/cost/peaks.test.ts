import { describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import type { DtypeId } from '../catalog/dtypes/table.ts'
import { matrixPeak, type Roofs, roofsOf } from './peaks.ts'

function roofs(id: string): Roofs {
  const accelerator = findAccelerator(id)
  const found = accelerator && roofsOf(accelerator)
  if (!found) throw new Error(`no roofs for ${id}`)
  return found
}
const dtypeOf = (id: string, ...operands: DtypeId[]) => matrixPeak(roofs(id), operands)?.dtype

describe('compute formats', () => {
  it('the widest operand decides', () => {
    expect(dtypeOf('h100-sxm', 'int8', 'int8')).toBe('int8')
    expect(dtypeOf('h100-sxm', 'int4', 'bf16')).toBe('bf16')
    expect(dtypeOf('h100-sxm', 'fp8', 'fp16')).toBe('fp16')
    expect(dtypeOf('a100-sxm-80gb', 'int4', 'int8')).toBe('int8')
    // Integers and floats of eight bits meet in sixteen.
    expect(dtypeOf('h100-sxm', 'int8', 'fp8')).toMatch(/16/)
  })

  it('of equal peaks the name is that of an operand', () => {
    expect(dtypeOf('h100-sxm', 'mxfp4', 'bf16')).toBe('bf16')
    expect(dtypeOf('h100-sxm', 'mxfp4', 'fp16')).toBe('fp16')
  })

  it('a width the chip lacks is widened to the fastest that holds it', () => {
    expect(dtypeOf('h100-sxm', 'nvfp4', 'nvfp4')).toBe('fp8')
    expect(dtypeOf('a100-sxm-80gb', 'fp8', 'fp8')).toMatch(/16/)
    expect(dtypeOf('v100-sxm-32gb', 'bf16', 'bf16')).toBe('fp16')
  })

  it('a chip with matrix units whose peak nobody sourced is refused; one without them uses its vector units', () => {
    expect(matrixPeak(roofs('h100-nvl'), ['bf16'])).toBeUndefined()
    expect(matrixPeak(roofs('m3-ultra'), ['fp16'])?.flopPerS).toBe(roofs('m3-ultra').vector.fp32)
  })
})
