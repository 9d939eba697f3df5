import { crc32 as nodeCrc32, deflateRawSync } from 'node:zlib'

/** A small zip writer of its own, so that tests do not check a reader with its own library. */
export function zipFiles(files: Record<string, string | Buffer>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content)
    const packed = deflateRawSync(data, { level: 9 })
    const path = Buffer.from(name)
    const fixed = Buffer.alloc(26)
    fixed.writeUInt16LE(20, 0)
    fixed.writeUInt16LE(0x0800, 2)
    fixed.writeUInt16LE(8, 4)
    fixed.writeUInt16LE(0x21, 8)
    fixed.writeUInt32LE(nodeCrc32(data), 10)
    fixed.writeUInt32LE(packed.length, 14)
    fixed.writeUInt32LE(data.length, 18)
    fixed.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fixed, path, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), fixed, tail, path]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

export interface TestSheet {
  name: string
  /** Content of `<sheetData>`, or the whole sheet file when it begins with `<?xml`. */
  data: string
  state?: 'hidden' | 'veryHidden'
  external?: string
}

export interface TestWorkbook {
  sheets: TestSheet[]
  strings?: string[]
  /** Format codes of the styles 1, 2, ... */
  formats?: string[]
  date1904?: boolean
  extra?: Record<string, string | Buffer>
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** A workbook as bytes. */
export function workbook({ sheets, strings = [], formats = [], date1904 = false, extra = {} }: TestWorkbook): Buffer {
  const files: Record<string, string | Buffer> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    'xl/workbook.xml': `${HEAD}<workbook ${MAIN}><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>${sheets
      .map((sheet, i) => `<sheet name="${escapeXml(sheet.name)}" sheetId="${i + 1}" r:id="rId${i + 1}"${sheet.state ? ` state="${sheet.state}"` : ''}/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${sheets
      .map(
        (sheet, i) =>
          `<Relationship Id="rId${i + 1}" Type="${TYPE}/worksheet" Target="${sheet.external ?? `worksheets/sheet${i + 1}.xml`}"${sheet.external ? ' TargetMode="External"' : ''}/>`,
      )
      .join('')}<Relationship Id="rIdS" Type="${TYPE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdT" Type="${TYPE}/styles" Target="/xl/styles.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `${HEAD}<sst ${MAIN}>${strings.map((text) => `<si>${text.startsWith('<') ? text : `<t xml:space="preserve">${escapeXml(text)}</t>`}</si>`).join('')}</sst>`,
    'xl/styles.xml': `${HEAD}<styleSheet ${MAIN}><numFmts>${formats.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${escapeXml(code)}"/>`).join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((_, i) => `<xf numFmtId="${164 + i}"/>`).join('')}</cellXfs></styleSheet>`,
  }
  for (const [i, sheet] of sheets.entries())
    files[`xl/worksheets/sheet${i + 1}.xml`] = sheet.data.startsWith('<?xml') ? sheet.data : `${HEAD}<worksheet ${MAIN}><sheetData>${sheet.data}</sheetData></worksheet>`
  return zipFiles({ ...files, ...extra })
}

/** Rows of inline strings and numbers: `null` is a cell that is not there. */
export function sheetRows(rows: (string | number | null)[][], firstRow = 1): string {
  return rows
    .map((cells, i) => {
      const r = firstRow + i
      const inner = cells
        .map((cell, j) => {
          const at = `r="${String.fromCharCode(65 + j)}${r}"`
          if (cell === null) return ''
          if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`
          return `<c ${at} t="inlineStr"><is><t>${escapeXml(cell)}</t></is></c>`
        })
        .join('')
      return `<row r="${r}">${inner}</row>`
    })
    .join('')
}
