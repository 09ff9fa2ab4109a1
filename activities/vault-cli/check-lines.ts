/** How the result of a check looks on a terminal. Names of items come from Drive and are shown escaped. */
import type { DriveCheck } from '../vault/verify/check-drive.ts'
import { alarming, countOf, type Finding } from '../vault/verify/findings.ts'
import type { DriftReport } from '../verify/drift.ts'
import { quoted } from './quoted.ts'

export function checkLines({ driveId, findings, needed, bytes, unreferenced, read }: DriveCheck): readonly string[] {
  const verdict = countOf(findings, 'alarming') > 0 ? 'NOT WELL' : 'well'
  const content = `${read.objects} of ${needed} read and compared${read.everything || read.objects === 0 ? '' : ' (budget)'}`
  const left = unreferenced.count > 0 ? `; ${unreferenced.count} objects (${unreferenced.bytes} bytes) that no snapshot needs` : ''
  const more = countOf(findings, 'all') - findings.list.length
  return [
    `${driveId}  ${verdict}: ${needed} objects, ${bytes} bytes; ${content}${left}`,
    ...findings.list.flatMap(findingLines),
    ...(more > 0 ? [`  … and ${more} more findings; --json has their counts`] : []),
  ]
}

/** The finding, and below it what it costs. */
export function findingLines({ kind, objectKey, detail, needs }: Finding): readonly string[] {
  const first = `  ${alarming.has(kind) ? '!' : '-'} ${kind}: ${objectKey}: ${detail}`
  if (!needs) return [first]
  const ranges = needs.snapshots.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')
  return [
    first,
    ranges === '' ? '    no snapshot needs what is damaged' : `    needed by snapshots ${ranges}`,
    ...needs.items.map(({ itemId, name, from, to }) => `    ${itemId} ${quoted(name)} in snapshots ${from} to ${to}`),
    ...(needs.itemCount > needs.items.length ? [`    and ${needs.itemCount - needs.items.length} more items`] : []),
    ...(needs.incomplete === undefined ? [] : [`    there may be more: ${needs.incomplete}`]),
  ]
}

export function driftLines(
  driveId: string,
  { generation, listed, changedSince, counts, drifts, uncertain }: DriftReport,
): readonly string[] {
  const total = counts.differs + counts.gone + counts['not backed up']
  return [
    `${driveId}  snapshot ${generation} against ${listed} items in Drive: ${total} drifted, ${changedSince} changed since`,
    ...drifts.map(({ kind, itemId, name, fields }) => `  ! ${kind}: ${itemId} ${quoted(name)}${fields ? `: ${fields.join(', ')}` : ''}`),
    ...(total > drifts.length ? [`  … and ${total - drifts.length} more; a full backup takes them all`] : []),
    ...(uncertain === undefined ? [] : [`  ${uncertain} Some of these may only have changed since.`]),
  ]
}
