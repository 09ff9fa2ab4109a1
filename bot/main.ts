#!/usr/bin/env node
/** Composition root of the bot process. Prints one line of JSON when it listens; stops cleanly on SIGTERM. */
import { pino } from 'pino'
import { systemClock } from '../db/kit/clock.ts'
import { systemRandom } from '../db/kit/random.ts'
import { temporalConfig } from '../temporal.config.ts'
import { startBot } from './web/start-bot.ts'

const env = process.env
const log = pino({ name: 'bot', level: env['BACKSTOP_LOG_LEVEL'] ?? 'info' }, pino.destination(2))

function required(name: string): string {
  const value = env[name]
  if (value) return value
  throw new Error(`The environment variable ${name} is not set. Start Backstop with "npm start", or set it as docs/ARCHITECTURE.md says.`)
}

function port(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number
  throw new Error(`BACKSTOP_PORT is "${text}", which is no port. Give a number up to 65535, or 0 for a free one.`)
}

try {
  const practiceKey = env['BACKSTOP_PRACTICE_KEY']
  const driveUrl = env['BACKSTOP_DRIVE_URL']
  const bot = await startBot({
    databaseUrl: required('BACKSTOP_DATABASE_URL'),
    temporal: temporalConfig(env),
    host: env['BACKSTOP_HOST'] ?? '127.0.0.1',
    port: port(env['BACKSTOP_PORT'] ?? '4180'),
    publicUrl: env['BACKSTOP_PUBLIC_URL'],
    oauthClientFile: env['BACKSTOP_OAUTH_CLIENT_FILE'],
    keyFile: required('BACKSTOP_KEY_FILE'),
    operatorKeyFile: required('BACKSTOP_OPERATOR_KEY_FILE'),
    practice: practiceKey && driveUrl ? { url: driveUrl, key: practiceKey } : undefined,
    // Where there is a practice Drive, there are people to practise with.
    practicePeople: practiceKey !== undefined || env['BACKSTOP_PRACTICE_PEOPLE'] === '1',
    clock: systemClock,
    random: systemRandom,
    log,
  })
  let ending = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return
      ending = true
      bot.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the bot did not stop cleanly')
          process.exit(1)
        },
      )
    })
  }
  process.stdout.write(`${JSON.stringify({ ready: true, url: bot.url.origin })}\n`)
} catch (error) {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'the bot cannot start')
  process.exitCode = 1
}
