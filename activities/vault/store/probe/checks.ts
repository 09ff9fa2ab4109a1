/** What a vault asks of a store, each as a small experiment with objects of its own. */
import { createHash } from 'node:crypto'
import type { Clock } from '../../../../db/kit/clock.ts'
import { AlreadyExists, NotFound, Retained, StoreUnavailable } from '../../errors.ts'
import { asWritten } from '../as-written.ts'
import type { ObjectRef, ObjectStore } from '../object-store.ts'
import { partBytes } from '../parts.ts'

/** `unsafe`: a vault there could lose data. `without`: it is safe, but lacks a protection that others have. */
export type Verdict = 'good' | 'without' | 'unsafe'
export type Outcome = { readonly verdict: Verdict; readonly detail: string }

export type ProbeDeps = {
  readonly store: ObjectStore
  readonly clock: Clock
  /** A key that nothing lies under. */
  key(name: string): string
  /** Sends a body with the checksum of another one, where the store has a way to do so. */
  readonly sendDamaged?: (key: string) => Promise<void>
}

export type Check = { readonly name: string; run(deps: ProbeDeps): Promise<Outcome> }

const good = (detail: string): Outcome => ({ verdict: 'good', detail })
const without = (detail: string): Outcome => ({ verdict: 'without', detail })
const unsafe = (detail: string): Outcome => ({ verdict: 'unsafe', detail })

const rivals = 8
const farApartMs = 5 * 60_000
const body = Buffer.from('Backstop tries out this store.\n')
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const isTaken = (error: unknown) => error instanceof AlreadyExists

async function conditionalCreate({ store, key }: ProbeDeps): Promise<Outcome> {
  const ref = await store.create(key('once'), body)
  const second = await store.create(ref.key, Buffer.from('overwritten')).then(
    () => undefined,
    (error) => error,
  )
  if (second === undefined)
    return unsafe('The store overwrites an object that it was asked not to overwrite: two runs could both commit one snapshot.')
  if (!isTaken(second)) throw second
  if (!body.equals(await store.read({ key: ref.key }))) return unsafe('A refused create changed what was there.')
  return good('A key that is taken is refused.')
}

async function race({ store, key }: ProbeDeps): Promise<Outcome> {
  const bodies = Array.from({ length: rivals }, (_, n) => Buffer.from(`rival ${n}`))
  const results = await Promise.allSettled(bodies.map((one) => store.create(key('race'), one)))
  const winners = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []))
  const failure = results.find((result) => result.status === 'rejected' && !isTaken(result.reason))
  if (winners.length !== 1 && failure?.status === 'rejected') throw failure.reason
  if (winners.length !== 1) return unsafe(`Of ${rivals} that created one key at once, ${winners.length} were told that they had.`)
  const left = Buffer.from(await store.read({ key: key('race') }))
  if (!bodies[winners[0] ?? 0]?.equals(left)) return unsafe('What is there is not what the one winner wrote.')
  return good(`Of ${rivals} that create one key at once, one succeeds.`)
}

async function readAfterWrite({ store, key }: ProbeDeps): Promise<Outcome> {
  for (let n = 0; n < 10; n++) {
    const ref = await store.create(key(`fresh-${n}`), body)
    const seen = await store.read({ key: ref.key }).catch(absent)
    if (!seen || !body.equals(seen)) return unsafe('An object that was just written cannot be read yet, or not whole.')
    if (!(await Array.fromAsync(store.list(ref.key))).some((one) => one.key === ref.key))
      return unsafe('An object that was just written is not listed yet: a newest snapshot could be missed.')
  }
  return good('What was written is read and listed at once.')
}

async function listOrder({ store, key }: ProbeDeps): Promise<Outcome> {
  const names = ['a-b', 'a.b', 'a/b', 'a/b-c', 'a/c/d', 'aa', 'B', 'z/0002', 'z/0010'].map((name) => key(`order/${name}`))
  for (const name of names.toReversed()) await store.create(name, body)
  const sorted = [...names].sort()
  const listed = await Array.fromAsync(store.list(key('order/')), (ref) => ref.key)
  if (listed.join() !== sorted.join())
    return unsafe(`Listings are not whole, or not in byte order: ${listed.length} of ${names.length} names came.`)
  const after = sorted[4] ?? ''
  const later = await Array.fromAsync(store.list(key('order/'), { startAfter: after }), (ref) => ref.key)
  if (later.join() !== sorted.slice(5).join()) return unsafe('A listing that begins after a key does not give exactly the later ones.')
  return good('Listings are whole and in byte order.')
}

async function ranges({ store, key }: ProbeDeps): Promise<Outcome> {
  const ref = await store.create(key('ranges'), body)
  const [inner, past] = [await store.read(ref, { start: 9, end: 14 }), await store.read(ref, { start: body.length - 3, end: 999 })]
  if (!body.subarray(9, 14).equals(inner) || !body.subarray(-3).equals(past)) return unsafe('A range of an object is not what lies there.')
  return good('Any part of an object can be read alone.')
}

async function largeObject({ store, key }: ProbeDeps): Promise<Outcome> {
  const chunk = Buffer.alloc(1 << 20, 'backstop')
  const hash = createHash('sha256')
  async function* parts() {
    for (let sent = 0; sent <= partBytes; sent += chunk.length) {
      hash.update(chunk)
      yield chunk
    }
  }
  const ref = await store.createFrom(key('large'), parts())
  if (digest(await store.read(ref)) !== hash.digest('hex')) return unsafe('A large object, sent in parts, came back as another one.')
  return good('A large object goes up in parts and comes back whole.')
}

async function removal({ store, key }: ProbeDeps): Promise<Outcome> {
  const ref = await store.create(key('removed'), body)
  await store.remove({ key: ref.key })
  if (await store.read({ key: ref.key }).catch(absent)) return unsafe('A removed object can still be read by its key.')
  return good('Objects can be removed.')
}

async function checksum({ store, sendDamaged, key }: ProbeDeps): Promise<Outcome> {
  if (!sendDamaged) return without('A folder keeps no checksums: turn on BACKSTOP_STORE_READ_BACK=1 for a disk that you do not trust.')
  const refusal = await sendDamaged(key('damaged')).catch((error) => error)
  if (refusal === undefined)
    return without('The store keeps a body that does not match its checksum. Damage on the way is found only when it is read.')
  if (!(refusal instanceof StoreUnavailable)) throw refusal
  // Refused for that reason, and not because the store is away: the same key takes a body that is well.
  await store.create(key('damaged'), body)
  return good('A body that was damaged on its way is refused.')
}

async function clockSkew({ store, clock, key }: ProbeDeps): Promise<Outcome> {
  const ref = await store.create(key('time'), body)
  const { lastModified } = await store.stat(ref)
  const apartMs = Math.abs(clock.now().getTime() - (lastModified ?? clock.now()).getTime())
  return apartMs > farApartMs
    ? without(
        `The clocks of this machine and of the store are ${Math.round(apartMs / 60_000)} minutes apart. Set this one: locks and ages go by it.`,
      )
    : good('The clocks of this machine and of the store agree.')
}

async function versions({ store, key }: ProbeDeps): Promise<Outcome> {
  if (!store.abilities.versions)
    return without('The store keeps no versions, or does not tell: who has its credentials can remove and overwrite objects for good.')
  const first = await store.create(key('versions'), body)
  await store.remove({ key: first.key })
  await store.create(first.key, Buffer.from('a later one'))
  const original = await asWritten(store).read({ key: first.key }).catch(absent)
  if (!original || !body.equals(original)) return unsafe('The store says that it keeps versions, but an earlier one cannot be read.')
  return good('What was overwritten or removed stays readable as an earlier version.')
}

/** Locked for a minute: long enough to try, short enough not to matter. The object itself stays, and is used again the next time. */
async function objectLock({ store, clock }: ProbeDeps): Promise<Outcome> {
  if (!store.abilities.retention)
    return without('The store cannot lock objects, or does not tell: who has its credentials can remove versions, too.')
  const ref = await lockedObject(store)
  await store.retain(ref, new Date(clock.now().getTime() + 60_000))
  const refusal = await store.remove(ref).then(
    () => undefined,
    (error) => error,
  )
  if (refusal instanceof Retained) return good('A locked version cannot be removed. Add lock=DAYS to the location to lock each new object.')
  if (refusal) throw refusal
  return unsafe('The store says that it locks objects, but a locked one was removed.')
}

async function lockedObject(store: ObjectStore): Promise<ObjectRef> {
  const key = 'probe/lock'
  return store.create(key, body).catch((error) => {
    if (isTaken(error)) return store.stat({ key })
    throw error
  })
}

function absent(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error
}

/** In the order in which they are told. */
export const checks: readonly Check[] = [
  { name: 'conditional create', run: conditionalCreate },
  { name: 'racing creates', run: race },
  { name: 'read after write', run: readAfterWrite },
  { name: 'list order', run: listOrder },
  { name: 'ranges', run: ranges },
  { name: 'large objects', run: largeObject },
  { name: 'removal', run: removal },
  { name: 'checksum', run: checksum },
  { name: 'clock', run: clockSkew },
  { name: 'versions', run: versions },
  { name: 'object lock', run: objectLock },
]
