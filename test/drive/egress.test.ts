import { expect, test } from 'vitest'
import { DriveFailure } from '../../activities/drive/failure-types.ts'
import type { Access } from '../../activities/drive/google/access.ts'
import { withEgress } from '../../activities/drive/quota/egress.ts'
import { createIdentities } from '../../activities/drive/quota/identities.ts'
import type { Download, DriveSource } from '../../activities/drive/source.ts'
import { chunked, collect, standingClock } from '../support/wire.ts'
import { noLimit } from './support/practice.ts'

const going = new AbortController().signal
const buckets = [{ key: 'user:ana', unitsPerMinute: 325_000 }]
const identities = createIdentities([{ access: {} as Access, buckets }], noLimit, standingClock())

/** A source with one content, and what was counted of it. */
function source(download: Download, over: { readonly refuse?: boolean } = {}) {
  const counted: number[] = []
  const given: number[] = []
  let aborted = false
  const inner = {
    download: async (_: string, { signal }: { signal?: AbortSignal } = {}) => {
      signal?.addEventListener('abort', () => {
        aborted = true
      })
      return download
    },
    exportAs: async () => download,
  } as unknown as DriveSource
  const metered = withEgress(inner, {
    identities,
    limiter: {
      takeEgress: async (_, bytes) => {
        if (over.refuse) throw new DriveFailure('QuotaExceeded', 'The bytes of today are used up.')
        counted.push(bytes)
      },
    },
    giveBack: async (_, __, amount) => void given.push(amount),
    lane: 'scheduled',
    signal: going,
  })
  return { metered, counted, given, wasAborted: () => aborted }
}

const bytes = Buffer.alloc(3_000, 7)

test('a download is counted whole before its first byte is handed on', async () => {
  const { metered, counted } = source({ stream: chunked(bytes), size: 3_000 })
  const download = await metered.download('file')
  expect(counted).toEqual([3_000])
  expect(await collect(download.stream)).toEqual(bytes)
})

test('a download that is taken up in the middle counts what is still to come', async () => {
  const { metered, counted } = source({ stream: chunked(bytes), size: 3_000 })
  await metered.download('file', { start: 2_000 })
  expect(counted).toEqual([1_000])
})

test('an export of unknown length is counted by what came, up or down', async () => {
  const { metered, counted, given } = source({ stream: chunked(bytes) })
  const download = await metered.exportAs('doc', 'text/plain')
  expect(counted).toEqual([2 ** 20])
  await collect(download.stream)
  expect(given).toEqual([2 ** 20 - 3_000])
})

test('when the day is used up nothing is read, and the connection is let go', async () => {
  const { metered, wasAborted } = source({ stream: chunked(bytes), size: 3_000 }, { refuse: true })
  await expect(metered.download('file')).rejects.toMatchObject({ type: 'QuotaExceeded' })
  expect(wasAborted()).toBe(true)
})
