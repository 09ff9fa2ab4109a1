/** What the operator's tool may do beyond speaking for people: hand out sign-in links. */
import { json, Router } from 'express'
import { z } from 'zod'
import { memberNamed } from '../../web/sign-in/person.ts'
import { read } from './input.ts'
import { checkOperator, type Doorkeeper } from './who.ts'

const input = z.object({ person: z.string().min(1).max(100) })

export function operatorRoutes(door: Doorkeeper, publicUrl: () => URL): Router {
  const router = Router()
  router.post('/console/operator/sign-in-link', json({ limit: '4kb' }), async (request, response) => {
    checkOperator(request, door.operatorKey)
    const person = await memberNamed(door.db, read(input, request.body).person)
    const secret = await door.signIn.createLink(person)
    response.json({
      url: new URL(`/sign-in/${secret}`, publicUrl()).href,
      person: { handle: person.handle, displayName: person.displayName, roles: person.roles },
    })
  })
  return router
}
