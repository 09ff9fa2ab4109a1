/** As much of one object as is held in memory. S3 wants at least 5 MiB a part and at most 10,000 of them, Azure at most 50,000. */
export const partBytes = 16 * 1024 * 1024

export type Part = { readonly bytes: Uint8Array; readonly last: boolean }

/** Cuts a stream into parts of {@link partBytes}; the last may be shorter, or empty. */
export async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    held.push(chunk)
    size += chunk.byteLength
    while (size > partBytes) {
      const bytes = Buffer.concat(held)
      yield { bytes: bytes.subarray(0, partBytes), last: false }
      held = [bytes.subarray(partBytes)]
      size -= partBytes
    }
  }
  yield { bytes: Buffer.concat(held), last: true }
}
