/** Google's own document types: what they can be exported to, and what can be imported into them. As `about.get` publishes them. */
const google = 'application/vnd.google-apps.'
const office = 'application/vnd.openxmlformats-officedocument.'
const open = 'application/vnd.oasis.opendocument.'

export const docx = `${office}wordprocessingml.document`
export const xlsx = `${office}spreadsheetml.sheet`
export const pptx = `${office}presentationml.presentation`

export const exportFormats: Readonly<Record<string, readonly string[]>> = {
  [`${google}document`]: [docx, `${open}text`, 'application/pdf', 'application/rtf', 'text/plain', 'text/html', 'text/markdown'],
  [`${google}spreadsheet`]: [xlsx, `${open}spreadsheet`, 'application/pdf', 'text/csv', 'text/tab-separated-values'],
  [`${google}presentation`]: [pptx, `${open}presentation`, 'application/pdf', 'text/plain'],
  [`${google}drawing`]: ['image/svg+xml', 'application/pdf'],
  [`${google}script`]: ['application/vnd.google-apps.script+json'],
  [`${google}vid`]: ['video/mp4'],
}

export const importFormats: Readonly<Record<string, readonly string[]>> = {
  [docx]: [`${google}document`],
  [`${open}text`]: [`${google}document`],
  'application/rtf': [`${google}document`],
  'text/plain': [`${google}document`],
  'text/html': [`${google}document`],
  'text/markdown': [`${google}document`],
  [xlsx]: [`${google}spreadsheet`],
  [`${open}spreadsheet`]: [`${google}spreadsheet`],
  'text/csv': [`${google}spreadsheet`],
  'text/tab-separated-values': [`${google}spreadsheet`],
  [pptx]: [`${google}presentation`],
  [`${open}presentation`]: [`${google}presentation`],
  'image/svg+xml': [`${google}drawing`],
  'application/vnd.google-apps.script+json': [`${google}script`],
}

export const maxImportSizes: Readonly<Record<string, string>> = {
  [`${google}document`]: '52428800',
  [`${google}spreadsheet`]: '104857600',
  [`${google}presentation`]: '104857600',
  [`${google}drawing`]: '2097152',
}

/** `files.export` cannot do these: only `files.download` can, or nothing. */
export const downloadOnly: ReadonlySet<string> = new Set([`${google}vid`])
