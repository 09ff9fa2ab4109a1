import type { ContainerClient } from '@azure/storage-blob'
import { azureContainer } from '../../../activities/vault/store/azure/client.ts'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { type AzureServer, whereIs } from './where.ts'

export type TestAzure = AzureServer & { readonly containerName: string; readonly container: ContainerClient }

/** A container of one's own on the run's shared Azurite. Call it once in a file, in `beforeAll`; it goes away with the run. */
export async function testAzure(): Promise<TestAzure> {
  const server = await whereIs('azure')
  const containerName = newId(systemRandom, 'test').replace('_', '-')
  const container = azureContainer({ ...server, container: containerName })
  await container.create()
  return { ...server, containerName, container }
}
