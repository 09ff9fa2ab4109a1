import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Random } from '../../../../db/kit/random.ts'
import { InvalidInput } from '../../errors.ts'
import type { StoreLocation } from '../location.ts'
import type { CloudStore } from '../open-store.ts'
import type { Retry } from '../retry.ts'
import type { StoreSurroundings } from '../surroundings.ts'
import { checkBucket, keepsVersions } from './bucket.ts'
import { type GcsCredentials, gcsBucket } from './client.ts'
import { gcsStore } from './gcs-store.ts'
import { sendDamaged } from './upload.ts'

/** @throws {InvalidInput} there is no service account @throws {StoreUnavailable} the bucket cannot be used */
export async function openGcs(
  { bucket, prefix, endpoint }: StoreLocation & { kind: 'gcs' },
  { keyFile }: StoreSurroundings['gcs'],
  { random, retry }: { readonly random: Random; readonly retry: Retry },
): Promise<CloudStore> {
  if (keyFile === undefined && endpoint === undefined)
    throw new InvalidInput(
      `The bucket gs://${bucket} needs a service account. Set GOOGLE_APPLICATION_CREDENTIALS to the path of its key file.`,
    )
  const credentials = keyFile === undefined ? {} : { credentials: await readKeyFile(keyFile) }
  const opened = gcsBucket({ bucket, ...credentials, ...(endpoint !== undefined && { endpoint }) })
  const at = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`
  const asked = { bucket: opened, prefix, name: `bucket gs://${bucket}/${prefix}${at}` }
  await retry(() => checkBucket(asked))
  const place = { ...asked, versions: await retry(() => keepsVersions(asked)) }
  return { store: gcsStore({ ...place, random, retry }), sendDamaged: (key) => sendDamaged(place, key) }
}

const keyFileShape = z.object({ client_email: z.string().min(1), private_key: z.string().min(1) })

/** @throws {InvalidInput} naming the file, and nothing of what is in it */
async function readKeyFile(path: string): Promise<GcsCredentials> {
  try {
    return keyFileShape.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    throw new InvalidInput(
      `The file ${path}, which GOOGLE_APPLICATION_CREDENTIALS names, is no key of a service account, or cannot be read. Take the JSON file that the Google Cloud console gives for a new key.`,
    )
  }
}
