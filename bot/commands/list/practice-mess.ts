import { z } from 'zod'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { count } from '../../cards/values.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'
import { practised } from '../practised.ts'

export const practiceMess = command({
  path: 'practice mess',
  summary: 'Change many files of a practice drive at once, as ransomware would',
  args: z.object({ drive: target.drive('the practice drive') }),
  permission: 'practice:write',
  risk: 'write',
  examples: ['practice mess Finance'],
  practiceOnly: true,
  run: ({ drive }, context) =>
    practised(context, `Many files in ${drive.name} would be changed and deleted.`, async (practice) => {
      const counts = Object.entries(await practice.mess(drive.id))
      const changes = counts.map(([kind, many]) => `${many.toLocaleString('en-US')} ${kind}`).join(', ')
      return notice(
        'warn',
        `A mess in ${drive.name}`,
        `Files of ${drive.name} were changed at once: ${changes}. The last snapshot still has them as they were.`,
        {
          nodes: [{ type: 'fields', fields: counts.map(([kind, many]) => ({ label: kind, value: count(many) })) }],
          actions: [
            button('Snapshots', run('snapshots', { drive: drive.id }), { style: 'primary' }),
            button('Back up now', run('backup now', { drives: [drive.id] })),
          ],
        },
      )
    }),
})
