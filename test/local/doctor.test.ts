import { join } from 'node:path'
import { expect, test } from 'vitest'
import { examine } from '../../bot/local/doctor/check.ts'
import { doctor } from '../../bot/local/doctor/doctor.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { scratch } from './support/rig.ts'

const clock = systemClock

async function ask(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const said: string[] = []
  const code = await doctor(argv, { env, clock, io: { say: (text) => said.push(text), ask: async () => undefined } })
  return { code, said: said.join('\n') }
}

test('the doctor says in a sentence that a folder holds no Backstop', async () => {
  const folder = join(scratch(), 'none')
  await expect(ask(['--data', folder])).rejects.toThrow(
    `There is no Backstop in ${folder} yet. Start it with npm start, or name its folder with --data DIR.`,
  )
})

test('the doctor says of each part that does not answer what to do, and ends with 1', async () => {
  const folder = scratch()
  const env = {
    BACKSTOP_DATABASE_URL: 'postgres://nobody:secret-word@127.0.0.1:1/none',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    BACKSTOP_DRIVE_URL: 'http://127.0.0.1:1',
    BACKSTOP_VAULT_DIR: join(folder, 'missing'),
    BACKSTOP_PUBLIC_URL: 'http://127.0.0.1:1',
    BACKSTOP_MAIL_DIR: folder,
  }
  const { code, said } = await ask(['--json'], env)
  const { ok, parts } = JSON.parse(said) as { ok: boolean; parts: { part: string; ok: boolean; advice?: string }[] }
  expect({ code, ok }).toEqual({ code: 1, ok: false })
  expect(parts.filter((part) => part.ok).map(({ part }) => part)).toEqual(['Mail'])
  expect(parts.filter((part) => !part.ok).map(({ part, advice }) => [part, typeof advice])).toEqual(
    ['PostgreSQL', 'Temporal', 'Worker', 'Practice Drive', 'Vault', 'Bot'].map((part) => [part, 'string']),
  )
  expect(said).not.toContain('secret-word')
})

test('the reason is the innermost one that has words', async () => {
  const error = new Error('fetch failed', { cause: new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]) })
  const finding = await examine({ part: 'Bot', ask: () => Promise.reject(error), advice: 'Start it.' }, clock)
  expect(finding).toMatchObject({ ok: false, detail: 'ECONNREFUSED', advice: 'Start it.' })
})
