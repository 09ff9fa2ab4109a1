/** Azurite: Microsoft's own stand-in for Azure Blob Storage. https://www.npmjs.com/package/azurite */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Program } from '../../../bot/local/processes/child.ts'
import type { AzureServer } from './where.ts'

const main = fileURLToPath(import.meta.resolve('azurite/dist/src/blob/main.js'))

type Azurite = { readonly program: Program; readonly server: AzureServer; readonly ready: () => Promise<unknown> }

/** How to run it in `folder`, with an account of the tests' own. It takes the account from the environment. */
export function azuriteProgram(folder: string, port: number, env: NodeJS.ProcessEnv): Azurite {
  const account = 'backstoptest'
  const accountKey = Buffer.from('a key of the tests, and of nothing else').toString('base64')
  mkdirSync(folder)
  const flags = {
    '--blobHost': '127.0.0.1',
    '--blobPort': String(port),
    '--location': folder,
  }
  // The client speaks a version of the protocol that is newer than what this server has been told of.
  const switches = ['--skipApiVersionCheck', '--disableProductStyleUrl', '--disableTelemetry', '--silent']
  return {
    program: {
      file: process.execPath,
      args: [main, ...Object.entries(flags).flat(), ...switches],
      env: { ...env, AZURITE_ACCOUNTS: `${account}:${accountKey}` },
    },
    server: { endpoint: `http://127.0.0.1:${port}/${account}`, account, credentials: { accountKey } },
    // Any answer: nobody is let in without a signature.
    ready: () => fetch(`http://127.0.0.1:${port}/${account}`),
  }
}
