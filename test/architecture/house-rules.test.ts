import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { strayEnvironmentReads } from './rules/environment.ts'
import { strangeFolders } from './rules/layout.ts'
import { oversize } from './rules/sizes.ts'
import { strayTimeAndChance } from './rules/time-and-chance.ts'
import { checkout, readSources } from './source-tree.ts'

const areas = ['bot', 'workflows', 'activities', 'db']
const file = (path: string, text: string) => [{ path, text }]
const lines = (count: number) => 'x\n'.repeat(count)

describe('only composition roots read the environment', () => {
  test('in the checkout', () => {
    expect(strayEnvironmentReads(readSources(areas))).toEqual([])
  })

  test.each(['process.env.HOME', "process['env'].HOME", 'const { env } = process', "import { env } from 'node:process'", 'f(process.env)'])(
    'the rule finds %s',
    (text) => {
      expect(strayEnvironmentReads(file('bot/a.ts', `\n${text}`))).toEqual(['bot/a.ts:2 reads the environment: only composition roots may'])
    },
  )

  test.each(['bot/main.ts', 'activities/worker.ts', 'activities/drive/simulator/main.ts', 'bot/cli.ts', 'temporal.config.ts'])(
    'the rule lets %s read it',
    (path) => {
      expect(strayEnvironmentReads(file(path, 'process.env.HOME'))).toEqual([])
    },
  )
})

describe('time and randomness come through their ports', () => {
  test('in the checkout', () => {
    expect(strayTimeAndChance(readSources([...areas, 'test', 'temporal.config.ts']))).toEqual([])
  })

  test.each([
    ['Date.now()', 'uses Date.now: take a Clock (db/kit/clock.ts)'],
    ['new Date()', 'uses new Date() without a time: take a Clock (db/kit/clock.ts)'],
    ['new Date', 'uses new Date() without a time: take a Clock (db/kit/clock.ts)'],
    ['Date()', 'uses Date(): take a Clock (db/kit/clock.ts)'],
    ['const later = performance.now', 'uses performance.now: take a Clock (db/kit/clock.ts)'],
    ['setTimeout(f, 1)', 'uses setTimeout: take a Clock (db/kit/clock.ts)'],
    ['globalThis.setInterval(f, 1)', 'uses globalThis.setInterval: take a Clock (db/kit/clock.ts)'],
    ["import { setTimeout as sleep } from 'node:timers/promises'", 'uses node:timers/promises: take a Clock (db/kit/clock.ts)'],
    ['Math.random()', 'uses Math.random: take a Random (db/kit/random.ts)'],
    ['crypto.randomUUID()', 'uses crypto.randomUUID: take a Random (db/kit/random.ts)'],
    ["import { randomBytes as bytes } from 'node:crypto'", 'uses randomBytes: take a Random (db/kit/random.ts)'],
  ])('the rule finds %s', (text, sentence) => {
    expect(strayTimeAndChance(file('activities/a.ts', text))).toEqual([`activities/a.ts:1 ${sentence}`])
  })

  test.each(['new Date(0)', 'Date.parse(text)', 'Math.max(1, 2)', "import { createHash } from 'node:crypto'", "const text = 'Date.now()'"])(
    'the rule lets %s pass',
    (text) => {
      expect(strayTimeAndChance(file('activities/a.ts', text))).toEqual([])
    },
  )

  test('the ports themselves may touch the system', () => {
    expect(strayTimeAndChance(file('db/kit/clock.ts', 'new Date()'))).toEqual([])
  })
})

describe('a file holds one idea', () => {
  test('in the checkout', () => {
    expect(oversize(readSources([...areas, 'test']))).toEqual([])
  })

  test('the rule finds a source over 300 lines and a test over 500', () => {
    const files = [
      ...file('bot/a.ts', lines(301)),
      ...file('test/a.test.ts', lines(501)),
      ...file('bot/b.ts', lines(1)),
      ...file('bot/c.ts', lines(1)),
    ]
    expect(oversize(files)).toEqual([
      'bot/a.ts: 301 lines; the most is 300. Which two ideas does it hold?',
      'test/a.test.ts: 501 lines; the most is 500. Which two ideas does it hold?',
    ])
  })

  test('the rule finds a median over 100 lines, and lets limits be reached', () => {
    expect(oversize([...file('bot/a.ts', lines(300)), ...file('bot/b.ts', lines(101))])).toEqual([
      'the median of the sources is 300 lines; the most is 100',
    ])
    expect(oversize([...file('bot/a.ts', lines(100)), ...file('test/b.test.ts', lines(500))])).toEqual([])
  })
})

describe('the top level is fixed', () => {
  test('in the checkout', () => {
    const paths = execFileSync('git', ['ls-files'], { cwd: checkout, encoding: 'utf8' }).split('\n')
    expect(strangeFolders([...new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? ''))])).toEqual([])
  })

  test('the rule finds a new folder of code', () => {
    expect(strangeFolders(['bot', 'utils', '.ci'])).toEqual(['utils/ is not in the layout of docs/ARCHITECTURE.md'])
  })
})
