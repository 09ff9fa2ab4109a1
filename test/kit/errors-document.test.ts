import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { driveFailureTypes } from '../../activities/drive/failure-types.ts'
import { errorsDocument } from '../../activities/kit/errors-document.ts'
import { failurePolicies } from '../../activities/kit/failure-policies.ts'

test('docs/errors.md says what the tables in the code say', async () => {
  const written = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  expect(written, 'Run npm run docs:errors').toBe(errorsDocument())
})

test('every failure of Drive has a policy with sentences', () => {
  for (const type of driveFailureTypes) {
    expect(failurePolicies[type].means).toMatch(/\.$/)
    expect(failurePolicies[type].action).not.toBe('')
  }
})
