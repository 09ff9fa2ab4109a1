import { requiredParameter, wireError } from './errors.ts'

/** Query parameters, read by type as Drive reads them. */
export type Params = {
  text(name: string): string | undefined
  required(name: string): string
  /** `true` only when the parameter says so. */
  flag(name: string): boolean
  integer(name: string, range: { readonly min: number; readonly max: number }): number | undefined
  /** A comma-separated list, absent when the parameter is. */
  list(name: string): readonly string[] | undefined
}

export function paramsOf(query: URLSearchParams): Params {
  const text = (name: string) => query.get(name) || undefined
  return {
    text,
    required(name) {
      const value = text(name)
      if (value === undefined) throw requiredParameter(name)
      return value
    },
    flag(name) {
      const value = text(name)?.toLowerCase()
      if (value !== undefined && value !== 'true' && value !== 'false') throw unfit(name, `Invalid boolean value: '${value}'.`)
      return value === 'true'
    },
    integer(name, { min, max }) {
      const value = text(name)
      if (value === undefined) return undefined
      if (!/^-?\d{1,15}$/.test(value)) throw unfit(name, `Invalid value '${value}'. It must be a number.`)
      const number = Number(value)
      if (number < min || number > max) throw unfit(name, `Invalid value '${value}'. Values must be within the range: [${min}, ${max}]`)
      return number
    },
    list: (name) =>
      text(name)
        ?.split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
  }
}

function unfit(name: string, message: string) {
  return wireError(400, 'invalidParameter', message, { location: name, locationType: 'parameter' })
}
