import { CommandFailure, type Outside } from './command.ts'

/**
 * Has a person type `expected` before something that cannot be undone; `given` is what they gave as an option already.
 * @throws {CommandFailure} it is something else, three times; nothing was changed
 */
export async function confirmTyped(
  { ask }: Outside,
  confirm: { readonly question: string; readonly expected: readonly string[]; readonly given: string | undefined; readonly hint: string },
): Promise<void> {
  const { question, expected, given, hint } = confirm
  const matches = (text: string) => expected.includes(text.trim())
  if (given !== undefined) {
    if (matches(given)) return
    throw new CommandFailure('What was given to confirm is something else. Nothing was changed.')
  }
  for (let tries = 0; ask && tries < 3; tries++) {
    const typed = await ask(question)
    if (typed === undefined) break
    if (matches(typed)) return
  }
  throw new CommandFailure(`It was not confirmed, and nothing was changed. ${hint}`)
}
