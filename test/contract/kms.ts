/** The contract of `Kms` as tests: whoever holds a key that opens a vault keeps it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IntegrityError, KeyUnavailable, type Kms, VaultError } from '../../activities/vault/index.ts'

const context = { purpose: 'backstop drive key', accountId: 'acme', driveId: '0AFinance', keyId: 'ab12' }
const secret = Buffer.from('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef')

/** `open` gives a holder of the same key each time it is called, as another process would; `other` one of another key. */
export function kmsContract(name: string, { open, other }: { open: () => Promise<Kms>; other: () => Promise<Kms> }): void {
  describe(`${name} keeps the contract of a key's holder`, () => {
    test('what was wrapped opens in another process, in its context', async () => {
      const wrap = await (await open()).wrap(secret, context)
      expect(Buffer.from(await (await open()).unwrap([wrap], context))).toEqual(secret)
    })

    test('a wrap carries the name of the holder', async () => {
      const kms = await open()
      const { recipient } = await kms.wrap(secret, context)
      expect(recipient).toBe(await (await open()).recipient())
      expect(recipient).not.toBe((await (await other()).wrap(secret, context)).recipient)
    })

    test('secrets of 1 byte to 4 KiB open as they were', async () => {
      const kms = await open()
      for (const size of [1, 31, 32, 64, 96, 1024, 4000]) {
        const bytes = Buffer.alloc(size, size)
        expect(Buffer.from(await kms.unwrap([await kms.wrap(bytes, context)], context))).toEqual(bytes)
      }
    })

    test('wrapping twice gives different bytes, none of which hold the secret', async () => {
      const kms = await open()
      const [one, two] = [await kms.wrap(secret, context), await kms.wrap(secret, context)]
      expect(Buffer.from(one.wrapped)).not.toEqual(Buffer.from(two.wrapped))
      for (const { wrapped } of [one, two]) expect(Buffer.from(wrapped).includes(secret.subarray(0, 8))).toBe(false)
    })

    test('the order of the members of a context is of no matter', async () => {
      const kms = await open()
      const turned = Object.fromEntries(Object.entries(context).reverse())
      expect(Buffer.from(await kms.unwrap([await kms.wrap(secret, context)], turned))).toEqual(secret)
    })

    test.each([
      ['another drive', { ...context, driveId: '0ASales' }],
      ['another account', { ...context, accountId: 'globex' }],
      ['another purpose', { ...context, purpose: 'backstop vault config' }],
      ['a member less', { purpose: context.purpose, accountId: 'acme', driveId: '0AFinance' }],
      ['a member more', { ...context, more: '' }],
      ['values that run together', { ...context, accountId: 'acme0', driveId: 'AFinance' }],
    ])('a wrap does not open in the context of %s', async (_, elsewhere) => {
      const kms = await open()
      const wrap = await kms.wrap(secret, context)
      await expect(kms.unwrap([wrap], elsewhere)).rejects.toBeInstanceOf(IntegrityError)
    })

    test('of the wraps for several holders it opens its own', async () => {
      const [mine, theirs] = [await open(), await other()]
      const wraps = [await theirs.wrap(Buffer.from('theirs'), context), await mine.wrap(secret, context)]
      expect(Buffer.from(await mine.unwrap(wraps, context))).toEqual(secret)
    })

    test('when none is for it, it says for whom they are', async () => {
      const [mine, theirs] = [await open(), await other()]
      await mine.wrap(secret, context)
      const wrap = await theirs.wrap(secret, context)
      const error = await mine.unwrap([wrap], context).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(KeyUnavailable)
      expect(error.message).toContain(wrap.recipient.replace('aws-kms:', ''))
    })

    test('another’s wrap under its own name is refused', async () => {
      const [mine, theirs] = [await open(), await other()]
      const { recipient } = await mine.wrap(secret, context)
      const { wrapped } = await theirs.wrap(secret, context)
      await expect(mine.unwrap([{ recipient, wrapped }], context)).rejects.toBeInstanceOf(IntegrityError)
    })

    test('a wrap that was changed, cut or lengthened anywhere is refused, and no message tells the secret', async () => {
      const kms = await open()
      const { recipient, wrapped } = await kms.wrap(secret, context)
      const damages = fc.record({ at: fc.nat(wrapped.length - 1), bit: fc.nat(7), how: fc.constantFrom('flip', 'cut', 'append') })
      await fc.assert(
        fc.asyncProperty(damages, async ({ at, bit, how }) => {
          const bytes = Buffer.from(how === 'cut' ? wrapped.subarray(0, at) : how === 'append' ? [...wrapped, at] : wrapped)
          if (how === 'flip') bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
          const error = await kms.unwrap([{ recipient, wrapped: bytes }], context).then(
            () => undefined,
            (thrown) => thrown,
          )
          expect(error).toBeInstanceOf(VaultError)
          expect(`${error.message} ${error.cause}`).not.toContain(secret.subarray(0, 16).toString())
        }),
        { numRuns: 60 },
      )
    })
  })
}
