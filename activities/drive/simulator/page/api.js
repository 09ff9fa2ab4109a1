/** Calls of this server as the person chosen at the top of the page. */
const chosen = { email: sessionStorage.getItem('person') ?? undefined }

export function actAs(email) {
  chosen.email = email
  sessionStorage.setItem('person', email)
}

export function actor() {
  return chosen.email
}

async function send(path, options = {}) {
  const headers = { 'x-practice-page': '1', ...(chosen.email ? { 'x-practice-person': chosen.email } : {}), ...options.headers }
  const response = await fetch(path, { ...options, headers })
  if (response.ok || response.status === 206) return response
  const text = await response.text()
  throw new Error(messageOf(text) ?? `The practice Drive answered ${response.status}.`)
}

function messageOf(text) {
  try {
    return JSON.parse(text).error.message
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

async function json(path, options) {
  const response = await send(path, options)
  return response.status === 204 ? undefined : response.json()
}

const withBody = (method, body) => ({ method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const at = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return `/drive/v3/${path}?${new URLSearchParams(given)}`
}
const shared = { supportsAllDrives: true }
const file = (id, rest = '') => `files/${encodeURIComponent(id)}${rest}`

export const practice = {
  state: () => json('/_practice/state'),
  ledger: () => json('/_practice/ledger'),
  resetLedger: () => json('/_practice/ledger', { method: 'DELETE' }),
  mess: (drive) => json('/_practice/mess', withBody('POST', { drive })),
}

const listed = 'id,name,mimeType,size,modifiedTime,trashed,explicitlyTrashed,hasAugmentedPermissions,capabilities'

export const drive = {
  /** The top folder of every drive is called "Drive": its real name is the drive's. */
  named: async (id) => (await json(at(`drives/${encodeURIComponent(id)}`, { fields: 'name' }))).name,
  file: (id) => json(at(file(id), { ...shared, fields: '*' })),
  children(driveId, folderId, trashed, pageToken) {
    const where = trashed ? 'trashed = true' : `'${folderId}' in parents and trashed = false`
    const fields = `nextPageToken,files(${listed})`
    const scope = { corpora: 'drive', driveId, includeItemsFromAllDrives: true, ...shared }
    return json(at('files', { ...scope, q: where, orderBy: 'folder,name_natural', pageSize: 100, pageToken, fields }))
  },
  update: (id, body) => json(at(file(id), shared), withBody('PATCH', body)),
  create: (body) => json(at('files', shared), withBody('POST', body)),
  remove: (id) => json(at(file(id), shared), { method: 'DELETE' }),
  emptyTrash: (driveId) => json(at('files/trash', { driveId }), { method: 'DELETE' }),
  permissions: (id) => json(at(file(id, '/permissions'), { ...shared, pageSize: 100, fields: '*' })),
  share: (id, body) => json(at(file(id, '/permissions'), { ...shared, sendNotificationEmail: false }), withBody('POST', body)),
  changeRole: (id, permissionId, role) => json(at(file(id, `/permissions/${permissionId}`), shared), withBody('PATCH', { role })),
  unshare: (id, permissionId) => json(at(file(id, `/permissions/${permissionId}`), shared), { method: 'DELETE' }),
  async start(id) {
    const response = await send(contentAddress(id), { headers: { range: 'bytes=0-65535' } })
    return response.text()
  },
  /** Uploads in a session, so that the browser streams the file. */
  async upload(parentId, upload) {
    const query = new URLSearchParams({ uploadType: 'resumable', ...shared })
    const type = upload.type || 'application/octet-stream'
    const begun = await send(`/upload/drive/v3/files?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-upload-content-type': type, 'x-upload-content-length': String(upload.size) },
      body: JSON.stringify({ name: upload.name, parents: [parentId] }),
    })
    const session = new URL(begun.headers.get('location'))
    return json(`${session.pathname}${session.search}`, { method: 'PUT', body: upload })
  },
}

export function contentAddress(id, mimeType) {
  const query = new URLSearchParams({ ...(chosen.email ? { as: chosen.email } : {}), ...(mimeType ? { mimeType } : {}) })
  return `/file/${encodeURIComponent(id)}/${mimeType ? 'export' : 'content'}?${query}`
}
