import { beforeAll, vi } from 'vitest'
import { gcsStore } from '../../activities/vault/store/gcs/gcs-store.ts'
import { retries } from '../../activities/vault/store/retry.ts'
import { retrying } from '../../activities/vault/store/retrying.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type TestGcs, testGcs } from '../support/servers/gcs.ts'
import { objectStoreContract } from './object-store.ts'

vi.setConfig({ testTimeout: 60_000 })
let buckets: { readonly plain: TestGcs; readonly versioned: TestGcs }

beforeAll(async () => {
  buckets = { plain: await testGcs({ versioned: false }), versioned: await testGcs() }
})

/** The stand-in hangs up after it has refused a range, without saying so: the next request on that connection has to be repeated. */
const retry = retries({ clock: systemClock, random: systemRandom })

for (const kind of ['plain', 'versioned'] as const)
  objectStoreContract(
    `a prefix of a ${kind} bucket of Google Cloud Storage`,
    async () => {
      const prefix = `${newId(systemRandom, 'vault')}/`
      return retrying(gcsStore({ ...buckets[kind], prefix, name: 'bucket', random: systemRandom }), retry)
    },
    // Asked to remove a generation, the stand-in removes what is there now.
    { removesVersions: false },
  )
