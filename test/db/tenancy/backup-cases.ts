import {
  buryUnlisted,
  clearRun,
  livingAmong,
  markUnseenParents,
  pendingItems,
  putRunItems,
  removalsOf,
  runItemsAfter,
  runReasons,
  runTotals,
  takeFailedItems,
  unlistedItems,
  withholdRemovals,
} from '../../../db/backup-run-items.ts'
import {
  blobEntry,
  knownContents,
  markBlobsCommitted,
  putBlobs,
  putContents,
  reusedContainers,
  uncommittedBlobs,
  unknownBlobs,
} from '../../../db/blobs.ts'
import { applyRunToCatalog, catalogTotals, currentIdsAfter } from '../../../db/catalog.ts'
import {
  ancestorsOf,
  children,
  childrenNamed,
  currentRows,
  findByName,
  findEver,
  itemById,
  itemsById,
  pathOf,
  subtree,
} from '../../../db/items.ts'
import {
  addProgress,
  beginRun,
  countRun,
  currentRun,
  endRun,
  listAgain,
  runById,
  saveFeed,
  saveListing,
  setRunPhase,
} from '../../../db/run-progress.ts'
import { dropSegments, putSegment, segmentsOf } from '../../../db/segments.ts'
import { insertSnapshot, listSnapshots, snapshotAt, snapshotByGeneration } from '../../../db/snapshots.ts'
import { at } from '../world.ts'
import type { Case } from './cases.ts'
import { snapshotOf } from './full-world.ts'

const now = at(50)

const theFile = (itemId: string) => ({
  itemId,
  parentId: null,
  name: 'Q3 plan',
  mimeType: 'text/plain',
  size: 5,
  modifiedAt: null,
  trashed: false,
  outcome: 'stored',
  fromGeneration: 1,
  toGeneration: null,
  row: {},
})

export const backupCases: Readonly<Record<string, Case>> = {
  'backup-run-items.buryUnlisted': (db, accountId, w) => buryUnlisted(db, accountId, w.runId, w.driveId),
  'backup-run-items.clearRun': (db, accountId, w) => clearRun(db, accountId, w.runId),
  'backup-run-items.livingAmong': (db, accountId, w) => livingAmong(db, accountId, w.runId, w.driveId, [w.fileId]),
  'backup-run-items.markUnseenParents': (db, accountId, w) => markUnseenParents(db, accountId, w.runId, w.driveId),
  'backup-run-items.pendingItems': (db, accountId, w) => pendingItems(db, accountId, w.runId, 9),
  'backup-run-items.putRunItems': {
    ask: (db, accountId, w) => putRunItems(db, accountId, w.runId, [{ itemId: 'seen', row: null, pending: false, size: 0 }]),
  },
  'backup-run-items.removalsOf': (db, accountId, w) => removalsOf(db, accountId, w.runId, w.driveId),
  'backup-run-items.runItemsAfter': (db, accountId, w) => runItemsAfter(db, accountId, w.runId, '', 9),
  'backup-run-items.runReasons': (db, accountId, w) => runReasons(db, accountId, w.runId),
  'backup-run-items.runTotals': (db, accountId, w) => runTotals(db, accountId, w.runId),
  'backup-run-items.takeFailedItems': (db, accountId, w) => takeFailedItems(db, accountId, w.runId, w.driveId),
  'backup-run-items.unlistedItems': (db, accountId, w) => unlistedItems(db, accountId, w.runId, w.driveId, 9),
  'backup-run-items.withholdRemovals': (db, accountId, w) => withholdRemovals(db, accountId, w.runId, 7),
  'blobs.blobEntry': (db, accountId, w) => blobEntry(db, accountId, w.driveId, w.blobId),
  'blobs.knownContents': (db, accountId, w) => knownContents(db, accountId, w.driveId, [w.sha256]),
  'blobs.markBlobsCommitted': (db, accountId, w) => markBlobsCommitted(db, accountId, w.driveId, 9, [w.blobId]),
  'blobs.putBlobs': { ask: (db, accountId, w) => putBlobs(db, accountId, w.driveId, [{ blobId: w.blobId }]), fresh: { blobId: 'fresh' } },
  'blobs.putContents': {
    ask: (db, accountId, w) => putContents(db, accountId, w.driveId, [{ sha256: w.sha256, size: 5, content: { other: true } }]),
    fresh: { sha256: 'fresh' },
  },
  'blobs.reusedContainers': async (db, accountId, w) => {
    await markBlobsCommitted(db, accountId, w.driveId, 1, [w.blobId])
    await putRunItems(db, accountId, w.runId, [
      { itemId: 'again', row: { content: { segments: [{ blobId: w.blobId }] } }, pending: false, size: 5 },
    ])
    return reusedContainers(db, accountId, w.driveId, w.runId, '', 9)
  },
  'blobs.uncommittedBlobs': (db, accountId, w) => uncommittedBlobs(db, accountId, w.driveId, '', 9),
  'blobs.unknownBlobs': (db, accountId, w) => unknownBlobs(db, accountId, w.driveId, w.runId, '', 9),
  'catalog.applyRunToCatalog': (db, accountId, w) => applyRunToCatalog(db, accountId, w.driveId, w.runId, 2),
  'catalog.catalogTotals': (db, accountId, w) => catalogTotals(db, accountId, w.driveId),
  'catalog.currentIdsAfter': (db, accountId, w) => currentIdsAfter(db, accountId, w.driveId, '', 9),
  'items.ancestorsOf': (db, accountId, w) => ancestorsOf(db, accountId, w.driveId, 1, w.fileId),
  'items.children': (db, accountId, w) => children(db, accountId, w.driveId, 1, w.folderId, { limit: 9 }),
  'items.childrenNamed': (db, accountId, w) => childrenNamed(db, accountId, w.driveId, 1, [w.folderId], ['Q3 plan']),
  'items.currentRows': (db, accountId, w) => currentRows(db, accountId, w.driveId, [w.fileId]),
  'items.findByName': (db, accountId, w) => findByName(db, accountId, w.driveId, 1, 'plan', 9),
  'items.findEver': (db, accountId, w) => findEver(db, accountId, w.driveId, 'plan', 9),
  'items.itemById': (db, accountId, w) => itemById(db, accountId, w.driveId, 1, w.fileId),
  'items.itemsById': (db, accountId, w) => itemsById(db, accountId, w.driveId, 1, [w.fileId]),
  'items.pathOf': {
    ask: (db, accountId, w) => pathOf(db, accountId, w.driveId, 1, theFile(w.fileId)),
    told: { value: 'Q3 plan', because: 'the name was given, and the folder is not told' },
  },
  'items.subtree': (db, accountId, w) => subtree(db, accountId, w.driveId, 1, 'drive'),
  'run-progress.addProgress': (db, accountId, w) => addProgress(db, accountId, w.runId, { stored: 1 }),
  'run-progress.beginRun': (db, accountId, w) =>
    beginRun(db, accountId, w.runId, { mode: 'full', parentGeneration: 0, pageToken: null, now }),
  'run-progress.countRun': (db, accountId, w) => countRun(db, accountId, w.runId),
  'run-progress.currentRun': (db, accountId, w) => currentRun(db, accountId, w.driveId),
  'run-progress.endRun': (db, accountId, w) =>
    endRun(db, accountId, w.runId, { outcome: 'failed', error: 'x', generation: null, reasons: {}, now }),
  'run-progress.listAgain': (db, accountId, w) => listAgain(db, accountId, w.runId),
  'run-progress.runById': (db, accountId, w) => runById(db, accountId, w.runId),
  'run-progress.saveFeed': (db, accountId, w) => saveFeed(db, accountId, w.runId, { pageToken: 'x', driveChanged: true }),
  'run-progress.saveListing': (db, accountId, w) => saveListing(db, accountId, w.runId, 'x', true),
  'run-progress.setRunPhase': (db, accountId, w) => setRunPhase(db, accountId, w.runId, 'storing'),
  'segments.dropSegments': (db, accountId, w) => dropSegments(db, accountId, w.driveId, [w.fileId]),
  'segments.putSegment': {
    ask: (db, accountId, w) =>
      putSegment(db, accountId, { driveId: w.driveId, itemId: w.fileId, version: 'v1', number: 0 }, { blobId: 'another' }),
  },
  'segments.segmentsOf': (db, accountId, w) => segmentsOf(db, accountId, w.driveId, w.fileId, 'v1'),
  'snapshots.insertSnapshot': { ask: (db, accountId, w) => insertSnapshot(db, accountId, snapshotOf(w)), fresh: { generation: 2 } },
  'snapshots.listSnapshots': (db, accountId, w) => listSnapshots(db, accountId, w.driveId, { limit: 9 }),
  'snapshots.snapshotAt': (db, accountId, w) => snapshotAt(db, accountId, w.driveId, now),
  'snapshots.snapshotByGeneration': (db, accountId, w) => snapshotByGeneration(db, accountId, w.driveId, 1),
}
