import fc from 'fast-check'
import { expect, test } from 'vitest'
import { browseCard } from '../../bot/cards/browse.ts'
import { driveListCard } from '../../bot/cards/drive-list.ts'
import { estimateCard } from '../../bot/cards/estimate.ts'
import { itemLedgerCard } from '../../bot/cards/item-ledger.ts'
import { jobCard } from '../../bot/cards/job.ts'
import type { CardDraft, Intent } from '../../bot/cards/model.ts'
import { restoreFormCard } from '../../bot/cards/restore-form.ts'
import { allCommands } from '../../bot/commands/all.ts'
import { estimateDrive, estimateView } from './estimates.ts'
import { drive, item, jobView, line, snapshot, totals } from './fixtures.ts'
import { found, ledgerView, restored, version } from './item-ledgers.ts'
import { states } from './states.ts'

const cards = Object.entries(states).map(([name, make]) => [name, make()] as const)

/** Every intent of a card, wherever it stands. */
function intentsIn(value: unknown): Intent[] {
  if (Array.isArray(value)) return value.flatMap(intentsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === 'intent' ? [inner as Intent] : intentsIn(inner)))
}

test.each(cards)('%s says its whole meaning in a sentence, and is plain JSON', (_name, card) => {
  expect(card.summaryText).toMatch(/\S.*[.?!”]$|\S+$/s)
  expect(card.summaryText.length).toBeGreaterThan(10)
  expect(JSON.parse(JSON.stringify(card))).toEqual(card)
})

test.each(cards)('R9 %s has at most five actions, and at most one of them is the first to press', (_name, card) => {
  expect(card.actions.length).toBeLessThanOrEqual(5)
  expect(card.actions.filter((action) => 'style' in action && action.style === 'primary').length).toBeLessThanOrEqual(1)
})

test.each(cards)('every button of %s is a command with arguments that it takes', (_name, card) => {
  for (const { command, args } of intentsIn(card)) {
    const found = allCommands.find(({ path }) => path === command)
    expect(found?.path, command).toBe(command)
    for (const arg of Object.keys(args))
      expect(
        found?.args.map(({ name }) => name),
        `${command} ${arg}`,
      ).toContain(arg)
  }
})

test.each(cards)('%s names what a field of a form is called, and the command behind it knows it', (_name, card) => {
  const withFields = [
    ...(card.form ? [{ fields: card.form.fields, intent: card.form.submit.intent }] : []),
    ...card.actions.flatMap((action) =>
      action.type === 'button' && action.dialog ? [{ fields: action.dialog.fields, intent: action.intent }] : [],
    ),
  ]
  for (const { fields, intent } of withFields) {
    const known = allCommands.find(({ path }) => path === intent.command)?.args.map(({ name }) => name)
    for (const { name, label } of fields) {
      expect(label).not.toBe('')
      expect(known).toContain(name)
    }
  }
})

test('no card speaks of a platform', () => {
  expect(JSON.stringify(cards)).not.toMatch(/slack|teams\b|adaptive|block kit/i)
})

/** What people and attackers call files: markup, mentions, formulas, right-to-left overrides, nothing at all. */
const hostile = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<script>alert(1)</script>',
    '=HYPERLINK("x")',
    '\u202Etxt.exe',
    '*bold* _it_ [x](http://e)',
    '',
    ' ',
    '"; drop table',
    '\u200b',
    '../../etc/passwd',
    '\n\nFrom: x',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
)

const makers: readonly ((name: string) => CardDraft)[] = [
  (name) =>
    driveListCard({
      drives: [{ drive: drive({ name }), status: 'success' }],
      total: 1,
      neverActivated: 0,
      filter: {},
      more: false,
      may: { execute: true, pause: true },
    }),
  (name) =>
    browseCard({
      drive: drive({ name }),
      snapshot: snapshot(),
      trail: [item({ name })],
      items: [item({ name })],
      more: false,
      mayRestore: true,
    }),
  (name) =>
    itemLedgerCard(
      ledgerView({
        item: found({ name, driveName: name }),
        path: name,
        versions: [version({ name }), version({ name: `${name}.`, requester: name, fromGeneration: 1, toGeneration: 3 })],
        restores: [restored({ note: name, requester: name })],
      }),
    ),
  (name) =>
    estimateCard(estimateView({}, [estimateDrive({ driveName: name }), estimateDrive({ state: 'failed', error: name, driveName: name })])),
  (name) =>
    restoreFormCard({
      drive: drive(),
      snapshot: snapshot(),
      items: [{ item: item({ name }), path: name }],
      destinations: [],
      given: { sharing: 'keep' },
    }),
  (name) =>
    jobCard(
      jobView(
        { phase: 'done', status: 'failed' },
        { sourceNames: [name], totals: totals({ failed: 1 }), remarks: [line({ state: 'failed', path: name, note: name })] },
      ),
    ),
]

test('hostile names stand in a card as they are, as data and not as markup, and the sentence is never empty', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom(...makers), (name, make) => {
      const card = make(name)
      expect(card.summaryText.trim()).not.toBe('')
      expect(JSON.stringify(card)).toContain(JSON.stringify(name).slice(1, -1))
      expect(JSON.parse(JSON.stringify(card))).toEqual(card)
    }),
  )
})

test('an estimate of ten thousand drives is a card like any other: sums of all, rows of the first, and no button that names them all', () => {
  const drives = Array.from({ length: 10_000 }, (_, index) => estimateDrive({ driveId: `0A${index}`, driveName: `Drive ${index}` }))
  const card = estimateCard(estimateView({}, drives))
  expect(JSON.stringify(card).length).toBeLessThan(25_000)
  expect(card.actions).toEqual([])
  expect(card.summaryText).toContain('and 9997 more')
})
