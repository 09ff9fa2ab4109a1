import fc from 'fast-check'
import { expect, test } from 'vitest'
import { creates, type Destination, type LivingItem, type PlanItem, planLines, type World } from '../../workflows/policy/restore-plan.ts'

const drive = 'drive'
const original: Destination = { kind: 'original', driveId: drive }
const elsewhere: Destination = { kind: 'elsewhere', driveId: 'other', folderId: 'inbox' }

const file = (id: string, over: Partial<PlanItem> = {}): PlanItem => ({
  id,
  parentId: drive,
  name: id,
  kind: 'file',
  size: 10,
  contentKey: 'v1',
  grants: [],
  ancestor: false,
  ...over,
})
const folder = (id: string, over: Partial<PlanItem> = {}): PlanItem => file(id, { kind: 'folder', size: 0, contentKey: undefined, ...over })
const living = (over: Partial<LivingItem> = {}): LivingItem => ({
  parentId: drive,
  name: 'x',
  trashed: false,
  explicitlyTrashed: false,
  contentKey: 'v1',
  ...over,
})
const world = (items: Record<string, LivingItem> = {}, taken: readonly string[] = []): World => ({
  living: new Map(Object.entries(items)),
  nameTaken: (parentId, name) => taken.includes(`${parentId}/${name}`),
})

test('REC-05 a file that is gone is uploaded into the folder where it was', () => {
  const [above, line] = planLines([folder('f', { ancestor: true }), file('a', { parentId: 'f' })], world({ f: living() }), original)
  expect(above).toMatchObject({ action: 'reuse-folder', targetId: 'f' })
  expect(line).toMatchObject({ action: 'upload', parentLine: 0, path: 'f/a' })
})

test('a folder that is gone is made again for the file in it', () => {
  const lines = planLines([folder('f', { ancestor: true }), file('a', { parentId: 'f' })], world(), original)
  expect(lines.map(({ action }) => action)).toEqual(['create-folder', 'upload'])
})

test('a file in the trash comes back with its own id', () => {
  const [line] = planLines([file('a')], world({ a: living({ trashed: true, explicitlyTrashed: true }) }), original)
  expect(line).toMatchObject({ action: 'untrash', targetId: 'a' })
})

test('P8 a file in the trash with newer content is left there, and the old content becomes a file of its own', () => {
  const [line] = planLines([file('a')], world({ a: living({ trashed: true, explicitlyTrashed: true, contentKey: 'v2' }) }), original)
  expect(line).toMatchObject({ action: 'upload', parentId: drive })
})

test('a folder above the wanted file is not pulled out of the trash for it', () => {
  const lines = planLines(
    [folder('f', { ancestor: true }), file('a', { parentId: 'f' })],
    world({ f: living({ trashed: true, explicitlyTrashed: true }), a: living({ trashed: true }) }),
    original,
  )
  expect(lines.map(({ action }) => action)).toEqual(['create-folder', 'upload'])
})

test('what lies in a trashed folder comes back with it', () => {
  const lines = planLines(
    [folder('f'), file('a', { parentId: 'f' })],
    world({ f: living({ trashed: true, explicitlyTrashed: true }), a: living({ trashed: true }) }),
    original,
  )
  expect(lines.map(({ action }) => action)).toEqual(['untrash', 'keep'])
})

test('a file that is still there unchanged is left alone', () => {
  expect(planLines([file('a')], world({ a: living() }), original)).toMatchObject([
    { action: 'keep', note: 'It is still there, unchanged.' },
  ])
})

test('G19 a changed file is not overwritten: the plan shows that both will have the same name', () => {
  const [line] = planLines([file('a')], world({ a: living({ contentKey: 'v2' }) }, ['drive/a']), original)
  expect(line).toMatchObject({ action: 'upload', conflict: true })
})

test('RES-03 in another drive everything is made anew below the chosen folder', () => {
  const lines = planLines(
    [folder('top', { ancestor: true }), folder('f', { parentId: 'top' }), file('a', { parentId: 'f' })],
    world({ a: living() }),
    elsewhere,
  )
  expect(lines).toMatchObject([
    { itemId: 'f', action: 'create-folder', parentId: 'inbox' },
    { itemId: 'a', action: 'upload', parentLine: 0 },
  ])
})

test('an item without stored content is planned as what cannot come back, with the reason', () => {
  expect(planLines([file('a', { unrestorable: 'Only its name was backed up.' })], world(), original)).toMatchObject([
    { action: 'none', note: 'Only its name was backed up.' },
  ])
})

test('shortcuts come last, since they point at what comes before them', () => {
  const lines = planLines([file('s', { kind: 'shortcut' }), file('b'), folder('f')], world(), original)
  expect(lines.map(({ itemId }) => itemId)).toEqual(['f', 'b', 's'])
})

test('P8 for any tree and any state of the drive: each item has one line, parents come first, and nothing that exists is a target of a creation', () => {
  const tree = fc.array(fc.record({ parent: fc.nat(), kind: fc.constantFrom('folder', 'file', 'native', 'shortcut'), state: fc.nat(5) }), {
    minLength: 1,
    maxLength: 40,
  })
  fc.assert(
    fc.property(tree, fc.boolean(), (nodes, toOriginal) => {
      const folders = nodes.flatMap(({ kind }, index) => (kind === 'folder' ? [index] : []))
      const items = nodes.map(({ parent, kind }, index) => {
        const above = folders.filter((candidate) => candidate < index)
        const parentIndex = above[parent % (above.length + 1)]
        return file(`i${index}`, { kind: kind as PlanItem['kind'], parentId: parentIndex === undefined ? drive : `i${parentIndex}` })
      })
      const states: Record<string, LivingItem> = {}
      nodes.forEach(({ state }, index) => {
        if (state > 1)
          states[`i${index}`] = living({ trashed: state > 3, explicitlyTrashed: state === 5, contentKey: state === 3 ? 'v2' : 'v1' })
      })
      const lines = planLines(items, world(states), toOriginal ? original : elsewhere)
      expect(lines.map(({ itemId }) => itemId).sort()).toEqual(items.map(({ id }) => id).sort())
      lines.forEach((line, index) => {
        if (line.parentLine !== undefined) expect(line.parentLine).toBeLessThan(index)
        if (creates(line.action)) expect(line.targetId).toBeUndefined()
      })
    }),
  )
})
