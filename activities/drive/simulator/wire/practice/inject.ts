import type { Fault } from './faults.ts'

/** Thrown while a body is read, when the fault plan cuts the connection. Nothing is answered then. */
export class ConnectionCut extends Error {
  constructor() {
    super('The fault plan cut the connection.')
    this.name = 'ConnectionCut'
  }
}

/** The first fault of a kind among those that hit a call. */
export function faultOf<K extends Fault['kind']>(faults: readonly Fault[], kind: K): Extract<Fault, { kind: K }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind)
}

/** A body that breaks off where the fault plan says so. */
export function cutBody(body: AsyncIterable<Uint8Array>, faults: readonly Fault[]): AsyncIterable<Uint8Array> {
  const cut = faultOf(faults, 'cut')
  return cut ? breakOff(body, cut.afterBytes) : body
}

async function* breakOff(body: AsyncIterable<Uint8Array>, afterBytes: number): AsyncGenerator<Uint8Array> {
  let left = afterBytes
  for await (const chunk of body) {
    if (chunk.length >= left) {
      if (left > 0) yield chunk.subarray(0, left)
      throw new ConnectionCut()
    }
    left -= chunk.length
    yield chunk
  }
  throw new ConnectionCut()
}

/** Tells `sent` how many bytes went through, when the body has ended or was given up. */
export async function* countBody(body: AsyncIterable<Uint8Array>, sent: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      yield chunk
    }
  } finally {
    sent(bytes)
  }
}
