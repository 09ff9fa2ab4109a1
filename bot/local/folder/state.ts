/** What one-machine mode remembers between starts: the ports, so that links stay valid. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { StartFailure } from '../failure.ts'
import { freePort, isPortFree } from '../processes/ports.ts'
import type { DataFolder } from './data-folder.ts'
import { writeWhole } from './write-whole.ts'

const port = z.number().int().min(1).max(65_535)
const shape = z.object({
  version: z.literal(1),
  ports: z.object({ postgres: port, temporal: port, temporalUi: port, practice: port, bot: port }),
})

export type State = z.infer<typeof shape>
export type PortName = keyof State['ports']

const portNames: readonly PortName[] = ['postgres', 'temporal', 'temporalUi', 'practice', 'bot']

/** What is remembered; undefined on the first start. @throws {StartFailure} when the file is broken */
export function readState(folder: DataFolder): State | undefined {
  if (!existsSync(folder.state)) return undefined
  try {
    return shape.parse(JSON.parse(readFileSync(folder.state, 'utf8')))
  } catch (error) {
    throw new StartFailure(
      `${folder.state} is broken, so Backstop cannot tell what this folder holds. Put the file back from a copy, delete it to choose ports anew, or begin anew with npm start -- --reset.`,
      { cause: error },
    )
  }
}

/**
 * The ports of this start: the remembered ones where they are free, new ones where not, and saved. `moved` names those that had to change.
 * @throws {StartFailure} when the wanted port of the bot is taken
 */
export async function choosePorts(
  folder: DataFolder,
  wantedBotPort: number | undefined,
): Promise<{ ports: State['ports']; moved: readonly PortName[] }> {
  const before = readState(folder)?.ports
  if (wantedBotPort !== undefined && !(await isPortFree(wantedBotPort))) {
    throw new StartFailure(
      `Port ${wantedBotPort} is in use by another program. Choose another with --port N, or leave it out for a free one.`,
    )
  }
  const ports: Partial<Record<PortName, number>> = {}
  for (const name of portNames) {
    const remembered = name === 'bot' ? (wantedBotPort ?? before?.bot) : before?.[name]
    const taken = Object.values(ports)
    ports[name] =
      remembered !== undefined && !taken.includes(remembered) && (await isPortFree(remembered)) ? remembered : await freePortBut(taken)
  }
  const state = shape.parse({ version: 1, ports })
  writeWhole(folder.state, `${JSON.stringify(state, undefined, 2)}\n`)
  const moved = portNames.filter(
    (name) => before !== undefined && before[name] !== state.ports[name] && !(name === 'bot' && wantedBotPort !== undefined),
  )
  return { ports: state.ports, moved }
}

async function freePortBut(taken: readonly number[]): Promise<number> {
  for (;;) {
    const candidate = await freePort()
    if (!taken.includes(candidate)) return candidate
  }
}
