import type { Db } from './client.ts'
import type { PersonModel } from './generated/models.ts'
import { escapeLike } from './kit/escape-like.ts'

export type Role = 'admin' | 'approver' | 'on-call'

export type Platform = 'console' | 'slack' | 'teams'

/** A human being. Their chat identities are many; votes and permissions belong to the person. */
export type Person = {
  readonly id: string
  /** Short name for mentions and `--as`, such as `ada`. */
  readonly handle: string
  readonly email: string
  readonly displayName: string
  readonly roles: readonly Role[]
  readonly timeZone: string
  readonly createdAt: Date
}

export type NewPerson = Pick<Person, 'id' | 'handle' | 'email' | 'displayName' | 'roles'> & {
  readonly timeZone?: string
  readonly now: Date
}

/** Makes a person, or finds the one that has this handle already. */
export async function ensurePerson(db: Db, accountId: string, person: NewPerson): Promise<Person> {
  const { now, roles, ...rest } = person
  const row = await db.prisma.person.upsert({
    where: { accountId_handle: { accountId, handle: person.handle } },
    create: { ...rest, accountId, roles: [...roles], createdAt: now },
    update: {},
  })
  return toPerson(row)
}

export async function personById(db: Db, accountId: string, personId: string): Promise<Person | undefined> {
  const row = await db.prisma.person.findUnique({ where: { accountId, id: personId } })
  return row ? toPerson(row) : undefined
}

/** By handle, in whatever case it was typed. */
export async function personByHandle(db: Db, accountId: string, handle: string): Promise<Person | undefined> {
  const row = await db.prisma.person.findFirst({
    where: { accountId, handle: { equals: escapeLike(handle), mode: 'insensitive' } },
    orderBy: { id: 'asc' },
  })
  return row ? toPerson(row) : undefined
}

/** Everybody, those who were there first in front. */
export async function listPeople(db: Db, accountId: string): Promise<Person[]> {
  const rows = await db.prisma.person.findMany({ where: { accountId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return rows.map(toPerson)
}

/** Those who have a role, those who were there first in front. */
export async function peopleWithRole(db: Db, accountId: string, role: Role): Promise<Person[]> {
  const rows = await db.prisma.person.findMany({
    where: { accountId, roles: { has: role } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(toPerson)
}

export async function setRoles(db: Db, accountId: string, personId: string, roles: readonly Role[]): Promise<Person | undefined> {
  const [row] = await db.prisma.person.updateManyAndReturn({ where: { accountId, id: personId }, data: { roles: [...roles] } })
  return row ? toPerson(row) : undefined
}

function toPerson(row: PersonModel): Person {
  const { accountId: _, ...person } = row
  return { ...person, roles: row.roles as Role[] }
}
