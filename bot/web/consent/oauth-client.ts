import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { HttpProblem } from '../http/problem.ts'

/** The OAuth client as Google's console hands it out; only what a browser has to be sent to the consent page with. */
export type OAuthClient = { readonly clientId: string; readonly authUri: string }

const part = z.object({ client_id: z.string().min(1), auth_uri: z.url() })
const shape = z.object({ web: part.optional(), installed: part.optional() })

/** Reads the file anew each time, so that an operator can put it there without a restart. @throws {HttpProblem} when it is of no use */
export async function readOAuthClient(path: string | undefined): Promise<OAuthClient> {
  if (path === undefined) throw unusable('it has not been told where its Google client is (BACKSTOP_OAUTH_CLIENT_FILE)')
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw unusable(`the file ${path} cannot be read (${error instanceof Error ? error.message : error})`)
  }
  const parsed = shape.safeParse(content)
  const client = parsed.data?.web ?? parsed.data?.installed
  if (!client) throw unusable(`the file ${path} is not an OAuth client as Google's console downloads it`)
  return { clientId: client.client_id, authUri: client.auth_uri }
}

function unusable(why: string): HttpProblem {
  return new HttpProblem(
    503,
    'Backstop cannot send you to Google',
    `Backstop cannot begin the sign-in with Google: ${why}. Tell whoever runs Backstop; your request stays good until it expires.`,
  )
}
