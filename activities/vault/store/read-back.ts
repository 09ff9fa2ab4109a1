/** For a disk or a network that nobody quite trusts: every object is read again after it was written, and compared. */
import { createHash } from 'node:crypto'
import { IntegrityError, Retained } from '../errors.ts'
import type { ObjectRef, ObjectStore } from './object-store.ts'

const pieceBytes = 8 * 1024 * 1024

/**
 * A store whose creates resolve only when what was written has been read back whole and is the same. Costs a read for each write.
 * A create that fails the comparison is removed again and throws {@link IntegrityError}.
 */
export function readBack(inner: ObjectStore): ObjectStore {
  async function compared(ref: ObjectRef, expected: Buffer): Promise<ObjectRef> {
    const hash = createHash('sha256')
    for (let start = 0; start < ref.sizeBytes; start += pieceBytes) hash.update(await inner.read(ref, { start, end: start + pieceBytes }))
    if (hash.digest().equals(expected)) return ref
    await inner.remove(ref).catch((error) => {
      // A locked one stays; nothing will ever name it.
      if (!(error instanceof Retained)) throw error
    })
    throw new IntegrityError(ref.key, 'what was read back is not what was written')
  }
  return {
    ...inner,
    create: async (key, body) => compared(await inner.create(key, body), createHash('sha256').update(body).digest()),
    async createFrom(key, body) {
      const hash = createHash('sha256')
      async function* hashed() {
        for await (const chunk of body) {
          hash.update(chunk)
          yield chunk
        }
      }
      const ref = await inner.createFrom(key, hashed())
      return compared(ref, hash.digest())
    },
  }
}
