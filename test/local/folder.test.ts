import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderFailure } from '../../bot/local/failure.ts'
import { dataFolder, emptyFolder, openFolder } from '../../bot/local/folder/data-folder.ts'
import { makeSecrets, readSecret, secretFile } from '../../bot/local/folder/secrets.ts'
import { choosePorts, readState } from '../../bot/local/folder/state.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { openScratch, scratch } from './support/rig.ts'

async function listenOn(port: number): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

describe('the data folder', () => {
  test('is refused in a sentence where a file of its name is in the way', () => {
    const path = join(scratch(), 'data')
    writeFileSync(path, '')
    expect(() => openFolder(dataFolder(path))).toThrow(`${path} is not a folder. Move that file away, or choose a folder with --data DIR.`)
  })

  test('is refused in a sentence when its disk is nearly full', () => {
    const path = scratch()
    expect(() => openFolder(dataFolder(path), () => 12 * 1024 * 1024)).toThrow(
      `The disk that holds ${path} has 12 MiB left; Backstop needs 256. Free some space, or choose another folder with --data DIR.`,
    )
  })

  test.each([
    ['ENOSPC', 'The disk that holds /data is full. Free some space, or choose another folder with --data DIR; nothing was lost.'],
    ['EACCES', 'Backstop may not write to /data. Give yourself the right to, or choose another folder with --data DIR.'],
    ['EROFS', 'Backstop may not write to /data. Give yourself the right to, or choose another folder with --data DIR.'],
  ])('turns %s into what to do', (code, sentence) => {
    expect(folderFailure(Object.assign(new Error('write'), { code }), '/data')).toMatchObject({ name: 'StartFailure', message: sentence })
  })

  test('is emptied of what is Backstop’s, and of nothing else', () => {
    const folder = openScratch()
    writeFileSync(join(folder.path, 'holiday.jpg'), 'mine')
    writeFileSync(folder.temporal, 'state')
    mkdirSync(join(folder.vault, 'packs'))
    emptyFolder(folder)
    expect(existsSync(folder.temporal) || existsSync(folder.vault)).toBe(false)
    expect(readFileSync(join(folder.path, 'holiday.jpg'), 'utf8')).toBe('mine')
  })
})

describe('the ports', () => {
  test('are the same at the next start', async () => {
    const folder = openScratch()
    const first = await choosePorts(folder, undefined)
    expect(await choosePorts(folder, undefined)).toEqual({ ports: first.ports, moved: [] })
    expect(new Set(Object.values(first.ports)).size).toBe(5)
  })

  test('move when another program has taken one, and only that one', async () => {
    const folder = openScratch()
    const first = await choosePorts(folder, undefined)
    const intruder = await listenOn(first.ports.temporal)
    try {
      const second = await choosePorts(folder, undefined)
      expect(second.moved).toEqual(['temporal'])
      expect(second.ports).toEqual({ ...first.ports, temporal: second.ports.temporal })
    } finally {
      intruder.close()
    }
  })

  test('that are asked for and taken are refused in a sentence', async () => {
    const folder = openScratch()
    const { ports } = await choosePorts(folder, undefined)
    const intruder = await listenOn(ports.practice)
    try {
      await expect(choosePorts(folder, ports.practice)).rejects.toThrow(
        `Port ${ports.practice} is in use by another program. Choose another with --port N`,
      )
    } finally {
      intruder.close()
    }
  })

  test('cannot be read from a broken state file, and the sentence names it', () => {
    const folder = openScratch()
    writeFileSync(folder.state, '{"version":1,')
    expect(() => readState(folder)).toThrow(`${folder.state} is broken`)
  })
})

describe('the secrets', () => {
  test('are made once and only their owner may read them', async () => {
    const folder = openScratch()
    await makeSecrets(folder, systemRandom)
    const key = readSecret(folder, 'operatorKey')
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    await makeSecrets(folder, systemRandom)
    expect(readSecret(folder, 'operatorKey')).toBe(key)
    expect(statSync(secretFile(folder, 'key')).mode & 0o777).toBe(0o600)
    expect(statSync(folder.secrets).mode & 0o777).toBe(0o700)
  })

  test('are not made anew while what they open is still there', async () => {
    const folder = openScratch()
    await makeSecrets(folder, systemRandom)
    mkdirSync(folder.postgres)
    writeFileSync(join(folder.postgres, 'PG_VERSION'), '18')
    rmSync(secretFile(folder, 'postgresPassword'))
    await expect(makeSecrets(folder, systemRandom)).rejects.toThrow(
      `${secretFile(folder, 'postgresPassword')} is missing. The database cannot be opened without it`,
    )
  })

  test('that are damaged are refused in a sentence', async () => {
    const folder = openScratch()
    writeFileSync(secretFile(folder, 'key'), '{}', { mode: 0o600 })
    await expect(makeSecrets(folder, systemRandom)).rejects.toThrow(`The key file ${secretFile(folder, 'key')} is damaged.`)
  })
})
