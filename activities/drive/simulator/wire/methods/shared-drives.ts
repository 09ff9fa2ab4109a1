import { invalidValue, wireError } from '../http/errors.ts'
import { type Call, idOf } from './method.ts'

/** Whether the caller says that it can deal with shared drives, by the present or the former name of the parameter. */
export function supportsAllDrives(call: Call): boolean {
  return call.params.flag('supportsAllDrives') || call.params.flag('supportsTeamDrives')
}

/**
 * Every item of the practice Drive lies in a shared drive, so a caller that does not say `supportsAllDrives=true` sees nothing.
 * @throws {WireError} 404 `notFound`
 */
export function fileIdOf(call: Call): string {
  const fileId = idOf(call, 'fileId')
  if (!supportsAllDrives(call)) {
    throw wireError(404, 'notFound', `File not found: ${fileId}.`, { location: 'fileId', locationType: 'parameter' })
  }
  return fileId
}

const corporaNames = ['user', 'domain', 'drive', 'allDrives'] as const
export type Corpora = (typeof corporaNames)[number]

export type Scope = { readonly corpora: Corpora; readonly driveId: string | undefined; readonly includeItemsFromAllDrives: boolean }

/**
 * Where a list looks, with the rules that tie the parameters together.
 * @throws {WireError} 403 with the reasons and sentences of Google
 */
export function listScope(call: Call): Scope {
  const { params } = call
  const driveId = params.text('driveId') ?? params.text('teamDriveId')
  const includeItemsFromAllDrives = params.flag('includeItemsFromAllDrives') || params.flag('includeTeamDriveItems')
  const corpora = corporaOf(params.text('corpora') ?? params.text('corpus') ?? 'user')
  if ((corpora === 'drive') !== (driveId !== undefined)) {
    const text = 'The driveId parameter must be specified if and only if corpora is set to drive.'
    throw wireError(403, corpora === 'drive' ? 'teamDriveCorporaRequiresTeamDriveId' : 'teamDriveIdRequiresTeamDriveCorpora', text)
  }
  if ((corpora === 'drive' || corpora === 'allDrives') && !includeItemsFromAllDrives) throw itemsRequired()
  if (includeItemsFromAllDrives && !supportsAllDrives(call)) throw supportRequired()
  return { corpora, driveId, includeItemsFromAllDrives }
}

/** The same rules for the feed of changes, which has no corpora. */
export function feedScope(call: Call): Omit<Scope, 'corpora'> {
  const driveId = call.params.text('driveId') ?? call.params.text('teamDriveId')
  const includeItemsFromAllDrives = call.params.flag('includeItemsFromAllDrives') || call.params.flag('includeTeamDriveItems')
  if (driveId !== undefined && !includeItemsFromAllDrives) throw itemsRequired()
  if ((driveId !== undefined || includeItemsFromAllDrives) && !supportsAllDrives(call)) throw supportRequired()
  return { driveId, includeItemsFromAllDrives }
}

export function supportRequired() {
  const text = 'The supportsAllDrives parameter must be set to true when driveId is specified or includeItemsFromAllDrives is true.'
  return wireError(403, 'teamDrivesNotSupported', text)
}

function itemsRequired() {
  const text =
    'The includeItemsFromAllDrives parameter must be set to true when driveId is specified or corpora contains drive or allDrives.'
  return wireError(403, 'teamDrivesRequired', text)
}

function corporaOf(text: string): Corpora {
  const name = text === 'teamDrive' ? 'drive' : text === 'allTeamDrives' || text === 'user,allTeamDrives' ? 'allDrives' : text
  const known = corporaNames.find((corpora) => corpora === name)
  if (!known) throw invalidValue('corpora')
  return known
}
