/** Design rule 4: a payload is ids, cursors and counts, at most 32 KiB. Looked for: secrets, names, people and content, after work that fails too. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCredential } from '../../activities/drive/credential.ts'
import { oauthClientFile } from '../../bot/local/environment.ts'
import { dataFolder } from '../../bot/local/folder/data-folder.ts'
import { secretFile } from '../../bot/local/folder/secrets.ts'
import { loadKeyFile } from '../../db/kit/key-file.ts'
import { systemRandom as random } from '../../db/kit/random.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { type Machine, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { connectTask } from '../support/e2e/connect.ts'
import { conversation } from '../support/e2e/console.ts'
import { everythingRecorded, formsOf } from '../support/e2e/histories.ts'
import { withDatabase, withTemporal } from '../support/e2e/inside.ts'
import { practiceOf } from '../support/e2e/practice.ts'

const maxPayloadBytes = 32 * 1_024

test('no history holds a secret, a name, a person or a byte of content, and no payload is over 32 KiB', async () => {
  const machine = startMachine(join(scratch(), 'data'))
  await machine.shows(/Ctrl-C stops everything/)
  const practice = await practiceOf(machine)
  const finance = (await practice.drives()).find(({ name }) => name === 'Finance')?.id ?? ''
  const canaries = new Map(await canariesOf(practice, finance))
  await workWithFailures(machine, practice)
  for (const [what, secret] of await secretsOf(machine)) canaries.set(what, secret)

  const { types, all } = await withTemporal(machine, everythingRecorded)
  expect(types).toEqual(new Set(['approval', 'backupDrive', 'connectTask', 'restore']))
  const payloads = all.filter(({ payload }) => payload)
  expect(payloads.length).toBeGreaterThan(50)
  expect(payloads.filter(({ bytes }) => bytes.length > maxPayloadBytes).map(({ where }) => where)).toEqual([])
  const leaks = [...canaries].flatMap(([what, secret]) => {
    const forms = formsOf(secret)
    return all.filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ where }) => `${what}: ${where}`)
  })
  expect(leaks).toEqual([])
  // The search finds what is there: the drive's id stands in every input of a backup.
  expect(all.some(({ bytes }) => formsOf(Buffer.from(finance)).some((form) => bytes.includes(form)))).toBe(true)
})

type Practice = Awaited<ReturnType<typeof practiceOf>>

/** Every file of the drive by name and by the beginning of its content, and somebody it is shared with. */
async function canariesOf(practice: Practice, driveId: string): Promise<[string, Buffer][]> {
  const files = await practice.files(driveId)
  expect(files.length).toBeGreaterThan(20)
  const names = files.filter(({ name }) => name.length >= 7).map(({ name }): [string, Buffer] => [`the name ${name}`, Buffer.from(name)])
  const contents = await Promise.all(
    files.map(async ({ id, name }): Promise<[string, Buffer]> => [`content of ${name}`, (await practice.content(id)).subarray(8, 32)]),
  )
  const plan = files.find(({ name }) => name === 'Q3 plan')
  const [shared] = await practice.sharing(plan?.id ?? '')
  const person = shared?.split(' ')[1] ?? ''
  expect(person).toContain('@')
  return [...names, ...contents.filter(([, bytes]) => bytes.length === 24), [`the person ${person}`, Buffer.from(person)]]
}

/** A consent, a backup in which downloads fail, a restore that meets an error, a refusal by the plan's rules, and a consent that is lost. */
async function workWithFailures(machine: Machine, practice: Practice): Promise<void> {
  const ada = await conversation(machine, 'ada')
  const bo = await conversation(machine, 'bo')
  await connectTask(machine, ada, 'Main')
  await ada.say('activate Finance')
  const refused = { kind: 'error', status: 403, reason: 'cannotDownloadAbusiveFile' }
  await practice.plan({
    faults: [
      { method: 'drive.files.get', media: true, call: 3, fault: refused },
      { method: 'drive.files.get', media: true, call: 5, times: 8, fault: { kind: 'error', status: 500 } },
      { method: 'drive.permissions.list', call: 2, fault: { kind: 'error', status: 429, reason: 'rateLimitExceeded' } },
      { method: 'drive.files.create', media: true, fault: { kind: 'errorAfterSuccess' } },
    ],
  })
  await ada.say('backup now Finance')
  await ada.sees(/Backup done · Finance/)
  await ada.say('practice lose "Q3 plan" from Finance')
  await ada.say('restore "Q3 plan" from Finance --yes')
  await bo.press(await bo.sees(/Please decide: restore R-1001/), 'Approve')
  await ada.sees(/Restore R-1001 done/)
  const talkative = { kind: 'error', status: 400, reason: 'invalid', message: 'The file "Q3 plan" cannot be read.' }
  await practice.plan({ method: 'drive.changes.list', times: 100, fault: talkative })
  await ada.say('backup now Finance')
  await ada.sees(/Backup FAILED · Finance/)
  await practice.plan({ method: 'drive.changes.list', fault: { kind: 'revokeGrant' } })
  await ada.say('backup now Finance')
  await ada.sees(/Disconnected/)
  expect(await practice.neverFired()).toEqual([])
}

/** What the product must keep to itself: the client's secret, the lasting consent, the operator's key. */
async function secretsOf(machine: Machine): Promise<[string, Buffer][]> {
  const folder = dataFolder(machine.data)
  const { web } = JSON.parse(await readFile(oauthClientFile(folder), 'utf8')) as { web: { client_secret: string } }
  const { rows } = await withDatabase(machine, (database) =>
    database.query<{ account: string; credential: Buffer }>('select account_id as account, credential from backup_task'),
  )
  const [task] = rows
  if (!task) throw new Error('The machine has no task.')
  const sealer = createSealer(await loadKeyFile(secretFile(folder, 'key'), random), random)
  const credential = openCredential(sealer, task.account, task.credential)
  if (credential.kind !== 'refresh-token') throw new Error('The task holds no refresh token.')
  return [
    ['the OAuth client secret', Buffer.from(web.client_secret)],
    ['the refresh token', Buffer.from(credential.refreshToken)],
    ['the operator key', await readFile(secretFile(folder, 'operatorKey')).then((bytes) => Buffer.from(bytes.toString().trim()))],
  ]
}
