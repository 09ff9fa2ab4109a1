/** The one way to a practice Drive: its world is generated from a seed, its changes are replayed from a folder when one is given. */
import { join } from 'node:path'
import type { Clock } from '../../../../db/kit/clock.ts'
import type { Random } from '../../../../db/kit/random.ts'
import { about } from './about.ts'
import type { DriveModel } from './api.ts'
import { changesApi } from './changes.ts'
import { commentsApi } from './comments.ts'
import { folderContentStore } from './content-folder.ts'
import { memoryContentStore } from './content-store.ts'
import { drivesApi } from './drives.ts'
import { filesApi } from './files.ts'
import { type Journal, readJournal, startJournal } from './journal.ts'
import { runner } from './mutate.ts'
import { newDrive } from './new-drive.ts'
import { operations } from './operations.ts'
import { permissionsApi } from './permissions.ts'
import { practiceApi } from './practice.ts'
import { compacted } from './records.ts'
import { replay } from './replay.ts'
import { repliesApi } from './replies.ts'
import type { Knobs } from './requests.ts'
import { revisionsApi } from './revisions.ts'
import type { Services } from './services.ts'
import type { World } from './state.ts'
import { newBatch } from './tree.ts'
import { practiceDirectory } from './world/directory.ts'
import { generateWorld } from './world/generate.ts'
import type { WorldOptions } from './world/options.ts'

export type ModelOptions = {
  readonly world: WorldOptions
  readonly clock: Clock
  /** Source of new ids. */
  readonly random: Random
  readonly knobs?: Partial<Knobs>
  /** Where changes and uploaded content are kept. Without it everything is in memory. */
  readonly folder?: string
}

const dayMs = 24 * 3_600_000

const defaultKnobs: Knobs = {
  listTokenTtlMs: 6 * 3_600_000,
  itemLimit: 500_000,
  maxDepth: 100,
  exportLimitBytes: 10 * 1024 * 1024,
  trashTtlMs: 30 * dayMs,
}

function emptyWorld({ world, clock, random, knobs }: ModelOptions): World {
  return {
    seed: world.seed,
    clock,
    random,
    knobs: { ...defaultKnobs, ...knobs },
    directory: practiceDirectory(world.domain ?? 'practice.example', world.people ?? []),
    items: new Map(),
    drives: new Map(),
    goneDrives: new Map(),
    goneIds: new Set(),
    principals: new Map(),
    granted: new Set(),
    trash: new Set(),
    sharings: [],
    nextSeq: 1,
    nextOrd: 1,
    deadline: Number.POSITIVE_INFINITY,
    batch: newBatch(),
  }
}

/**
 * Generates the world, replays the folder's journal on top and returns the model.
 * @throws {Error} the folder holds another world (other options than when it was made), or a journal that is damaged before its last line
 */
export function openModel(options: ModelOptions): DriveModel {
  const { folder, clock } = options
  const identity = JSON.stringify(options.world, Object.keys(options.world).sort().concat('email', 'name', 'admin'))
  const past = folder === undefined ? undefined : readJournal(folder, identity)
  const bornAt = past?.bornAt ?? Math.floor(clock.now().getTime() / dayMs) * dayMs
  const world = emptyWorld(options)
  generateWorld(world, options.world, bornAt)
  if (past)
    replay(world, past.records, ({ id, name, createdAt, requestKey }) =>
      newDrive(world, { id, name, createdAt, members: [], ...(requestKey !== undefined && { requestKey }) }),
    )
  world.batch = newBatch()
  const journal = folder === undefined ? undefined : startJournal(folder, { format: 1, world: identity, bornAt }, compacted(world))
  const store = folder === undefined ? memoryContentStore() : folderContentStore(join(folder, 'content'))
  return model({ world, store, run: runner(world, journal) }, journal)
}

function model(services: Services, journal: Journal | undefined): DriveModel {
  const { world, store, run } = services
  const running = operations(world)
  return {
    directory: world.directory,
    knobs: world.knobs,
    content: store,
    about: (actor) => run(() => about(world, actor)),
    drives: drivesApi(services),
    files: filesApi(services, running),
    operations: running.api,
    changes: changesApi(services),
    permissions: permissionsApi(services),
    revisions: revisionsApi(services),
    comments: commentsApi(services),
    replies: repliesApi(services),
    practice: practiceApi(services),
    tick: () => run(() => undefined),
    close: () => journal?.close(),
  }
}
