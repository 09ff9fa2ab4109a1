/** One look at each part, told by the same environment variables that the parts are told by. */
import { accessSync, constants } from 'node:fs'
import { createTransport } from 'nodemailer'
import type { Clock } from '../../../db/kit/clock.ts'
import { temporalConfig } from '../../../temporal.config.ts'
import { shardQueue } from '../../../workflows/contract/queues.ts'
import { freeBytesAt } from '../folder/data-folder.ts'
import { askPostgres } from '../postgres/reachable.ts'
import { askPollers } from '../temporal/pollers.ts'
import { askTemporal } from '../temporal/server.ts'
import type { Check } from './check.ts'

const start = 'Start Backstop with npm start.'
const withinMs = 5_000

export function allChecks(env: NodeJS.ProcessEnv, clock: Clock): readonly Check[] {
  const temporal = temporalConfig(env)
  const queues = [temporal.taskQueue, shardQueue(temporal.taskQueue)]
  return [
    {
      part: 'PostgreSQL',
      ask: () => askPostgres(required(env, 'BACKSTOP_DATABASE_URL'), withinMs),
      advice: `${start} For a database of your own, look at BACKSTOP_DATABASE_URL.`,
    },
    {
      part: 'Temporal',
      ask: async () => ({ ...(await askTemporal(temporal.address, temporal.namespace, clock, withinMs)), detail: temporal.address }),
      advice: `${start} For a server of your own, look at TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.`,
    },
    {
      part: 'Worker',
      ask: () => askPollers(temporal.address, temporal.namespace, queues, clock, withinMs),
      advice: `${start} If it runs, its log says why it does not listen: logs/worker.log in the data folder.`,
    },
    driveCheck(env),
    {
      part: 'Vault',
      ask: async () => lookAtVault(required(env, 'BACKSTOP_VAULT_DIR')),
      advice: 'Free some space on that disk, or give the user that runs the worker the right to write there (BACKSTOP_VAULT_DIR).',
    },
    {
      part: 'Bot',
      ask: async () => ({ detail: await answers(required(env, 'BACKSTOP_PUBLIC_URL')) }),
      advice: `${start} If it runs, its log says why it does not answer: logs/bot.log in the data folder.`,
    },
    mailCheck(env),
  ]
}

function driveCheck(env: NodeJS.ProcessEnv): Check {
  const own = env['BACKSTOP_DRIVE_URL']
  return own === undefined
    ? {
        part: 'Google Drive',
        ask: async () => ({ detail: await answers('https://www.googleapis.com/discovery/v1/apis/drive/v3/rest') }),
        advice: 'This machine cannot reach www.googleapis.com: look at its network, proxy and firewall.',
      }
    : { part: 'Practice Drive', ask: async () => ({ detail: await answers(own) }), advice: `${start} It should answer at ${own}.` }
}

function mailCheck(env: NodeJS.ProcessEnv): Check {
  const url = env['BACKSTOP_SMTP_URL']
  if (url === undefined) {
    return {
      part: 'Mail',
      ask: async () => {
        const folder = required(env, 'BACKSTOP_MAIL_DIR')
        accessSync(folder, constants.W_OK)
        return { detail: `is written to ${folder}` }
      },
      advice: 'Give the user that runs the worker the right to write there, or name a mail server with BACKSTOP_SMTP_URL.',
    }
  }
  return {
    part: 'Mail',
    ask: async () => {
      const limits = { connectionTimeout: withinMs, greetingTimeout: withinMs, socketTimeout: withinMs }
      await createTransport({ url, ...limits }).verify()
      return { detail: new URL(url).host }
    },
    advice: 'The mail server does not take mail from here: look at BACKSTOP_SMTP_URL (host, port, user, password).',
  }
}

const leastFreeBytes = 1024 ** 3

function lookAtVault(folder: string): { detail: string } {
  accessSync(folder, constants.W_OK)
  const free = freeBytesAt(folder)
  const gib = `${(free / 1024 ** 3).toFixed(1)} GiB free`
  if (free < leastFreeBytes) throw new Error(`only ${gib} in ${folder}`)
  return { detail: `${gib} in ${folder}` }
}

/** Any answer will do: who is not signed in gets a refusal, and that, too, shows that somebody is there. */
async function answers(url: string): Promise<string> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(withinMs), redirect: 'manual' })
  if (status >= 500) throw new Error(`answers with HTTP ${status} at ${url}`)
  return url
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
