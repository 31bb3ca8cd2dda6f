import { describe, expect, test } from 'vitest'
import { parseCsv } from '../table/csv.ts'
import { publicColumns } from './columns.ts'
import { readKernelTable } from './read.ts'

describe('columns as others write them', () => {
  test('a public table is passed on untouched', () => {
    const records = parseCsv('gemm_dtype,m,n,k,latency\nfp8,1,2,3,0.1')
    expect(publicColumns('gemm', records)).toBe(records)
  })
  test('cases, other names, and times whose name says the unit', () => {
    const records = publicColumns(
      'gemm',
      parseCsv('DType,M,N,K,Latency (us),GPU,Engine\nbf16,16,4096,4096,14.5,H100,vllm'),
    )
    expect(records[0]).toMatchObject({ gemm_dtype: 'bf16', m: '16', k: '4096', device: 'H100', backend_name: 'vllm' })
    expect(records[0]?.latency).toBeCloseTo(0.0145, 12)
    const { measurements, faults, uncovered } = readKernelTable('gemm', records)
    expect([measurements.length, faults, uncovered]).toEqual([1, [], []])
    expect(measurements[0]?.seconds).toBeCloseTo(14.5e-6, 12)
  })
  test('a column that is there wins over another name of it, and a time without a number stays to be reported', () => {
    const [row] = publicColumns('moe', parseCsv('num_tokens,tokens,latency,latency_us\n8,9,0.5,7'))
    expect(row).toMatchObject({ num_tokens: '8', latency: '0.5' })
    const [bad] = publicColumns('moe', parseCsv('num_tokens,latency_us\n8,oops'))
    expect(bad).toMatchObject({ latency: 'oops' })
  })
})
