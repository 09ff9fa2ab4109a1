import { AnonymousCredential, ContainerClient, newPipeline, StorageSharedKeyCredential } from '@azure/storage-blob'

/** One of the two ways in that need no sign-in: the account's key, or a token that was made from it for some rights and some time. */
export type AzureCredentials = { readonly accountKey: string } | { readonly sasToken: string }

export type AzureConnection = {
  readonly account: string
  readonly container: string
  readonly credentials: AzureCredentials
  /** Of a store that is not Azure's own: `http://127.0.0.1:10000/account`. */
  readonly endpoint?: string
}

/** A client that tries once and takes nothing from the environment. */
export function azureContainer({ account, container, credentials, endpoint }: AzureConnection): ContainerClient {
  const root = (endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/$/, '')
  const credential =
    'accountKey' in credentials ? new StorageSharedKeyCredential(account, credentials.accountKey) : new AnonymousCredential()
  const query = 'sasToken' in credentials ? `?${credentials.sasToken.replace(/^\?/, '')}` : ''
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 }, keepAliveOptions: { enable: true } })
  return new ContainerClient(`${root}/${container}${query}`, pipeline)
}
