import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLocalStore } from '../../activities/vault/index.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { objectStoreContract } from './object-store.ts'

objectStoreContract('the local folder', async () =>
  openLocalStore({ path: join(await mkdtemp(join(tmpdir(), 'backstop-store-')), 'vault'), create: true, random: systemRandom }),
)
