import { z } from 'zod'
import { option, sent, target } from '../args.ts'
import { command } from '../command.ts'
import { decide } from '../decide.ts'

/** One denial decides, and says why. */
export const deny = command({
  path: 'deny',
  aliases: ['restore deny', 'reject'],
  summary: 'Deny a request of somebody else, and say why',
  args: z.object({
    job: target.job('the job that asks, as it is shown'),
    comment: option.text('why; kept on the card for good', 'comment').optional(),
    approval: sent.text().optional(),
    plan: sent.text().optional(),
  }),
  permission: 'approvals:decide',
  risk: 'write',
  examples: ['deny R-1001 --reason "wrong folder"'],
  run: (args, context) => decide('deny', args, context),
})
