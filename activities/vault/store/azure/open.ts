import type { Random } from '../../../../db/kit/random.ts'
import { InvalidInput } from '../../errors.ts'
import type { StoreLocation } from '../location.ts'
import type { CloudStore } from '../open-store.ts'
import type { Retry } from '../retry.ts'
import type { StoreSurroundings } from '../surroundings.ts'
import { azureStore, sendDamaged } from './azure-store.ts'
import { azureContainer } from './client.ts'
import { type AzurePlace, checkContainer } from './container.ts'

/** @throws {InvalidInput} there are no credentials @throws {StoreUnavailable} the container cannot be used */
export async function openAzure(
  { account, container, prefix, endpoint }: StoreLocation & { kind: 'azure' },
  { credentials }: StoreSurroundings['azure'],
  { random, retry }: { readonly random: Random; readonly retry: Retry },
): Promise<CloudStore> {
  const url = `azure://${account}/${container}`
  if (!credentials) throw new InvalidInput(`The container ${url} needs credentials. Set AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN.`)
  const at = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`
  const place: AzurePlace = {
    container: azureContainer({ account, container, credentials, ...(endpoint !== undefined && { endpoint }) }),
    prefix,
    name: `container ${url}/${prefix}${at}`,
  }
  await retry(() => checkContainer(place))
  return { store: azureStore({ ...place, random, retry }), sendDamaged: (key) => sendDamaged(place, key) }
}
