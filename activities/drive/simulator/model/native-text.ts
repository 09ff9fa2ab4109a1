/** What a Google-native document says: its meaning as plain text, from which every export is made. */
import type { ContentStore } from './content-store.ts'
import { paragraphs } from './generated-text.ts'
import { textOf } from './import-text.ts'
import { hash32 } from './seeded.ts'
import type { Item, World } from './state.ts'

const usualParagraphs = 8
const importBytes = 100 * 1024 * 1024

/** Paragraphs of a document, rows of a spreadsheet (cells parted by tabs), or lines of slides. */
export function nativeLines(world: World, store: ContentStore, item: Item): readonly string[] {
  const imported = item.more?.imported
  if (imported) return textOf(Buffer.from(store.peek(imported.content.sha256, importBytes)), imported.mime)
  const { id, n } = item.more?.origin ?? { id: item.id, n: item.revision }
  const salt = hash32(id, world.seed ^ Math.imul(n, 0x9e3779b1))
  const lines = paragraphs(salt, item.more?.paragraphs ?? usualParagraphs)
  return item.mime.endsWith('.spreadsheet')
    ? lines.flatMap((line) => line.split('. ').map((cell, row) => `${row + 1}\t${cell.replaceAll(/% /g, '%\t')}`))
    : lines
}

export const nativeText = (world: World, store: ContentStore, item: Item): string => nativeLines(world, store, item).join('\n')
