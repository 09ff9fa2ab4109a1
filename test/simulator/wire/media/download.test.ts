import { expect, test } from 'vitest'
import { download } from '../../../../activities/drive/simulator/wire/media/download.ts'
import { chunked, collect } from '../../../support/wire.ts'

const letters = Buffer.from('abcdefghij')

function bytes(content: Buffer = letters, filename = 'x.txt') {
  return {
    size: content.length,
    mimeType: 'text/plain',
    filename,
    read: (range?: { start: number; end: number }) => chunked(content.subarray(range?.start, range?.end), 3),
  }
}

async function ask(range?: string, content?: Buffer) {
  const { status, headers, body } = download(bytes(content), range)
  const text = body === undefined || typeof body === 'string' ? body : (await collect(body)).toString()
  return { status, text, length: headers['content-length'], range: headers['content-range'] }
}

test.each([
  [undefined, 200, 'abcdefghij', undefined],
  ['bytes=0-2', 206, 'abc', 'bytes 0-2/10'],
  ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
  ['bytes=-2', 206, 'ij', 'bytes 8-9/10'],
  ['bytes=-50', 206, 'abcdefghij', 'bytes 0-9/10'],
  ['bytes=8-99', 206, 'ij', 'bytes 8-9/10'],
  ['bytes=5-2', 200, 'abcdefghij', undefined],
  ['bytes=0-1,4-5', 200, 'abcdefghij', undefined],
  ['lines=0-1', 200, 'abcdefghij', undefined],
  ['bytes=-', 200, 'abcdefghij', undefined],
])('the range %s is answered %i with %s', async (header, status, text, range) => {
  expect(await ask(header)).toEqual({ status, text, length: String(text.length), range })
})

test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])('the range %s lies outside', (header) => {
  expect(() => download(bytes(), header)).toThrow(
    expect.objectContaining({ status: 416, reason: 'requestedRangeNotSatisfiable', headers: { 'content-range': 'bytes */10' } }),
  )
})

test('an empty file is sent whole and has no ranges', async () => {
  expect(await ask(undefined, Buffer.alloc(0))).toEqual({ status: 200, text: '', length: '0', range: undefined })
  expect(() => download(bytes(Buffer.alloc(0)), 'bytes=0-')).toThrow(expect.objectContaining({ status: 416 }))
})

test('a hostile name cannot break out of its header', () => {
  const { headers } = download(bytes(letters, 'a"\r\nSet-Cookie: x=1; \u202e\ud800é.txt'), undefined)
  expect(headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w.%!~-]+$/)
})
