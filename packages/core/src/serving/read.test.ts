import { describe, expect, test } from 'vitest'
import { parseCsv } from '../importers/table/csv.ts'
import { readServingTable } from './index.ts'

const HEAD =
  'id,backend,backend_version,model_path,system,precision,mode,isl,osl,gemm_quant_mode,moe_quant_mode,batch_size,tp_size,pp_size,attention_dp_size,moe_tp_size,moe_ep_size,prefill_num_workers,prefill_tp_size,prefill_attention_dp_size,prefill_moe_tp_size,prefill_moe_ep_size,decode_batch_size,decode_num_workers,decode_tp_size,decode_attention_dp_size,decode_moe_tp_size,decode_moe_ep_size,silicon_ttft_ms,silicon_tpot_ms'
const GOOD: Readonly<Record<string, string>> = {
  id: 'a',
  backend: 'vllm',
  model_path: 'meta-llama/Llama-3.1-70B',
  system: 'h100_sxm',
  precision: 'fp8',
  mode: 'agg',
  isl: '1024',
  osl: '128',
  batch_size: '16',
  tp_size: '4',
  silicon_ttft_ms: '100',
  silicon_tpot_ms: '12.5',
}
const line = (cells: Readonly<Record<string, string>>) =>
  HEAD.split(',')
    .map((name) => cells[name] ?? '')
    .join(',')
const read = (...rows: Readonly<Record<string, string>>[]) =>
  readServingTable('points', parseCsv([HEAD, ...rows.map(line)].join('\n')))
const only = (row: Readonly<Record<string, string>>) => {
  const { points, unused } = read(row)
  if (!points[0]) throw new Error(unused[0]?.reason)
  return points[0]
}

describe('points.csv', () => {
  test('a row says what ran', () => {
    const point = only(GOOD)
    expect(point).toMatchObject({
      model: 'llama-3.1-70b',
      accelerator: 'h100-sxm',
      engine: 'vllm',
      mode: 'aggregated',
      load: { kind: 'concurrency', requests: 16 },
      layout: { tp: 4, pp: 1, attentionDp: 1 },
      measured: { ttftS: 0.1, tpotS: 0.0125 },
    })
    expect(point.formats).toMatchObject({ weights: 'fp8', activations: 'fp8' })
    expect(point.columns).toMatchObject({ device: 'h100-sxm', model: 'llama-3.1-70b', regime: 'some', engine: 'vllm' })
  })

  test('InferenceX draws its lengths: told by the source, or without one by its pairs of lengths; others are fixed', () => {
    expect(only(GOOD)).toMatchObject({ promptTokens: 1024, outputTokens: 128, lengthSpread: 0 })
    expect(only({ ...GOOD, osl: '8192' })).toMatchObject({ promptTokens: 922, outputTokens: 7373, lengthSpread: 0.2 })
    const sourced = (silicon_data_source: string) => {
      const head = `${HEAD},silicon_data_source`
      const row = `${line({ ...GOOD, osl: '1024' })},${silicon_data_source}`
      return readServingTable('points', parseCsv(`${head}\n${row}`)).points[0]?.lengthSpread
    }
    expect(sourced('source_file=2026-04-06.csv; measured=2025-10-29T00:00:00.000Z; wip=False')).toBe(0.2)
    expect(sourced('source_file=kimi-k2.5-gap-analysis.csv; silicon_concurrency=4')).toBe(0.2)
    expect(sourced('source_file=/home/someone/aic-auto-gap-analysis/data/h100_sxm/vllm.csv')).toBe(0)
  })

  test('an 8-bit cache is what NVFP4 checkpoints declare; weight-only integers declare none', () => {
    const kimi = { ...GOOD, model_path: 'moonshotai/Kimi-K2.5', system: 'h200_sxm', tp_size: '8' }
    expect(only({ ...kimi, precision: 'int4' }).formats.kv).toBeUndefined()
    expect(only({ ...kimi, system: 'b200_sxm', precision: 'fp4' }).formats.kv).toBe('fp8')
  })

  test('what cannot be is a fault of its row, with line and reason; the other rows stay', () => {
    const bad: [Record<string, string>, RegExp][] = [
      [{ silicon_tpot_ms: '-1' }, /silicon_tpot_ms: -1 is not positive/],
      [{ silicon_tpot_ms: 'fast' }, /silicon_tpot_ms: "fast" is not a number/],
      [{ silicon_tpot_ms: '0.0125' }, /must be in milliseconds/],
      [{ silicon_tpot_ms: '12500000' }, /must be in milliseconds/],
      [{ silicon_ttft_ms: '1e9' }, /must be in milliseconds/],
      [{ isl: '0' }, /isl: 0 is not a whole number/],
      [{ batch_size: '2.5' }, /batch_size: 2.5 is not a whole number/],
      [{ tp_size: '-4' }, /tp_size: -4 is no count of ranks/],
      [{ mode: 'sometimes' }, /mode: "sometimes"/],
    ]
    const { points, unused } = read(GOOD, ...bad.map(([cells]) => ({ ...GOOD, ...cells })))
    expect(points).toHaveLength(1)
    expect(unused).toHaveLength(bad.length)
    bad.forEach(([, reason], i) => {
      expect(unused[i]).toMatchObject({ line: i + 3, isFault: true })
      expect(unused[i]?.reason).toMatch(reason)
    })
  })

  test('what nobody models is counted, not a fault', () => {
    const strange: [Record<string, string>, RegExp][] = [
      [{ backend: 'tgi' }, /backend "tgi" is not modelled/],
      [{ model_path: 'acme/one' }, /model "acme\/one" is not in the catalogue/],
      [{ system: 'z9000' }, /device "z9000" is not in the catalogue/],
      [{ precision: 'fp3' }, /precision "fp3" is not modelled/],
      [{ tp_size: '36' }, /impossible layout/],
      [{ mode: 'disagg' }, /disaggregated without prefill_num_workers/],
    ]
    const { points, unused } = read(...strange.map(([cells]) => ({ ...GOOD, ...cells })))
    expect(points).toHaveLength(0)
    strange.forEach(([, reason], i) => {
      expect(unused[i]?.isFault).toBe(false)
      expect(unused[i]?.reason).toMatch(reason)
      expect(unused[i]?.metrics).toEqual(['tpot', 'ttft'])
    })
  })

  test('a missing column stops the table', () => {
    expect(readServingTable('points', parseCsv('backend,isl\nvllm,1')).missingColumns).toEqual([
      'model_path',
      'system',
      'osl',
      'silicon_ttft_ms or silicon_tpot_ms',
    ])
  })

  test('columns may stand in any order, and `concurrency` for `batch_size`', () => {
    const { batch_size: _, ...rest } = GOOD
    const names = [...Object.keys(rest), 'concurrency'].reverse()
    const row = names.map((name) => (name === 'concurrency' ? '16' : rest[name as keyof typeof rest])).join(',')
    expect(readServingTable('points', parseCsv(`${names.join(',')}\n${row}`)).points[0]?.load).toEqual({
      kind: 'concurrency',
      requests: 16,
    })
  })

  test('ranks that a row leaves out follow from the others', () => {
    const moe = {
      ...GOOD,
      model_path: 'Qwen/Qwen3-235B-A22B-FP8',
      system: 'h200_sxm',
      tp_size: '2',
      moe_tp_size: '1',
      moe_ep_size: '8',
    }
    expect(only(moe).layout).toMatchObject({ tp: 2, attentionDp: 4, moeTp: 1, moeEp: 8 })
  })

  test('devices counted twice are counted once: the name says so, or no board has as many', () => {
    const twice = {
      ...GOOD,
      model_path: 'deepseek-ai/DeepSeek-R1',
      system: 'b200_sxm',
      tp_size: '64',
      moe_tp_size: '8',
      moe_ep_size: '8',
    }
    const eight = { tp: 8, attentionDp: 1, moeTp: 1, moeEp: 8 }
    expect(only({ ...twice, id: 'r1_c4_tp8_ep8_12' }).layout).toMatchObject(eight)
    expect(only({ ...twice, id: 'r1_c4_cfg7' }).layout).toMatchObject(eight)
    const data = { ...twice, tp_size: '1', attention_dp_size: '64', id: 'r1_cfg8' }
    expect(only(data).layout).toMatchObject({ tp: 1, attentionDp: 8, moeTp: 1, moeEp: 8 })
    // 2 × 2 on four devices of one board is what it says, unless the name contradicts it.
    const four = {
      ...GOOD,
      model_path: 'openai/gpt-oss-120b',
      system: 'b200_sxm',
      tp_size: '4',
      moe_tp_size: '2',
      moe_ep_size: '2',
    }
    expect(only({ ...four, id: 'oss_tp4_epnone_3' }).layout).toMatchObject({ tp: 4, moeTp: 2, moeEp: 2 })
    expect(only({ ...four, id: 'oss_tp2_ep2_3' }).layout).toMatchObject({ tp: 2, moeTp: 1, moeEp: 2 })
  })

  test('formats follow the published checkpoints', () => {
    const formats = (cells: Record<string, string>) => only({ ...GOOD, ...cells }).formats
    const blackwell = { system: 'b200_sxm', backend: 'trtllm', tp_size: '8' }
    expect(formats({ precision: '' })).toEqual({})
    // Mixtures keep attention in 16 bit; dense models do not.
    expect(formats({ ...blackwell, model_path: 'deepseek-ai/DeepSeek-R1', precision: 'fp4' })).toEqual({
      weights: 'nvfp4',
      attention: 'bf16',
      activations: 'nvfp4',
      kv: 'fp8',
    })
    expect(formats({ ...blackwell, precision: 'fp4' })).toEqual({ weights: 'nvfp4', activations: 'nvfp4', kv: 'fp8' })
    // Published in the width that was served: as it is, inputs as the hardware multiplies.
    expect(formats({ ...blackwell, model_path: 'openai/gpt-oss-120b', precision: 'fp4' }).weights).toBeUndefined()
    expect(formats({ model_path: 'openai/gpt-oss-120b', precision: 'fp4' })).toMatchObject({ activations: 'bf16' })
    expect(formats({ model_path: 'Qwen/Qwen3-32B-FP8', precision: 'fp8' }).weights).toBe('fp8-block')
    expect(formats({ model_path: 'nvidia/Llama-3.1-8B-Instruct-FP8', precision: 'fp8' }).weights).toBe('fp8')
  })

  test('a disaggregated row has two pools; the decode batch is that of one attention rank', () => {
    const point = only({
      ...GOOD,
      model_path: 'deepseek-ai/DeepSeek-V3',
      system: 'gb200',
      backend: 'trtllm',
      mode: 'disagg',
      batch_size: '',
      tp_size: '',
      prefill_num_workers: '2',
      prefill_tp_size: '4',
      prefill_moe_ep_size: '4',
      decode_batch_size: '16',
      decode_num_workers: '3',
      decode_tp_size: '1',
      decode_attention_dp_size: '8',
      decode_moe_ep_size: '8',
    })
    expect(point.load).toEqual({ kind: 'concurrency', requests: 16 * 3 * 8 })
    expect(point.prefill).toMatchObject({ workers: 2, layout: { tp: 4, moeEp: 4, moeTp: 1 } })
    expect(point.decode).toMatchObject({ workers: 3, layout: { tp: 1, attentionDp: 8, moeEp: 8 } })
  })
})

describe('published tables of TensorRT-LLM', () => {
  const perf = (cells: string) =>
    readServingTable('trtllm_perf', parseCsv(`version,gpu,model,precision,tp,pp,isl,osl,batch,metric,value\n${cells}`))
  test('the metric column decides: per GPU, of the system, or a first token', () => {
    const { points, unused } = perf(
      [
        '0.9.0,H200,Mistral 7B,FP8,1,1,128,128,896,output_tok_s_per_gpu,20460',
        'v1.0,B200,Llama 3.3 70B,FP4,TP2,1,1000,1000,max,total_output_tok_s,7007',
        '0.9.0,H100,GPT-J 6B,FP8,1,1,128,,1,first_token_latency_ms,5.5',
        'v1.1,B200,DeepSeek-R1-0528,FP4,DEP4,1,1000,1000,max,output_tok_s_per_gpu,6430',
        '0.9.0,H100,GPT-J 6B,FP8,1,1,128,128,1,power_w,5.5',
        '0.7a,H200,Llama-2-70B,FP8,max TP/PP/DP on 8,1,128,128,960,output_tok_s_per_gpu,3803',
        '0.9.0,H100,GPT-J 6B,FP8,1,1,128,128,1,output_tok_s_per_gpu,-3',
      ].join('\n'),
    )
    expect(points.map((point) => point.measured)).toEqual([
      { throughput: { perS: 20460, per: 'gpu', of: 'output' } },
      { throughput: { perS: 7007, per: 'system', of: 'output' } },
      { ttftS: 0.0055 },
      { throughput: { perS: 6430, per: 'gpu', of: 'output' } },
    ])
    expect(points.map((point) => point.load.kind)).toEqual(['concurrency', 'saturated', 'concurrency', 'saturated'])
    expect(points[1]?.layout.tp).toBe(2)
    expect(points[3]?.layout).toMatchObject({ tp: 1, attentionDp: 4, moeEp: 4 })
    expect(unused.map((row) => [row.line, row.isFault])).toEqual([
      [6, false],
      [7, false],
      [8, true],
    ])
  })
  test('a run has as many requests as its page says for the lengths; static batches of old pages have no run', () => {
    const { points } = perf(
      [
        '0.17,H200,Mixtral 8x7B,FP8,2,1,128,4096,max,total_output_tok_s,100',
        'v1.1+,B200,Llama 3.3 70B,FP4,TP2,1,1024,1024,max,output_tok_s_per_gpu,100',
        'v1.0,B200,Llama 3.3 70B,FP4,TP2,1,1234,1000,max,total_output_tok_s,100',
        '0.9.0,H200,Mistral 7B,FP8,1,1,128,128,max,output_tok_s_per_gpu,100',
      ].join('\n'),
    )
    expect(points.map((point) => point.load)).toEqual([
      { kind: 'saturated', requests: 1500 },
      { kind: 'saturated', requests: 3000 },
      { kind: 'saturated' },
      { kind: 'saturated' },
    ])
  })
  test('mixtures of the page of 1.0 ran with attention on whole sequences; dense models and other pages did not', () => {
    const layout = (cells: string) => perf(`${cells},1,1000,1000,max,total_output_tok_s,100`).points[0]?.layout
    const whole = { tp: 1, attentionDp: 8, moeTp: 1, moeEp: 8 }
    const cut = { tp: 8, attentionDp: 1 }
    expect(layout('v1.0,H200,Qwen3-235B-A22B,FP8,TP8')).toMatchObject(whole)
    expect(layout('v1.0,H200,Llama 3.1 405B,FP8,TP8')).toMatchObject(cut)
    expect(layout('0.17,H200,Mixtral 8x7B,FP8,8')).toMatchObject(cut)
    expect(layout('v1.1+,H200,Qwen3-235B-A22B,FP8,TP8')).toMatchObject(cut)
  })
  test('a checkpoint published in 4 bit is served in them where a row says FP8', () => {
    const formats = (cells: string) => perf(`${cells},1,1000,1000,max,output_tok_s_per_gpu,100`).points[0]?.formats
    expect(formats('v1.1+,H200,GPT-OSS 120B,FP8,TP1')).toEqual({ activations: 'bf16' })
    expect(formats('v1.1+,H200,Llama 3.3 70B,FP8,TP1')).toMatchObject({ weights: 'fp8', activations: 'fp8' })
  })
  test('online: a rate, or as fast as they are served', () => {
    const { points } = readServingTable(
      'trtllm_online_serving',
      parseCsv(
        'version,precision,model,gpu,tp,isl,osl,qps,mean_ttft_ms,mean_itl_ms,output_tok_s\n0.14.0,BF16,LLaMA 3.1 8B,H200,1,467,256,4,24,9,929\n0.14.0,BF16,LLaMA 3.1 8B,H200,1,467,256,INF,3335,39,9420',
      ),
    )
    expect(points.map((point) => point.load)).toEqual([
      { kind: 'rate', requestsPerS: 4 },
      { kind: 'saturated', requests: 500 },
    ])
    expect(points[0]?.measured).toEqual({
      ttftS: 0.024,
      tpotS: 0.009,
      throughput: { perS: 929, per: 'system', of: 'output' },
    })
  })
})

describe('MLPerf', () => {
  const rows = (cells: string) =>
    readServingTable('mlperf', parseCsv(`submitter,system,model,scenario,valid,tokens_per_s,samples_per_s\n${cells}`))
  test('system, copies and output length come from the row', () => {
    const { points, unused } = rows(
      [
        'A,H200-SXM-141GBx8_TRT,llama2-70b-99.9,Offline,True,34000,116',
        'A,DGX-H100_H100-SXM-80GBx8_TRT,llama2-70b-99.9,Server,True,21000,72',
        'A,H200-SXM-141GBx8_TRT,llama2-70b-99.9,Offline,False,34000,116',
        'A,H200-SXM-141GBx8_TRT,llama2-70b-99.9,Offline,True,0,116',
      ].join('\n'),
    )
    expect(points[0]).toMatchObject({ outputTokens: 293, layout: { tp: 1, dp: 8 }, load: { kind: 'saturated' } })
    expect(points[1]).toMatchObject({ layout: { tp: 2, dp: 4 }, load: { kind: 'saturated', mostTpotS: 0.2 } })
    expect(unused.map((row) => row.reason)).toEqual([
      'the submission is marked as not valid',
      'tokens_per_s and samples_per_s must be positive',
    ])
  })
})
