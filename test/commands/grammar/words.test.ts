import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitWords } from '../../../bot/commands/grammar/words.ts'

const texts = (line: string) => splitWords(line).map(({ text, quoted }) => (quoted ? [text] : text))

test.each([
  ['restore "Q3 plan" from Finance', ['restore', ['Q3 plan'], 'from', 'Finance']],
  ['restore “Q3 plan” from Finance —at yesterday', ['restore', ['Q3 plan'], 'from', 'Finance', '--at', 'yesterday']],
  ['drives –-status failed –task x', ['drives', '--status', 'failed', '--task', 'x']],
  ["restore Bob's plan", ['restore', "Bob's", 'plan']],
  ["restore 'Bob plan'", ['restore', ['Bob plan']]],
  ['a label:"x y" --label="p q"', ['a', 'label:x y', '--label=p q']],
  ['Finance\u00a0EMEA', ['Finance', 'EMEA']],
  ['activate "A", "B C"', ['activate', ['A'], ',', ['B C']]],
  ['see <https://drive.google.com/drive/folders/0Axyz|Finance>', ['see', 'https://drive.google.com/drive/folders/0Axyz']],
  ['5" pipe', ['5"', 'pipe']],
  ['an "open quote', ['an', '"open', 'quote']],
  ['„Plan“ «Plan» ‘Plan’', [['Plan'], ['Plan'], ['Plan']]],
  ['– 5 °C', ['–', '5', '°C']],
])('%s', (line, expected) => {
  expect(texts(line)).toEqual(expected)
})

test('whatever is typed, every word lies where it says, in order, and nothing hangs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (line) => {
      let end = 0
      for (const word of splitWords(line)) {
        expect(word.start).toBeGreaterThanOrEqual(end)
        expect(word.end).toBeGreaterThan(word.start)
        end = word.end
      }
      expect(end).toBeLessThanOrEqual(line.length)
    }),
  )
})

test('a quoted name comes through as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((name) => !/["“”]/.test(name)),
      (name) => {
        expect(texts(`restore "${name}" from Finance`)).toEqual(['restore', [name], 'from', 'Finance'])
      },
    ),
  )
})
