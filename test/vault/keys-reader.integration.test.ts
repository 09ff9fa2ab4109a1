/** After every change of keys that there is, the reader that knows only docs/VAULT-FORMAT.md still opens the vault, with what is meant to. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localKeyFile, openLocalStore, openVault } from '../../activities/vault/index.ts'
import { forgetOldKeys, rotateAccountKey, setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { renewKey } from '../../activities/vault/keys/drive-keys.ts'
import { purgeDrive } from '../../activities/vault/keys/purge.ts'
import { rewriteDrive } from '../../activities/vault/keys/rewrite.ts'
import { shredDrive } from '../../activities/vault/keys/shred.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { emptyFolder } from './support/extracted.ts'
import { keyDeps, recoveryKey } from './support/keyrings.ts'
import { pythonReader } from './support/python-reader.ts'
import { backUp } from './support/vaults.ts'

test('the second reader opens a vault whose keys were all changed, with the new account key and the new recovery key, and with no other', async () => {
  const python = await pythonReader(process.env)
  const folder = emptyFolder()
  const path = (name: string) => join(folder, name)
  const key = (name: string) => localKeyFile({ path: path(name), random: systemRandom })
  const store = await openLocalStore({ path: path('vault'), create: true, random: systemRandom })
  const open = (name: string) => openVault({ store, kms: key(name), accountId: 'acme', clock: systemClock, random: systemRandom })
  const [lost, kept] = [await recoveryKey(), await recoveryKey()]

  await backUp((await open('old.key')).drive('d1'), 0, { 'a.txt': Buffer.from('the plan') })
  await backUp((await open('old.key')).drive('d2'), 0, { 'a.txt': Buffer.from('nobody reads this any more') })
  await setRecoveryKey(keyDeps(store, key('old.key')), lost.public)
  await setRecoveryKey(keyDeps(store, key('old.key')), kept.public)
  await rotateAccountKey(keyDeps(store, key('old.key')), key('new.key'))
  await forgetOldKeys(keyDeps(store, key('new.key')))
  const deps = { ...keyDeps(store, key('new.key')), clock: systemClock, random: systemRandom }
  const keyId = await renewKey(deps, 'd1')
  const done = await rewriteDrive((await open('new.key')).drive('d1'), { keyId, random: systemRandom })
  expect(done).toMatchObject({ items: 1 })
  await shredDrive(deps, 'd2')

  await writeFile(path('lost.txt'), lost.secret)
  await writeFile(path('kept.txt'), `${kept.secret}\n`)
  for (const name of ['new.key', 'kept.txt']) {
    const to = emptyFolder()
    await python.run('extract', path('vault'), path(name), to, 'd1')
    const texts = await Promise.all(
      (await readdir(to, { recursive: true })).filter((file) => file.endsWith('a.txt')).map((file) => readFile(join(to, file), 'utf8')),
    )
    expect(texts).toEqual(['the plan'])
    await expect(python.run('extract', path('vault'), path(name), emptyFolder(), 'd2')).rejects.toThrow(
      'no revision of it opens with this key',
    )
  }
  await purgeDrive(deps, 'd2')
  const listed = (await python.run('list', path('vault'), path('kept.txt'))).trim().split('\n')
  expect(new Set(listed.map((line) => JSON.parse(line).driveId))).toEqual(new Set(['d1']))
  for (const name of ['old.key', 'lost.txt'])
    await expect(python.run('list', path('vault'), path(name))).rejects.toThrow('no revision of it opens with this key')
})
