/** How long a part may take to answer. */
export const withinMs = 5_000

/** Any answer will do: who is not signed in gets a refusal, and that, too, shows that somebody is there. */
export async function answers(url: string): Promise<string> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(withinMs), redirect: 'manual' })
  if (status >= 500) throw new Error(`answers with HTTP ${status} at ${url}`)
  return url
}
