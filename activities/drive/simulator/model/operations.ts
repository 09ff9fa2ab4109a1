/** Long-running operations: `files.download` and `operations.get`. Kept for 24 hours in memory; a client that finds its operation gone starts another. */

import type { OperationsApi } from './api.ts'
import { DriveError } from './errors.ts'
import { shortId } from './ids.ts'
import type { Bytes } from './requests.ts'
import type { Operation } from './resources.ts'
import type { World } from './state.ts'

type Running = { readonly owner: string; readonly startedAt: number; readonly make: () => Bytes; polls: number }

export type Operations = { readonly start: (owner: string, make: () => Bytes) => Operation; readonly api: OperationsApi }

const lifeMs = 24 * 3_600_000
const pendingPolls = 1

export function operations(world: World): Operations {
  const running = new Map<string, Running>()
  const find = (owner: string, name: string): Running => {
    const now = world.clock.now().getTime()
    for (const [key, { startedAt }] of running) if (now - startedAt > lifeMs) running.delete(key)
    const found = running.get(name)
    if (!found || found.owner !== owner.toLowerCase()) throw new DriveError('operationNotFound', name)
    return found
  }
  const metadata = { '@type': 'type.googleapis.com/google.apps.drive.v3.DownloadFileMetadata' }
  return {
    start(owner, make) {
      const name = shortId(world.random)
      running.set(name, { owner: owner.toLowerCase(), startedAt: world.clock.now().getTime(), make, polls: 0 })
      return { name, done: false, metadata }
    },
    api: {
      get(actor, name) {
        const found = find(actor.email, name)
        if (found.polls++ < pendingPolls) return { name, done: false, metadata }
        const response = {
          '@type': 'type.googleapis.com/google.apps.drive.v3.DownloadFileResponse',
          downloadUri: `operations/${name}/content`,
          partialDownloadAllowed: true,
        }
        return { name, done: true, metadata, response }
      },
      async content(actor, name) {
        const found = find(actor.email, name)
        if (found.polls <= pendingPolls) throw new DriveError('operationNotFound', name)
        return found.make()
      },
    },
  }
}
