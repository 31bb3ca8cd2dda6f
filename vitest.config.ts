/** One test run for the whole workspace; sources are used as they are, through the `capline-source` condition. */
import { defineConfig } from 'vitest/config'

const conditions = ['capline-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './tools/plainReporter.ts'],
  },
})
