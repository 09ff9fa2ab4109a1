import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundaryOf, decodeBase64, splitMultipart } from '../../../../activities/drive/simulator/wire/media/multipart.ts'
import { chunked, collect } from '../../../support/wire.ts'

async function parts(text: Uint8Array | string, chunkSize: number) {
  const found: { type: string | undefined; body: Buffer }[] = []
  for await (const part of splitMultipart(chunked(Buffer.from(text), chunkSize), 'frontier')) {
    found.push({ type: part.headers.get('content-type'), body: await collect(part.body) })
  }
  return found
}

function related(content: Uint8Array, newline = '\r\n'): Buffer {
  const head = ['--frontier', 'Content-Type: application/json', '', '{"name":"x"}', '--frontier', 'content-type: text/plain', '', ''].join(
    newline,
  )
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`${newline}--frontier--${newline}`)])
}

test('a body of any bytes comes back whole, however it is cut into chunks', async () => {
  const bytes = fc.uint8Array({ maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), fc.constantFrom('\r\n', '\n'), async (content, size, newline) => {
      fc.pre(!Buffer.from(content).includes('--frontier'))
      const found = await parts(related(content, newline), size)
      expect(found.map(({ type }) => type)).toEqual(['application/json', 'text/plain'])
      expect(found[1]?.body).toEqual(Buffer.from(content))
    }),
  )
})

test('bytes that almost are the boundary belong to the content', async () => {
  const content = Buffer.from('\r\n--fronti\r\n-\r\n--frontie')
  expect((await parts(related(content), 7))[1]?.body).toEqual(content)
})

test.each([
  '',
  'no boundary at all',
  '--frontier\r\nContent-Type: text/plain\r\n\r\nnever ends',
  '--frontier\r\nnot a header\r\n\r\n\r\n--frontier--',
])('the malformed body %j is refused', async (text) => {
  await expect(parts(text, 10)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(/^Malformed multipart body: /) })
})

test('a header without end is refused before it fills the memory', async () => {
  const endless = `--frontier\r\nx: ${'y'.repeat(100_000)}`
  await expect(parts(endless, 1_000)).rejects.toMatchObject({ message: 'Malformed multipart body: a header is too long.' })
})

test('the closing boundary may be the very end', async () => {
  const text = '--frontier\r\nContent-Type: a/b\r\n\r\nx\r\n--frontier--'
  for (const size of [1, 7, 1_000]) expect(await parts(text, size)).toEqual([{ type: 'a/b', body: Buffer.from('x') }])
})

test('the boundary is read quoted and bare', () => {
  expect(boundaryOf('multipart/related; boundary=abc')).toBe('abc')
  expect(boundaryOf('multipart/mixed; charset=utf-8; boundary="a b"')).toBe('a b')
  expect(() => boundaryOf('text/plain')).toThrow(expect.objectContaining({ status: 400 }))
})

test('base64 is decoded as it streams by', async () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, at) => at % 256))
  const lines = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  expect(await collect(decodeBase64(chunked(Buffer.from(lines), 33)))).toEqual(bytes)
})
