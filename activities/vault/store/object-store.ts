/** Where one object lies. With `versionId`, exactly that version is meant, on stores that keep versions. */
export type ObjectAddress = { readonly key: string; readonly versionId?: string }

/** An object that exists. `lastModified` (by the store's clock) comes with what was listed or looked at, not with what was just created. */
export type ObjectRef = ObjectAddress & { readonly sizeBytes: number; readonly lastModified?: Date }

/** One version of a key, or, when `deleted`, the mark of a deletion: it has no bytes, and the versions before it are still there. */
export type ObjectVersion = ObjectRef & {
  readonly lastModified: Date
  readonly deleted: boolean
  /** Whether this is what the key stands for now. */
  readonly latest: boolean
}

/** What a store can do beyond keeping objects. It is found out when the store is opened and does not change. */
export type Abilities = {
  /** Every write and removal leaves what was there before as a version that can still be read by its id. */
  readonly versions: boolean
  /** {@link ObjectStore.retain} locks a version: until the lock ends, the store itself refuses to remove or change it. */
  readonly retention: boolean
}

/** Bytes `[start, end)`. A range that reaches past the end of the object is cut to what is there. */
export type ByteRange = { readonly start: number; readonly end: number }

/**
 * Immutable objects by key. Every store, decorator and fake passes `test/contract/object-store.ts`.
 *
 * A key is one or more parts of `[A-Za-z0-9_-][A-Za-z0-9._-]*` joined by `/`, at most 255 bytes a part and 900 in all;
 * any other is refused with {@link InvalidKey} before the store is touched. No key may be the folder of another (`a` and `a/b`).
 * Every method may throw {@link StoreUnavailable} when the store as a whole cannot serve; it says what to do.
 */
export interface ObjectStore {
  /** What a person knows the store by, for messages: `folder /srv/vault`. */
  readonly name: string

  readonly abilities: Abilities

  /**
   * Writes `body` under `key` if, and only if, nothing is there. Of several callers exactly one succeeds.
   * When it resolves, the object survives a crash of this process, of the store and of the power.
   * When it rejects, nothing is visible under `key` that this call wrote (after {@link StoreUnavailable} it may be: the answer got lost).
   * @throws {AlreadyExists} the key is taken; what is there is untouched
   */
  create(key: string, body: Uint8Array): Promise<ObjectRef>

  /**
   * Like {@link create}, for a body too large to hold: pulls `body` once, in order, with bounded memory.
   * When `body` throws, nothing is created and the same error is thrown.
   * @throws {AlreadyExists} the key is taken; it may be noticed only after `body` was pulled
   */
  createFrom(key: string, body: AsyncIterable<Uint8Array>): Promise<ObjectRef>

  /**
   * Reads the object, or `range` of it, at the version that `address` names. Sees every create that had resolved before.
   * @throws {NotFound} there is no such object; not thrown for time-outs
   */
  read(address: ObjectAddress, range?: ByteRange): Promise<Uint8Array>

  /** @throws {NotFound} there is no such object */
  stat(address: ObjectAddress): Promise<ObjectRef>

  /**
   * Objects whose key begins with `prefix`, in ascending byte order of the key, after `startAfter` when given.
   * Sees every create that had resolved when the listing began; never an object that is still being written.
   */
  list(prefix: string, options?: { readonly startAfter?: string }): AsyncIterable<ObjectRef>

  /**
   * Every version of every key that begins with `prefix`, marks of deletions included: in ascending byte order of the key, and for one key
   * the newest first. A store without versions yields what is there. To free the space of an object, remove each of its versions.
   */
  listVersions(prefix: string): AsyncIterable<ObjectVersion>

  /**
   * Locks the object, at the version that `address` names, until `until`. Extends a lock and never shortens one: an earlier date is no
   * error and changes nothing. Does nothing on a store whose {@link Abilities} say that it has no retention.
   * @throws {NotFound} there is no such object
   */
  retain(address: ObjectAddress, until: Date): Promise<void>

  /** Until when the object is locked; nothing when it is not, or when the lock has ended. @throws {NotFound} there is no such object */
  retainedUntil(address: ObjectAddress): Promise<Date | undefined>

  /**
   * Removes the object. Removing what is not there is no error, so that a repeated removal is safe. On a store with versions, an address
   * without one only marks the key as deleted; with one, that version is gone for good.
   * @throws {Retained} the version is locked; it is still there
   */
  remove(address: ObjectAddress): Promise<void>

  /**
   * Gives back the space of writes that were begun before `before` and never ended: their process was killed. Nothing of them is visible
   * by any other method. A write that is still under way must be younger. Stores that clean up by themselves do nothing here.
   * @returns how many there were
   */
  abortUnfinished(before: Date): Promise<number>
}
