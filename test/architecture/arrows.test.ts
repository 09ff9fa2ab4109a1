import { describe, expect, test } from 'vitest'
import { brokenArrows } from './rules/arrows.ts'
import { readSources } from './source-tree.ts'

const broken = (path: string, text: string) => brokenArrows([{ path, text }])

test('no file of the checkout breaks an arrow', () => {
  expect(brokenArrows(readSources(['bot', 'workflows', 'activities', 'db', 'temporal.config.ts']))).toEqual([])
})

describe('the rule finds', () => {
  test.each([
    [
      'bot/commands/a.ts',
      "import { x } from '../../activities/index.ts'",
      'bot/commands/a.ts:1 imports activities/index.ts: bot may not depend on activities',
    ],
    [
      'bot/commands/a.ts',
      "import type { X } from '../../activities/index.ts'",
      'bot/commands/a.ts:1 imports activities/index.ts: bot may not depend on activities',
    ],
    [
      'bot/a.ts',
      "\nimport { x } from '../workflows/restore.ts'",
      'bot/a.ts:2 imports workflows/restore.ts: bot may not depend on workflows',
    ],
    ['bot/a.ts', "import { Worker } from '@temporalio/worker'", 'bot/a.ts:1 imports @temporalio/worker: bot may not depend on it'],
    ['activities/a.ts', "export { x } from '../bot/b.ts'", 'activities/a.ts:1 imports bot/b.ts: activities may not depend on bot'],
    ['activities/a.ts', "const x = await import('../bot/b.ts')", 'activities/a.ts:1 imports bot/b.ts: activities may not depend on bot'],
    [
      'db/a.ts',
      "export type * from '../workflows/contract/b.ts'",
      'db/a.ts:1 imports workflows/contract/b.ts: db may not depend on workflows/contract',
    ],
    ['db/a.ts', "import { Client } from '@temporalio/client'", 'db/a.ts:1 imports @temporalio/client: db may not depend on it'],
    ['db/a.ts', "type X = import('../bot/b.ts').B", 'db/a.ts:1 imports bot/b.ts: db may not depend on bot'],
    [
      'workflows/a.ts',
      "import { readFile } from 'node:fs/promises'",
      'workflows/a.ts:1 imports node:fs/promises: workflows may not depend on it',
    ],
    ['workflows/a.ts', "import fs = require('fs')", 'workflows/a.ts:1 imports fs: workflows may not depend on it'],
    [
      'workflows/a.ts',
      "import { type Activities } from '../activities/index.ts'",
      'workflows/a.ts:1 imports activities/index.ts at run time: workflows may name types of activities only (import type)',
    ],
    [
      'workflows/policy/a.ts',
      "import { notify } from '../proxies.ts'",
      'workflows/policy/a.ts:1 imports workflows/proxies.ts: workflows/policy may not depend on workflows',
    ],
    ['bot/a.ts', "const x = await import('./' + name)", 'bot/a.ts:1 imports a computed path, which nobody can check'],
    ['bot/a.ts', "import { x } from '../test/b.ts'", 'bot/a.ts:1 imports test/b.ts: bot may not reach outside the areas of code'],
  ])('in %s: %s', (path, text, sentence) => {
    expect(broken(path, text)).toEqual([sentence])
  })
})

test.each([
  ['bot/a.ts', "import { castVote } from '../workflows/contract/approval.ts'\nimport { users } from '../db/users.ts'"],
  ['activities/a.ts', "import { plan } from '../workflows/policy/plan.ts'\nimport { readFile } from 'node:fs/promises'"],
  [
    'workflows/proxies.ts',
    "import { proxyActivities } from '@temporalio/workflow'\nimport type { Activities } from '../activities/index.ts'",
  ],
])('the rule lets the arrows of %s pass', (path, text) => {
  expect(broken(path, text)).toEqual([])
})
