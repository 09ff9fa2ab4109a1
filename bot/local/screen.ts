import type { Clock } from '../../db/kit/clock.ts'
import type { DataFolder } from './folder/data-folder.ts'
import { readSecret } from './folder/secrets.ts'
import type { State } from './folder/state.ts'
import { defaultData } from './options.ts'

/** The people of the practice company who may use the console, and what each of them is there to show. */
const people = [
  { person: 'ada', who: 'Ada, admin', does: 'backs up and asks for restores' },
  { person: 'bo', who: 'Bo, approver', does: 'approves or denies them' },
  { person: 'cy', who: 'Cy, on-call', does: 'is told of failures' },
] as const

type Screen = {
  readonly folder: DataFolder
  readonly ports: State['ports']
  readonly clock: Clock
  /** False where Temporal runs elsewhere: its pages are then not ours to link. */
  readonly ownTemporal: boolean
}

/** The screen at the end of a start: where to go and what to type first. */
export async function startScreen({ folder, ports, clock, ownTemporal }: Screen): Promise<string> {
  const bot = `http://127.0.0.1:${ports.bot}`
  const key = readSecret(folder, 'operatorKey')
  const links = await Promise.all(people.map(({ person }) => signInLink(bot, key, person)))
  const rows = people.map(({ who, does }, i) => `  ${who.padEnd(14)} ${links[i]}\n${' '.repeat(17)}${does}`)
  return [
    '',
    `Backstop is ready: ${bot}  (${clock.now().toISOString().slice(0, 16).replace('T', ' ')} UTC)`,
    '',
    'Open the console as one of these people, each in a tab of its own:',
    ...rows,
    '',
    `  Practice Drive http://127.0.0.1:${ports.practice}`,
    ...(ownTemporal ? [`  Temporal       http://127.0.0.1:${ports.temporalUi}`] : []),
    `  Data           ${folder.path}`,
    '',
    'Type first, as Ada:  task add     then:  help',
    `In a terminal:       npx backstop say --as admin "status"${folder.path === defaultData ? '' : ` --data ${folder.path}`}`,
    'Ctrl-C stops everything; npm start finds it again.',
    '',
  ].join('\n')
}

async function signInLink(bot: string, key: string, person: string): Promise<string> {
  const response = await fetch(`${bot}/console/operator/sign-in-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  })
  if (!response.ok) throw new Error(`The bot gave no sign-in link for ${person}: HTTP ${response.status} ${await response.text()}`)
  return ((await response.json()) as { url: string }).url
}
