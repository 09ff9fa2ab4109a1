import { readFile } from 'node:fs/promises'
import { accessByDelegation } from '../../activities/drive/google/access.ts'
import { readServiceAccount } from '../../activities/drive/google/app.ts'
import { systemRandom } from '../../db/kit/random.ts'
import type { BenchSystem } from './processes.ts'

/** Gives the first `count` files with content in the drive new content, as their users would. */
export async function editFiles({ practice, driveId }: BenchSystem, count: number): Promise<void> {
  const account = readServiceAccount(JSON.parse(await readFile(practice.credentialsFile, 'utf8')))
  const access = accessByDelegation(account, practice.admins[0] ?? '', ['https://www.googleapis.com/auth/drive'])
  const headers = { authorization: await access.authorization(), 'content-type': 'application/octet-stream' }
  const query = new URLSearchParams({
    corpora: 'drive',
    driveId,
    includeItemsFromAllDrives: 'true',
    supportsAllDrives: 'true',
    pageSize: '1000',
    q: "trashed = false and mimeType != 'application/vnd.google-apps.folder'",
    fields: 'files(id,sha256Checksum)',
  })
  const { files } = (await (await fetch(`${practice.url}/drive/v3/files?${query}`, { headers })).json()) as {
    files: { id: string; sha256Checksum?: string }[]
  }
  const chosen = files.filter(({ sha256Checksum }) => sha256Checksum !== undefined).slice(0, count)
  if (chosen.length < count) throw new Error(`Only ${chosen.length} files can be edited.`)
  for (const { id } of chosen) {
    const url = `${practice.url}/upload/drive/v3/files/${id}?uploadType=media&supportsAllDrives=true`
    const answer = await fetch(url, { method: 'PATCH', headers, body: Buffer.from(systemRandom.bytes(512)) })
    if (!answer.ok) throw new Error(`The practice Drive did not take the edit: ${await answer.text()}`)
  }
}
