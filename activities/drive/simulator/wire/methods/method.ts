import type { DriveModel } from '../../model/api.ts'
import type { Actor } from '../../model/requests.ts'
import type { Access } from '../auth/scopes.ts'
import { maskFor } from '../fields/defaults.ts'
import type { Mask } from '../fields/mask.ts'
import { type FileLinks, project } from '../fields/project.ts'
import type { ResourceName } from '../fields/shapes.ts'
import { json, type WireAnswer, type WireRequest } from '../http/exchange.ts'
import type { Params } from '../http/params.ts'
import type { Uploads } from '../media/resumable.ts'
import type { Fault } from '../practice/faults.ts'
import type { UnitClass } from '../quota/units.ts'

/** One call of one method, past authentication, quota and scope. */
export type Call = {
  readonly model: DriveModel
  readonly actor: Actor
  readonly request: WireRequest
  readonly params: Params
  /** Placeholders of the path. */
  readonly ids: Readonly<Record<string, string>>
  readonly links: FileLinks
  readonly uploads: Uploads
  /** The server's public address, without a slash at the end. */
  readonly url: string
  readonly faults: readonly Fault[]
}

/** A method of the API: where it is found, what it costs, what it needs, and what it does. */
export type Method = {
  /** Google's id: `drive.files.get`. */
  readonly id: string
  readonly verb: string
  /** Below `/drive/v3/`, or below `/upload/drive/v3/` for uploads. */
  readonly path: string
  readonly units: UnitClass
  /** `none`: the address itself is the permission, as that of an upload session is. */
  readonly access: Access | 'none'
  /** The method as its `alt=media` form. */
  readonly media?: Pick<Method, 'units' | 'access' | 'run'>
  run(call: Call): WireAnswer | Promise<WireAnswer>
}

/** The mask of a call, for methods that answer with `resource`. Reading it first refuses a wrong one before anything is done. */
export function maskOf(call: Call, resource: ResourceName): Mask {
  return maskFor(resource, call.params.text('fields'))
}

/** The answer with what the mask lets through. */
export function render(call: Call, mask: Mask, value: unknown): WireAnswer {
  return json(project(value, mask, call.links))
}

/** A placeholder of the path, which the router has filled. */
export function idOf(call: Call, name: string): string {
  const id = call.ids[name]
  if (id === undefined) throw new Error(`The path of this method has no {${name}}.`)
  return id
}
