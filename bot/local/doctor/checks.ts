/** One look at each part, told by the same environment variables that the parts are told by. */
import { accessSync, constants } from 'node:fs'
import { createTransport } from 'nodemailer'
import type { Clock } from '../../../db/kit/clock.ts'
import { temporalConfig } from '../../../temporal.config.ts'
import { shardQueue } from '../../../workflows/contract/queues.ts'
import { askPostgres } from '../postgres/reachable.ts'
import { askPollers } from '../temporal/pollers.ts'
import { askTemporal } from '../temporal/server.ts'
import { answers, withinMs } from './answers.ts'
import type { Check } from './check.ts'
import { vaultCheck } from './vault-check.ts'

const start = 'Start Backstop with npm start.'

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
    vaultCheck(env),
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

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
