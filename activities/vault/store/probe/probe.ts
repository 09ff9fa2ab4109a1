/** Is a store fit for a vault? Every experiment is made with objects under `probe/`, which are removed again. */
import type { Clock } from '../../../../db/kit/clock.ts'
import { newId, type Random } from '../../../../db/kit/random.ts'
import { Retained, VaultError } from '../../errors.ts'
import { measured, type StoreStats } from '../measured.ts'
import type { ObjectStore } from '../object-store.ts'
import { checks, type Outcome, type ProbeDeps } from './checks.ts'

export type Finding = Outcome & { readonly check: string }

export type ProbeReport = {
  readonly store: string
  readonly findings: readonly Finding[]
  /** Whether a vault there would be safe. */
  readonly fit: boolean
  /** Of the probe's own calls. */
  readonly latency: StoreStats
}

export type ProbeOptions = {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly sendDamaged?: (key: string) => Promise<void>
  /** Hears of each check before it begins. */
  note(check: string): void
}

/** Calls of each kind, for the latency. */
const samples = 20

/** @throws {StoreUnavailable} the store cannot be asked at all; a single check that fails is a finding */
export async function probeStore({ store: inner, clock, random, sendDamaged, note }: ProbeOptions): Promise<ProbeReport> {
  const { store, stats } = measured(inner, clock)
  const prefix = `probe/${newId(random, 'try')}/`
  const deps: ProbeDeps = { store: inner, clock, key: (name) => `${prefix}${name}`, ...(sendDamaged && { sendDamaged }) }
  try {
    await sample(store, deps.key)
    const findings: Finding[] = []
    for (const { name, run } of checks) {
      note(name)
      findings.push({ check: name, ...(await run(deps).catch(failed)) })
    }
    return { store: inner.name, findings, fit: findings.every(({ verdict }) => verdict !== 'unsafe'), latency: stats() }
  } finally {
    note('cleaning up')
    await removeAll(inner, prefix)
  }
}

/** One at a time, of a kilobyte: what a commit waits for. */
async function sample(store: ObjectStore, key: (name: string) => string): Promise<void> {
  const kilobyte = Buffer.alloc(1024, 'backstop')
  for (let n = 0; n < samples; n++) {
    const ref = await store.create(key(`sample-${n}`), kilobyte)
    await store.read(ref)
    await store.stat(ref)
  }
}

/** What cannot be tried cannot be relied on. A fault of ours is none of the store's. */
function failed(error: unknown): Outcome {
  if (!(error instanceof VaultError)) throw error
  return { verdict: 'unsafe', detail: error.message }
}

async function removeAll(store: ObjectStore, prefix: string): Promise<void> {
  for await (const version of store.listVersions(prefix)) {
    await store.remove(version).catch((error) => {
      // Where the bucket itself locks what is new, the probe's objects stay until their time is over.
      if (!(error instanceof Retained)) throw error
    })
  }
}
