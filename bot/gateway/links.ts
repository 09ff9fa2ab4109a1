/** Addresses of pages that open in a browser. The only place that builds them. */
export type Links = {
  /** Starts the consent of a new or broken connection (SET-05, TASK-02). `token` is the OAuth state of the request. */
  connect(token: string): string
  home(): string
}

/** @param publicUrl the bot's address as browsers reach it, with or without a slash at its end */
export function links(publicUrl: string): Links {
  const base = publicUrl.replace(/\/+$/, '')
  return { connect: (token) => `${base}/connect/${encodeURIComponent(token)}`, home: () => `${base}/` }
}
