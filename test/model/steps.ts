/**
 * Everything that can happen next in a world. Each step is as much as the real code does at once: one transaction, one request to the store,
 * or one read. Between any two steps any other actor may make any number of steps: that is what a frozen process looks like from outside.
 */
import { mayFollow, mayOffer, mayWrite, nextStep, orphansCount } from '../../workflows/policy/gc.ts'
import { copyOf, headOf, type ModelCollector, type ModelSession, type ModelWorker, neededIn, type World } from './world.ts'

/** The real decisions, and what the real code does around them. A test takes one away to see that its loss is noticed. */
export const realRules = {
  nextStep,
  orphansCount,
  mayFollow,
  mayOffer,
  /** Asked by the transaction that writes a run's journal, and before its root is put. */
  mayJournal: mayWrite,
  mayCommit: mayWrite,
  /** The index that deduplicates loses what was marked, in the transaction that counts the epoch on. */
  forgetsMarked: true,
  /** Whether runs are open is asked again by the transaction that takes out what no index names. */
  asksAgain: true,
  /** Before anything is deleted: open runs are fenced in the ledger, a root consumes the next generation, and live roots are read again. */
  fencesInLedger: true,
  fencesByRoot: true,
  looksAgain: true,
  /** The run's standing is asked for when only the root is missing: after the newest root was read, and after the index was gathered. */
  checksLast: true,
  /** check-references.ts, a net below all the others: what a row names has to be known to the ledger, or to the parent's index. */
  checksReferences: true,
}
export type Rules = typeof realRules

const policy = { waitMs: 0, leaseMs: 1 }

/** The worlds that can follow, each with what happened. */
export function* nextWorlds(world: World, rules: Rules): Iterable<readonly [string, World]> {
  for (const [n, worker] of world.workers.entries())
    if (worker.at !== 'end') yield* changed(world, `${worker.name} ${worker.at}`, (next) => work(next, at(next.workers, n), rules))
  for (const [n, collector] of world.collectors.entries()) {
    if (collector.at === 'end') continue
    const quiet = collector.at === 'ask' ? [false, true] : [false]
    for (const dead of quiet)
      yield* changed(world, `${collector.name} ${collector.at}${dead ? ' (runs are quiet)' : ''}`, (next) =>
        collect(next, at(next.collectors, n), rules, dead),
      )
  }
  // A run can be declared failed at any time, while its worker goes on without knowing.
  for (const [id, { state }] of Object.entries(world.sessions))
    if (state === 'open') yield* changed(world, `${id} is closed as failed`, (next) => close(next, id))
}

function* changed(world: World, what: string, step: (next: World) => void): Iterable<readonly [string, World]> {
  const next = copyOf(world)
  step(next)
  yield [what, next]
}

function at<T>(list: readonly T[], n: number): T {
  const item = list[n]
  if (item === undefined) throw new Error('There is no such actor.')
  return item
}

function sessionOf(world: World, id: string): ModelSession {
  const session = world.sessions[id]
  if (!session) throw new Error(`There is no session ${id}.`)
  return session
}

const isOpen = ({ state }: ModelSession) => state === 'open'
const openOnes = (world: World) => Object.entries(world.sessions).filter(([, session]) => isOpen(session))

const isUnknown = (world: World, parent: number) => world.blob === null && at(world.roots, parent - 1).place === null

/** The newest generation that a backup made. */
const newestRun = ({ roots }: World) => roots.findLast(({ maintenance }) => !maintenance)?.gen ?? 0

function close(world: World, id: string): void {
  const session = sessionOf(world, id)
  session.state = 'closed'
  session.row = false
}

/** activities/backup: open-run, store-pending, journal, commit-run. */
function work(world: World, worker: ModelWorker, rules: Rules): void {
  const session = sessionOf(world, worker.session)
  const standing = { open: isOpen(session), epoch: session.epoch }
  switch (worker.at) {
    case 'begin':
      if (session.state === 'queued') {
        // ACT-09: a drive has one run at a time.
        if (openOnes(world).length > 0) return
        Object.assign(session, { state: 'open', epoch: world.epoch, parent: headOf(world).gen, from: newestRun(world) })
      }
      worker.at = isOpen(session) ? 'lookup' : 'end'
      return
    case 'lookup':
      worker.at = world.offered ? 'journal' : 'upload'
      return
    case 'upload':
      worker.uploaded = true
      world.objects.push(worker.name)
      worker.at = 'journal'
      return
    case 'journal':
      if (!rules.mayJournal(standing)) {
        worker.at = 'end'
        return
      }
      if (worker.uploaded) world.blob ??= { container: worker.name, committed: false }
      if (rules.mayOffer(standing, world.epoch)) world.offered = true
      session.row = true
      worker.at = rules.checksLast ? 'read' : 'check'
      return
    default:
      commit(world, worker, session, rules)
  }
}

function commit(world: World, worker: ModelWorker, session: ModelSession, rules: Rules): void {
  switch (worker.at) {
    case 'read': {
      const since = world.roots.filter(({ gen }) => gen > session.parent)
      worker.mine = since.find((root) => root.session === worker.session)?.gen ?? 0
      worker.head = headOf(world).gen
      const follows = rules.mayFollow(since)
      worker.at = worker.mine > 0 ? 'carry' : follows ? 'gather' : 'end'
      if (worker.at === 'gather') session.parent = worker.head
      return
    }
    case 'gather':
      worker.entry = world.blob && !world.blob.committed ? world.blob.container : null
      worker.at = !session.row || (rules.checksReferences && isUnknown(world, worker.head)) ? 'end' : rules.checksLast ? 'check' : 'put'
      return
    case 'check':
      worker.at = !rules.mayCommit({ open: isOpen(session), epoch: session.epoch }) ? 'end' : rules.checksLast ? 'put' : 'read'
      return
    case 'put': {
      const gen = worker.head + 1
      const parent = at(world.roots, worker.head - 1)
      const taken = world.roots.find((root) => root.gen === gen)
      if (taken && taken.session !== worker.session) {
        worker.at = 'end'
        return
      }
      if (!taken)
        world.roots.push({
          ...parent,
          gen,
          from: session.from,
          session: worker.session,
          maintenance: false,
          expired: false,
          needs: true,
          place: worker.entry ?? parent.place,
        })
      worker.mine = gen
      worker.at = 'carry'
      return
    }
    case 'carry': {
      const mine = at(world.roots, worker.mine - 1)
      if (world.blob && mine.place === world.blob.container) world.blob.committed = true
      worker.at = 'close'
      return
    }
    default:
      if (isOpen(session)) close(world, worker.session)
      worker.at = 'end'
  }
}

/** activities/vault/gc: collect and sweep. */
function collect(world: World, collector: ModelCollector, rules: Rules, dead: boolean): void {
  switch (collector.at) {
    case 'ask': {
      const sessions = openOnes(world).map(([id, { epoch }]) => ({ id, epoch, quietMs: dead ? policy.leaseMs : 0 }))
      const cycle =
        world.plan === null ? ({ phase: 'idle' } as const) : ({ phase: 'marked', epoch: world.epoch, ageMs: policy.waitMs } as const)
      const step = rules.nextStep(cycle, sessions, policy)
      if (step.step === 'wait') return
      Object.assign(collector, {
        epoch: world.epoch,
        orphans: rules.orphansCount(sessions),
        fence: step.step === 'sweep' ? step.fence : [],
      })
      collector.at = step.step === 'mark' ? 'mark' : 'fence'
      return
    }
    case 'mark': {
      const needed = neededIn(world)
      const indexed = new Set(world.roots.map(({ place }) => place))
      collector.list = world.objects.filter((name) => !needed.has(name) && (collector.orphans || indexed.has(name)))
      collector.at = collector.list.length > 0 ? 'begin' : 'end'
      return
    }
    case 'begin':
      collector.at = 'end'
      if (world.epoch !== collector.epoch || world.plan !== null) return
      if (
        collector.orphans &&
        rules.asksAgain &&
        !rules.orphansCount(openOnes(world).map(([id, { epoch }]) => ({ id, epoch, quietMs: 0 })))
      )
        return
      world.epoch += 1
      world.plan = collector.list
      if (rules.forgetsMarked && world.blob && collector.list.includes(world.blob.container)) {
        world.blob = null
        world.offered = false
      }
      collector.at = 'ask'
      return
    default:
      sweep(world, collector, rules)
  }
}

function sweep(world: World, collector: ModelCollector, rules: Rules): void {
  switch (collector.at) {
    case 'fence':
      for (const id of rules.fencesInLedger ? collector.fence : []) if (isOpen(sessionOf(world, id))) sessionOf(world, id).state = 'fenced'
      collector.list = world.plan ?? []
      collector.at = 'look'
      return
    case 'look': {
      const needed = neededIn(world)
      if (rules.looksAgain) collector.list = (world.plan ?? []).filter((name) => !needed.has(name))
      collector.head = headOf(world).gen
      collector.at = headOf(world).gcEpoch >= collector.epoch || !rules.fencesByRoot ? 'delete' : 'put'
      return
    }
    case 'put': {
      const gen = collector.head + 1
      if (world.roots.some((root) => root.gen === gen)) {
        collector.at = 'look'
        return
      }
      const parent = at(world.roots, collector.head - 1)
      const place = parent.place !== null && collector.list.includes(parent.place) ? null : parent.place
      world.roots.push({ ...parent, gen, session: collector.name, maintenance: true, expired: false, gcEpoch: collector.epoch, place })
      collector.at = 'delete'
      return
    }
    case 'delete': {
      const [first, ...rest] = collector.list
      world.objects = world.objects.filter((name) => name !== first)
      collector.list = rest
      if (rest.length === 0) collector.at = 'finish'
      return
    }
    default:
      if (world.epoch === collector.epoch) world.plan = null
      collector.cycles -= 1
      collector.at = collector.cycles > 0 ? 'ask' : 'end'
  }
}
