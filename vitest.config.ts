/**
 * One test run for the whole workspace; sources are used as they are, through the `capline-source` condition.
 *
 * Its parts differ in what a test file needs for itself. Core and command line are functions of their arguments: their files
 * share a worker and its loaded modules, which halves their time. The viewer's units replace modules, so each has its own.
 * End-to-end tests wait for processes and a browser, on machines that may be busy: what they run is built once before
 * them, and their limits are for something stuck, not for something slow.
 *
 * Parts run in the order of their names, the longest first.
 */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const conditions = ['capline-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    reporters: ['default', './tools/plainReporter.ts'],
    // Two even on two cores, where Vitest would take one: an end-to-end test leaves its own core mostly idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'end to end',
          include: ['e2e/**/*.test.ts'],
          globalSetup: './e2e/build.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'sources',
          include: ['packages/{core,cli}/src/**/*.test.ts', 'tools/**/*.test.ts'],
          isolate: false,
          testTimeout: 120_000,
        },
      },
      { extends: true, test: { name: 'viewer', include: ['packages/web/src/**/*.test.ts'], testTimeout: 60_000 } },
    ],
  },
})
