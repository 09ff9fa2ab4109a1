import { execFileSync } from 'node:child_process'

/** What a benchmark has measured, and what it had to reach. Figures are numbers by name, with their unit in the name. */
export type Measured = {
  readonly figures: Readonly<Record<string, number>>
  /** The most that a figure may be, or with `atLeast` the least. */
  readonly goals: Readonly<Record<string, { readonly atMost: number } | { readonly atLeast: number }>>
}

export type Report = Measured & {
  readonly name: string
  readonly commit: string
  readonly met: boolean
  readonly missed: readonly string[]
}

export function report(name: string, { figures, goals }: Measured): Report {
  const missed = Object.entries(goals).flatMap(([figure, goal]) => {
    const value = figures[figure]
    const reached = value !== undefined && ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast)
    return reached ? [] : [figure]
  })
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  return { name, commit, figures, goals, met: missed.length === 0, missed }
}

/** The report as a table for people. */
export function table({ figures, goals, missed }: Report): string {
  const width = Math.max(...Object.keys(figures).map((figure) => figure.length))
  return Object.entries(figures)
    .map(([figure, value]) => {
      const goal = goals[figure]
      const wanted = goal === undefined ? '' : 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`
      return `${figure.padEnd(width)}  ${String(value).padStart(12)}  ${wanted}${missed.includes(figure) ? '  MISSED' : ''}`.trimEnd()
    })
    .join('\n')
}
