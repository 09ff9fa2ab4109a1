/** Killing the parts of a machine at moments that a seed decides, so that a failure can be repeated. */
import { isRunning, signalProcess } from '../../../bot/local/processes/identity.ts'
import { systemClock as clock } from '../../../db/kit/clock.ts'
import { type Machine, nextPart } from '../../local/support/machine.ts'

const victims = ['worker', 'bot', 'postgres', 'temporal'] as const
type Victim = (typeof victims)[number]

/** A part that was killed, and how far each of the works was by then, from 0 to 1. */
export type Kill = { readonly victim: Victim; readonly shares: readonly number[] }

/** The last part of the work is left alone, so that each kill meets work: what is done twice after a kill makes progress look further than it is. */
const lastKillAt = 0.7
const lookMs = 20

/** mulberry32: the same moments for the same seed. */
function moments(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Kills each victim `rounds` times while `work` goes on: in the first round one soon after the other, before the work has got anywhere, and
 * then at random points of its mean progress, so that they do not all fall into a time in which everything waits for a part to come back.
 */
export async function whileKilling(
  machine: Machine,
  { seed, rounds, shares }: { readonly seed: number; readonly rounds: number; readonly shares: () => Promise<readonly number[]> },
  work: () => Promise<void>,
): Promise<readonly Kill[]> {
  const next = moments(seed)
  const kills: Kill[] = []
  let done = false
  const killing = async () => {
    for (const { victim, at } of schedule(rounds, next)) {
      await clock.sleep(next() * 1_000)
      while (!done && mean(await shares()) < at) await clock.sleep(lookMs)
      if (done) return
      kills.push({ victim, shares: await shares() })
      await kill(machine, victim)
    }
  }
  const killed = killing()
  await work().finally(() => {
    done = true
  })
  await killed
  return kills
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.min(1, value), 0) / values.length

/** Which part is to die at which progress, in order. */
function schedule(rounds: number, next: () => number): readonly { readonly victim: Victim; readonly at: number }[] {
  const first = victims.map((victim) => ({ victim, order: next(), at: 0 })).sort((a, b) => a.order - b.order)
  const span = lastKillAt / (rounds - 1)
  const later = Array.from({ length: rounds - 1 }, (_, round) => victims.map((victim) => ({ victim, at: (round + next()) * span }))).flat()
  return [...first, ...later.sort((a, b) => a.at - b.at)]
}

/** Kills a part that runs, and waits until it runs again. */
async function kill(machine: Machine, victim: Victim): Promise<void> {
  const known = machine.parts()[victim]
  const part = known && isRunning(known) ? known : await nextPart(machine, victim, known)
  signalProcess(part, 'SIGKILL')
  await nextPart(machine, victim, part)
}
