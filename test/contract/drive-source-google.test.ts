import type { PrincipalType, Role } from '../../activities/drive/simulator/model/resources.ts'
import { startPractice } from '../drive/support/practice.ts'
import { chunked } from '../support/wire.ts'
import { type DriveWorld, driveSourceContract } from './drive-source.ts'

const documentType = 'application/vnd.google-apps.document'

async function openWorld(): Promise<DriveWorld> {
  const practice = await startPractice({
    world: { seed: 11, items: 3_000, drives: 2, people: [{ email: 'nobody@practice.example', name: 'No Body', admin: false }] },
  })
  const { model } = practice.drive
  const [small, big] = model.practice.drives()
  if (!small || !big) throw new Error('The practice Drive has no two drives.')
  const driveId = model.drives.create({ email: practice.admin }, 'request-1', { name: 'Contract' }).id
  const by = { email: practice.admin, domainAdmin: true }
  const other = model.directory.people.find(({ email }) => email !== practice.admin && !email.startsWith('nobody@'))?.email ?? ''
  const foreignDriveId = model.drives.create({ email: other }, 'request-2', { name: 'Not the administrator’s' }).id
  return {
    source: practice.source(),
    stranger: practice.source({ subject: await outsider(practice.drive.model.directory.people) }),
    driveId,
    bigDriveId: big.id,
    async put(name, bytes) {
      const content = await model.content.put(chunked(bytes, 65_536))
      return model.files.create(by, { name, parents: [driveId] }, { content, mimeType: 'application/octet-stream' }).id
    },
    async putDocument(name, bytes) {
      const line = 'All human beings are born free and equal in dignity.\n'
      const text = Buffer.from(line.repeat(Math.ceil(bytes / line.length)))
      const content = await model.content.put(chunked(text, 65_536))
      return model.files.create(by, { name, mimeType: documentType, parents: [driveId] }, { content, mimeType: 'text/plain' }).id
    },
    rename: (id, name) => void model.files.update(by, id, { name }),
    trash: (id) => void model.files.update(by, id, { trashed: true }),
    erase: (id) => model.files.delete(by, id),
    share: (id, emailAddress, role) =>
      void model.permissions.create(by, id, { type: 'user' as PrincipalType, role: role as Role, emailAddress }),
    comment: (id, content) => void model.comments.create(by, id, { content }),
    foreignDriveId,
    renameDrive: (name) => void model.drives.update(by, driveId, { name }),
    stop: () => practice.stop(),
  }
}

async function outsider(people: readonly { readonly email: string; readonly admin: boolean }[]): Promise<string> {
  const person = people.find(({ email }) => email.startsWith('nobody@'))
  if (!person) throw new Error('The practice Drive has no outsider.')
  return person.email
}

driveSourceContract('The Google adapter', openWorld)
