import { describe, expect, test } from 'vitest'
import { parseCsv, readKernelTable } from './index.ts'

const HEAD = 'kernel_source,gemm_dtype,m,n,k,latency,device,backend_name,backend_version'
const table = (...rows: string[]) => readKernelTable('gemm', parseCsv([HEAD, ...rows, ''].join('\r\n')))

describe('kernel tables', () => {
  test('a row becomes a query in our terms, seconds from milliseconds', () => {
    const { measurements, faults, uncovered } = table('cublas,bfloat16,16,4096,8192,0.05,h100_sxm,vllm,0.24.0')
    expect(faults).toEqual([])
    expect(uncovered).toEqual([])
    expect(measurements[0]).toMatchObject({
      deviceId: 'h100-sxm',
      device: 'h100_sxm',
      seconds: 5e-5,
      line: 2,
      query: { kind: 'gemm', m: 16, n: 4096, k: 8192, format: 'bfloat16', replayed: true },
      columns: { op: 'gemm', dtype: 'bfloat16', backend: 'vllm' },
    })
  })
  test('faults are reported with their line', () => {
    const { faults, measurements } = table(
      'cublas,bfloat16,16,4096,8192,0.05,h100_sxm,vllm,1',
      'cublas,bfloat16,0,4096,8192,0.05,h100_sxm,vllm,1',
      'cublas,bfloat16,16,4096,8192,-1,h100_sxm,vllm,1',
      'cublas,bfloat16,16,4096,8192,0.00005,h100_sxm,vllm,1',
      'cublas,bfloat16,16,x,8192,0.05,h100_sxm,vllm,1',
      'cublas,bfloat16,16',
    )
    expect(measurements).toHaveLength(1)
    expect(faults.map((fault) => fault.line)).toEqual([3, 4, 5, 6, 7])
    expect(faults[2]?.reason).toContain('milliseconds')
    expect(faults[3]).toMatchObject({
      line: 6,
      column: 'n',
      value: 'x',
      reason: 'n: "x" is not a number',
      remedy: 'Correct the cell or remove the row',
    })
  })
  test('unknown devices and formats leave a row uncovered, not dropped', () => {
    const { uncovered, faults } = table(
      'cublas,bfloat16,16,4096,8192,0.05,warp_core,vllm,1',
      'cublas,int3,16,4096,8192,0.05,h100_sxm,vllm,1',
    )
    expect(faults).toEqual([])
    expect(uncovered.map((row) => row.reason)).toEqual([
      'device "warp_core" is not in the catalogue',
      'gemm_dtype "int3" is not modelled',
    ])
  })
  test('missing columns are named', () => {
    const read = readKernelTable('moe', parseCsv('device,latency\nh100_sxm,1'))
    expect(read.missingColumns).toContain('num_experts')
    expect(read.missingColumns).not.toContain('kernel_source')
    expect(read.columnRemedy).toContain('topk, num_experts')
  })
  test('attention: windows of 0, −1 and nothing mean none; the context counts the new token', () => {
    const head =
      'kernel_source,batch_size,isl,num_heads,num_key_value_heads,head_dim,attn_dtype,kv_cache_dtype,step,latency,device,backend_name,window_size'
    const row = (window: string) => `fa3,4,1,32,8,128,bfloat16,fp8,1023,0.02,h100_sxm,vllm,${window}`
    const { measurements } = readKernelTable(
      'generation_attention',
      parseCsv([head, row(''), row('0'), row('-1'), row('128')].join('\n')),
    )
    expect(measurements.map((one) => one.query)).toMatchObject([
      { contextTokens: 1024, window: 0, kv: 'fp8' },
      { window: 0 },
      { window: 0 },
      { window: 128 },
    ])
  })
  test('other spellings of formats and collectives; columns that hold nothing may be left out', () => {
    for (const [dtype, format] of [
      ['torch.bfloat16', 'bfloat16'],
      ['FP8-Block', 'fp8_block'],
      ['w4a16_awq', 'int4_wo'],
      ['float8_e4m3fn', 'fp8'],
    ]) {
      expect(table(`x,${dtype},16,4096,4096,0.05,h100_sxm,vllm,1`).measurements[0]?.query).toMatchObject({ format })
    }
    expect(table('x,constructor,16,4096,4096,0.05,h100_sxm,vllm,1').uncovered).toHaveLength(1)
    const moe = readKernelTable(
      'moe',
      parseCsv(
        'moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,distribution,latency,device\nfp8,8,4096,1024,2,8,Balanced,1,h100',
      ),
    )
    expect(moe.measurements[0]?.query).toMatchObject({ tp: 1, ep: 1, alpha: 0, gated: true })
    const nccl = readKernelTable(
      'nccl',
      parseCsv('op_name,nccl_dtype,num_gpus,message_size,latency,device\nAll-Gather,fp16,8,1024,0.02,h100'),
    )
    expect(nccl.measurements[0]?.query).toMatchObject({ op: 'all_gather', bytes: 2048 })
  })
  test('quoted cells', () => {
    expect(parseCsv('a,b\n"x, ""y""",2')).toEqual([{ a: 'x, "y"', b: '2' }])
  })
})
