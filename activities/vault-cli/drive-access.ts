import type { Database } from '../../db/client.ts'
import { loadKeyFile } from '../../db/kit/key-file.ts'
import { createSealer } from '../../db/kit/seal.ts'
import { driveConnections } from '../drive/connections.ts'
import { googleSurroundings } from '../drive/google/surroundings.ts'
import { createQuotaLimiter } from '../drive/quota/limiter.ts'
import { sharedQuota } from '../drive/quota/shared-quota.ts'
import type { DriveSource } from '../drive/source.ts'
import { type Outside, UsageError } from './command.ts'

/** Google Drive as the connected identity of a task: what a worker has, from the same surroundings. */
export type OpenSource = (accountId: string, taskId: string) => Promise<DriveSource>

/** @throws {UsageError} nothing says where the key is that consents are sealed with */
export async function driveAccess(db: Database, values: { readonly 'key-file'?: string }, outside: Outside): Promise<OpenSource> {
  const { clock, random, env, stop } = outside
  const keyFile = values['key-file'] ?? env['BACKSTOP_KEY_FILE']
  if (!keyFile) throw new UsageError('Say with --key-file FILE where the account key is: the consents to Google are sealed with it.')
  const shared = sharedQuota(db)
  const connect = driveConnections({
    db,
    clock,
    random,
    sealer: createSealer(await loadKeyFile(keyFile, random), random),
    limiter: createQuotaLimiter(shared, clock),
    giveBack: shared.giveBack,
    google: await googleSurroundings(env),
  })
  return async (accountId, taskId) => (await connect(accountId, taskId, stop)).source
}
