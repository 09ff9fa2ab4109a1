/** The workflows as Temporal's sandbox gets them: bundled by the worker's own bundler, with nothing in the bundle that could have an effect. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkout } from './source-tree.ts'

/** Whose modules may be in the bundle: the SDK's, what the SDK itself is made of, and ours under `workflows/`. */
const allowed =
  /^(?:workflows\/|node_modules\/(?:@temporalio\/(?:workflow|common|proto|worker)|protobufjs|@protobufjs|long|ms|nexus-rpc|uuid)\/|webpack\/|ignored\|\/node_modules\/@temporalio\/)/

/** Bundles an entry and returns the modules in it, but for itself, that may not be there. @throws Error with the bundler's words for a Node built-in */
async function strangersIn(workflowsPath: string): Promise<readonly string[]> {
  const said: string[] = []
  const say = (message: string) => void said.push(message)
  const logger = {
    log: (_level: string, message: string) => say(message),
    trace: say,
    debug: say,
    info: () => undefined,
    warn: say,
    error: say,
  }
  const { code } = await bundleWorkflowCode({ workflowsPath, logger }).catch((error: Error) => {
    throw new Error(`${error.message}\n${said.join('\n')}`, { cause: error })
  })
  const map = /sourceMappingURL=data:[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/.exec(code)?.[1]
  if (map === undefined) throw new Error('The bundle has no source map to read its modules from')
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: readonly string[] }
  return sources.map(nameOf).filter((name) => !allowed.test(name) && !name.startsWith(relative(checkout, dirname(workflowsPath))))
}

/** A module's path inside the checkout. */
function nameOf(source: string): string {
  return decodeURI(source)
    .replace(/^webpack:\/\/[^/]*\//, '')
    .replace(`${checkout.slice(1)}/`, '')
    .replace(/^(?:\.?\/)+/, '')
}

let folder: string
beforeAll(() => {
  mkdirSync(join(checkout, 'test-results'), { recursive: true })
  folder = mkdtempSync(join(checkout, 'test-results', 'bundle-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function fixture(text: string): string {
  const path = join(folder, 'index.ts')
  writeFileSync(path, text)
  return path
}

test('the workflows of the checkout bundle, and hold nothing but workflows and the SDK', async () => {
  expect(await strangersIn(join(checkout, 'workflows', 'index.ts'))).toEqual([])
})

test('a workflow that imports a Node built-in does not bundle', async () => {
  const entry = fixture(
    "import { readFileSync } from 'node:fs'\nexport async function bad() { return readFileSync('/etc/hostname').length }",
  )
  await expect(strangersIn(entry)).rejects.toThrow(/node:fs/)
})

test('a workflow that imports something effectful is found', async () => {
  const entry = fixture("import { newId } from '../../db/kit/clock.ts'\nexport async function bad() { return String(newId) }")
  expect(await strangersIn(entry)).toEqual(['db/kit/clock.ts'])
})
