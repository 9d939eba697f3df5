import { posix } from 'node:path'
import { RapportError } from '../../errors.ts'
import { parseXml } from './xml.ts'
import { damagedZip, type Zip } from './zip.ts'

/** A sheet as the workbook lists it. */
export interface Sheet {
  name: string
  entry: string
  hidden: boolean
}

/** What cells refer to: strings by number, number formats by style. */
export interface Workbook {
  sheets: Sheet[]
  /** Days count from 1904, as on old Macs. */
  from1904: boolean
  strings: string[]
  formats: CellFormat[]
}

export type CellFormat = 'number' | 'percent' | 'date' | 'time' | 'datetime' | 'duration'

/** Reads the parts of a workbook that its sheets need. Refuses what is no workbook, and says what it is. */
export async function readWorkbook(zip: Zip): Promise<Workbook> {
  const root = 'xl/workbook.xml'
  if (!zip.has(root)) throw notWorkbook(zip)
  const targets = await readTargets(zip)
  const { listed, from1904 } = await readSheetList(zip, root)
  const sheets = listed.flatMap(({ name, id, hidden }) => {
    const target = targets.get(id)
    if (!target) throw damagedZip(zip.path, new Error(`sheet "${name}" points nowhere`))
    if (target.external) throw external(zip.path, name)
    // Chart and dialogue sheets hold no cells.
    return target.type.endsWith('/worksheet') ? [{ name, entry: target.entry, hidden }] : []
  })
  return { sheets, from1904, strings: await readStrings(zip, targets), formats: await readFormats(zip, targets) }
}

interface Target {
  entry: string
  type: string
  external: boolean
}

async function readTargets(zip: Zip): Promise<Map<string, Target>> {
  const targets = new Map<string, Target>()
  const name = 'xl/_rels/workbook.xml.rels'
  await parseXml(zip.read(name), `${zip.path}#${name}`, {
    open: (tag, { Id = '', Target: target = '', Type: type = '', TargetMode: mode = '' }) => {
      if (tag !== 'Relationship') return
      const entry = target.startsWith('/') ? target.slice(1) : posix.normalize(posix.join('xl', target))
      targets.set(Id, { entry, type, external: mode.toLowerCase() === 'external' })
    },
  })
  return targets
}

async function readSheetList(
  zip: Zip,
  root: string,
): Promise<{ listed: { name: string; id: string; hidden: boolean }[]; from1904: boolean }> {
  const listed: { name: string; id: string; hidden: boolean }[] = []
  let from1904 = false
  await parseXml(zip.read(root), `${zip.path}#${root}`, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '')
      if (tag !== 'sheet') return
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? ''
      listed.push({ name: attributes.name ?? id, id, hidden: (attributes.state ?? 'visible') !== 'visible' })
    },
  })
  return { listed, from1904 }
}

function entryOf(targets: Map<string, Target>, type: string): string | undefined {
  return [...targets.values()].find((target) => target.type.endsWith(type) && !target.external)?.entry
}

async function readStrings(zip: Zip, targets: Map<string, Target>): Promise<string[]> {
  const entry = entryOf(targets, '/sharedStrings')
  const strings: string[] = []
  if (!entry || !zip.has(entry)) return strings
  let text = ''
  let inText = false
  // <rPh> holds how Japanese is read aloud: no part of the value.
  let phonetic = false
  await parseXml(zip.read(entry), `${zip.path}#${entry}`, {
    open: (tag) => {
      if (tag === 'si') text = ''
      else if (tag === 't') inText = !phonetic
      else if (tag === 'rPh') phonetic = true
    },
    text: (part) => {
      if (inText) text += part
    },
    close: (tag) => {
      if (tag === 'si') strings.push(unescapeText(text))
      else if (tag === 't') inText = false
      else if (tag === 'rPh') phonetic = false
    },
  })
  return strings
}

/** Excel writes characters that XML cannot hold as `_x000D_`. */
export function unescapeText(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
}

async function readFormats(zip: Zip, targets: Map<string, Target>): Promise<CellFormat[]> {
  const entry = entryOf(targets, '/styles')
  if (!entry || !zip.has(entry)) return []
  const codes = new Map<string, string>()
  const formats: CellFormat[] = []
  let inCellStyles = false
  await parseXml(zip.read(entry), `${zip.path}#${entry}`, {
    open: (tag, attributes) => {
      if (tag === 'numFmt') codes.set(attributes.numFmtId ?? '', attributes.formatCode ?? '')
      else if (tag === 'cellXfs') inCellStyles = true
      else if (tag === 'xf' && inCellStyles) formats.push(formatOf(attributes.numFmtId ?? '0', codes))
    },
    close: (tag) => {
      if (tag === 'cellXfs') inCellStyles = false
    },
  })
  return formats
}

/** Formats 0 to 49 are built in; those from 27 to 36 and from 50 to 58 are dates of East Asian versions. */
const BUILT_IN: Record<string, CellFormat> = {
  9: 'percent',
  10: 'percent',
  14: 'date',
  15: 'date',
  16: 'date',
  17: 'date',
  18: 'time',
  19: 'time',
  20: 'time',
  21: 'time',
  22: 'datetime',
  27: 'date',
  28: 'date',
  29: 'date',
  30: 'date',
  31: 'date',
  32: 'time',
  33: 'time',
  34: 'time',
  35: 'time',
  36: 'date',
  45: 'time',
  46: 'duration',
  47: 'time',
  50: 'date',
  51: 'date',
  52: 'date',
  53: 'date',
  54: 'date',
  57: 'date',
  58: 'date',
}

function formatOf(id: string, codes: Map<string, string>): CellFormat {
  const code = codes.get(id)
  if (code === undefined) return BUILT_IN[id] ?? 'number'
  // Only the part for positive numbers; without colours, texts in quotes and escaped letters.
  const bare = (code.split(';')[0] as string)
    .replace(/\[(?!(h+|m+|s+)\])[^\]]*\]|"[^"]*"|\\.|_.|\*./gi, '')
    .toLowerCase()
  if (/\[(h+|m+|s+)\]/.test(bare)) return 'duration'
  const date = /[yd]/.test(bare) || (/m/.test(bare) && !/[hs]/.test(bare))
  const time = /[hs]/.test(bare)
  if (/general|[#0?]/.test(bare) && !/[yd]|h|m{2}/.test(bare)) return bare.includes('%') ? 'percent' : 'number'
  if (date) return time ? 'datetime' : 'date'
  return time ? 'time' : bare.includes('%') ? 'percent' : 'number'
}

/** Zips that are something else, by an entry that only they have. */
const OTHERS: [RegExp, string, string][] = [
  [/^word\//, 'a Word document (.docx)', 'Copy its table into a workbook and save that as XLSX or CSV.'],
  [/^ppt\//, 'a PowerPoint file (.pptx)', 'Export the table behind it as XLSX or CSV.'],
  [/^xl\/workbook\.bin$/, 'a binary Excel workbook (.xlsb)', 'Save it in Excel as "Excel Workbook (.xlsx)".'],
  [/^content\.xml$/, 'an OpenDocument file (.ods)', 'Save it in LibreOffice as XLSX or CSV.'],
]

function notWorkbook(zip: Zip): RapportError {
  const names = zip.names()
  const [, what, fix] = OTHERS.find(([pattern]) => names.some((name) => pattern.test(name))) ?? [
    null,
    `a zip archive of ${names.length} file${names.length === 1 ? '' : 's'}`,
    'Unpack it and name the files in it.',
  ]
  return new RapportError({
    code: 'form-unsupported',
    message: `${zip.path} is ${what}, which holds no table that can be read.`,
    where: zip.path,
    fix,
  })
}

function external(path: string, sheet: string): RapportError {
  return new RapportError({
    code: 'xlsx-external',
    message: `Sheet "${sheet}" of ${path} lies outside the file; nothing outside a file is ever fetched.`,
    where: `${path}#${sheet}`,
    fix: 'Open the workbook in Excel and save it with its sheets inside.',
  })
}
