import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'

/** A mail of ours. Header fields are encoded and stripped of line breaks by the transport, since names in them may be hostile. */
export type Mail = {
  /** The same for every attempt, so that a repeated delivery can be recognised: it becomes the Message-ID. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Sends a mail, or throws when it was not accepted. Repeating is safe for the reader, who sees one Message-ID. */
export interface Mailer {
  send(mail: Mail): Promise<void>
}

/** RFC 3834: no robot should answer a robot. */
const headers = { 'Auto-Submitted': 'auto-generated' }

const envelope = (from: string, mail: Mail) => ({
  from,
  to: mail.to,
  subject: oneLine(mail.subject),
  text: mail.text,
  html: mail.html,
  headers,
  messageId: `<${mail.id}@${from.split('@').at(-1)?.replace(/>$/, '') ?? 'backstop'}>`,
})

/** Delivers through a mail server: `smtps://user:password@host:465` or `smtp://host:587`. */
export function smtpMailer(options: { readonly url: string; readonly from: string }): Mailer {
  const transport = createTransport(options.url)
  return {
    send: async (mail) => {
      await transport.sendMail(envelope(options.from, mail))
    },
  }
}

/** Without a mail server: each mail becomes an `.eml` file in a folder, which every mail program opens. */
export function folderMailer(options: { readonly folder: string; readonly from: string }): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true })
  return {
    send: async (mail) => {
      const sent = await transport.sendMail(envelope(options.from, mail))
      await mkdir(options.folder, { recursive: true })
      const file = join(options.folder, `${mail.id.replace(/[^\w.-]/g, '_')}.eml`)
      await writeFile(`${file}.part`, sent.message as Buffer)
      await rename(`${file}.part`, file)
    },
  }
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')
