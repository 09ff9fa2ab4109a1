import type { NamedTest } from './named-tests.ts'
import type { Row } from './table.ts'

export type AreaReport = {
  readonly area: string
  readonly tested: readonly { readonly id: string; readonly status: Row['status']; readonly tests: readonly NamedTest[] }[]
  readonly untested: readonly { readonly id: string; readonly status: Row['status']; readonly statement: string }[]
}

/** By area, the rows that a test names and those that none does. */
export function report(rows: readonly Row[], tests: readonly NamedTest[]): readonly AreaReport[] {
  return [...new Set(rows.map(({ area }) => area))].map((area) => {
    const own = rows.filter((row) => row.area === area)
    const testsOf = (id: string) => tests.filter((test) => test.id === id)
    return {
      area,
      tested: own.filter(({ id }) => testsOf(id).length > 0).map(({ id, status }) => ({ id, status, tests: testsOf(id) })),
      untested: own.filter(({ id }) => testsOf(id).length === 0).map(({ id, status, statement }) => ({ id, status, statement })),
    }
  })
}

/** What is wrong between the table and the tests: rows called done that no test names, and names of rows that do not exist. */
export function contradictions(rows: readonly Row[], tests: readonly NamedTest[]): readonly string[] {
  const unproven = rows.filter(({ id, status }) => status === 'done' && !tests.some((test) => test.id === id))
  const unknown = tests.filter(({ id }) => id.includes('-') && !rows.some((row) => row.id === id))
  return [
    ...unproven.map(({ id }) => `docs/requirements.md lists ${id} as done, but no test's name begins with it`),
    ...unknown.map(({ id, file, line }) => `${file}:${line} names ${id}, which docs/requirements.md does not have`),
  ]
}
