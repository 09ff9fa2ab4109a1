import { z } from 'zod'
import { option, sent, target } from '../args.ts'
import { command } from '../command.ts'
import { decide } from '../decide.ts'

/** P6: one vote of one person who is not the requester, for exactly the plan that was shown. */
export const approve = command({
  path: 'approve',
  aliases: ['restore approve'],
  summary: 'Approve a request of somebody else',
  args: z.object({
    job: target.job('the job that asks, as it is shown'),
    comment: option.text('kept on the card for good', 'comment').optional(),
    approval: sent.text().optional(),
    plan: sent.text().optional(),
  }),
  permission: 'approvals:decide',
  risk: 'write',
  examples: ['approve R-1001', 'approve R-1001 --comment "checked with Ada"'],
  run: (args, context) => decide('approve', args, context),
})
