import { beforeAll, vi } from 'vitest'
import { azureStore } from '../../activities/vault/store/azure/azure-store.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type TestAzure, testAzure } from '../support/servers/azure.ts'
import { objectStoreContract } from './object-store.ts'

vi.setConfig({ testTimeout: 60_000 })
let azure: TestAzure

beforeAll(async () => {
  azure = await testAzure()
})

objectStoreContract('a prefix of an Azure container', async () =>
  azureStore({ container: azure.container, prefix: `${newId(systemRandom, 'vault')}/`, name: 'container', random: systemRandom }),
)
