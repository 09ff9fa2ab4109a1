/** Builders for tests of the practice Drive's model: a held clock, people, and short ways to common requests. */

import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import type { StoredContent } from '../../../activities/drive/simulator/model/content-store.ts'
import { type ModelOptions, openModel } from '../../../activities/drive/simulator/model/open-model.ts'
import type { Actor, Media } from '../../../activities/drive/simulator/model/requests.ts'
import type { File } from '../../../activities/drive/simulator/model/resources.ts'
import { seededRandom } from '../../../activities/drive/simulator/model/seeded.ts'
import type { Clock } from '../../../db/kit/clock.ts'

export const folderMime = 'application/vnd.google-apps.folder'
export const shortcutMime = 'application/vnd.google-apps.shortcut'
export const docMime = 'application/vnd.google-apps.document'

export const dayMs = 24 * 3_600_000

export type HeldClock = Clock & { advance(ms: number): void }

export function heldClock(start = Date.UTC(2026, 5, 1, 12)): HeldClock {
  let at = start
  return {
    now: () => new Date(at),
    sleep: async () => undefined,
    every: () => () => undefined,
    advance(ms) {
      at += ms
    },
  }
}

export const admin: Actor = { email: 'admin@practice.example', domainAdmin: true }
export const person = (name: string): Actor => ({ email: `${name}@practice.example` })
export const stranger: Actor = { email: 'someone@external.example' }

export type Practice = { readonly model: DriveModel; readonly clock: HeldClock; readonly drive: string; readonly other: string }

/** A small office world with two drives. */
export function practice(
  over: Partial<ModelOptions['world']> = {},
  rest: Partial<Omit<ModelOptions, 'world' | 'clock'>> & { clock?: HeldClock } = {},
): Practice {
  const clock = rest.clock ?? heldClock()
  const model = openModel({ world: { seed: 7, items: 60, drives: 2, ...over }, random: seededRandom('test'), ...rest, clock })
  const [drive, other] = model.practice.drives()
  if (!drive) throw new Error('The world has no drive.')
  return { model, clock, drive: drive.id, other: other?.id ?? drive.id }
}

/** Every file of a drive as one person lists it, page by page. */
export function listAll(model: DriveModel, actor: Actor, driveId: string, pageSize = 17): readonly File[] {
  const files: File[] = []
  let pageToken: string | undefined
  do {
    const page = model.files.list(actor, { corpora: 'drive', driveId, includeItemsFromAllDrives: true, pageSize, pageToken })
    files.push(...page.files)
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
  return files
}

/** All changes after a token, and the token to go on from. */
export function drain(model: DriveModel, actor: Actor, driveId: string, from: string, pageSize = 5) {
  const changes = []
  for (let pageToken = from; ; ) {
    const page = model.changes.list(actor, { driveId, pageToken, pageSize, includeItemsFromAllDrives: true })
    changes.push(...page.changes)
    if (page.newStartPageToken !== undefined) return { changes, token: page.newStartPageToken }
    pageToken = page.nextPageToken ?? ''
  }
}

export async function upload(model: DriveModel, text: string): Promise<StoredContent> {
  return model.content.put(
    (async function* () {
      yield Buffer.from(text, 'utf8')
    })(),
  )
}

export const media = async (model: DriveModel, text: string, mimeType = 'text/plain'): Promise<Media> => ({
  content: await upload(model, text),
  mimeType,
})

export async function bytes(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const folder = (model: DriveModel, actor: Actor, parent: string, name = 'folder'): string =>
  model.files.create(actor, { name, mimeType: folderMime, parents: [parent] }).id
export const file = (model: DriveModel, actor: Actor, parent: string, name = 'file.txt'): string =>
  model.files.create(actor, { name, mimeType: 'text/plain', parents: [parent] }).id

/** The `code` of the DriveError that a call throws; anything else is thrown on. */
export function refusal(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.name === 'DriveError') return String(error.code)
    throw error
  }
  return 'nothing was refused'
}
