/**
 * The protocol between backups and the collection of garbage, looked at in every interleaving: runs that freeze anywhere and go on at any
 * later time, runs that are declared failed while their worker lives, two workers of one run, two collectors at once. In no world that can
 * be reached does a snapshot name what is not there. And each rule is needed: without it, the search finds a loss.
 */
import { describe, expect, test } from 'vitest'
import { explore } from './explore.ts'
import { type Rules, realRules } from './steps.ts'
import { start } from './world.ts'

/** The protocol alone, without the net below it: it has to hold by itself. */
const protocol: Rules = { ...realRules, checksReferences: false }

const oneRun = { a: 'A' }
const twoRuns = { a: 'A', b: 'B' }
const takenOver = { a1: 'A', a2: 'A' }

describe('P12 no snapshot ever names what was deleted', () => {
  test.each([
    ['a run beside two cycles', oneRun, ['gc'], 2, 1_000],
    ['two runs, the first of which may come back late', twoRuns, ['gc'], 1, 50_000],
    ['two workers of one run, one of which was taken for dead', takenOver, ['gc'], 1, 30_000],
    ['a run beside two collectors', oneRun, ['gc', 'other gc'], 1, 20_000],
  ] as const)(
    '%s',
    (_, workers, collectors, cycles, least) => {
      const explored = explore(start(workers, collectors, cycles), protocol)
      expect(explored.lost).toBeUndefined()
      expect(explored.worlds).toBeGreaterThan(least)
    },
    120_000,
  )
})

describe('the search finds the loss when', () => {
  const without: readonly (readonly [string, Partial<Rules>, Readonly<Record<string, string>>, readonly string[], number])[] = [
    ['what was marked stays in the index that deduplicates', { forgetsMarked: false }, oneRun, ['gc'], 1],
    [
      'nobody waits for open runs',
      { nextStep: (cycle) => (cycle.phase === 'idle' ? { step: 'mark' } : { step: 'sweep', fence: [] }) },
      oneRun,
      ['gc'],
      1,
    ],
    ['open runs are not fenced in the ledger', { fencesInLedger: false }, oneRun, ['gc'], 1],
    ['no root consumes the next generation', { fencesByRoot: false }, oneRun, ['gc'], 1],
    ['live snapshots are not looked at again', { looksAgain: false }, oneRun, ['gc'], 1],
    ['a run that was given up may still commit', { mayCommit: () => true }, oneRun, ['gc'], 1],
    ['a run asks for its standing before it reads the newest root', { checksLast: false }, oneRun, ['gc'], 1],
    ['a run offers what it took from before the mark', { mayOffer: () => true }, twoRuns, ['gc'], 1],
    ['what no index names is taken from under an open run', { orphansCount: () => true }, oneRun, ['gc'], 2],
    ['open runs are not asked for again', { asksAgain: false }, oneRun, ['gc'], 2],
    ['a run goes on top of whatever was committed since', { mayFollow: () => true }, twoRuns, ['gc'], 1],
    ['a run that has ended may still write its journal', { mayJournal: () => true }, twoRuns, ['gc'], 2],
  ]
  test.each(without)(
    '%s',
    (_, broken, workers, collectors, cycles) => {
      const { lost } = explore(start(workers, collectors, cycles), { ...protocol, ...broken })
      expect(lost?.what).toMatch(/no index knows it|was deleted|on top of/)
      expect(lost?.trail.length).toBeGreaterThan(5)
    },
    120_000,
  )
})
