/** A promise was broken. The message says which. */
export class Lost extends Error {
  override readonly name = 'Lost'
}
