/** Prints the path of the Temporal server that the SDK downloads into the folder given as argument. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { TestWorkflowEnvironment } from '@temporalio/testing'

const folder = process.argv[2] ?? ''
const environment = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir: folder } } })
await environment.teardown()
const file = readdirSync(folder)[0]
if (!file) throw new Error(`The Temporal SDK left nothing in ${folder}`)
console.log(join(folder, file))
