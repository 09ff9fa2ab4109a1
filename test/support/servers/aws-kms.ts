/**
 * AWS KMS on the wire, as far as Backstop speaks with it: its JSON protocol with signed requests, symmetric keys with real AES-256-GCM, the
 * encryption context as associated data, key states, and faults on demand. Loopback only.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Fault = 'ThrottlingException' | 'AccessDeniedException' | 'KMSInternalException' | 'DependencyTimeoutException' | 'hang up'

export type TestKms = {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Makes a key and gives its ARN. */
  createKey(): string
  setState(keyArn: string, state: 'Enabled' | 'Disabled' | 'PendingDeletion'): void
  /** The next `times` requests fail so. */
  fail(fault: Fault, times: number): void
  /** What was asked, oldest first: the operation and its encryption context. */
  readonly requests: readonly { readonly operation: string; readonly context: unknown }[]
  close(): Promise<void>
}

const region = 'eu-west-1'
type Key = { readonly arn: string; readonly bytes: Buffer; state: string }
type Answer = { readonly status: number; readonly body: object }

export async function startAwsKms(): Promise<TestKms> {
  const credentials = { accessKeyId: 'AKIATESTONLY', secretAccessKey: randomBytes(20).toString('hex') }
  const keys = new Map<string, Key>()
  const requests: { operation: string; context: unknown }[] = []
  const faults: Fault[] = []
  const server: Server = createServer(async (request, response) => {
    const body = await buffer(request)
    const fault = faults.shift()
    if (fault === 'hang up') return void request.socket.destroy()
    const { status, body: answer } = fault ? failed(fault) : answerTo(request, body)
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
      .end(JSON.stringify(answer))
  })

  function answerTo(request: IncomingMessage, body: Buffer): Answer {
    if (!isSigned(request, body, credentials))
      return failed('InvalidSignatureException', 'The request signature we calculated does not match.')
    const [, operation = ''] = /^TrentService\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? []
    const input = JSON.parse(body.toString())
    requests.push({ operation, context: input.EncryptionContext })
    const key = keys.get(input.KeyId ?? arnOf(input.CiphertextBlob))
    if (!key) return failed('NotFoundException', `Key '${input.KeyId}' does not exist`)
    if (operation === 'DescribeKey')
      return done({ KeyMetadata: { KeyId: key.arn.split('/')[1], Arn: key.arn, KeyState: key.state, Enabled: key.state === 'Enabled' } })
    if (key.state === 'Disabled') return failed('DisabledException', `${key.arn} is disabled.`)
    if (key.state !== 'Enabled') return failed('KMSInvalidStateException', `${key.arn} is pending deletion.`)
    return use(key, operation, input)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    createKey() {
      const arn = `arn:aws:kms:${region}:111122223333:key/${randomUUID()}`
      keys.set(arn, { arn, bytes: randomBytes(32), state: 'Enabled' })
      return arn
    },
    setState(keyArn, state) {
      const key = keys.get(keyArn)
      if (key) key.state = state
    },
    fail: (fault, times) => void faults.push(...Array.from({ length: times }, () => fault)),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function use(key: Key, operation: string, input: { Plaintext?: string; CiphertextBlob?: string; EncryptionContext?: object }): Answer {
  const aad = Buffer.from(JSON.stringify(Object.entries(input.EncryptionContext ?? {}).sort()))
  if (operation === 'GenerateDataKey' || operation === 'Encrypt') {
    const plain = operation === 'Encrypt' ? Buffer.from(input.Plaintext ?? '', 'base64') : randomBytes(32)
    if (plain.length === 0 || plain.length > 4096) return failed('ValidationException', 'Plaintext must have 1 to 4096 bytes.')
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(aad)
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    const blob = Buffer.concat([Buffer.from([key.arn.length]), Buffer.from(key.arn), sealed]).toString('base64')
    return done({ KeyId: key.arn, CiphertextBlob: blob, ...(operation === 'GenerateDataKey' && { Plaintext: plain.toString('base64') }) })
  }
  if (operation !== 'Decrypt') return failed('UnknownOperationException')
  const blob = Buffer.from(input.CiphertextBlob ?? '', 'base64')
  const sealed = blob.subarray(1 + (blob[0] ?? 0))
  if (sealed.length < 28) return failed('InvalidCiphertextException')
  if (arnOf(input.CiphertextBlob) !== key.arn)
    return failed('IncorrectKeyException', 'The key ID in the request does not identify the CMK.')
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, 12), { authTagLength: 16 })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(-16))
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
    return done({ KeyId: key.arn, Plaintext: plain.toString('base64') })
  } catch {
    return failed('InvalidCiphertextException')
  }
}

function arnOf(blob: string | undefined): string {
  const bytes = Buffer.from(blob ?? '', 'base64')
  return bytes.subarray(1, 1 + (bytes[0] ?? 0)).toString()
}

const done = (body: object): Answer => ({ status: 200, body })
const failed = (type: string, message = type): Answer => ({
  status: type === 'KMSInternalException' || type === 'DependencyTimeoutException' ? 500 : 400,
  body: { __type: type, message },
})

/** Signature Version 4, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html says. */
function isSigned(request: IncomingMessage, body: Buffer, { accessKeyId, secretAccessKey }: TestKms['credentials']): boolean {
  const form = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const [, id, date = '', place = '', names = '', signature] = form.exec(request.headers.authorization ?? '') ?? []
  if (id !== accessKeyId || place !== region) return false
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
  const canonical = [request.method, request.url, '', headers.join(''), names, sha256(body)].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], `${date}/${place}/kms/aws4_request`, sha256(canonical)].join('\n')
  const key = [date, place, 'kms', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  )
  return hmac(key, toSign).toString('hex') === signature
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest()
