/** Minimal but valid office documents: Word, Excel, PowerPoint and their OpenDocument siblings. */
import { docx, pptx, xlsx } from './formats.ts'
import { writeZip, type ZipEntry } from './zip.ts'

const xml = (text: string) =>
  text
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const types = 'application/vnd.openxmlformats-officedocument'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packageNs = 'http://schemas.openxmlformats.org/package/2006'
const open = 'application/vnd.oasis.opendocument.'

export const isOfficeFormat = (mime: string): boolean => [docx, xlsx, pptx].includes(mime) || mime.startsWith(open)

type Part = { readonly path: string; readonly type: string; readonly body: string }
type Relation = { readonly type: string; readonly target: string }

const relationFile = (list: readonly Relation[]) =>
  `${head}<Relationships xmlns="${packageNs}/relationships">${list.map(({ type, target }, i) => `<Relationship Id="rId${i + 1}" Type="${relations}/${type}" Target="${target}"/>`).join('')}</Relationships>`

function ooxml(parts: readonly Part[], main: string, own: readonly Relation[], title: string, stamp: string): ZipEntry[] {
  const overrides = parts.map((part) => `<Override PartName="/${part.path}" ContentType="${part.type}"/>`).join('')
  const contentTypes = `${head}<Types xmlns="${packageNs}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`
  const core = `${head}<cp:coreProperties xmlns:cp="${packageNs}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xml(title)}</dc:title><dc:identifier>${stamp}</dc:identifier></cp:coreProperties>`
  const [folder, file] = [main.slice(0, main.lastIndexOf('/')), main.slice(main.lastIndexOf('/') + 1)]
  const texts: readonly (readonly [string, string])[] = [
    ['[Content_Types].xml', contentTypes],
    ['_rels/.rels', relationFile([{ type: 'officeDocument', target: main }])],
    ['docProps/core.xml', core],
    ...parts.map((part) => [part.path, head + part.body] as const),
    [`${folder}/_rels/${file}.rels`, relationFile(own)],
  ]
  return texts.map(([name, text]) => ({ name, bytes: Buffer.from(text, 'utf8') }))
}

function word(title: string, lines: readonly string[], stamp: string): ZipEntry[] {
  const body = lines.map((line) => `<w:p><w:r><w:t xml:space="preserve">${xml(line)}</w:t></w:r></w:p>`).join('')
  const document = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`
  return ooxml(
    [{ path: 'word/document.xml', type: `${types}.wordprocessingml.document.main+xml`, body: document }],
    'word/document.xml',
    [],
    title,
    stamp,
  )
}

function sheet(title: string, lines: readonly string[], stamp: string): ZipEntry[] {
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const cells = (line: string) =>
    line
      .split('\t')
      .map((cell) => `<c t="inlineStr"><is><t xml:space="preserve">${xml(cell)}</t></is></c>`)
      .join('')
  const rows = lines.map((line, i) => `<row r="${i + 1}">${cells(line)}</row>`).join('')
  const book = `<workbook ${ns} xmlns:r="${relations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`
  const parts = [
    { path: 'xl/workbook.xml', type: `${types}.spreadsheetml.sheet.main+xml`, body: book },
    {
      path: 'xl/worksheets/sheet1.xml',
      type: `${types}.spreadsheetml.worksheet+xml`,
      body: `<worksheet ${ns}><sheetData>${rows}</sheetData></worksheet>`,
    },
  ]
  return ooxml(parts, 'xl/workbook.xml', [{ type: 'worksheet', target: 'worksheets/sheet1.xml' }], title, stamp)
}

/** Slides without layouts: every reader of text finds them, though PowerPoint would ask to repair the file. */
function slides(title: string, lines: readonly string[], stamp: string): ZipEntry[] {
  const ns = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="${relations}"`
  const shape = (line: string) =>
    `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>${xml(line)}</a:t></a:r></a:p></p:txBody></p:sp>`
  const slide = (line: string, i: number) => ({
    path: `ppt/slides/slide${i + 1}.xml`,
    type: `${types}.presentationml.slide+xml`,
    body: `<p:sld ${ns}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>${shape(line)}</p:spTree></p:cSld></p:sld>`,
  })
  const list = lines.map((_, i) => `<p:sldId id="${256 + i}" r:id="rId${i + 1}"/>`).join('')
  const deck = `<p:presentation ${ns}><p:sldIdLst>${list}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`
  const parts = [{ path: 'ppt/presentation.xml', type: `${types}.presentationml.presentation.main+xml`, body: deck }, ...lines.map(slide)]
  return ooxml(
    parts,
    'ppt/presentation.xml',
    lines.map((_, i) => ({ type: 'slide', target: `slides/slide${i + 1}.xml` })),
    title,
    stamp,
  )
}

function openDocument(mime: string, lines: readonly string[], stamp: string): ZipEntry[] {
  const kind = mime.slice(open.length)
  const paragraph = (line: string) => `<text:p>${xml(line)}</text:p>`
  const cell = (text: string) => `<table:table-cell office:value-type="string">${paragraph(text)}</table:table-cell>`
  const row = (line: string) => `<table:table-row>${line.split('\t').map(cell).join('')}</table:table-row>`
  const page = (line: string) => `<draw:page><draw:frame><draw:text-box>${paragraph(line)}</draw:text-box></draw:frame></draw:page>`
  const body = {
    text: () => lines.map(paragraph).join(''),
    spreadsheet: () => `<table:table table:name="Sheet1">${lines.map(row).join('')}</table:table>`,
    presentation: () => lines.map(page).join(''),
  }[kind]
  if (!body) throw new Error(`No OpenDocument writer for ${mime}: remove it from the export formats.`)
  const urn = 'urn:oasis:names:tc:opendocument:xmlns'
  const ns = `xmlns:office="${urn}:office:1.0" xmlns:text="${urn}:text:1.0" xmlns:table="${urn}:table:1.0" xmlns:draw="${urn}:drawing:1.0"`
  const content = `${head}<!-- ${stamp} --><office:document-content ${ns} office:version="1.3"><office:body><office:${kind}>${body()}</office:${kind}></office:body></office:document-content>`
  const entry = (path: string, type: string) => `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${type}"/>`
  const manifest = `${head}<manifest:manifest xmlns:manifest="${urn}:manifest:1.0" manifest:version="1.3">${entry('/', mime)}${entry('content.xml', 'text/xml')}</manifest:manifest>`
  const texts = { mimetype: mime, 'content.xml': content, 'META-INF/manifest.xml': manifest }
  return Object.entries(texts).map(([name, text]) => ({ name, bytes: Buffer.from(text, 'utf8') }))
}

/** A document of that office format with these lines: paragraphs, rows of cells parted by tabs, or slides. */
export function officeFile(mime: string, title: string, lines: readonly string[], at: Date, stamp: string): Buffer {
  const writers: Readonly<Record<string, typeof word>> = { [docx]: word, [xlsx]: sheet, [pptx]: slides }
  const writer = writers[mime]
  return writeZip(writer ? writer(title, lines, stamp) : openDocument(mime, lines, stamp), at)
}
