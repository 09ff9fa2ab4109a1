/** A refusal of the token endpoint in the form of RFC 6749 §5.2. */
export class OAuthError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, description: string) {
    super(description)
    this.name = 'OAuthError'
    this.status = status
    this.code = code
  }
}
