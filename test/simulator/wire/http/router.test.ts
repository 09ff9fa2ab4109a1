import { expect, test } from 'vitest'
import { createRouter } from '../../../../activities/drive/simulator/wire/http/router.ts'

const router = createRouter(
  [
    ['GET', '/files'],
    ['GET', '/files/{fileId}'],
    ['DELETE', '/files/{fileId}'],
    ['DELETE', '/files/trash'],
    ['GET', '/files/generateIds'],
    ['GET', '/files/{fileId}/comments/{commentId}'],
  ].map(([verb = '', path = '']) => ({ verb, path, target: `${verb} ${path}` })),
)

test.each([
  ['GET', '/files', 'GET /files', {}],
  ['GET', '/files/a%2Fb%20c', 'GET /files/{fileId}', { fileId: 'a/b c' }],
  ['DELETE', '/files/trash', 'DELETE /files/trash', {}],
  ['GET', '/files/generateIds', 'GET /files/generateIds', {}],
  ['GET', '/files/f/comments/c', 'GET /files/{fileId}/comments/{commentId}', { fileId: 'f', commentId: 'c' }],
])('%s %s is found', (verb, path, target, ids) => {
  expect(router(verb, path)).toEqual({ target, ids })
})

test.each(['/', '/files/', '/file', '/files/f/comments', '/files/%E0%A4%A', '/files/f/comments/c/x', '/__proto__'])(
  '%s is no path',
  (path) => {
    expect(router('GET', path)).toBe('no such path')
  },
)

test('a verb that a path does not have is told apart', () => {
  expect(router('PATCH', '/files')).toBe('other verb')
})
