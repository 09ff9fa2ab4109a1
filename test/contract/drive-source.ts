import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DriveFailure } from '../../activities/drive/failure-types.ts'
import type { Change, DriveItem } from '../../activities/drive/resources.ts'
import type { DriveSource } from '../../activities/drive/source.ts'
import { collect } from '../support/wire.ts'

/** A Drive with one shared drive, some hundred items and people who change it. */
export type DriveWorld = {
  readonly source: DriveSource
  /** As {@link source}, for someone who is a member of nothing. */
  readonly stranger: DriveSource
  readonly driveId: string
  /** More items than one page holds. */
  readonly bigDriveId: string
  put(name: string, bytes: Uint8Array): Promise<string>
  /** A Google document whose export is about `bytes` long. */
  putDocument(name: string, bytes: number): Promise<string>
  rename(itemId: string, name: string): void
  trash(itemId: string): void
  erase(itemId: string): void
  share(itemId: string, email: string, role: string): void
  renameDrive(name: string): void
  comment(itemId: string, text: string): void
  /** A drive of the domain that the source's identity is no member of. */
  readonly foreignDriveId: string
  stop(): Promise<void>
}

/** What every {@link DriveSource} promises. */
export function driveSourceContract(name: string, open: () => Promise<DriveWorld>): void {
  describe(`${name} is a DriveSource:`, () => {
    let world: DriveWorld
    beforeAll(async () => {
      world = await open()
    })
    afterAll(() => world.stop())

    const items = async (driveId: string) => {
      const found: DriveItem[] = []
      const sizes: number[] = []
      for (let pageToken: string | undefined; ; ) {
        const page = await world.source.listItems(driveId, pageToken)
        found.push(...page.items)
        sizes.push(page.items.length)
        pageToken = page.nextPageToken
        if (pageToken === undefined) return { found, sizes }
      }
    }
    const drain = async (from: string) => {
      const found: Change[] = []
      for (let token = from; ; ) {
        const page = await world.source.changes(world.driveId, token)
        found.push(...page.changes)
        if (page.newStartPageToken !== undefined) return { found, next: page.newStartPageToken }
        token = page.nextPageToken ?? ''
      }
    }
    const failureOf = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof DriveFailure)) throw new Error(`Expected a DriveFailure, got ${String(error)}.`)
      return error
    }

    test('drives are listed and described', async () => {
      const { drives } = await world.source.listDrives()
      const listed = drives.find((drive) => drive.id === world.driveId)
      expect(listed?.name).toBe((await world.source.drive(world.driveId)).name)
      expect(listed?.restrictions).toMatchObject({ domainUsersOnly: expect.any(Boolean) })
    })

    test('a drive that a person is no member of is not found', async () => {
      expect((await failureOf(world.stranger.drive(world.driveId))).type).toBe('NotFound')
      expect((await world.stranger.listDrives()).drives).toEqual([])
    })

    test('only administrators list the drives of the domain', async () => {
      expect((await failureOf(world.stranger.listDrives({ asDomainAdmin: true }))).type).toBe('AccessLost')
      expect((await world.source.listDrives({ asDomainAdmin: true })).drives.length).toBeGreaterThan(0)
    })

    test('an administrator finds a drive of the domain without being a member, as an administrator only', async () => {
      expect(await failureOf(world.source.drive(world.foreignDriveId))).toMatchObject({ type: 'NotFound' })
      expect((await world.source.drive(world.foreignDriveId, { asDomainAdmin: true })).id).toBe(world.foreignDriveId)
      expect(await failureOf(world.source.drive('0AnoSuchDrive', { asDomainAdmin: true }))).toMatchObject({ type: 'NotFound' })
      expect(await failureOf(world.stranger.drive(world.driveId, { asDomainAdmin: true }))).toMatchObject({ type: 'AccessLost' })
    })

    test('comments of a file come whole, over pages of a hundred, in the order in which they were made', async () => {
      const id = await world.put('discussed.bin', Buffer.from('x'))
      expect(await world.source.comments(id)).toEqual([])
      for (let n = 0; n < 120; n++) world.comment(id, `comment ${n}`)
      const comments = await world.source.comments(id)
      expect(new Set(comments.map(({ content }) => content)).size).toBe(120)
      const times = comments.map(({ createdTime }) => createdTime ?? '')
      expect(times).toEqual(times.toSorted())
      expect(await failureOf(world.source.comments('noSuchFile'))).toMatchObject({ type: 'NotFound' })
    })

    test('members are direct grants of the drive, an organizer among them', async () => {
      const members = await world.source.members(world.driveId)
      expect(members.map((member) => member.role)).toContain('organizer')
    })

    test('a listing has every item once, over pages of a thousand, trash included', async () => {
      const { found, sizes } = await items(world.bigDriveId)
      expect(new Set(found.map((item) => item.id)).size).toBe(found.length)
      expect(sizes.length).toBeGreaterThan(1)
      expect(sizes[0]).toBe(1000)
    })

    test('an item carries what a restore needs', async () => {
      const bytes = randomBytes(2000)
      const id = await world.put('complete.bin', bytes)
      const { found } = await items(world.driveId)
      expect(found.find((item) => item.id === id)).toMatchObject({
        name: 'complete.bin',
        size: 2000,
        sha256Checksum: createHash('sha256').update(bytes).digest('hex'),
        md5Checksum: createHash('md5').update(bytes).digest('hex'),
        trashed: false,
        parents: [world.driveId],
        driveId: world.driveId,
        hasAugmentedPermissions: false,
        headRevisionId: expect.any(String),
        version: expect.stringMatching(/^\d+$/),
        createdTime: expect.stringMatching(/^\d{4}-.+Z$/),
        capabilities: { canDownload: true },
      })
      expect(await world.source.item(id)).toEqual(found.find((item) => item.id === id))
    })

    test('the change feed tells what happened since its token, once for each item, and nothing more', async () => {
      const kept = await world.put('kept.txt', randomBytes(10))
      const gone = await world.put('gone.txt', randomBytes(10))
      const binned = await world.put('binned.txt', randomBytes(10))
      const from = await world.source.startPageToken(world.driveId)
      expect((await drain(from)).found).toEqual([])

      world.rename(kept, 'kept, renamed.txt')
      world.rename(kept, 'kept, renamed again.txt')
      world.erase(gone)
      world.trash(binned)
      world.renameDrive('A new name')

      const { found, next } = await drain(from)
      const of = (id: string) => found.filter((change) => change.type === 'item' && change.itemId === id)
      expect(of(kept)).toMatchObject([{ removed: false, item: { name: 'kept, renamed again.txt' } }])
      expect(of(gone)).toMatchObject([{ removed: true }])
      expect(of(gone)[0]).not.toHaveProperty('item')
      expect(of(binned)).toMatchObject([{ removed: false, item: { trashed: true } }])
      expect(found).toContainEqual(expect.objectContaining({ type: 'drive', drive: expect.objectContaining({ name: 'A new name' }) }))
      expect((await drain(next)).found).toEqual([])
    })

    test('a page token that is none is told apart', async () => {
      expect((await failureOf(world.source.listItems(world.driveId, 'nonsense'))).type).toBe('InvalidPageToken')
      expect((await failureOf(world.source.changes(world.driveId, 'nonsense'))).type).toBe('InvalidPageToken')
    })

    test('grants of an item are the direct ones', async () => {
      const id = await world.put('shared.txt', randomBytes(10))
      expect(await world.source.grants(id)).toEqual([])
      world.share(id, 'guest@elsewhere.example', 'reader')
      expect(await world.source.grants(id)).toMatchObject([{ type: 'user', role: 'reader', emailAddress: 'guest@elsewhere.example' }])
      expect((await world.source.item(id))?.hasAugmentedPermissions).toBe(true)
    })

    test('an item that is gone is nothing, its grants and bytes are not found', async () => {
      const id = await world.put('short-lived.txt', randomBytes(10))
      world.erase(id)
      expect(await world.source.item(id)).toBeUndefined()
      expect((await failureOf(world.source.grants(id))).type).toBe('NotFound')
      expect((await failureOf(world.source.download(id))).type).toBe('NotFound')
    })

    test.each([0, 1, 70_000, 3_000_000])('a download of %i bytes is what was uploaded', async (size) => {
      const bytes = randomBytes(size)
      const download = await world.source.download(await world.put(`${size}.bin`, bytes))
      expect(download.size).toBe(size)
      expect((await collect(download.stream)).equals(bytes)).toBe(true)
    })

    test('a download can begin in the middle', async () => {
      const bytes = randomBytes(100_000)
      const download = await world.source.download(await world.put('middle.bin', bytes), { start: 60_000 })
      expect(download.size).toBe(100_000)
      expect((await collect(download.stream)).equals(bytes.subarray(60_000))).toBe(true)
    })

    test('a download stops when its signal does', async () => {
      const id = await world.put('stopped.bin', randomBytes(4_000_000))
      const stop = new AbortController()
      const { stream } = await world.source.download(id, { signal: stop.signal })
      const reading = (async () => {
        for await (const _ of stream) stop.abort(new RangeError('enough'))
      })()
      await expect(reading).rejects.toThrow(new RangeError('enough'))
    })

    test('a document has no bytes to download, and an export', async () => {
      const id = await world.putDocument('minutes', 2_000)
      expect((await failureOf(world.source.download(id))).type).toBe('NotDownloadable')
      const { stream } = await world.source.exportAs(id, 'text/plain')
      expect((await collect(stream)).length).toBeGreaterThan(0)
      expect((await failureOf(world.source.exportAs(id, 'video/mp4'))).type).toBe('NotDownloadable')
    })

    test('an export above 10 MB comes all the same', async () => {
      const id = await world.putDocument('long minutes', 11_000_000)
      const { stream, size } = await world.source.exportAs(id, 'text/plain')
      const body = await collect(stream)
      expect(body.length).toBeGreaterThan(10_000_000)
      expect(size).toBe(body.length)
    })
  })
}
