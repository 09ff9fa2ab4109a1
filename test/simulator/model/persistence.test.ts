import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DriveModel } from '../../../activities/drive/simulator/model/api.ts'
import { apply, operation } from './operations.ts'
import { admin, bytes, dayMs, drain, file, folder, heldClock, listAll, media, person, practice, refusal } from './support.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'practice-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const journal = () => join(directory, 'journal.log')
const reopen = (clock = heldClock()) => practice({}, { folder: directory, clock })

/** Everything that a client can see of all drives. */
function everything(model: DriveModel) {
  return model.drives.list(admin, { pageSize: 100, useDomainAdminAccess: true }).drives.map((drive) => {
    const files = listAll(model, admin, drive.id).map((one) => ({
      ...one.toJSON(),
      permissions: model.permissions.list(admin, one.id, {}).permissions,
    }))
    return {
      drive,
      files,
      members: model.permissions.list(admin, drive.id, {}).permissions,
      changes: drain(model, admin, drive.id, '1').changes.map((c) => ({ ...c, file: c.file?.toJSON() })),
    }
  })
}

async function changeManyThings({ model, drive, other }: ReturnType<typeof practice>): Promise<void> {
  const room = folder(model, admin, drive, 'room')
  const uploaded = model.files.create(admin, { name: 'uploaded', parents: [room], appProperties: { a: 'b' } }, await media(model, 'first'))
  model.files.update(admin, uploaded.id, {}, {}, await media(model, 'second'))
  model.permissions.create(admin, uploaded.id, { type: 'user', role: 'writer', emailAddress: 'ana.costa@practice.example' })
  model.comments.create(admin, uploaded.id, { content: 'why?' })
  model.files.modifyLabels(admin, uploaded.id, [{ labelId: 'L', fieldModifications: [{ fieldId: 'f', setTextValues: ['v'] }] }])
  model.files.update(admin, room, { inheritedPermissionsDisabled: true })
  const moved = folder(model, admin, drive, 'moved')
  file(model, admin, moved, 'moved with its folder')
  model.files.update(admin, moved, {}, { addParents: [other], removeParents: [drive] })
  const back = file(model, admin, drive, 'there and back')
  model.files.update(admin, back, {}, { addParents: [other], removeParents: [drive] })
  model.files.update(admin, back, {}, { addParents: [drive], removeParents: [other] })
  model.practice.mess(other, { share: 0.4 })
  model.files.update(admin, listAll(model, admin, drive)[3]?.id ?? '', { starred: true })
  model.drives.hide(admin, other)
  model.practice.lose('Q3 plan', drive)
  const made = model.drives.create(admin, 'request-1', { name: 'Made' })
  model.drives.update(admin, made.id, { restrictions: { domainUsersOnly: true } })
  file(model, admin, made.id)
  const gone = model.drives.create(admin, 'request-2', { name: 'Gone' })
  model.drives.delete(admin, gone.id)
}

test('a restart finds everything as it was, and so does a second one from the compacted journal', async () => {
  const before = reopen()
  await changeManyThings(before)
  const seen = everything(before.model)
  before.model.close()
  const again = reopen()
  expect(everything(again.model)).toEqual(seen)
  again.model.close()
  expect(everything(reopen().model)).toEqual(seen)
})

test('after any operations, a restart finds everything as it was', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 30 }), (operations) => {
      rmSync(directory, { recursive: true, force: true })
      const { model, drive, other } = reopen()
      for (const one of operations) apply(model, [drive, other], one)
      expect(everything(reopen().model)).toEqual(everything(model))
    }),
    { numRuns: 10 },
  )
})

test('tokens, places and feeds go on after a restart where they were', () => {
  const { model, drive } = reopen()
  for (const name of ['a', 'b', 'c']) file(model, admin, drive, name)
  model.practice.lose('b', drive)
  const token = model.changes.getStartPageToken(admin, { driveId: drive })
  const again = reopen().model
  expect(again.changes.getStartPageToken(admin, { driveId: drive })).toBe(token)
  const late = file(again, admin, drive, 'late')
  expect(drain(again, admin, drive, token).changes.map((change) => change.fileId)).toEqual([late])
  const ids = listAll(again, admin, drive, 1).map((one) => one.id)
  expect(ids.at(-1)).toBe(late)
  expect(new Set(ids).size).toBe(ids.length)
})

test('uploaded content and past revisions are there after a restart', async () => {
  const { model, drive } = reopen()
  const one = model.files.create(admin, { name: 'a', parents: [drive] }, await media(model, 'first'), { keepRevisionForever: true })
  const { id, headRevisionId } = one
  model.files.update(admin, id, {}, {}, await media(model, 'second'))
  const again = reopen().model
  expect(String(await bytes(again.files.content(admin, id).read()))).toBe('second')
  expect(String(await bytes(again.files.content(admin, id, { revisionId: headRevisionId }).read()))).toBe('first')
})

test('a torn last line was never answered: it is cut off and the rest stands', () => {
  const { model, drive } = reopen()
  const id = file(model, admin, drive, 'answered')
  appendFileSync(journal(), readFileSync(journal(), 'utf8').split('\n').at(-2)?.slice(0, 40) ?? '')
  const again = reopen()
  expect(again.model.files.get(admin, id).name).toBe('answered')
  file(again.model, admin, drive, 'and after it')
  const last = reopen().model
  expect(['answered', 'and after it'].map((name) => last.practice.findByName(drive, name).length)).toEqual([1, 1])
})

test('a journal that is damaged before its last line is refused, naming the line', () => {
  const { model, drive } = reopen()
  file(model, admin, drive)
  file(model, admin, drive)
  const lines = readFileSync(journal(), 'utf8').split('\n')
  writeFileSync(journal(), lines.map((line, i) => (i === 2 ? line.replace('file.txt', 'fake.txt') : line)).join('\n'))
  expect(() => reopen()).toThrow(/damaged in line 3/)
})

test('a folder of another world is refused', () => {
  reopen().model.close()
  expect(() => practice({ seed: 8 }, { folder: directory })).toThrow(/holds another practice world/)
})

test('the same item changed a thousand times takes one record after a restart', () => {
  const { model, drive } = reopen()
  const id = file(model, admin, drive)
  for (let n = 0; n < 1000; n++) model.files.update(admin, id, { name: `name ${n}` })
  const long = statSync(journal()).size
  expect(reopen().model.files.get(admin, id).version).toBe('1001')
  expect(statSync(journal()).size).toBeLessThan(long / 50)
})

test('the world is of the day when it was made, also when it is opened much later', () => {
  const clock = heldClock()
  const first = listAll(reopen(clock).model, admin, reopen(clock).drive).map((one) => one.toJSON())
  clock.advance(20 * 365 * dayMs)
  const later = listAll(reopen(clock).model, admin, reopen(clock).drive)
  const stillThere = new Set(later.map((one) => one.id))
  expect(later.map((one) => one.toJSON())).toEqual(first.filter((one) => stillThere.has(String(one.id))))
})

test('an id that was deleted for ever stays taken after a restart', () => {
  const { model, drive } = reopen()
  const [id = ''] = model.files.generateIds(admin, 1).ids
  model.files.create(admin, { id, name: 'once', parents: [drive] })
  model.files.delete(admin, id)
  expect(refusal(() => reopen().model.files.create(admin, { id, name: 'twice', parents: [drive] }))).toBe('fileIdInUse')
})

test('after kill -9 at any moment, every answered change is there', async () => {
  const script = fileURLToPath(new URL('./kill-fixture.ts', import.meta.url))
  for (const answersBeforeKill of [1, 7, 40]) {
    const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
    const answered: string[] = []
    for await (const line of createInterface(child.stdout)) {
      answered.push(line)
      if (answered.length === answersBeforeKill) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    const { model } = reopen()
    expect(answered.length).toBeGreaterThanOrEqual(answersBeforeKill)
    for (const line of answered) {
      const [id = '', name, text] = line.split('\t')
      expect(model.files.get(person('admin'), id).name).toBe(name)
      expect(String(await bytes(model.files.content(admin, id).read()))).toBe(text)
    }
    model.close()
  }
})

test('an operation of many records is there wholly or not at all', () => {
  const { model, drive } = practice({ items: 3000, drives: 1 }, { folder: directory })
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  const answered = statSync(journal()).size
  model.practice.mess(drive, { share: 0.9 })
  const text = readFileSync(journal())
  const cut = text.lastIndexOf('\n', text.length - 2) + 1
  expect(text.subarray(answered).toString().split('\n').length).toBeGreaterThan(4)
  writeFileSync(journal(), text.subarray(0, cut))
  const again = practice({ items: 3000, drives: 1 }, { folder: directory })
  expect(drain(again.model, admin, drive, start).changes).toEqual([])
})

test('a drive that cannot write its journal says so and answers nothing more', () => {
  const { model, drive } = reopen()
  model.close()
  // The next opening gets the number of the closed file: nothing may be written there.
  const next = reopen().model
  expect(() => file(model, admin, drive, 'not kept')).toThrow(/could not write its journal/)
  expect(() => model.files.get(admin, drive)).toThrow(/could not write its journal/)
  file(next, admin, drive, 'kept')
  const last = reopen().model
  expect(['kept', 'not kept'].map((name) => last.practice.findByName(drive, name).length)).toEqual([1, 0])
})
