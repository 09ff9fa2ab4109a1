import { Router, urlencoded } from 'express'
import { cookiesOf, sessionCookie } from '../http/cookies.ts'
import { html } from '../http/html.ts'
import { HttpProblem } from '../http/problem.ts'
import { lonePage } from '../lone-page.ts'
import { cookieName, sessionOf, sessionsIn } from './cookies.ts'
import { sameSecret } from './secret.ts'
import { type SignIn, sessionTtlMs } from './sign-in.ts'

const spent = () =>
  new HttpProblem(
    410,
    'This link cannot be used any more',
    'A sign-in link works once, and for ten minutes. Ask whoever runs Backstop for a new one; on your own machine, start it again.',
  )

/** The link shows a button, and only the button uses it up; whatever looks ahead at links signs nobody in. */
export function signInRoutes(signIn: SignIn, publicUrl: () => URL): Router {
  const router = Router()
  const secure = () => publicUrl().protocol === 'https:'

  router.get('/sign-in/:secret', async (request, response) => {
    const person = await signIn.personOfLink(request.params.secret)
    if (!person) throw spent()
    const body = html`<p>You are about to open the conversation as <strong><bdi>${person.displayName}</bdi></strong> (${person.roles.join(', ')}).</p>
<form method="post" class="choices"><button class="primary" autofocus>Continue as <bdi>${person.displayName}</bdi></button></form>
<p class="note">The link works once. You stay signed in for twelve hours in this browser.</p>`
    response.type('html').send(lonePage({ title: 'Sign in to Backstop', body }))
  })

  router.post('/sign-in/:secret', async (request, response) => {
    const used = await signIn.useLink(request.params.secret, await sessionsIn(request, signIn))
    if (!used) throw spent()
    const { handle } = used.person
    response.append(
      'Set-Cookie',
      sessionCookie(cookieName(handle), used.sessionSecret, { maxAgeSeconds: sessionTtlMs / 1_000, secure: secure() }),
    )
    response.redirect(303, `/console/${handle}`)
  })

  router.post('/sign-out/:handle', urlencoded({ extended: false, limit: '2kb' }), async (request, response) => {
    const { handle } = request.params
    const session = await sessionOf(request, handle, signIn)
    const given: unknown = request.body?.csrf
    if (session && typeof given === 'string' && sameSecret(given, session.csrfToken)) {
      await signIn.signOut(session.person.accountId, cookiesOf(request).get(cookieName(handle)) ?? '')
      response.append('Set-Cookie', sessionCookie(cookieName(handle), '', { maxAgeSeconds: 0, secure: secure() }))
    }
    response.redirect(303, '/')
  })
  return router
}
