import { aboutMethods } from './about.ts'
import { changeMethods } from './changes.ts'
import { commentMethods } from './comments.ts'
import { driveMethods } from './drives.ts'
import { exportMethods } from './exports.ts'
import { getFile } from './files-get.ts'
import { listFiles } from './files-list.ts'
import { fileWriteMethods } from './files-write.ts'
import { labelMethods } from './labels.ts'
import type { Method } from './method.ts'
import { permissionMethods } from './permissions.ts'
import { replyMethods } from './replies.ts'
import { revisionMethods } from './revisions.ts'

/** Every method of Drive v3 that the practice Drive answers, uploads apart. */
export const methods: readonly Method[] = [
  ...aboutMethods,
  ...changeMethods,
  ...commentMethods,
  ...driveMethods,
  ...exportMethods,
  getFile,
  listFiles,
  ...fileWriteMethods,
  ...labelMethods,
  ...permissionMethods,
  ...replyMethods,
  ...revisionMethods,
]
