import type { Db } from '../../db/client.ts'
import { children, type Item } from '../../db/items.ts'

/** Names in a folder that are looked through for the next step of a path. */
const pageSize = 500

/** Follows `folder/folder/name` down from the top of a drive in a snapshot, in whatever case it was typed; stops at the first step that is not there. */
export async function walkPath(
  db: Db,
  accountId: string,
  driveId: string,
  generation: number,
  path: string,
): Promise<{ readonly trail: readonly Item[]; readonly missing?: string }> {
  const trail: Item[] = []
  for (const step of path.split('/').filter((name) => name.trim() !== '')) {
    const parent = trail.at(-1)?.itemId ?? driveId
    const found = await childNamed(step.trim().toLowerCase(), (after) =>
      children(db, accountId, driveId, generation, parent, { after, limit: pageSize }),
    )
    if (!found) return { trail, missing: step }
    trail.push(found)
  }
  return { trail }
}

async function childNamed(name: string, page: (after: Item | undefined) => Promise<Item[]>): Promise<Item | undefined> {
  let after: Item | undefined
  for (;;) {
    const items = await page(after)
    const found = items.find((item) => item.name.toLowerCase() === name)
    after = items.at(-1)
    if (found || !after || items.length < pageSize) return found
  }
}
