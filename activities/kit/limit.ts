/** How much may run at once. */
export type Room<Item> = {
  /** Items at once. */
  readonly items: number
  /** What all that run may weigh together, in the unit of `weightOf`. An item heavier than that runs alone. */
  readonly weight: number
  readonly weightOf: (item: Item) => number
}

/** Runs `work` for every item, `limit` at a time. See {@link forEachWithin}. */
export function forEachLimited<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  return forEachWithin(items, { items: limit, weight: limit, weightOf: () => 1 }, work)
}

/**
 * Runs `work` for every item, as many at a time as there is room for. The next item is pulled only when another may run, so that a long source
 * is never held in memory. The first error stops the pulling, waits for what is running, and is thrown.
 */
export async function forEachWithin<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  room: Room<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let weight = 0
  let failure: { readonly error: unknown } | undefined
  const start = (item: Item): void => {
    const own = room.weightOf(item)
    weight += own
    const task: Promise<void> = work(item)
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        weight -= own
        running.delete(task)
      })
    running.add(task)
  }
  try {
    for await (const item of items) {
      while (running.size > 0 && weight + room.weightOf(item) > room.weight && !failure) await Promise.race(running)
      if (failure) break
      start(item)
      if (running.size >= room.items) await Promise.race(running)
      if (failure) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failure) throw failure.error
}
