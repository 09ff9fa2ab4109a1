/** The page of the conversation, complete when it arrives: it can be read before any script has run. */
import { fileURLToPath } from 'node:url'
import { Router, static as staticFiles } from 'express'
import type { Db } from '../../../db/client.ts'
import { html } from '../../web/http/html.ts'
import { signInNeeded } from '../../web/http/problem.ts'
import { lonePage } from '../../web/lone-page.ts'
import { sessionOf, sessionsIn } from '../../web/sign-in/cookies.ts'
import type { SignIn } from '../../web/sign-in/sign-in.ts'
import { forPage } from '../conversation/present.ts'
import { transcriptPage } from './api.ts'
import { consolePage } from './page-markup.ts'

const assets = fileURLToPath(new URL('../page', import.meta.url))

export type PageParts = { readonly db: Db; readonly signIn: SignIn; readonly publicUrl: () => URL }

export function pageRoutes({ db, signIn, publicUrl }: PageParts): Router {
  const router = Router()
  // Checked with the server each time, so that an upgrade is seen at once.
  router.use(
    '/console/page',
    staticFiles(assets, { index: false, redirect: false, setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache') }),
  )

  router.get(['/', '/console'], async (request, response) => {
    const [first] = await sessionsIn(request, signIn)
    if (first) return response.redirect(303, `/console/${first.person.handle}`)
    const body = html`<p>Backstop backs up Google Shared Drives and brings them back.</p>
<p>To open the conversation you need a sign-in link. The start screen of Backstop prints one for each person; it works once, for ten minutes.</p>`
    response.type('html').send(lonePage({ title: 'Sign in first', body }))
  })

  router.get('/console/:handle', async (request, response) => {
    const session = await sessionOf(request, request.params.handle, signIn)
    if (!session) {
      throw signInNeeded(
        `You are not signed in as "${request.params.handle}" in this browser, or the twelve hours are over. Open a new sign-in link of that person.`,
      )
    }
    const { person, csrfToken } = session
    const present = forPage({ timeZone: person.timeZone, ownOrigin: publicUrl().origin })
    const [transcript, sessions] = await Promise.all([transcriptPage(db, person, undefined, present), sessionsIn(request, signIn)])
    response.type('html').send(consolePage({ person, csrfToken, people: sessions.map((other) => other.person), ...transcript }))
  })
  return router
}
