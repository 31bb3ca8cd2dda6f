import { describe, expect, it } from 'vitest'
import { findAccelerator } from '../catalog/accelerators/index.ts'
import { editAccelerator } from './hardwareEdit.ts'

const ROW = findAccelerator('h100-sxm') as NonNullable<ReturnType<typeof findAccelerator>>

describe('editing a row of the catalogue', () => {
  it('replaces the figures given and no others', () => {
    const edited = editAccelerator(ROW, { power: '300', 'matrix.fp8': '1PFLOPS', memory: '64GiB' })
    expect(edited.ok && edited.value).toEqual({
      ...ROW,
      powerW: { value: 300, source: 'user' },
      memoryBytes: { value: 64 * 2 ** 30, source: 'user' },
      matrixFlopPerS: { ...ROW.matrixFlopPerS, fp8: { value: 1e15, source: 'user' } },
    })
    expect(editAccelerator(ROW, {})).toEqual({ ok: true, value: ROW })
    const linked = editAccelerator(ROW, { clock: '1.5GHz', link: '400GB/s' })
    expect(linked.ok && linked.value.clockHz).toEqual({ value: 1.5e9, source: 'user' })
    expect(linked.ok && linked.value.scaleUpLink?.bandwidthBytePerS.value).toBe(4e11)
    expect(linked.ok && linked.value.hostLink).toEqual(ROW.hostLink)
  })

  it('names the figure it cannot read', () => {
    for (const [key, value] of [
      ['power', 'NaN'],
      ['matrix.fp9', '1TFLOPS'],
      ['colour', 'red'],
      ['memory', '-1'],
    ] as const) {
      const edited = editAccelerator(ROW, { [key]: value })
      expect(edited.ok ? '' : edited.problem.path).toContain(key)
    }
  })
})
