/** Everything that a world of each profile holds, read whole: Google's own document must have a place for every field of it. */
import type { drive_v3 } from '@googleapis/drive'
import { expect, test } from 'vitest'
import { adminOf, driveClient, judgedPracticeDrive } from '../support/practice-drive.ts'

const all = { supportsAllDrives: true } as const
const whole = { fields: '*' } as const

async function everyPage<T extends { nextPageToken?: string | null }>(
  next: (page: { pageToken?: string }) => Promise<{ data: T }>,
): Promise<T[]> {
  const pages: T[] = []
  let pageToken: string | null | undefined
  do {
    const { data } = await next(pageToken ? { pageToken } : {})
    pages.push(data)
    pageToken = data.nextPageToken
  } while (pageToken)
  return pages
}

async function readAround(client: drive_v3.Drive, file: drive_v3.Schema$File): Promise<void> {
  const fileId = file.id ?? ''
  await client.files.get({ fileId, ...whole, ...all })
  await everyPage((page) => client.permissions.list({ fileId, pageSize: 2, ...page, ...whole, ...all }))
  await client.files.listLabels({ fileId })
  if (file.capabilities?.canReadRevisions) await client.revisions.list({ fileId, ...whole })
  if (file.capabilities?.canComment) await client.comments.list({ fileId, includeDeleted: true, ...whole })
}

test.each(['office', 'flat', 'deep', 'hostile'] as const)(
  'everything of the profile %s has its place in the document',
  async (profile) => {
    const practice = await judgedPracticeDrive({ world: { seed: 11, items: 150, profile }, quotaScale: 0 })
    const client = driveClient(practice, adminOf(practice))
    const drives = await everyPage((page) => client.drives.list({ useDomainAdminAccess: true, pageSize: 3, ...page, ...whole }))
    const counted = practice.model.practice.drives().reduce((sum, { items }) => sum + items, 0)
    let items = 0
    for (const { id } of drives.flatMap((page) => page.drives ?? [])) {
      const driveId = id ?? ''
      const scope = { driveId, includeItemsFromAllDrives: true, ...all }
      const { data: start } = await client.changes.getStartPageToken({ driveId, ...all })
      const pages = await everyPage((page) => client.files.list({ corpora: 'drive', pageSize: 40, ...scope, ...page, ...whole }))
      const files = pages.flatMap((page) => page.files ?? [])
      for (const file of files) await readAround(client, file)
      await client.permissions.list({ fileId: driveId, ...whole, ...all })
      practice.model.practice.mess(driveId)
      await client.changes.list({ pageToken: start.startPageToken ?? '', pageSize: 1000, ...scope, ...whole })
      items += files.length
    }
    expect(items).toBeGreaterThanOrEqual(150)
    expect(items).toBe(counted)
    await practice.stop()
  },
  60_000,
)
