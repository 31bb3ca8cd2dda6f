/** Writes what `npm test` needs for its closing line: how many tests passed, failed and were skipped. */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') counts.passed++
        else if (state === 'failed') counts.failed++
        else counts.skipped++
      }
      // A file that fails to load is a failure of its own, or its tests would vanish from the count.
      if (module.errors().length > 0) counts.failed++
    }
    const file = process.env.CAPLINE_TEST_COUNTS
    if (file) writeFileSync(file, JSON.stringify(counts))
  }
}
