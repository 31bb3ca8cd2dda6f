import { describe, expect, test } from 'vitest'
import { completeRecords, enterFolder, type TableContext } from './context.ts'

const path = (...names: readonly string[]) => names.reduce<TableContext>((outer, name) => enterFolder(outer, name), {})

describe('the path of a table', () => {
  test('names accelerator, engine and version; families and other folders say nothing', () => {
    expect(path('data', 'h100_sxm', 'attention', 'trtllm', '1.3.0rc20')).toEqual({
      device: 'h100_sxm',
      backend: 'trtllm',
      version: '1.3.0rc20',
    })
    expect(path('2024', 'b200_sxm')).toEqual({ device: 'b200_sxm' })
    expect(path('vllm', '0.24.0')).toEqual({ backend: 'vllm', version: '0.24.0' })
    // A folder of another accelerator starts anew.
    expect(path('h100_sxm', 'vllm', 'l40s')).toEqual({ device: 'l40s' })
  })
  test('completes what a row lacks, and leaves what it says', () => {
    const context = { device: 'h100_sxm', backend: 'vllm', version: '0.24.0' }
    expect(completeRecords([{ device: 'Graphics Device', framework: 'VLLM', m: '1' }], context)).toMatchObject([
      { device: 'h100_sxm', backend_name: 'vllm', backend_version: '0.24.0', m: '1' },
    ])
    // A driver's name of the same accelerator groups with the folder's.
    expect(
      completeRecords([{ device: 'NVIDIA H100 SXM', backend_name: 'vllm' }], { device: 'h100_sxm' }),
    ).toMatchObject([{ device: 'h100_sxm' }])
    expect(completeRecords([{ device: 'l40s', backend_name: 'sglang', backend_version: '1' }], context)).toEqual([
      { device: 'l40s', backend_name: 'sglang', backend_version: '1' },
    ])
    expect(completeRecords([{ device: 'l40s', framework: 'TRTLLM', version: '1.0' }], {})).toMatchObject([
      { backend_name: 'trtllm', backend_version: '1.0' },
    ])
    const complete = [{ device: 'l40s', backend_name: 'vllm' }]
    expect(completeRecords(complete, {})).toBe(complete)
    expect(completeRecords([{ m: '1' }], {})).toEqual([{ m: '1' }])
  })
})
