import type { Outside } from './command.ts'

const pauseMs = 2_000

/** Lines about the progress, at most one every two seconds: what is quicker than that needs none. */
export function progress({ clock, note }: Outside): (line: string) => void {
  let last = clock.now().getTime()
  return (line) => {
    const now = clock.now().getTime()
    if (now - last < pauseMs) return
    last = now
    note(line)
  }
}
