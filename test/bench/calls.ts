import { subtree } from '../../db/items.ts'
import { type System, startSystemAt } from '../support/system.ts'
import { backUpWhole, rounded } from './measure.ts'
import type { Measured } from './report.ts'
import { benchServers } from './servers.ts'

const items = 10_000
const pageSize = 1_000
/** drive.md: what a list and a download cost. */
const units = { list: 100, download: 200, read: 5 }
/** A ratio over its floor of more than this is a call too many somewhere. */
const goal = { atMost: 1.02 }

type Spent = { readonly calls: number; readonly units: number }

/** What the practice Drive counted, against the least that the work can take (drive.md, "What work costs"). */
export async function calls(): Promise<Measured> {
  const servers = await benchServers()
  const system = await startSystemAt(servers.places, {
    world: { seed: 5, items, drives: 1, plain: true, minBytes: 1_024, maxBytes: 4_096 },
  })
  try {
    const driveId = system.practice.drive.model.practice.drives()[0]?.id ?? ''
    const initial = await spentBy(system, driveId)
    const floor = await initialFloor(system, driveId)
    const idle = await spentBy(system, driveId)
    const mixed = await mixedChanges(system, driveId)
    const renames = await manyRenames(system, driveId)
    const cases = { initial: { spent: initial, floor }, idle: { spent: idle, floor: { calls: 1, units: units.list } }, mixed, renames }
    const figures = Object.fromEntries(Object.entries(cases).flatMap(([name, { spent, floor }]) => rows(name, spent, floor)))
    const goals = Object.fromEntries(
      Object.keys(cases).flatMap((name) => [
        [`${name}.callsRatio`, goal],
        [`${name}.unitsRatio`, goal],
      ]),
    )
    return { figures, goals }
  } finally {
    await system.stop()
    await servers.stop()
  }
}

function rows(name: string, spent: Spent, floor: Spent): [string, number][] {
  const ratio = (a: number, b: number) => rounded(a / b, 4)
  return [
    [`${name}.calls`, spent.calls],
    [`${name}.callsFloor`, floor.calls],
    [`${name}.callsRatio`, ratio(spent.calls, floor.calls)],
    [`${name}.units`, spent.units],
    [`${name}.unitsFloor`, floor.units],
    [`${name}.unitsRatio`, ratio(spent.units, floor.units)],
  ]
}

async function spentBy(system: System, driveId: string): Promise<Spent> {
  const { ledger } = system.practice.drive.wire
  const before = ledger.report()?.total ?? { calls: 0, units: 0 }
  await backUpWhole(system, driveId)
  const after = ledger.report()?.total ?? { calls: 0, units: 0 }
  return { calls: after.calls - before.calls, units: after.units - before.units }
}

/** One page for each 1,000 items, one download for each distinct content, one read of sharing where there are direct grants, and the feed's two ends. */
async function initialFloor(system: System, driveId: string): Promise<Spent> {
  const rows = (await subtree(system.db, system.accountId, driveId, 1, 'drive')).map(({ row }) => row as StoredRow)
  const distinct = new Set(rows.flatMap(({ sha256Checksum, size }) => (sha256Checksum ? [`${sha256Checksum}/${size}`] : []))).size
  const shared = rows.filter(({ flags }) => flags?.hasAugmentedPermissions).length
  const pages = Math.ceil(rows.length / pageSize)
  return {
    calls: pages + distinct + shared + 2,
    units: pages * units.list + distinct * units.download + shared * units.list + units.read + units.list,
  }
}

type StoredRow = {
  readonly sha256Checksum?: string
  readonly size?: number
  readonly flags?: { readonly hasAugmentedPermissions?: boolean }
}

/** 40 new contents, 30 renames, 20 trips to the trash, 10 losses for ever. */
async function mixedChanges(system: System, driveId: string) {
  const files = await plainFiles(system, driveId)
  const { model } = system.practice.drive
  const actor = { email: system.practice.admin }
  for (const id of files.slice(0, 40)) model.practice.edit(id)
  for (const id of files.slice(40, 70)) model.files.update(actor, id, { name: `${id} renamed` })
  for (const id of files.slice(70, 90)) model.files.update(actor, id, { trashed: true })
  for (const id of files.slice(90, 100)) model.practice.lose(id, driveId)
  return { spent: await spentBy(system, driveId), floor: { calls: 1 + 40, units: units.list + 40 * units.download } }
}

async function manyRenames(system: System, driveId: string) {
  const { model } = system.practice.drive
  for (const id of (await plainFiles(system, driveId)).slice(100, 1_100)) {
    model.files.update({ email: system.practice.admin }, id, { name: `${id} moved on` })
  }
  return { spent: await spentBy(system, driveId), floor: { calls: 1, units: units.list } }
}

/** Ids of blobs without direct grants, so that the floor of a change is the change alone. */
async function plainFiles(system: System, driveId: string): Promise<string[]> {
  const rows = (await subtree(system.db, system.accountId, driveId, 1, 'drive')).map(({ itemId, row }) => ({
    itemId,
    row: row as StoredRow,
  }))
  return rows.flatMap(({ itemId, row }) => (row.sha256Checksum && !row.flags?.hasAugmentedPermissions ? [itemId] : []))
}
