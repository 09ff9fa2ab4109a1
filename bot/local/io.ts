import { createInterface } from 'node:readline/promises'

/** Where a person sits. */
export type Io = {
  /** Shows one line, or several. */
  readonly say: (text: string) => void
  /** Asks and waits for the answer; undefined where nobody can be asked. */
  readonly ask: (question: string) => Promise<string | undefined>
}

/** The terminal that started this process. */
export function terminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Io {
  // A terminal or pipe that is gone takes no more lines, and nobody is left to be told so; it must not end what runs.
  output.on('error', () => undefined)
  return {
    say: (text) => void output.write(`${text}\n`),
    ask: async (question) => {
      if (!input.isTTY) return undefined
      const lines = createInterface({ input, output })
      try {
        return await lines.question(question)
      } finally {
        lines.close()
      }
    },
  }
}
