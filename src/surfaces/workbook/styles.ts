import type { Look } from './book.ts'
import { xmlAttribute } from './text.ts'

/** Ink, soft ink, hairlines and one accent: those of the pages, on white. */
const colours = {
  ink: 'FF1C1F23',
  soft: 'FF5D646D',
  line: 'FFE4E4DF',
  edge: 'FFB9BDC3',
  head: 'FFF3F4F2',
  accent: 'FF2F5FD0',
}

const fonts: Record<Look['font'], { size: number; colour: keyof typeof colours; bold?: true; italic?: true }> = {
  text: { size: 10, colour: 'ink' },
  title: { size: 18, colour: 'ink', bold: true },
  lead: { size: 11.5, colour: 'ink' },
  section: { size: 12, colour: 'ink', bold: true },
  soft: { size: 9, colour: 'soft' },
  head: { size: 9, colour: 'soft', bold: true },
  link: { size: 10, colour: 'accent' },
  strong: { size: 10, colour: 'ink', bold: true },
  mark: { size: 10, colour: 'soft', italic: true },
}

const fontNames = Object.keys(fonts) as Look['font'][]

/** Below 164 are the formats that Excel has by itself. */
const ownFormats = 164

/** Gives each look of a workbook its number in the file, and writes them all. */
export class Styles {
  private readonly numbers = new Map<string, number>()
  private readonly looks: { look: Look; quoted: boolean; low: boolean }[] = []
  private readonly formats = new Map<string, number>()

  constructor() {
    // Number 0 is what a cell without a style has.
    this.of({ font: 'text' })
  }

  /** `quoted`: text that Excel must not take for a formula when the cell is edited; `low`: in a row of one line. */
  of(look: Look, { quoted = false, low = false } = {}): number {
    const key = JSON.stringify([
      look.font,
      look.rule,
      look.fill,
      look.align,
      look.wrap,
      look.indent,
      look.format,
      quoted,
      low,
    ])
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.looks.length)
    this.looks.push({ look, quoted, low })
    if (look.format && !this.formats.has(look.format)) this.formats.set(look.format, ownFormats + this.formats.size)
    return this.looks.length - 1
  }

  xml(): string {
    const formats = [...this.formats].map(
      ([code, id]) => `<numFmt numFmtId="${id}" formatCode="${xmlAttribute(code)}"/>`,
    )
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${
      formats.length > 0 ? `<numFmts count="${formats.length}">${formats.join('')}</numFmts>` : ''
    }<fonts count="${fontNames.length}">${fontNames.map(fontXml).join('')}</fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="${colours.head}"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>${borderXml(colours.line)}${borderXml(colours.edge)}</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${this.looks.length}">${this.looks.map((each) => this.cellXml(each)).join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="0"/><tableStyles count="0"/></styleSheet>`
  }

  private cellXml({ look, quoted, low }: { look: Look; quoted: boolean; low: boolean }): string {
    const format = look.format ? this.formats.get(look.format) : 0
    const border = look.rule === 'row' ? 1 : look.rule === 'head' ? 2 : 0
    const alignment = [
      // A figure that stands right would touch the text of the next column.
      look.align && `horizontal="${look.align}"${look.align === 'right' ? ' indent="1"' : ''}`,
      `vertical="${look.rule === 'head' ? 'bottom' : low ? 'center' : 'top'}"`,
      look.wrap && 'wrapText="1"',
      look.indent && `horizontal="left" indent="${look.indent}"`,
    ].filter(Boolean)
    return `<xf numFmtId="${format}" fontId="${fontNames.indexOf(look.font)}" fillId="${look.fill ? 2 : 0}" borderId="${border}" xfId="0"${quoted ? ' quotePrefix="1"' : ''} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment ${alignment.join(' ')}/></xf>`
  }
}

function fontXml(name: Look['font']): string {
  const { size, colour, bold, italic } = fonts[name]
  return `<font>${bold ? '<b/>' : ''}${italic ? '<i/>' : ''}<sz val="${size}"/><color rgb="${colours[colour]}"/><name val="Arial"/><family val="2"/></font>`
}

function borderXml(colour: string): string {
  return `<border><left/><right/><top/><bottom style="thin"><color rgb="${colour}"/></bottom><diagonal/></border>`
}
