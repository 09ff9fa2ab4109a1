/**
 * The judge: compares what goes over the wire with Google's own description of Drive v3. It knows nothing of this server, so a
 * mistake here and there cannot cancel out. The document is Google's and is not part of this repository.
 */

/** The parts of a discovery document that are needed. https://developers.google.com/discovery/v1/reference/apis */
export type DiscoveryDocument = {
  readonly parameters: Readonly<Record<string, ParameterSchema>>
  readonly schemas: Readonly<Record<string, Schema>>
  readonly resources: Readonly<Record<string, Resource>>
}

type Resource = { readonly methods?: Readonly<Record<string, Method>>; readonly resources?: Readonly<Record<string, Resource>> }
type ParameterSchema = {
  readonly type?: string
  readonly required?: boolean
  readonly location?: string
  readonly enum?: readonly string[]
}

export type Method = {
  readonly id: string
  readonly path: string
  readonly httpMethod: string
  readonly scopes?: readonly string[]
  readonly parameters?: Readonly<Record<string, ParameterSchema>>
  readonly response?: { readonly $ref?: string }
}

export type Schema = {
  readonly type?: string
  readonly format?: string
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema
}

export interface Judge {
  /** What is wrong with the parameters of a request, one sentence each. */
  request(methodId: string, parameters: Iterable<string>): string[]
  /** What is wrong with the JSON of a successful answer, one sentence each. */
  response(methodId: string, body: unknown): string[]
}

/** A judge by the given document. Fields that the document does not name are errors, missing ones are not: `fields` masks them. */
export function judgeBy(document: DiscoveryDocument): Judge {
  const methods = new Map(methodsOf(document.resources).map((method) => [method.id, method]))
  return {
    request(methodId, parameters) {
      const method = methods.get(methodId)
      if (!method) return [`Google's document has no method ${methodId}.`]
      const known = (name: string) => Object.hasOwn(method.parameters ?? {}, name) || Object.hasOwn(document.parameters, name)
      return [...parameters].filter((name) => !known(name)).map((name) => `${methodId} has no parameter ${name}.`)
    },
    response(methodId, body) {
      const reference = methods.get(methodId)?.response?.$ref
      if (reference === undefined) return body === undefined ? [] : [`${methodId} answers without a body.`]
      return complaints(document, { $ref: reference }, body, reference)
    },
  }
}

/** All methods of a document, nested resources included. */
export function methodsOf(resources: Readonly<Record<string, Resource>>): Method[] {
  return Object.values(resources).flatMap((resource) => [
    ...Object.values(resource.methods ?? {}),
    ...(resource.resources ? methodsOf(resource.resources) : []),
  ])
}

function complaints(document: DiscoveryDocument, schema: Schema, value: unknown, path: string): string[] {
  if (schema.$ref !== undefined) {
    const target = document.schemas[schema.$ref]
    return target ? complaints(document, target, value, path) : [`${path}: Google's document has no schema ${schema.$ref}.`]
  }
  switch (schema.type) {
    case 'any':
      return []
    case 'array':
      if (!Array.isArray(value)) return [`${path} must be a list, not ${describe(value)}.`]
      return value.flatMap((element, at) => complaints(document, schema.items ?? { type: 'any' }, element, `${path}[${at}]`))
    case 'object':
      return complainOfObject(document, schema, value, path)
    default:
      return complainOfScalar(schema, value, path)
  }
}

function complainOfObject(document: DiscoveryDocument, schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} must be an object, not ${describe(value)}.`]
  return Object.entries(value).flatMap(([name, held]) => {
    const below = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : schema.additionalProperties
    return below ? complaints(document, below, held, `${path}.${name}`) : [`${path} has no field ${name}.`]
  })
}

function complainOfScalar(schema: Schema, value: unknown, path: string): string[] {
  const right =
    schema.type === 'boolean'
      ? typeof value === 'boolean'
      : schema.type === 'integer'
        ? Number.isInteger(value)
        : schema.type === 'number'
          ? typeof value === 'number'
          : typeof value === 'string' && fits(schema.format, value)
  return right ? [] : [`${path} must be ${schema.format ?? schema.type}, not ${describe(value)}.`]
}

function fits(format: string | undefined, value: string): boolean {
  if (format === 'int64' || format === 'uint64') return /^-?\d+$/.test(value)
  if (format === 'date-time') return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
  return true
}

function describe(value: unknown): string {
  return `${JSON.stringify(value)}`.slice(0, 80)
}
