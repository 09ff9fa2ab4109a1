import { expect, test } from 'vitest'
import { states } from './states.ts'

/** What each card says in each state. After a change that is meant: `npx vitest run --project unit test/cards -u`, and read the difference. */
test.each(Object.keys(states))('the card %s is as it was agreed', async (name) => {
  await expect(formatted(states[name]?.())).toMatchFileSnapshot(`golden/${name}.json`)
})

/** As the formatter of this repository writes JSON: short lists of plain values stand in one line. */
function formatted(value: unknown): string {
  const plain = '(?:"(?:[^"\\\\]|\\\\.)*"|-?[\\d.]+|true|false|null)'
  const list = new RegExp(`^(.*)\\[\\n\\s+(${plain}(?:,\\n\\s+${plain})*)\\n\\s+\\](,?)$`, 'gm')
  const oneLine = (whole: string, before: string, items: string, comma: string) => {
    const line = `${before}[${items.replace(/,\n\s+/g, ', ')}]${comma}`
    return line.length <= 140 ? line : whole
  }
  return `${JSON.stringify(value, null, 2).replace(list, oneLine)}\n`
}
