import type { ResourceName } from '../fields/shapes.ts'
import { noContent } from '../http/exchange.ts'
import { requireFields } from './about.ts'
import { type Call, type Method, maskOf, render } from './method.ts'

/** What the five methods of comments, and those of replies, do; each is called with its mask read and found good. */
export type RemarkVerbs = {
  list(call: Call): object
  create(call: Call): Promise<object>
  get(call: Call): object
  update(call: Call): Promise<object>
  delete(call: Call): void
}

/** Comments and replies are alike on the wire: all of them want `fields`, as nothing else in the API does, and cost the same. */
export function remarkMethods(
  name: 'comments' | 'replies',
  shapes: { readonly one: ResourceName; readonly list: ResourceName },
  paths: { readonly one: string; readonly many: string },
  verbs: RemarkVerbs,
): readonly Method[] {
  const method = (verb: keyof RemarkVerbs, http: string, path: string, of: Pick<Method, 'units' | 'access' | 'run'>): Method => ({
    id: `drive.${name}.${verb}`,
    verb: http,
    path,
    ...of,
  })
  const masked = (shape: ResourceName, work: (call: Call) => object | Promise<object>) => async (call: Call) => {
    requireFields(call)
    const mask = maskOf(call, shape)
    return render(call, mask, await work(call))
  }
  const edit = { units: 'edit', access: 'write' } as const
  return [
    method('list', 'GET', paths.many, { units: 'list', access: 'read', run: masked(shapes.list, verbs.list) }),
    method('create', 'POST', paths.many, { ...edit, run: masked(shapes.one, verbs.create) }),
    method('get', 'GET', paths.one, { units: 'read', access: 'read', run: masked(shapes.one, verbs.get) }),
    method('update', 'PATCH', paths.one, { ...edit, run: masked(shapes.one, verbs.update) }),
    method('delete', 'DELETE', paths.one, {
      ...edit,
      run(call) {
        verbs.delete(call)
        return noContent
      },
    }),
  ]
}

/** The page that a list of comments or replies is asked for. */
export function remarkPage({ params }: Call) {
  return {
    pageSize: params.integer('pageSize', { min: 1, max: 100 }),
    pageToken: params.text('pageToken'),
    includeDeleted: params.flag('includeDeleted'),
  }
}
