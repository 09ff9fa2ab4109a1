import { expect, test } from 'vitest'
import { answerBatch } from '../../../activities/drive/simulator/wire/batch.ts'
import { readText } from '../../../activities/drive/simulator/wire/http/body.ts'
import { json, noContent, type WireRequest } from '../../../activities/drive/simulator/wire/http/exchange.ts'
import { chunked } from '../../support/wire.ts'

function batch(inner: readonly string[], newline = '\r\n'): WireRequest {
  const parts = inner.map((text, at) => ['--b', 'Content-Type: application/http', `Content-ID: <id${at}>`, '', text, ''].join(newline))
  return {
    verb: 'POST',
    path: '/batch/drive/v3',
    query: new URLSearchParams(),
    headers: { 'content-type': 'multipart/mixed; boundary=b', authorization: 'Bearer outer' },
    body: chunked(Buffer.from(`${parts.join('')}--b--${newline}`)),
  }
}

/** Answers with what it was asked. */
async function echo(request: WireRequest) {
  if (request.verb === 'DELETE') return noContent
  const { verb, path, headers } = request
  return json({ verb, path, fields: request.query.get('fields'), authorization: headers.authorization, body: await readText(request.body) })
}

const partsOf = (text: string) => text.split(/--batch_\w+(?:\r\n|--\r\n)/).filter((part) => part !== '')

test.each(['\r\n', '\n'])('each call is answered under its own id, with the token of the batch unless it has one (%j)', async (newline) => {
  const answer = await answerBatch(
    batch(
      [
        'GET /drive/v3/files/a?fields=id',
        ['PATCH /drive/v3/files/b HTTP/1.1', 'Authorization: Bearer inner', 'Content-Type: application/json', '', '{"name":"x"}'].join(
          newline,
        ),
        'DELETE /drive/v3/files/c',
      ],
      newline,
    ),
    echo,
  )
  const parts = partsOf(String(answer.body))
  expect(answer.headers['content-type']).toMatch(/^multipart\/mixed; boundary=batch_/)
  expect(parts.map((part) => /Content-ID: (\S+)/.exec(part)?.[1])).toEqual(['<response-id0>', '<response-id1>', '<response-id2>'])
  expect(JSON.parse(parts[0]?.split('\r\n\r\n')[2] ?? '')).toEqual({
    verb: 'GET',
    path: '/drive/v3/files/a',
    fields: 'id',
    authorization: 'Bearer outer',
    body: '',
  })
  expect(JSON.parse(parts[1]?.split('\r\n\r\n')[2] ?? '')).toMatchObject({
    authorization: 'Bearer inner',
    body: expect.stringContaining('{"name":"x"}'),
  })
  expect(parts[2]).toContain('HTTP/1.1 204')
})

test('a batch holds at most 100 calls', async () => {
  const call = 'GET /drive/v3/files/a'
  await expect(answerBatch(batch(Array(100).fill(call)), echo)).resolves.toMatchObject({ status: 200 })
  await expect(answerBatch(batch(Array(101).fill(call)), echo)).rejects.toMatchObject({ status: 400, reason: 'badRequest' })
})

test.each([
  [[]],
  [['GET /drive/v3/files/a?alt=media']],
  [['POST /upload/drive/v3/files?uploadType=media']],
  [['GET /drive/v3/files/a/export?mimeType=text/plain']],
  [[`GET /drive/v3/files?q=${'x'.repeat(8_001)}`]],
  [['']],
])('the batch %j is refused', async (inner) => {
  await expect(answerBatch(batch(inner), echo)).rejects.toMatchObject({ status: 400 })
})
