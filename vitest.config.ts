/**
 * One project for each kind of test; the file's place and name decide which it belongs to. Each runs alone: `npx vitest run --project unit`.
 * Servers are started on demand by `test/support/global-setup.ts`, once for all projects of a run.
 */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const kinds = {
  checks: ['test/architecture/**/*.test.ts'],
  contract: ['test/contract/**/*.test.ts'],
  integration: ['test/**/*.integration.test.ts'],
  workflow: ['test/**/*.workflow.test.ts'],
  replay: ['test/replay/**/*.test.ts'],
  browser: ['test/browser/**/*.test.ts'],
  e2e: ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'],
}

const second = 1_000
/** The longest that one test, and one hook of it, may take: generous, because a run must also pass on one busy core. */
const timeouts: Partial<Record<string, number>> = {
  checks: 240 * second,
  integration: 60 * second,
  workflow: 60 * second,
  replay: 60 * second,
  browser: 120 * second,
  e2e: 600 * second,
}

function project(name: string, include: string[], exclude: string[] = []): TestProjectInlineConfiguration {
  const timeout = timeouts[name] ?? 20 * second
  return {
    extends: true,
    test: {
      name,
      include,
      exclude: ['**/node_modules/**', ...exclude],
      testTimeout: timeout,
      hookTimeout: Math.max(timeout, 60 * second),
      // One browser, or one whole system, at a time.
      ...((name === 'e2e' || name === 'browser') && { fileParallelism: false, maxWorkers: 1 }),
      // The lighter kinds first, so that a mistake shows early; `e2e` alone, because it measures and kills.
      sequence: { groupOrder: name === 'e2e' ? 2 : name === 'browser' ? 1 : 0 },
    },
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    restoreMocks: true,
    projects: [
      project('unit', ['test/**/*.test.ts'], Object.values(kinds).flat()),
      ...Object.entries(kinds).map(([name, include]) =>
        project(name, include, name === 'integration' || name === 'workflow' ? foreignFolders() : []),
      ),
    ],
  },
})

/** A folder's kind goes before a file's ending, so that no test runs twice. */
function foreignFolders(): string[] {
  return [kinds.checks, kinds.contract, kinds.replay, kinds.browser, kinds.e2e].flat()
}
