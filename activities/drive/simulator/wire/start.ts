/** A whole practice Drive in this process: a world, its wire, and a server on a loopback port. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../../../db/kit/clock.ts'
import { type Random, systemRandom } from '../../../../db/kit/random.ts'
import type { DriveModel } from '../model/api.ts'
import { openModel } from '../model/open-model.ts'
import type { Knobs } from '../model/requests.ts'
import type { WorldOptions } from '../model/world/options.ts'
import { type Credentials, serviceAccountFile } from './auth/credentials.ts'
import type { Judge } from './discovery.ts'
import { serveHttp } from './http/server.ts'
import { openKeeper, writeCredentialsFile } from './keep.ts'
import { createWire, type Wire } from './wire.ts'

export type PracticeOptions = {
  readonly world: WorldOptions
  /** 0 or absent: a free one. */
  readonly port?: number | undefined
  /** The address under which clients reach the server, when it is not the one it listens at. */
  readonly publicUrl?: string | undefined
  /** Where changes, uploads, keys and consents are kept. Without it they die with the process. */
  readonly folder?: string | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly knobs?: Partial<Knobs> | undefined
  readonly adminKey?: string | undefined
  /** Multiplies Google's quota of units, 1 by default; 0 means no limit. */
  readonly quotaScale?: number | undefined
  /** One hour by default, as Google's. */
  readonly tokenLifeSeconds?: number | undefined
  readonly judge?: Judge | undefined
  readonly failed?: ((error: unknown) => void) | undefined
}

export type PracticeDrive = {
  readonly url: string
  readonly adminKey: string
  /** A service account's JSON on disk, for programs that want a path. */
  readonly credentialsFile: string
  /** The same, for tests. */
  readonly serviceAccount: Readonly<Record<string, string>>
  readonly credentials: Credentials
  readonly model: DriveModel
  readonly wire: Pick<Wire, 'ledger' | 'faults' | 'grants'>
  /** Stops within a second. */
  stop(): Promise<void>
}

const graceMs = 500

/**
 * Starts a practice Drive.
 * @throws {Error} the port is taken, or the folder holds another world or is broken
 */
export async function startPracticeDrive(options: PracticeOptions): Promise<PracticeDrive> {
  const clock = options.clock ?? systemClock
  const random = options.random ?? systemRandom
  const { folder } = options
  const keeper = await openKeeper(folder, random, options.adminKey)
  const model = openModel({ world: options.world, clock, random, ...optional('knobs', options.knobs), ...optional('folder', folder) })
  let wire: Wire | undefined
  const listening = serveHttp({
    host: '127.0.0.1',
    port: options.port ?? 0,
    clock,
    failed: options.failed ?? ((error) => console.error(error)),
    handle(request) {
      if (!wire) throw new Error('A request came before the server was ready.')
      return wire.handle(request)
    },
  })
  const server = await listening.catch((error: unknown) => {
    model.close()
    throw error
  })
  const url = (options.publicUrl ?? `http://127.0.0.1:${server.port}`).replace(/\/+$/, '')
  wire = createWire({
    model,
    clock,
    random,
    url,
    credentials: keeper.credentials,
    grants: keeper.grants,
    grantsChanged: keeper.keepGrants,
    adminKey: keeper.adminKey,
    quotaScale: options.quotaScale ?? 1,
    tokenLifeSeconds: options.tokenLifeSeconds ?? 3600,
    judge: options.judge,
  })
  const made = wire
  const scratch = folder ?? mkdtempSync(join(tmpdir(), 'backstop-practice-'))
  return {
    url,
    adminKey: keeper.adminKey,
    credentialsFile: writeCredentialsFile(scratch, keeper.credentials, url),
    serviceAccount: serviceAccountFile(keeper.credentials, url),
    credentials: keeper.credentials,
    model,
    wire: made,
    async stop() {
      await server.stop(graceMs)
      made.close()
      model.close()
      if (folder === undefined) rmSync(scratch, { recursive: true })
    },
  }
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: V })
}
