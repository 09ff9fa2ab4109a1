import type { drive_v3 } from '@googleapis/drive'
import { DriveFailure } from '../failure-types.ts'
import type { Grant } from '../resources.ts'
import { driveFailure } from './failure.ts'
import type { Session } from './session.ts'

/** Gives access to an item, without mail. See {@link DriveTarget.grant}. */
export async function giveAccess({ api, call }: Session, fileId: string, grant: Grant): Promise<void> {
  try {
    const request = { fileId, supportsAllDrives: true, fields: 'id', requestBody: permission(grant), ...withoutMail(grant) }
    await call('permissions.create', (signal) => api.permissions.create(request, { signal }))
  } catch (error) {
    throw asSharingRefusal(error)
  }
}

/** Users and groups are named by address, domains by name, `anyone` by nothing. */
function permission({ type, role, emailAddress, domain, allowFileDiscovery, expirationTime, view }: Grant): drive_v3.Schema$Permission {
  const person = type === 'user' || type === 'group'
  return {
    type,
    role,
    ...(person && emailAddress !== undefined && { emailAddress }),
    ...(type === 'domain' && domain !== undefined && { domain }),
    ...(!person && allowFileDiscovery !== undefined && { allowFileDiscovery }),
    ...(person && expirationTime !== undefined && { expirationTime }),
    ...(view !== undefined && { view }),
  }
}

/** A restore must not mail thousands of people. For other grants Google does not take the parameter at all. */
function withoutMail({ type }: Grant): { readonly sendNotificationEmail?: false } {
  return type === 'user' || type === 'group' ? { sendNotificationEmail: false } : {}
}

/** Whatever Google has against a grant concerns the sharing, not the restored item. */
function asSharingRefusal(error: unknown): unknown {
  const refused = error instanceof DriveFailure && ['InvalidRequest', 'AccessLost', 'Conflict'].includes(error.type)
  if (!refused) return error
  const { status, reason, detail } = error
  return driveFailure('SharingRefused', { status, reason, detail, cause: error })
}
