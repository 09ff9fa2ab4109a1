import { type Account, listAccounts } from '../../../db/accounts.ts'
import type { Db } from '../../../db/client.ts'
import { type Person, peopleWithRole, personByHandle } from '../../../db/people.ts'
import { notFound, refused } from '../http/problem.ts'

/** A person together with the account that they belong to. */
export type Member = Person & { readonly accountId: string }

/** The person whom `--as` names: by handle, or else the first with this role. */
export async function memberNamed(db: Db, name: string): Promise<Member> {
  const { id: accountId } = await onlyAccount(db)
  const role = name.toLowerCase()
  const byHandle = await personByHandle(db, accountId, name)
  const person =
    byHandle ?? (role === 'admin' || role === 'approver' || role === 'on-call' ? (await peopleWithRole(db, accountId, role))[0] : undefined)
  if (!person)
    throw notFound(`There is nobody with the handle or role "${name}". Say a handle such as "ada", or a role: admin, approver, on-call.`)
  return { ...person, accountId }
}

async function onlyAccount(db: Db): Promise<Account> {
  const [account, another] = await listAccounts(db)
  if (!account) throw notFound('Nobody is known here yet: the bot is still setting up its database. Try again in a moment.')
  if (another) throw refused('This installation has several accounts; the operator key speaks for people only where there is one.')
  return account
}
