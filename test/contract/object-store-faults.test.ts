import { crashingStore } from '../vault/support/crashing-store.ts'
import { eventualStore } from '../vault/support/eventual-store.ts'
import { planFaults } from '../vault/support/fault-plan.ts'
import { memoryStore } from '../vault/support/vaults.ts'
import { versionedStore } from '../vault/support/versioned-store.ts'
import { objectStoreContract } from './object-store.ts'

objectStoreContract('a store with a plan of no faults', async () => planFaults(memoryStore(), []).store)
objectStoreContract('an eventually listing store without lag', async () => eventualStore(memoryStore()))
objectStoreContract('a store that does not crash', async () => crashingStore(memoryStore(), Number.POSITIVE_INFINITY, false))
objectStoreContract('the versioned, locking store of the tests', async () => versionedStore())
objectStoreContract('a versioned store with a plan of no faults', async () => planFaults(versionedStore(), []).store)
