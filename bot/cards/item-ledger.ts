import type { FoundItem, LedgerRestore, LedgerTotals, LedgerVersion } from '../../db/item-ledger.ts'
import { kindOf } from './browse.ts'
import { button, run } from './buttons.ts'
import { changeBetween, checksumOf } from './item-changes.ts'
import type { ActionOf, CardDraft, Meant, NodeOf, Text, Value } from './model.ts'
import { bytes, code, link, plural, short, time, utc } from './values.ts'

export type ItemLedgerView = {
  /** The newest version, in the drive that is shown. */
  readonly item: FoundItem
  /** Where it lay in the last snapshot that had it. */
  readonly path: string
  readonly totals: LedgerTotals
  /** Newest first; one more than is shown, when there are older ones, for what the last one has changed. */
  readonly versions: readonly LedgerVersion[]
  readonly shown: number
  readonly restores: readonly LedgerRestore[]
  /** The same item in other drives: it was moved. */
  readonly elsewhere: readonly FoundItem[]
  readonly mayRestore: boolean
}

/** The ledger of one item: each version with where it came from, when it was stored, where it lies, when that was verified, and who got it back. */
export function itemLedgerCard(view: ItemLedgerView): CardDraft {
  const { item } = view
  const sentence = sentenceOf(view)
  return {
    kind: 'item-ledger',
    title: `Item · ${short(item.name, 60)}`,
    tone: view.versions.some(({ damaged }) => damaged) ? 'fail' : 'info',
    summaryText: sentence,
    nodes: [{ type: 'text', text: sentence }, { type: 'fields', fields: fieldsOf(view) }, versionTable(view), ...restoreNodes(view)],
    actions: actionsOf(view),
    footer: ['Drive ', code(item.driveId)],
  }
}

function sentenceOf({ item, totals, versions }: ItemLedgerView): string {
  const name = `“${short(item.name)}” of ${short(item.driveName)}`
  const kept = `${plural(totals.versions, 'version')} ${totals.versions === 1 ? 'is' : 'are'} kept of ${name}`
  const now =
    totals.goneSince === null
      ? item.trashed
        ? 'it lies in the trash now'
        : 'it is there now'
      : `it is gone since snapshot ${totals.goneSince}${totals.goneAt ? ` of ${utc(totals.goneAt)}` : ''}`
  const used = totals.restores === 0 ? 'No restore has used it.' : `${plural(totals.restores, 'restore has', 'restores have')} used it.`
  const damage = versions.some(({ damaged }) => damaged)
    ? ' What holds it in the vault is DAMAGED: backstop vault verify says what can be healed.'
    : ''
  return `${kept}; ${now}. ${used}${damage}`
}

function fieldsOf({ item, path, totals, versions }: ItemLedgerView): { label: string; value: Text }[] {
  const [newest] = versions
  const row = item.row as { readonly lastModifyingUser?: { readonly emailAddress?: string; readonly displayName?: string } }
  const editor = row.lastModifyingUser?.emailAddress ?? row.lastModifyingUser?.displayName
  return [
    { label: 'Where', value: path },
    { label: 'Drive', value: item.driveName },
    { label: 'Kind', value: kindOf(item.mimeType) },
    { label: 'Id in Drive', value: code(item.itemId) },
    { label: 'Last changed in Drive', value: item.modifiedAt ? time(item.modifiedAt) : '–' },
    ...(editor === undefined ? [] : [{ label: 'Last changed by', value: editor }]),
    { label: 'First seen in', value: `snapshot ${totals.firstGeneration}` },
    { label: 'Last verified', value: newest ? verifiedOf(newest) : '–' },
  ]
}

function versionTable({ item, versions, shown }: ItemLedgerView): NodeOf<Meant> {
  return {
    type: 'table',
    caption: 'Versions, newest first',
    columns: [
      { label: 'Snapshots' },
      { label: 'Stored' },
      { label: 'By' },
      { label: 'Size', align: 'end' },
      { label: 'What changed' },
      { label: 'SHA-256' },
      { label: 'Lies in' },
      { label: 'Verified' },
    ],
    rows: versions.slice(0, shown).map((version, index) => ({
      cells: [
        snapshotsOf(version),
        version.storedAt ? time(version.storedAt) : '–',
        version.reason === null ? '–' : [version.reason, version.requester === null ? '' : `, ${version.requester}`].join(''),
        version.size === null ? '–' : bytes(version.size),
        changeBetween(versions[index + 1], version),
        checksumOf(version.row) ?? '–',
        placeOf(version),
        verifiedOf(version),
      ],
      actions: [
        button('Look there', run('browse', { drive: item.driveId, generation: version.fromGeneration }), {
          a11yLabel: `Browse snapshot ${version.fromGeneration} of ${item.driveName}`,
        }),
      ],
    })),
  }
}

function snapshotsOf({ fromGeneration, toGeneration }: LedgerVersion): string {
  if (toGeneration === null) return `${fromGeneration} on`
  return toGeneration - 1 === fromGeneration ? `${fromGeneration}` : `${fromGeneration} to ${toGeneration - 1}`
}

/** Where the bytes are, and since when: a rename keeps what was stored before. */
function placeOf({ pieces, placed, containers, containerNames, contentGeneration, fromGeneration }: LedgerVersion): Text {
  if (pieces === 0) return 'no content of its own'
  if (placed < pieces) return { type: 'status', tone: 'fail', text: `${plural(pieces - placed, 'piece')} of ${pieces} NOT FOUND` }
  const more = containers - containerNames.length
  const names = containerNames.flatMap((name, index): Value[] => [...(index > 0 ? [', '] : []), code(name)])
  return [
    ...names,
    ...(more > 0 ? [` and ${more} more`] : []),
    ...(contentGeneration !== null && contentGeneration < fromGeneration ? [`, since snapshot ${contentGeneration}`] : []),
  ]
}

function verifiedOf({ pieces, verifiedAt, damaged }: LedgerVersion): Value {
  if (damaged) return { type: 'status', tone: 'fail', text: 'DAMAGED' }
  return pieces === 0 ? '–' : verifiedAt ? time(verifiedAt) : 'not yet'
}

const results: Readonly<Record<LedgerRestore['state'], Value>> = {
  planned: { type: 'status', tone: 'info', text: 'Planned' },
  done: { type: 'status', tone: 'ok', text: 'Restored' },
  skipped: { type: 'status', tone: 'warn', text: 'Skipped' },
  failed: { type: 'status', tone: 'fail', text: 'FAILED' },
}

function restoreNodes({ restores, totals }: ItemLedgerView): NodeOf<Meant>[] {
  if (restores.length === 0) return []
  const more = totals.restores - restores.length
  return [
    {
      type: 'table',
      caption: `Restores that used it, newest first${more > 0 ? `; there are ${more} older ones` : ''}`,
      columns: [
        { label: 'Job' },
        { label: 'When' },
        { label: 'For' },
        { label: 'From snapshot' },
        { label: 'Result' },
        { label: 'Remark' },
      ],
      rows: restores.map(({ jobId, number, at, requester, generation, state, note, link: url }) => ({
        cells: [
          `R-${number}`,
          time(at),
          requester,
          `${generation}`,
          results[state],
          [...(url ? [link('Open it', url)] : []), ...(note ? [url ? ` · ${note}` : note] : [])],
        ],
        actions: [button('Show', run('job show', { job: jobId }, jobId), { a11yLabel: `Show R-${number}` })],
      })),
    },
  ]
}

function actionsOf({ item, versions, shown, elsewhere, mayRestore }: ItemLedgerView): ActionOf<Meant>[] {
  const [newest] = versions
  const last = versions[shown - 1]
  const generation = newest && (newest.toGeneration === null ? undefined : newest.toGeneration - 1)
  const at = { drive: item.driveId, items: [item.itemId], ...(generation !== undefined && { generation }) }
  return [
    ...(mayRestore ? [button('Restore', run('restore', at), { style: 'primary' })] : []),
    ...(versions.length > shown && last
      ? [button('Older versions', run('item show', { item: item.itemId, drive: item.driveId, before: last.fromGeneration }))]
      : []),
    ...elsewhere
      .slice(0, 2)
      .map((other) => button(`In ${short(other.driveName, 30)}`, run('item show', { item: other.itemId, drive: other.driveId }))),
  ]
}
