/** Bundles the workflows into the file that is named: run by `workflow-bundle.ts`. The file appears whole or not at all. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

const [target] = process.argv.slice(2)
if (!target) throw new Error('Say where the bundle is to go.')
const { code } = await bundleWorkflowCode({
  workflowsPath: join(import.meta.dirname, '..', 'workflows', 'index.ts'),
  logger: new DefaultLogger('WARN'),
})
await mkdir(dirname(target), { recursive: true })
await writeFile(`${target}.${process.pid}`, code)
await rename(`${target}.${process.pid}`, target)
