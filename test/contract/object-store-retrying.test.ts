import { retries } from '../../activities/vault/store/retry.ts'
import { retrying } from '../../activities/vault/store/retrying.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { memoryStore } from '../vault/support/vaults.ts'
import { objectStoreContract } from './object-store.ts'

objectStoreContract('a store with retries', async () => retrying(memoryStore(), retries({ clock: systemClock, random: systemRandom })))
