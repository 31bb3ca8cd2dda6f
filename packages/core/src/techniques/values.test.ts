/** Values that leave nothing, and values beyond any use, are refused with the range; those at the limits are taken. */
import { describe, expect, it } from 'vitest'
import { unwrap } from '../scenario/scenario.testkit.ts'
import { parseSelection } from './cap/selection.ts'
import { compose } from './compose.ts'
import { identityOf, PRIMITIVE_IDS } from './parameters.ts'
import { performanceOf, testPlan } from './techniques.testkit.ts'
import { valuesOf } from './values.ts'

const problemOf = (text: string) => {
  const made = parseSelection(text)
  return made.ok ? '' : `${made.problem.reason}. ${made.problem.remedy}`
}

const composed = (text: string) => compose(testPlan().scenario, unwrap(parseSelection(text)).uses)

describe('values', () => {
  it.each([
    ['rag:k=1e12', 'Give from 0 to 100000'],
    ['eagle:treeNodes=1e9', 'Give from 0 to 4096'],
    ['llmlingua:ratio=1e6', 'Give from 1 to 10000'],
    ['transformer-xl:segment=1e12', 'Give from 0 to 1000000000 tokens'],
  ])('%s is beyond any use: %s', (text, remedy) => {
    expect(problemOf(text)).toContain(remedy)
  })

  it.each([
    ['streamingllm:sink=0:recent=0', 'keeps no token'],
    ['low-rank-approximation:rank=0', 'leaves nothing of a matrix'],
    ['lora:rank=0', 'leaves nothing of a matrix'],
  ])('%s leaves nothing', (text, reason) => {
    expect(problemOf(text)).toContain(reason)
  })

  it('of every identity are taken all the same', () => {
    for (const id of PRIMITIVE_IDS) expect(valuesOf(id, identityOf(id)).ok, id).toBe(true)
    expect(problemOf('streamingllm:sink=0')).toBe('')
  })

  it('skeleton-of-thought with one branch is the answer itself', () => {
    expect(unwrap(composed('skeleton-of-thought:branches=1'))).toEqual(testPlan())
  })

  it('a rank beyond the smaller side is that side: more gains and costs nothing', () => {
    const at = (rank: number) => unwrap(composed(`low-rank-approximation:rank=${rank}`))
    expect(performanceOf(at(100_000))).toEqual(performanceOf(at(14_336)))
    expect(at(100_000).remarks.at(-1)?.text).toMatch(/no matrix has a rank beyond its smaller side \(4096/)
  })

  it.each(['tensor-parallelism', 'deepspeed-ulysses'])(
    '%s takes a degree that was asked for, or says why not',
    (id) => {
      const three = composed(`${id}:degree=3`)
      expect(three.ok ? '' : three.problem.reason).toMatch(/3 accelerators cannot share the 32 heads/)
      expect(composed(`${id}:degree=4`).ok).toBe(true)
      expect(composed(id).ok).toBe(true)
    },
  )
})
