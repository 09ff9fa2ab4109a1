import { z } from 'zod'
import type { Sealer } from '../../db/kit/seal.ts'

const credential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refresh-token'), refreshToken: z.string().min(1), scopes: z.array(z.string()) }),
  z.object({ kind: z.literal('delegation'), subject: z.string().min(1), scopes: z.array(z.string()) }),
])

/** What a task holds of its identity: a person's lasting consent, or for whom the service account acts. Only ever stored sealed. */
export type TaskCredential = z.infer<typeof credential>

export function sealCredential(sealer: Sealer, accountId: string, value: TaskCredential): Uint8Array {
  return sealer.seal(JSON.stringify(value), { purpose: 'task-credential', accountId })
}

/** @throws {SealBroken} it was changed, or belongs to another account or key */
export function openCredential(sealer: Sealer, accountId: string, sealed: Uint8Array): TaskCredential {
  return credential.parse(JSON.parse(sealer.open(sealed, { purpose: 'task-credential', accountId })))
}
