import { createInterface } from 'node:readline'

/** What a person types, line by line, with their history on the arrow keys; ends with the input. */
export type Lines = {
  next(prompt: string): Promise<string | undefined>
  /** Shows something above the line that is being typed. */
  above(text: string): void
  close(): void
}

export function terminalLines(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Lines {
  const readline = createInterface({ input, output, historySize: 200 })
  const waiting: string[] = []
  let ended = false
  let take: ((line: string | undefined) => void) | undefined
  const hand = (line: string | undefined) => {
    const taker = take
    take = undefined
    if (taker) taker(line)
    else if (line !== undefined) waiting.push(line)
  }
  readline.on('line', (line) => hand(line))
  readline.once('close', () => {
    ended = true
    hand(undefined)
  })
  return {
    next(prompt) {
      readline.setPrompt(prompt)
      const [line] = waiting.splice(0, 1)
      if (line !== undefined) return Promise.resolve(line)
      if (ended) return Promise.resolve(undefined)
      readline.prompt()
      return new Promise((resolve) => {
        take = resolve
      })
    },
    above(text) {
      output.write(`${output.isTTY ? '\r\u001b[K' : ''}${text}\n`)
      if (!ended && take) readline.prompt(true)
    },
    close: () => readline.close(),
  }
}
