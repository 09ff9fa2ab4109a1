/** The people and groups of the practice domain. */
import type { Directory, Person } from '../requests.ts'

const staff = [
  'Ana Costa',
  'Ben Okafor',
  'Chiara Rossi',
  'Daniel Kim',
  'Elif Yilmaz',
  'Farah Haddad',
  'Goran Novak',
  'Hana Sato',
  'Ivan Petrov',
  'Julia Meyer',
  'Kofi Mensah',
  'Lena Berg',
] as const

export const driveNames = [
  'Finance',
  'Marketing',
  'Legal',
  'Product',
  'People',
  'Engineering',
  'Sales',
  'Support',
  'Research',
  'Operations',
] as const

const address = (name: string, domain: string) => `${name.toLowerCase().replaceAll(' ', '.')}@${domain}`

/** Admin, approver and on-call, twelve colleagues, and a group for everyone and for each department. */
export function practiceDirectory(domain: string, extra: readonly Person[]): Directory {
  const roles: readonly Person[] = [
    { email: `admin@${domain}`, name: 'Alex Admin', admin: true },
    { email: `approver@${domain}`, name: 'April Approver', admin: true },
    { email: `oncall@${domain}`, name: 'Omar Oncall', admin: false },
  ]
  const colleagues = staff.map((name): Person => ({ email: address(name, domain), name, admin: false }))
  const people = [...new Map([...roles, ...colleagues, ...extra].map((person) => [person.email.toLowerCase(), person])).values()]
  const departments = driveNames.map((name, i) => ({
    email: `${name.toLowerCase()}@${domain}`,
    name: `${name} team`,
    members: [0, 1, 2].map((n) => colleagues[(i * 3 + n) % colleagues.length]?.email ?? `oncall@${domain}`),
  }))
  return {
    domain,
    people,
    groups: [{ email: `everyone@${domain}`, name: 'Everyone', members: people.map((person) => person.email) }, ...departments],
  }
}
