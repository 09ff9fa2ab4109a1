/** What a store holds, found by listing alone: whose vaults, and of which drives. Costs a request for each account or drive. */
import type { ObjectStore } from './store/object-store.ts'

/** The accounts that have a vault in the store. */
export const accountsIn = (store: ObjectStore): AsyncIterable<string> => foldersOf(store, 'v1/t/')

/** The drives of which the account's vault holds anything. */
export const drivesIn = (store: ObjectStore, accountId: string): AsyncIterable<string> => foldersOf(store, `v1/t/${accountId}/d/`)

async function* foldersOf(store: ObjectStore, prefix: string): AsyncIterable<string> {
  let after: string | undefined
  for (;;) {
    const first = await firstOf(store.list(prefix, after === undefined ? {} : { startAfter: after }))
    if (first === undefined) return
    const [folder = ''] = first.key.slice(prefix.length).split('/')
    yield folder
    // "0" is the character after "/": everything within the folder comes before it.
    after = `${prefix}${folder}0`
  }
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}
