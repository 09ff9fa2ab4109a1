#!/usr/bin/env node
/** Composition root of a worker process. Prints one line of JSON when it is ready; stops cleanly on SIGTERM. */
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { pino } from 'pino'
import { openDatabase } from '../db/client.ts'
import { systemClock as clock } from '../db/kit/clock.ts'
import { loadKeyFile } from '../db/kit/key-file.ts'
import { systemRandom as random } from '../db/kit/random.ts'
import { temporalConfig } from '../temporal.config.ts'
import { googleSurroundings } from './drive/google/surroundings.ts'
import { folderMailer, smtpMailer } from './notify/mailer.ts'
import { startWorker } from './start-worker.ts'
import { kmsSurroundings, openKms } from './vault/keys/open-kms.ts'
import { measured } from './vault/store/measured.ts'
import { openStore } from './vault/store/open-store.ts'
import { storeSurroundings } from './vault/store/surroundings.ts'
import { workerDeps } from './worker-deps.ts'
import { workflowBundle } from './workflow-bundle.ts'

const from = 'Backstop <backstop@localhost>'

const log = pino({ name: 'worker', level: process.env['BACKSTOP_LOG_LEVEL'] ?? 'info' }, pino.destination(2))
Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => log[level === 'ERROR' ? 'error' : 'warn'](meta ?? {}, message)),
})

const required = (name: string): string => {
  const value = process.env[name]
  if (!value)
    throw new Error(
      `The environment variable ${name} is not set. Start Backstop with \`npm start\`, or set it as docs/ARCHITECTURE.md says.`,
    )
  return value
}

const stopping = new AbortController()
const vaultLocation = process.env['BACKSTOP_VAULT_URL'] || required('BACKSTOP_VAULT_DIR')
const keyFile = required('BACKSTOP_KEY_FILE')
const surroundings = storeSurroundings(process.env)
const vaultStore = measured(await openStore(vaultLocation, { clock, random, signal: stopping.signal, surroundings }), clock)
const smtpUrl = process.env['BACKSTOP_SMTP_URL']
const db = openDatabase(required('BACKSTOP_DATABASE_URL'), { max: 10 })
const worker = await startWorker({
  temporal: temporalConfig(process.env),
  deps: workerDeps({
    db,
    clock,
    random,
    google: await googleSurroundings(process.env),
    sealingKey: await loadKeyFile(keyFile, random),
    store: vaultStore.store,
    kms: openKms(kmsSurroundings(process.env), { keyFile, random }),
    mailer: smtpUrl ? smtpMailer({ url: smtpUrl, from }) : folderMailer({ folder: required('BACKSTOP_MAIL_DIR'), from }),
    publicUrl: process.env['BACKSTOP_PUBLIC_URL'] ?? 'http://127.0.0.1',
  }),
  workflowBundle: await workflowBundle(),
  report: (activity, error) => log.warn({ activity, err: error }, 'an activity failed'),
})

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    stopping.abort()
    log.info({ store: vaultStore.stats() }, 'what was asked of the store of the vault')
    void worker.stop()
  })
console.log(JSON.stringify({ ready: true }))

try {
  await worker.finished
} finally {
  await db.close()
}
