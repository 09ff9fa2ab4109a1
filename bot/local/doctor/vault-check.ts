/** Where the vault is: a folder is looked into, a store in a cloud is only asked whether it answers. */
import { accessSync, constants } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freeBytesAt } from '../folder/data-folder.ts'
import { answers } from './answers.ts'
import type { Check } from './check.ts'

const leastFreeBytes = 1024 ** 3

export function vaultCheck(env: NodeJS.ProcessEnv): Check {
  const location = env['BACKSTOP_VAULT_URL'] || env['BACKSTOP_VAULT_DIR']
  const url = location !== undefined && /^[a-z0-9+.-]+:\/\//i.test(location) && URL.canParse(location) ? new URL(location) : undefined
  if (url && url.protocol !== 'file:') {
    return {
      part: 'Vault',
      ask: async () => ({ detail: await askCloud(url, env) }),
      advice:
        'This machine cannot reach the store: look at BACKSTOP_VAULT_URL, the network and the proxy. `backstop vault probe` says more.',
    }
  }
  return {
    part: 'Vault',
    ask: async () => {
      if (location === undefined) throw new Error('BACKSTOP_VAULT_DIR is not set')
      return lookAtFolder(url ? fileURLToPath(url) : location)
    },
    advice: 'Free some space on that disk, or give the user that runs the worker the right to write there (BACKSTOP_VAULT_DIR).',
  }
}

function lookAtFolder(folder: string): { detail: string } {
  accessSync(folder, constants.W_OK)
  const free = freeBytesAt(folder)
  const gib = `${(free / 1024 ** 3).toFixed(1)} GiB free`
  if (free < leastFreeBytes) throw new Error(`only ${gib} in ${folder}`)
  return { detail: `${gib} in ${folder}` }
}

/** Whether the worker's credentials fit, and whether the store is fit for a vault, is not for this process to try: it has no such credentials. */
async function askCloud(url: URL, env: NodeJS.ProcessEnv): Promise<string> {
  await answers(url.searchParams.get('endpoint') ?? providerOf(url, env))
  return `${url.protocol}//${url.host}${url.pathname} answers; \`backstop vault probe\` tries out whether it is fit`
}

function providerOf(url: URL, env: NodeJS.ProcessEnv): string {
  if (url.protocol === 'azure:') return `https://${url.host}.blob.core.windows.net`
  if (url.protocol === 'gs:') return 'https://storage.googleapis.com'
  if (url.protocol === 's3:') return `https://s3.${url.searchParams.get('region') ?? env['AWS_REGION'] ?? 'us-east-1'}.amazonaws.com`
  throw new Error(`BACKSTOP_VAULT_URL cannot begin with ${url.protocol}//`)
}
