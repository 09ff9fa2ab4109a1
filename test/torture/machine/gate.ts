/**
 * What stands between one worker process and the world. Every write and read of the store, every call of Drive and every statement of SQL
 * passes here, and at a chosen one of them the process dies, stands still (SIGSTOP), or hears of a failure.
 */
export type Port = 'write' | 'read' | 'drive' | 'sql'

export type Disturbance = {
  readonly kind: 'crash' | 'freeze' | 'error'
  readonly port: Port
  /** Which call of the port is hit, from 1. A process stands still only outside a transaction: the first call from there on. */
  readonly nth: number
  /** Whether the call has its effect all the same. */
  readonly lands: boolean
}

/** The process is gone: nobody hears what it would have said. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

export type Gate = {
  /** Does `work` through a port. `locked`: within a transaction, where a process that stands still would hold its locks. */
  pass<T>(port: Port, work: () => Promise<T>, locked?: 'locked'): Promise<T>
  /** Resolves when the process has come to stand still. */
  readonly frozen: Promise<'frozen'>
  /** Lets a process that stands still go on. */
  thaw(): void
  kill(): void
  readonly hit: boolean
  readonly stoodStill: boolean
  readonly dead: boolean
  readonly calls: Readonly<Record<Port, number>>
}

export function createGate(disturbance: Disturbance | undefined, errorOf: (port: Port) => Error): Gate {
  const calls: Record<Port, number> = { write: 0, read: 0, drive: 0, sql: 0 }
  const frozen = Promise.withResolvers<'frozen'>()
  const thawed = Promise.withResolvers<void>()
  let [dead, hit, standing] = [false, false, false]

  function alive(): void {
    if (dead) throw new ProcessDied('The process is gone.')
  }

  function struck(port: Port, locked: boolean): Disturbance | undefined {
    calls[port] += 1
    if (hit || disturbance?.port !== port) return undefined
    const due = disturbance.kind === 'freeze' ? !locked && calls[port] >= disturbance.nth : calls[port] === disturbance.nth
    if (!due) return undefined
    hit = true
    return disturbance
  }

  function standStill(): Promise<void> {
    standing = true
    frozen.resolve('frozen')
    return thawed.promise
  }

  return {
    async pass(port, work, locked) {
      if (standing && !locked) await thawed.promise
      alive()
      const blow = struck(port, locked !== undefined)
      if (blow?.kind === 'crash' && !blow.lands) dead = true
      if (blow?.kind === 'error' && !blow.lands) throw errorOf(port)
      if (blow?.kind === 'freeze' && !blow.lands) await standStill()
      alive()
      const result = await work()
      if (blow?.kind === 'crash') dead = true
      if (blow?.kind === 'error') throw errorOf(port)
      // Only now: what the call itself still does through other ports would wait for the thaw.
      if (blow?.kind === 'freeze' && blow.lands) await standStill()
      if (standing && !locked) await thawed.promise
      alive()
      return result
    },
    frozen: frozen.promise,
    thaw() {
      standing = false
      thawed.resolve()
    },
    kill() {
      dead = true
      thawed.resolve()
    },
    get stoodStill() {
      return hit && disturbance?.kind === 'freeze'
    },
    get hit() {
      return hit
    },
    get dead() {
      return dead
    },
    calls,
  }
}
