import { limited } from '../../activities/vault/store/limited.ts'
import { measured } from '../../activities/vault/store/measured.ts'
import { readBack } from '../../activities/vault/store/read-back.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { memoryStore } from '../vault/support/vaults.ts'
import { objectStoreContract } from './object-store.ts'

objectStoreContract('a measured store', async () => measured(memoryStore(), systemClock).store)
objectStoreContract('a limited store', async () => limited(memoryStore(), { requestsPerSecond: 1e6, bytesPerSecond: 1e12 }, systemClock))
objectStoreContract('a store that is read back', async () => readBack(memoryStore()))
