/** `about.get` */
import { roleOnDrive, sightOf } from './access.ts'
import { exportFormats, importFormats, maxImportSizes } from './formats.ts'
import type { Actor } from './requests.ts'
import type { About } from './resources.ts'
import type { World } from './state.ts'
import { userOf } from './users.ts'

const maxUploadBytes = 5120 * 1024 ** 3
const palette = [
  '#ac725e',
  '#d06b64',
  '#f83a22',
  '#fa573c',
  '#ff7537',
  '#ffad46',
  '#42d692',
  '#16a765',
  '#7bd148',
  '#b3dc6c',
  '#92e1c0',
  '#9fe1e7',
  '#4986e7',
  '#9a9cff',
  '#8f8f8f',
]

export function about(world: World, actor: Actor): About {
  const sight = sightOf(world, actor)
  const mine = [...world.drives.values()].filter((drive) => roleOnDrive(sight, drive) > 0)
  const usage = mine.reduce((sum, drive) => drive.items.reduce((bytes, item) => bytes + Math.max(0, item.size), sum), 0)
  return {
    kind: 'drive#about',
    user: userOf(world, sight.email, sight.email),
    // Shared drives count against the organisation, not the person.
    storageQuota: { usage: String(usage), usageInDrive: '0', usageInDriveTrash: '0' },
    importFormats,
    exportFormats,
    maxImportSizes,
    maxUploadSize: String(maxUploadBytes),
    appInstalled: true,
    folderColorPalette: palette,
    driveThemes: [{ id: 'blue', backgroundImageLink: 'https://ssl.gstatic.com/team_drive_themes/blue.jpg', colorRgb: '#4285f4' }],
    canCreateDrives: true,
  }
}
