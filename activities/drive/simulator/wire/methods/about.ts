import { wireError } from '../http/errors.ts'
import { type Call, type Method, maskOf, render } from './method.ts'

/**
 * Some methods answer only to a caller who says what it wants to know.
 * @throws {WireError} 400 `required` at `fields`
 */
export function requireFields(call: Call): void {
  if (call.params.text('fields') === undefined) {
    const place = { location: 'fields', locationType: 'parameter' }
    throw wireError(400, 'required', "The 'fields' parameter is required for this method.", place)
  }
}

export const aboutMethods: readonly Method[] = [
  {
    id: 'drive.about.get',
    verb: 'GET',
    path: 'about',
    units: 'other',
    access: 'metadata',
    run(call) {
      requireFields(call)
      return render(call, maskOf(call, 'About'), call.model.about(call.actor))
    },
  },
]
