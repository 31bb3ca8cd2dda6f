import { describe, expect, test } from 'vitest'
import { parseCsv } from '../importers/table/csv.ts'
import { servingColumns } from './columns.ts'
import { readPoints } from './readPoints.ts'

const PUBLIC =
  'id,backend,backend_version,model_path,system,precision,mode,isl,osl,batch_size,tp_size,silicon_ttft_ms,silicon_tpot_ms'
const PUBLIC_POINT = 'a,vllm,0.18.0,meta-llama/Llama-3.1-8B,h100_sxm,fp8,agg,1000,500,8,1,60,9'

describe('columns of serving tables', () => {
  test('other names and cases of the public columns give the same point', () => {
    const other = 'ID,Framework,Version,Model,GPU,Precision,Mode,ISL,OSL,Concurrency,TP,TTFT (ms),mean_tpot_ms'
    const [one, two] = [PUBLIC, other].map((head) =>
      readPoints(servingColumns(parseCsv(`${head}\n${PUBLIC_POINT}`))).points.map(({ columns: _, ...point }) => point),
    )
    expect(one).toHaveLength(1)
    expect(two).toEqual(one)
  })
  test('what is there wins; another table keeps its own names', () => {
    expect(servingColumns(parseCsv('silicon_tpot_ms,tpot_ms\n5,6'))[0]?.silicon_tpot_ms).toBe('5')
    expect(servingColumns(parseCsv('qps,gpu,mean_itl_ms\n5,h100,6'))[0]).not.toHaveProperty('silicon_tpot_ms')
    const records = parseCsv('qps,gpu,mean_itl_ms\n5,h100,6')
    expect(servingColumns(records)).toBe(records)
  })
  test('words that name no format, engine or model of ours leave the row uncovered, whatever objects are made of', () => {
    for (const [from, to] of [
      ['fp8', 'constructor'],
      ['vllm', 'toString'],
      ['meta-llama/Llama-3.1-8B', '__proto__'],
      ['h100_sxm', 'constructor'],
    ] as const) {
      const { points, unused } = readPoints(parseCsv(`${PUBLIC}\n${PUBLIC_POINT.replace(from, to)}`))
      expect([points.length, unused.length], to).toEqual([0, 1])
      expect(unused[0]?.isFault).toBe(false)
    }
  })
})
