import type { Words } from '../../config/words.ts'
import type { Book, Sheet } from './book.ts'
import { chartXml, drawingXml } from './chart-xml.ts'
import { placeIn, rangeOf, sheetXml } from './sheet-xml.ts'
import { Strings } from './strings.ts'
import { Styles } from './styles.ts'
import { xmlAttribute } from './text.ts'

/** A date that every entry of the archive has, in the local time that ZIP means, so that no zone of a machine shows. */
const entryDate = new Date(1980, 0, 1)

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const packageNs = 'http://schemas.openxmlformats.org/package/2006'
const officeNs = 'http://schemas.openxmlformats.org/officeDocument/2006'
const sheetNs = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

/** A workbook as the bytes of an .xlsx file: the same book, the same bytes. */
export async function archiveOf(book: Book, words: Words): Promise<Uint8Array> {
  const { zipSync, strToU8 } = await import('fflate')
  const entries = [...partsOf(book, words)].map(
    ([name, text]) => [name, [strToU8(text), { mtime: entryDate, level: 6 }]] as const,
  )
  return zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0])
}

/** The parts of the archive in the order in which they stand in it. */
function partsOf(book: Book, words: Words): Map<string, string> {
  const parts = { styles: new Styles(), strings: new Strings(), words }
  const drawn = book.sheets.filter((sheet) => sheet.charts?.length)
  const charts = drawn.flatMap((sheet) => sheet.charts ?? [])
  const sheets = book.sheets.map((sheet, i) => sheetXml(sheet, parts, i === 0, drawn.includes(sheet) ? 'rId1' : null))
  const all = new Map<string, string>([
    ['[Content_Types].xml', contentTypes(book.sheets.length, drawn.length, charts.length)],
    ['_rels/.rels', rootRelations],
    ['docProps/core.xml', coreXml(book)],
    ['docProps/app.xml', appXml],
    ['xl/workbook.xml', workbookXml(book)],
    ['xl/_rels/workbook.xml.rels', workbookRelations(book.sheets.length)],
    ['xl/styles.xml', parts.styles.xml()],
    ['xl/sharedStrings.xml', parts.strings.xml()],
  ])
  sheets.forEach((text, i) => {
    all.set(`xl/worksheets/sheet${i + 1}.xml`, text)
  })
  let count = 0
  drawn.forEach((sheet, i) => {
    const own = sheet.charts ?? []
    const at = book.sheets.indexOf(sheet) + 1
    all.set(`xl/worksheets/_rels/sheet${at}.xml.rels`, relations([['drawing', `../drawings/drawing${i + 1}.xml`]]))
    all.set(`xl/drawings/drawing${i + 1}.xml`, drawingXml(own))
    all.set(
      `xl/drawings/_rels/drawing${i + 1}.xml.rels`,
      relations(own.map((_, chart) => ['chart', `../charts/chart${count + chart + 1}.xml`])),
    )
    count += own.length
  })
  charts.forEach((chart, i) => {
    all.set(`xl/charts/chart${i + 1}.xml`, chartXml(chart))
  })
  return all
}

function contentTypes(sheets: number, drawings: number, charts: number): string {
  const type = (part: string, kind: string) =>
    `<Override PartName="/${part}" ContentType="application/vnd.openxmlformats-${kind}+xml"/>`
  const numbered = (count: number, part: string, kind: string) =>
    Array.from({ length: count }, (_, i) => type(`${part}${i + 1}.xml`, kind)).join('')
  const spreadsheet = 'officedocument.spreadsheetml'
  return `${declaration}<Types xmlns="${packageNs}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${type('xl/workbook.xml', `${spreadsheet}.sheet.main`)}${numbered(sheets, 'xl/worksheets/sheet', `${spreadsheet}.worksheet`)}${type('xl/styles.xml', `${spreadsheet}.styles`)}${type('xl/sharedStrings.xml', `${spreadsheet}.sharedStrings`)}${numbered(drawings, 'xl/drawings/drawing', 'officedocument.drawing')}${numbered(charts, 'xl/charts/chart', 'officedocument.drawingml.chart')}${type('docProps/core.xml', 'package.core-properties')}${type('docProps/app.xml', 'officedocument.extended-properties')}</Types>`
}

const rootRelations = `${declaration}<Relationships xmlns="${packageNs}/relationships"><Relationship Id="rId1" Type="${officeNs}/relationships/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="${packageNs}/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="${officeNs}/relationships/extended-properties" Target="docProps/app.xml"/></Relationships>`

function relations(targets: (readonly [type: string, target: string])[]): string {
  return `${declaration}<Relationships xmlns="${packageNs}/relationships">${targets.map(([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${officeNs}/relationships/${type}" Target="${target}"/>`).join('')}</Relationships>`
}

function workbookRelations(sheets: number): string {
  return relations([
    ...Array.from({ length: sheets }, (_, i) => ['worksheet', `worksheets/sheet${i + 1}.xml`] as const),
    ['styles', 'styles.xml'],
    ['sharedStrings', 'sharedStrings.xml'],
  ])
}

function workbookXml({ sheets }: Book): string {
  const list = sheets.map(
    ({ name }, i) => `<sheet name="${xmlAttribute(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  )
  // Excel keeps the range of a filter in a hidden name as well, and repairs a file without it when it is saved.
  const names = sheets.flatMap((sheet, i) => [
    ...(sheet.filter ? [filterName(sheet, sheet.filter, i)] : []),
    ...(sheet.filter ? [titlesName(sheet, sheet.filter.row, i)] : []),
  ])
  return `${declaration}<workbook xmlns="${sheetNs}" xmlns:r="${officeNs}/relationships"><workbookPr/><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="17000" tabRatio="800"/></bookViews><sheets>${list.join('')}</sheets>${names.length > 0 ? `<definedNames>${names.join('')}</definedNames>` : ''}</workbook>`
}

function filterName({ name, rows }: Sheet, { row, columns }: NonNullable<Sheet['filter']>, index: number): string {
  const range = rangeOf(0, row, columns - 1, Math.max(row, rows.length)).replace(/[A-Z]+|\d+/g, '$$$&')
  return `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${xmlAttribute(placeIn(name, range))}</definedName>`
}

/** The head of a table stands on every printed page. */
function titlesName({ name }: Sheet, row: number, index: number): string {
  return `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${xmlAttribute(placeIn(name, `$${row}:$${row}`))}</definedName>`
}

function coreXml({ title, language, at }: Book): string {
  const moment = at && !Number.isNaN(Date.parse(at)) ? new Date(at).toISOString().replace(/\.\d+Z$/, 'Z') : null
  const dated = (name: string) =>
    moment ? `<dcterms:${name} xsi:type="dcterms:W3CDTF">${moment}</dcterms:${name}>` : ''
  return `${declaration}<cp:coreProperties xmlns:cp="${packageNs}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlAttribute(title)}</dc:title><dc:creator>Rapport</dc:creator><dc:language>${xmlAttribute(language)}</dc:language>${dated('created')}${dated('modified')}</cp:coreProperties>`
}

const appXml = `${declaration}<Properties xmlns="${officeNs}/extended-properties"><Application>Rapport</Application></Properties>`
