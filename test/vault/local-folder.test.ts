import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openLocalStore, StoreUnavailable } from '../../activities/vault/index.ts'
import { storeError } from '../../activities/vault/store/local-errors.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { all } from './support/vaults.ts'

let path: string
const open = (create: boolean, at = path) => openLocalStore({ path: at, create, random: systemRandom })

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'backstop-folder-')), 'vault')
})

test('a missing folder is not made unless it is the first use', async () => {
  await expect(open(false)).rejects.toThrow(StoreUnavailable)
  await expect(open(false)).rejects.toThrow('is not there, or is not a vault folder. Is its disk mounted?')
  await open(true)
  await open(false)
})

test('the empty mount point of a disk that went away is not taken for the vault', async () => {
  const store = await open(true)
  await store.create('a/b', Buffer.from('x'))
  await rm(path, { recursive: true })
  await mkdir(path)
  await expect(open(false)).rejects.toThrow(StoreUnavailable)
  await expect(store.create('a/c', Buffer.from('x'))).rejects.toThrow('Is its disk mounted?')
  await expect(store.read({ key: 'a/b' })).rejects.toThrow('Is its disk mounted?')
  await expect(all(store.list(''))).rejects.toThrow('Is its disk mounted?')
  expect(await readdir(path)).toEqual([])
})

test('what a crash left half-written is never listed, and stands in nobody’s way', async () => {
  const store = await open(true)
  await store.create('a/b', Buffer.from('x'))
  await writeFile(join(path, '.backstop-tmp', 'half'), 'hal')
  expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['a/b'])
  const { mtime } = await stat(join(path, '.backstop-tmp', 'half'))
  expect(await store.abortUnfinished(mtime)).toBe(0)
  expect(await store.abortUnfinished(new Date(mtime.getTime() + 1))).toBe(1)
  expect(await readdir(join(path, '.backstop-tmp'))).toEqual([])
})

test('a finished write leaves no draft behind, neither does a broken one', async () => {
  const store = await open(true)
  await store.create('a/b', Buffer.from('x'))
  async function* broken() {
    yield Buffer.from('x')
    throw new RangeError('the download broke')
  }
  await expect(store.createFrom('a/c', broken())).rejects.toThrow(RangeError)
  expect(await readdir(join(path, '.backstop-tmp'))).toEqual([])
})

test('a file where the folder should be is named', async () => {
  await writeFile(path, '')
  await expect(open(true)).rejects.toThrow(/A part of the path is a file|is not a folder/)
  await expect(open(false)).rejects.toThrow(/A part of the path is a file/)
})

test('objects are readable by their owner only', async () => {
  const store = await open(true)
  await store.create('a/b', Buffer.from('x'))
  const { mode } = await stat(join(path, 'a/b'))
  expect(mode & 0o077).toBe(0)
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is named', async () => {
  await open(true)
  await chmod(join(path, '.backstop-tmp'), 0o500)
  await expect(open(true)).rejects.toThrow(/may not use the folder/)
})

test('opening a vault only to read it writes nothing there', async () => {
  const store = await open(true)
  await store.create('v1/b', Buffer.from('x'))
  const before = (await stat(join(path, '.backstop-tmp'))).mtimeMs
  const reader = await open(false)
  expect(Buffer.from(await reader.read({ key: 'v1/b' })).toString()).toBe('x')
  expect((await stat(join(path, '.backstop-tmp'))).mtimeMs).toBe(before)
})

test('a copy of a bucket is a vault, though it lacks our mark', async () => {
  await mkdir(join(path, 'v1'), { recursive: true })
  await writeFile(join(path, 'v1', 'config.json'), '{}')
  const store = await open(false)
  expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['v1/config.json'])
  expect(await readdir(path)).toEqual(['v1'])
  await store.create('v1/more', Buffer.from('x'))
  expect((await all(store.list(''))).map(({ key }) => key)).toEqual(['v1/config.json', 'v1/more'])
})

describe('each system error becomes a sentence that says what to do', () => {
  const failure = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' })

  test.each([
    ['ENOSPC', 'The disk is full. Free some space'],
    ['EACCES', 'Give its user read and write permission'],
    ['EROFS', 'Mount it for writing'],
    ['EIO', 'Check the disk before anything else'],
    ['ESTALE', 'The file system says ESTALE'],
  ])('%s', (code, words) => {
    const error = storeError('/srv/vault', failure(code))
    expect(error).toBeInstanceOf(StoreUnavailable)
    expect(error.message).toContain('/srv/vault')
    expect(error.message).toContain(words)
  })
})

test('the error of a source that reads files is not taken for the disk’s', async () => {
  const store = await open(true)
  const theirs = Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })
  async function* source(): AsyncIterable<Uint8Array> {
    yield Buffer.from('x')
    throw theirs
  }
  await expect(store.createFrom('a/b', source())).rejects.toBe(theirs)
})

test.skipIf(process.platform !== 'linux')('what the system says of a full disk is understood', async () => {
  const error = await writeFile('/dev/full', 'x').catch((reason: unknown) => storeError(path, reason))
  expect(error).toBeInstanceOf(StoreUnavailable)
  expect(String(error)).toContain('The disk is full')
})
