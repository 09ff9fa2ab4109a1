import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { lonePage } from '../lone-page.ts'
import { html } from './html.ts'
import { HttpProblem, notFound } from './problem.ts'

/** Ends the list of routes: whatever came here has no page. */
export const noSuchPage: RequestHandler = (request) => {
  throw notFound(`There is no page at ${request.path}. Go to the conversation and type "help".`)
}

/** Turns whatever a route has thrown into a sentence: a page for a browser, JSON for a program. */
export function answerError(log: Logger, explain: (error: unknown) => HttpProblem | undefined): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const problem = problemOf(error) ?? explain(error) ?? unexpected(error, log)
    if (response.headersSent) return next(error)
    response.status(problem.status)
    if (request.path.startsWith('/console/api/') || request.path.startsWith('/console/operator/')) {
      response.json({ error: { title: problem.title, message: problem.message } })
      return
    }
    response.type('html').send(lonePage({ title: problem.title, body: html`<p>${problem.message}</p>` }))
  }
}

/** What the body parser says of a body that it does not take. */
function problemOf(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error
  if (!(error instanceof Error) || !('type' in error)) return undefined
  if (error.type === 'entity.too.large')
    return new HttpProblem(413, 'Too long', 'That is more than Backstop takes in one message. Send less at once.')
  if (error.type === 'entity.parse.failed') return new HttpProblem(400, 'Not understood', 'The request is not valid JSON.')
  return undefined
}

function unexpected(error: unknown, log: Logger): HttpProblem {
  log.error({ err: error }, 'a request failed')
  return new HttpProblem(
    500,
    'That went wrong',
    'Backstop could not do that because of an error of its own; the log of the bot has the details. What was saved before is still there. Try again.',
  )
}
