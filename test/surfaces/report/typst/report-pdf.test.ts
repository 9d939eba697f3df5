import { inflateSync } from 'node:zlib'
import { beforeAll, expect, test, vi } from 'vitest'
import { readWords } from '../../../../src/config/read-words.ts'
import type { Words } from '../../../../src/config/words.ts'
import type { Block } from '../../../../src/surfaces/report/document.ts'
import type { Typeset } from '../../../../src/surfaces/report/typst/compiler.ts'
import { reportPdf, setReport } from '../../../../src/surfaces/report/typst/report-pdf.ts'
import { documentOf, everyKind, hostile } from './every-kind.ts'

let words: Words
let report: Typeset
let pdf: string

beforeAll(async () => {
  words = await readWords(['catalog/words'], 'en', [])
  report = await setReport(documentOf(everyKind), words)
  pdf = opened(report.pdf())
})

/** A PDF with its streams unpacked, as text. */
function opened(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  return text.replace(/stream\r?\n([\s\S]*?)\r?\nendstream/g, (_, stream: string) => {
    try {
      return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1')
    } catch {
      return stream
    }
  })
}

/** Every text of a kind of element, in order. */
function textsOf(selector: string): string[] {
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk)
    else if (value !== null && typeof value === 'object')
      for (const [key, each] of Object.entries(value)) {
        if (key === 'text' && typeof each === 'string') found.push(each.replaceAll('\u200b', ''))
        else walk(each)
      }
  }
  walk(report.query(selector))
  return found
}

test('text of the data is text, whatever it looks like', () => {
  expect(textsOf('heading')).toContain(`A heading ${hostile}`)
  expect(textsOf('table').filter((text) => text === hostile)).not.toEqual([])
  expect(textsOf('figure').filter((text) => text.includes(hostile))).not.toEqual([])
  for (const markup of ['math.equation', 'strong', 'emph', 'raw']) expect(report.query(markup), markup).toEqual([])
})

test('figures and tables are numbered, headings are levels, what is counted stands in the contents', () => {
  expect(textsOf('figure')).toEqual(expect.arrayContaining(['Figure 1', 'Table 1', '3 more rows are not printed.']))
  const headings = report.query('heading') as { level: number; outlined: boolean }[]
  expect(headings.map(({ level, outlined }) => `${level}${outlined ? '' : ' (title page)'}`)).toEqual([
    '1 (title page)',
    '1',
    '2',
    '1',
  ])
  expect(report.pages).toBeGreaterThanOrEqual(3)
})

test('the file is tagged, has bookmarks, a language, its type inside, and the date of the data', () => {
  expect(/\/StructTreeRoot/.test(pdf)).toBe(true)
  expect(/\/Marked true/.test(pdf)).toBe(true)
  expect(/\/Outlines/.test(pdf)).toBe(true)
  expect(/\/Lang\s*\(en\)/.test(pdf)).toBe(true)
  for (const tag of ['H1', 'H2', 'Table', 'TH', 'TD', 'Figure', 'Caption', 'L', 'TOC'])
    expect(new RegExp(`/S\\s*/${tag}\\b`).test(pdf), tag).toBe(true)
  expect(pdf.includes('Phone 10, e-mail 7'), 'Phone 10, e-mail 7').toBe(true)
  expect(pdf.includes('D:20230531235000'), 'D:20230531235000').toBe(true)
  for (const face of ['Inter-Regular', 'Inter-SemiBold', 'Inter-Bold'])
    expect(pdf.includes(`+${face}`), `+${face}`).toBe(true)
  expect(/\/FontFile2/.test(pdf)).toBe(true)
})

const plain: Block[] = [
  { kind: 'paragraph', text: 'Fermé, « ouvert » : 1 234,5 %' },
  { kind: 'heading', text: 'Chiffres' },
]

test('a report in letters that Inter has keeps the standard of accessible documents, in its language', async () => {
  const french = await readWords(['catalog/words'], 'fr', [])
  const text = opened(await reportPdf(documentOf(plain, { language: 'fr', locale: 'fr-FR' }), french))
  expect(text.includes('pdfuaid'), 'pdfuaid').toBe(true)
  expect(/\/Lang\s*\(fr\)/.test(text)).toBe(true)
})

test('the same document gives the same bytes; without a date there is none', async () => {
  const document = documentOf(everyKind)
  expect(Buffer.from(await reportPdf(document, words)).equals(Buffer.from(report.pdf()))).toBe(true)
  const undated = opened(await reportPdf(documentOf(plain, { as_of: null }), words))
  expect(/CreationDate/.test(undated)).toBe(false)
})

test('a report with nothing in it is a page', async () => {
  const { pages } = await setReport(documentOf([], { sections: [] }), words)
  expect(pages).toBe(1)
})

test('where Typst is not there for the machine, the way out is said', async () => {
  vi.resetModules()
  vi.doMock('@myriaddreamin/typst-ts-node-compiler', () => {
    throw new Error('Cannot find native binding')
  })
  const { typeset } = await import('../../../../src/surfaces/report/typst/compiler.ts')
  await expect(typeset('report.typ', new Map())).rejects.toMatchObject({
    problems: [{ code: 'typst-missing', fix: expect.stringContaining('--format html or md') }],
  })
  vi.doUnmock('@myriaddreamin/typst-ts-node-compiler')
})
