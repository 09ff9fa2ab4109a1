/** The ledger of an item, in its states. */
import type { ItemLedgerView } from '../../bot/cards/item-ledger.ts'
import type { FoundItem, LedgerRestore, LedgerVersion } from '../../db/item-ledger.ts'
import { at, item } from './fixtures.ts'

const sha = 'c0ffee'.repeat(11).slice(0, 64)
const row = (over: object = {}) => ({
  sha256Checksum: sha,
  content: { blobId: 'blob-1', sha256: sha },
  permissions: [],
  outcome: { status: 'stored' },
  lastModifyingUser: { emailAddress: 'eve@acme.example' },
  ...over,
})

export const found = (over: Partial<FoundItem> = {}): FoundItem => ({
  ...item({ fromGeneration: 3, toGeneration: null, row: row() }),
  driveId: '0Afinance',
  driveName: 'Finance',
  ...over,
})

export const version = (over: Partial<LedgerVersion> = {}): LedgerVersion => ({
  ...item({ fromGeneration: 3, toGeneration: null, row: row() }),
  storedAt: at(5),
  endedAt: null,
  reason: 'on demand',
  requester: 'Ada Admin',
  pieces: 1,
  placed: 1,
  contentGeneration: 2,
  containers: 1,
  containerNames: ['packs/3f/3f00aa'],
  verifiedAt: at(7),
  damaged: false,
  ...over,
})

export const restored = (over: Partial<LedgerRestore> = {}): LedgerRestore => ({
  jobId: 'job_1',
  number: 1042,
  at: at(30),
  requester: 'Ada Admin',
  generation: 2,
  action: 'upload',
  state: 'done',
  note: null,
  link: 'https://drive.google.com/file/d/new',
  ...over,
})

const earlier = [
  version({
    fromGeneration: 2,
    toGeneration: 3,
    name: 'Q3 draft',
    storedAt: at(-60),
    verifiedAt: null,
    reason: 'scheduled',
    requester: null,
    row: row({ permissions: [{ type: 'user' }] }),
  }),
  version({
    fromGeneration: 1,
    toGeneration: 2,
    name: 'Q3 draft',
    storedAt: at(-600),
    contentGeneration: 1,
    containers: 5,
    containerNames: ['objs/aa/aa01', 'objs/bb/bb02', 'objs/cc/cc03'],
    pieces: 5,
    placed: 5,
    row: row({ content: { blobId: 'blob-0', sha256: sha } }),
  }),
]

export const ledgerView = (over: Partial<ItemLedgerView> = {}): ItemLedgerView => ({
  item: found(),
  path: 'Reports/2026/Q3 plan',
  totals: { versions: 3, firstGeneration: 1, goneSince: null, goneAt: null, restores: 1 },
  versions: [version(), ...earlier],
  shown: 10,
  restores: [restored()],
  elsewhere: [],
  mayRestore: true,
  ...over,
})

export const goneView = (): ItemLedgerView =>
  ledgerView({
    item: found({ toGeneration: 4 }),
    totals: { versions: 12, firstGeneration: 1, goneSince: 4, goneAt: at(60), restores: 0 },
    versions: [version({ toGeneration: 4, placed: 0, containers: 0, containerNames: [], verifiedAt: null }), ...earlier],
    shown: 2,
    restores: [],
    elsewhere: [found({ driveId: '0Ahr', driveName: 'HR' })],
    mayRestore: false,
  })

export const damagedView = (): ItemLedgerView =>
  ledgerView({
    versions: [version({ damaged: true, row: row({ outcome: { status: 'failed', reason: 'providerError' } }) }), ...earlier],
    restores: [
      restored({ state: 'failed', link: null, note: 'Google Drive had a passing fault.' }),
      restored({ state: 'planned', link: null }),
    ],
    totals: { versions: 3, firstGeneration: 1, goneSince: null, goneAt: null, restores: 14 },
  })
