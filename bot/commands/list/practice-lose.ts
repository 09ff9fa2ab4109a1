import { z } from 'zod'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'
import { practised } from '../practised.ts'

export const practiceLose = command({
  path: 'practice lose',
  summary: 'Delete a file of the practice Drive for good, to bring it back',
  args: z.object({ name: target.text('the file to lose', 'file'), drive: target.drive('the practice drive', { word: 'from' }) }),
  permission: 'practice:write',
  risk: 'write',
  examples: ['practice lose "Q3 plan" from Finance'],
  practiceOnly: true,
  run: ({ name, drive }, context) =>
    practised(context, `${name} in ${drive.name} would be deleted for good.`, async (practice) => {
      await practice.lose(drive.id, name)
      const sentence = `${name} is gone from ${drive.name}, for good and not into the trash. Bring it back: restore "${name}" from ${drive.name}`
      return notice('ok', 'Lost', sentence, {
        actions: [button('Restore it', run('restore', { item: name, drive: drive.id }), { style: 'primary' })],
      })
    }),
})
