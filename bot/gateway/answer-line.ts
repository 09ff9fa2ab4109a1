import { misreadCard, unknownCommandCard } from '../cards/problem.ts'
import { type GlobalFlags, parseLine } from '../commands/grammar/parse.ts'
import { helpAbout } from '../commands/list/help.ts'
import { execute } from './execute.ts'
import type { Reply } from './gateway.ts'
import { contextOf, type Pipeline } from './pipeline.ts'
import { replyWith } from './reply.ts'
import { writeAudit } from './write-audit.ts'

/** Understands a line and does what it says, or says why not. */
export async function answerLine(text: string, pipeline: Pipeline): Promise<readonly Reply[]> {
  const started = pipeline.clock.now()
  const reading = parseLine(text, pipeline.registry)
  const { flags } = reading
  const context = contextOf(pipeline, flags)
  const explain = async (about: string) => {
    await writeAudit(pipeline, { verb: 'help', args: { about }, decision: 'allowed', outcome: 'done', started })
    return [await replyWith(pipeline, { card: helpAbout(about, context) }, flags.json)]
  }

  switch (reading.kind) {
    case 'nothing':
      return flags.help ? explainAll(pipeline, flags) : run('status', pipeline, flags)
    case 'group':
      return explain(reading.group)
    case 'unknown':
      await writeAudit(pipeline, {
        verb: 'unknown',
        args: { typed: reading.typed },
        decision: 'refused',
        outcome: 'no such command',
        started,
      })
      return [
        await replyWith(
          pipeline,
          {
            card: unknownCommandCard(
              reading.typed,
              reading.near.map(({ path }) => path),
            ),
          },
          flags.json,
        ),
      ]
    case 'misread': {
      const { command, problem } = reading
      if (flags.help) return explain(command.path)
      await writeAudit(pipeline, { verb: command.path, args: { typed: text }, decision: 'refused', outcome: problem.sentence, started })
      return [await replyWith(pipeline, { card: misreadCard({ ...problem, path: command.path }) }, flags.json)]
    }
    case 'command':
      if (flags.help) return explain(reading.command.path)
      return execute(pipeline, { command: reading.command, raw: reading.raw, flags })
  }
}

const explainAll = (pipeline: Pipeline, flags: GlobalFlags) => run('help', pipeline, flags)

function run(path: string, pipeline: Pipeline, flags: GlobalFlags): Promise<readonly Reply[]> {
  const command = pipeline.registry.byPath(path)
  if (!command) throw new Error(`The registry has no command ${path}.`)
  return execute(pipeline, { command, raw: {}, flags })
}
