/** A program that changes a kept world for ever and says each change after its answer, until it is killed. */
import { systemRandom } from '../../../db/kit/random.ts'
import { admin, media, practice } from './support.ts'

const [, , folder] = process.argv
if (folder === undefined) throw new Error('Usage: node kill-fixture.ts FOLDER')
const { model, drive } = practice({}, { folder, random: systemRandom })
for (let n = 0; ; n++) {
  const text = `content ${n}`
  const made = model.files.create(admin, { name: `answered ${process.pid} ${n}`, parents: [drive] }, await media(model, text))
  process.stdout.write(`${made.id}\t${made.name}\t${text}\n`)
}
