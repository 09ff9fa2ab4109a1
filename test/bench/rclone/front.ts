import { writeFile } from 'node:fs/promises'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, isIP } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { type Forwarder, forwarder } from './forward.ts'

/** The practice Drive as if it were Google: over TLS, and as the host of a CONNECT proxy, for a program that knows only Google's own addresses. */
export type DriveFront = Forwarder & {
  /** `https://127.0.0.1:port`: the same way for a program that can be told where Drive is. */
  readonly url: string
  /** What `HTTPS_PROXY` is set to. */
  readonly proxyUrl: string
  /** The certificate to trust, as a PEM file. */
  readonly certificateFile: string
  readonly stop: () => Promise<void>
}

const names = ['www.googleapis.com', 'oauth2.googleapis.com', 'drive.googleapis.com', 'localhost', '127.0.0.1']

/** Google gives content of shared drives to a client that does not say that it knows them, as rclone does not; the practice Drive is stricter. */
const asGoogleTakesIt = (path: string): string =>
  path.includes('alt=media') && !path.includes('supportsAllDrives') ? `${path}&supportsAllDrives=true` : path

/** Both ways end in the same TLS server, so that nobody has the shorter one. */
export async function driveFront(driveUrl: string, folder: string): Promise<DriveFront> {
  const altNames = names.map((name) => (isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }))
  const pem = await generate([{ name: 'commonName', value: 'practice Drive' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  const certificateFile = join(folder, 'practice-certificate.pem')
  await writeFile(certificateFile, pem.cert)
  const forward = forwarder(driveUrl, asGoogleTakesIt)
  const tls = createHttps({ key: pem.private, cert: pem.cert, keepAliveTimeout: 60_000 }, forward.listener)
  const proxy = createHttp().on('connect', (_, socket) => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    tls.emit('connection', socket)
  })
  const [tlsPort, proxyPort] = await Promise.all([listen(tls), listen(proxy)])
  return Object.assign(forward, {
    url: `https://127.0.0.1:${tlsPort}`,
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    certificateFile,
    stop: async () => {
      await Promise.all([stop(tls), stop(proxy)])
    },
  })
}

/** The way to the object store, for both. */
export async function storeFront(storeUrl: string): Promise<Forwarder & { readonly url: string; readonly stop: () => Promise<void> }> {
  const forward = forwarder(storeUrl)
  const server = createHttp({ keepAliveTimeout: 60_000 }, forward.listener)
  const port = await listen(server)
  return Object.assign(forward, { url: `http://127.0.0.1:${port}`, stop: () => stop(server) })
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}
