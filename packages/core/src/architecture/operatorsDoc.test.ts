/** Every operator that any published configuration makes is accounted for in docs/operators.md. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CORPUS_ABSENT, corpusConfig, corpusNames, corpusSidecar, hasCorpus } from '../importers/hf/hf.testkit.ts'
import { importHfConfig } from '../importers/hf/index.ts'
import { CONVENTIONS } from './convention.ts'
import { networkOf, networkOperators, passMaker } from './network.ts'

if (!hasCorpus) console.log(CORPUS_ABSENT)

describe.skipIf(!hasCorpus)('docs/operators.md', () => {
  it('names every operator', () => {
    const doc = readFileSync(new URL('../../../../docs/operators.md', import.meta.url), 'utf8')
    const missing = new Set<string>()
    let operators = 0
    for (const name of corpusNames()) {
      const imported = importHfConfig(corpusConfig(name), { quantSidecar: corpusSidecar(name) })
      if (!imported.ok) continue
      const model = imported.value
      const network = networkOf(model, model.precision, CONVENTIONS.exact)
      const step = { groups: [] }
      const steps = { step, encoder: step, towers: model.towers.map(() => step) }
      for (const kernel of ['eager', 'flash'] as const) {
        for (const group of networkOperators(network, steps, passMaker(network, { kernel, tile: {} }))) {
          for (const operator of group.operators) {
            operators++
            const shown = operator.name.replace(/^projector_[2-7]$/, 'projector_1')
            if (!doc.includes(`\`${shown}\``)) missing.add(operator.name)
          }
        }
      }
    }
    expect(operators).toBeGreaterThan(1000)
    expect([...missing]).toEqual([])
  })
})
