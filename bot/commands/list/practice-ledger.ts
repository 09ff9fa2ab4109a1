import { z } from 'zod'
import { ledgerCard } from '../../cards/ledger.ts'
import { command } from '../command.ts'
import { practised } from '../practised.ts'

export const practiceLedger = command({
  path: 'practice ledger',
  aliases: ['practice calls'],
  summary: 'Show which calls the practice Drive was asked, and what they cost',
  args: z.object({}),
  permission: 'backups:read',
  risk: 'read',
  examples: ['practice ledger'],
  practiceOnly: true,
  run: (_args, context) => practised(context, undefined, async (practice) => ledgerCard(await practice.ledger())),
})
