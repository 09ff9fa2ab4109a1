import { readFile } from 'node:fs/promises'
import { oauthClientFile } from '../../../bot/local/environment.ts'
import { dataFolder } from '../../../bot/local/folder/data-folder.ts'
import { readSecret } from '../../../bot/local/folder/secrets.ts'
import type { Machine } from '../../local/support/machine.ts'
import { portsOf } from './inside.ts'

type File = { readonly id: string; readonly name: string; readonly parent: string; readonly sha256: string }

/** The practice Drive of a machine from the outside: what is in it, and losing files as an attacker would. */
export async function practiceOf(machine: Machine) {
  const folder = dataFolder(machine.data)
  const url = `http://127.0.0.1:${portsOf(machine).practice}`
  const admin = { 'x-practice-key': readSecret(folder, 'practiceKey'), 'content-type': 'application/json' }
  const authorization = `Bearer ${await accessToken(url, oauthClientFile(folder))}`

  return {
    async drives(): Promise<readonly { readonly id: string; readonly name: string }[]> {
      const answer = (await (await fetch(`${url}/_practice/state`, { headers: admin })).json()) as {
        drives: { id: string; name: string }[]
      }
      return answer.drives
    },

    /** Every file with content that is not in the trash. */
    async files(driveId: string): Promise<File[]> {
      const found: File[] = []
      let pageToken: string | undefined
      do {
        const query = new URLSearchParams({
          corpora: 'drive',
          driveId,
          includeItemsFromAllDrives: 'true',
          supportsAllDrives: 'true',
          pageSize: '1000',
          q: 'trashed = false',
          fields: 'nextPageToken,files(id,name,parents,sha256Checksum)',
          ...(pageToken !== undefined && { pageToken }),
        })
        const page = (await (await fetch(`${url}/drive/v3/files?${query}`, { headers: { authorization } })).json()) as ListPage
        for (const { id, name, parents, sha256Checksum } of page.files) {
          if (sha256Checksum) found.push({ id, name, parent: parents?.[0] ?? '', sha256: sha256Checksum })
        }
        pageToken = page.nextPageToken
      } while (pageToken !== undefined)
      return found
    },

    async content(fileId: string): Promise<Buffer> {
      const answer = await fetch(`${url}/drive/v3/files/${fileId}?alt=media&supportsAllDrives=true`, { headers: { authorization } })
      return Buffer.from(await answer.arrayBuffer())
    },

    /** Who a file is shared with directly, as `role to whom`. */
    async sharing(fileId: string): Promise<readonly string[]> {
      const query = 'supportsAllDrives=true&fields=permissions(role,emailAddress,permissionDetails)'
      const answer = await fetch(`${url}/drive/v3/files/${fileId}/permissions?${query}`, { headers: { authorization } })
      const { permissions } = (await answer.json()) as { permissions: readonly Permission[] }
      return permissions
        .filter(({ permissionDetails }) => permissionDetails?.some(({ inherited }) => !inherited))
        .map(({ role, emailAddress }) => `${role} ${emailAddress}`)
        .sort()
    },

    /** What `POST /_practice/faults` takes. */
    async plan(fault: unknown): Promise<void> {
      const planned = await fetch(`${url}/_practice/faults`, { method: 'POST', headers: admin, body: JSON.stringify(fault) })
      if (!planned.ok) throw new Error(`The practice Drive does not take the fault: ${await planned.text()}`)
    },

    /** Planned faults whose call has not come. */
    async neverFired(): Promise<readonly unknown[]> {
      const report = await fetch(`${url}/_practice/faults`, { headers: admin })
      return ((await report.json()) as { neverFired: readonly unknown[] }).neverFired
    },

    /** Calls of the Drive API so far: all, or those of one method. */
    async calls(method?: string): Promise<number> {
      const ledger = (await (await fetch(`${url}/_practice/ledger`, { headers: admin })).json()) as Ledger
      return method === undefined ? ledger.total.calls : (ledger.methods[method]?.calls ?? 0)
    },

    async lose(driveId: string, ids: readonly string[]): Promise<void> {
      for (const name of ids) {
        const lost = await fetch(`${url}/_practice/lose`, {
          method: 'POST',
          headers: admin,
          body: JSON.stringify({ drive: driveId, name }),
        })
        if (!lost.ok) throw new Error(`The practice Drive did not lose ${name}: ${await lost.text()}`)
      }
    },
  }
}

type Ledger = {
  readonly total: { readonly calls: number }
  readonly methods: Readonly<Record<string, { readonly calls: number }>>
}

type Permission = {
  readonly role: string
  readonly emailAddress?: string
  readonly permissionDetails?: readonly { readonly inherited: boolean }[]
}

type ListPage = {
  readonly files: readonly {
    readonly id: string
    readonly name: string
    readonly parents?: readonly string[]
    readonly sha256Checksum?: string
  }[]
  readonly nextPageToken?: string
}

/** A token of the first practice admin, by the consent page. */
async function accessToken(url: string, clientFile: string): Promise<string> {
  const { web } = JSON.parse(await readFile(clientFile, 'utf8')) as { web: { client_id: string; client_secret: string } }
  const redirect = 'http://127.0.0.1:9/nowhere'
  const scope = 'https://www.googleapis.com/auth/drive'
  const consent = `${url}/o/oauth2/v2/auth?${new URLSearchParams({ client_id: web.client_id, redirect_uri: redirect, response_type: 'code', scope })}`
  const person = /value="([^"]+@[^"]+)"/.exec(await (await fetch(consent)).text())?.[1] ?? ''
  const allowed = await fetch(consent, { method: 'POST', body: new URLSearchParams({ answer: 'allow', person }), redirect: 'manual' })
  const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const body = new URLSearchParams({ ...web, code, grant_type: 'authorization_code', redirect_uri: redirect })
  const { access_token } = (await (await fetch(`${url}/token`, { method: 'POST', body })).json()) as { access_token: string }
  return access_token
}
