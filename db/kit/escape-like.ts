/** The text with LIKE's wildcards taken literally. Prisma gives `contains`, and `equals` in any case, to LIKE as they are. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')
