import { nextWorlds, type Rules } from './steps.ts'
import { loss, type World } from './world.ts'

export type Explored = {
  readonly worlds: number
  /** The first loss that was found, and the shortest way to it. */
  readonly lost?: { readonly what: string; readonly trail: readonly string[] }
}

/** Looks at every world that can be reached from `first`, nearest first, each once. Stops at the first loss. */
export function explore(first: World, rules: Rules): Explored {
  const seen = new Map<string, { readonly before: string | undefined; readonly what: string }>()
  let frontier: [string, World][] = [[key(first), first]]
  seen.set(key(first), { before: undefined, what: 'start' })
  while (frontier.length > 0) {
    const next: [string, World][] = []
    for (const [own, world] of frontier) {
      const what = loss(world)
      if (what !== undefined) return { worlds: seen.size, lost: { what, trail: trailTo(own, seen) } }
      for (const [step, following] of nextWorlds(world, rules)) {
        const name = key(following)
        if (seen.has(name)) continue
        seen.set(name, { before: own, what: step })
        next.push([name, following])
      }
    }
    frontier = next
  }
  return { worlds: seen.size }
}

const key = (world: World) => JSON.stringify(world)

function trailTo(
  end: string,
  seen: ReadonlyMap<string, { readonly before: string | undefined; readonly what: string }>,
): readonly string[] {
  const trail: string[] = []
  for (let step = seen.get(end); step?.before !== undefined; step = seen.get(step.before)) trail.unshift(step.what)
  return trail
}
