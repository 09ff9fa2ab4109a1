import type { CardDraft } from '../cards/model.ts'
import { notice } from '../cards/notice.ts'
import { type Practice, PracticeRefused } from '../gateway/practice.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'

/** Does something to the practice Drive; what it refuses is said in its own words. `wouldDo` is what a dry run answers. */
export async function practised(
  { practice, dryRun }: CommandContext,
  wouldDo: string | undefined,
  work: (practice: Practice) => Promise<CardDraft>,
): Promise<Outcome> {
  if (!practice) {
    return {
      card: notice('warn', 'No practice Drive', 'There is no practice Drive here: this works with real Google drives only.'),
      refused: 'no practice Drive',
    }
  }
  if (dryRun && wouldDo !== undefined) return { card: notice('info', 'Dry run', `${wouldDo} Nothing was done.`) }
  try {
    return { card: await work(practice) }
  } catch (error) {
    if (!(error instanceof PracticeRefused)) throw error
    return { card: notice('warn', 'The practice Drive refused', error.message), refused: error.message }
  }
}
