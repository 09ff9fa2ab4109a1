/** A signal that follows others and can be aborted by itself. Unlike `AbortSignal.any` it lets go of them again. */
export type LinkedSignal = {
  readonly signal: AbortSignal
  abort(reason: unknown): void
  /** Stops following. */
  release(): void
}

export function linkSignal(...others: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController()
  const followed = others.filter((other) => other !== undefined)
  const follow = (event: Event) => controller.abort((event.currentTarget as AbortSignal).reason)
  for (const other of followed) {
    if (other.aborted) controller.abort(other.reason)
    other.addEventListener('abort', follow, { once: true })
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => {
      for (const other of followed) other.removeEventListener('abort', follow)
    },
  }
}
