/** Extraction from vaults with anything missing or changed, into folders that do not behave. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extractDrive } from '../../activities/vault/extract/extract-drive.ts'
import { Blocked, openTarget } from '../../activities/vault/extract/target.ts'
import { StoreUnavailable, VaultError } from '../../activities/vault/index.ts'
import { emptyFolder, filesIn } from './support/extracted.ts'
import { backUp, type MemoryStore, memoryStore, noise, openTestDrive, stream } from './support/vaults.ts'

const files = { a: Buffer.from('one'), b: noise((8 << 20) + 9, 'object'), c: noise(70_000, 'c'), d: Buffer.alloc(0), e: Buffer.from('one') }
const later = { f: noise(40_000, 'f'), g: Buffer.from('seven') }
const truth: Record<string, Buffer> = { ...files, ...later }

const built = (async () => {
  const store = memoryStore()
  const drive = await openTestDrive(store)
  await backUp(drive, 0, files)
  return { objects: store.objects, root: await backUp(drive, 1, later) }
})()

async function extractFrom(store: MemoryStore, folder: string) {
  const { reader } = await openTestDrive(store)
  const quiet = { stop: new AbortController().signal, warn: () => undefined, progress: () => undefined }
  return extractDrive({ reader, root: (await built).root, folder, ...quiet })
}

test('P1 P10 whatever is damaged or lost, listed = written + skipped + failed, and nothing but the truth is written', async () => {
  const { objects } = await built
  const keys = [...objects.keys()].filter((key) => !key.endsWith('.root')).sort()
  const harm = fc.record({
    key: fc.constantFrom(...keys),
    how: fc.constantFrom('lost', 'cut', 'flipped', 'swapped'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    other: fc.constantFrom(...keys),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(harm, { minLength: 1, maxLength: 3 }), async (harms) => {
      const store = memoryStore(new Map(objects))
      for (const { key, how, at, other } of harms) {
        const bytes = Buffer.from(objects.get(key) ?? [])
        const place = Math.floor(at * bytes.length)
        const flipped = Buffer.from(bytes)
        flipped.writeUInt8(flipped.readUInt8(place) ^ 0x55, place)
        if (how === 'lost') store.objects.delete(key)
        else if (how === 'cut') store.objects.set(key, bytes.subarray(0, place))
        else if (how === 'swapped') store.objects.set(key, Buffer.from(objects.get(other) ?? []))
        else store.objects.set(key, flipped)
      }
      const folder = join(emptyFolder(), 'out')
      const report = await extractFrom(store, folder).catch((error) => {
        // The configuration, the key or the rows are gone: nothing was begun.
        expect(error).toBeInstanceOf(VaultError)
        return undefined
      })
      if (!report) return
      const failed = Object.values(report.failed).reduce((sum, count) => sum + count, 0)
      expect(report).toMatchObject({ listed: 7, written: 7 - failed, skipped: {} })
      expect(report.failures).toHaveLength(failed)
      const written = readdirSync(join(folder, 'files'))
      expect(written).toHaveLength(7 - failed)
      for (const name of written)
        expect(readFileSync(join(folder, 'files', name)).equals(truth[name.slice(-1)] ?? Buffer.from('not there'))).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('what a killed run left beside the tree is removed by the next one', async () => {
  const folder = join(emptyFolder(), 'out')
  mkdirSync(join(folder, '.partial'), { recursive: true })
  writeFileSync(join(folder, '.partial/17'), 'half a file')
  await extractFrom(memoryStore((await built).objects), folder)
  expect(Object.keys(filesIn(folder)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('on a memory stick, which knows no links, files are written all the same and never over another', async () => {
  const target = await openTarget(join(emptyFolder(), 'out'), () =>
    Promise.reject(Object.assign(new Error('no links'), { syscall: 'link', code: 'EPERM' })),
  )
  await target.write('files/a', stream([Buffer.from('one')]), undefined)
  await expect(target.write('files/a', stream([Buffer.from('two')]), undefined)).rejects.toBeInstanceOf(Blocked)
  expect(filesIn(target.folder)).toEqual({ '.partial': null, files: null, 'files/a': 'one' })
})

test('a folder that cannot be used is said, with what to do', async () => {
  const file = join(emptyFolder(), 'file')
  writeFileSync(file, 'in the way')
  const attempt = extractFrom(memoryStore((await built).objects), join(file, 'out'))
  await expect(attempt).rejects.toBeInstanceOf(StoreUnavailable)
  await expect(attempt).rejects.toThrow(/cannot be written \(ENOTDIR\)\. Make room, or give another folder/)
  const full = await openTarget(join(emptyFolder(), 'out'), () =>
    Promise.reject(Object.assign(new Error('full'), { syscall: 'link', code: 'ENOSPC' })),
  )
  await expect(full.write('a', stream([Buffer.from('one')]), undefined)).rejects.toThrow(/is full\. Make room/)
})
