import { z } from 'zod'
import { permissionsOf, permissionWords } from '../../access/permissions.ts'
import { notice } from '../../cards/notice.ts'
import { command } from '../command.ts'

export const whoami = command({
  path: 'whoami',
  aliases: ['who am i', 'me'],
  summary: 'Show who you are here and what you may do',
  args: z.object({}),
  permission: 'backups:read',
  risk: 'read',
  examples: ['whoami'],
  run: async (_args, { person, account }) => ({
    card: notice(
      'info',
      person.displayName,
      `You are ${person.displayName} (${person.handle}) in the account ${account.name}, with the role ${person.roles.join(', ')}.`,
      {
        nodes: [
          {
            type: 'fields',
            fields: [
              { label: 'E-mail', value: person.email },
              { label: 'Time zone', value: person.timeZone },
            ],
          },
          {
            type: 'list',
            items: [...permissionsOf(person.roles)].map((permission) => [
              `You may ${permissionWords[permission]} `,
              { type: 'code', text: permission },
            ]),
          },
        ],
      },
    ),
  }),
})
