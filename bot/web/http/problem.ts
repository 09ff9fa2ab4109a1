/** A request that cannot be answered as asked, in words for the person who asked. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly title: string

  /** @param message one sentence that says what happened and what to do. */
  constructor(status: number, title: string, message: string) {
    super(message)
    this.status = status
    this.title = title
  }
}

export const notFound = (message: string): HttpProblem => new HttpProblem(404, 'Not found', message)
export const refused = (message: string): HttpProblem => new HttpProblem(403, 'Refused', message)
export const signInNeeded = (message: string): HttpProblem => new HttpProblem(401, 'Sign in first', message)
export const badRequest = (message: string): HttpProblem => new HttpProblem(400, 'Not understood', message)
