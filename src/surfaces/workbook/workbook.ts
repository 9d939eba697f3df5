import type { Words } from '../../config/words.ts'
import type { VersionFacts } from '../../metrics/context.ts'
import type { PageView } from '../../pages/view.ts'
import { archiveOf } from './archive.ts'
import type { Book } from './book.ts'
import { contentsSheet } from './contents-sheet.ts'
import { dataSheet } from './data-sheet.ts'
import { definitionsSheet } from './definitions-sheet.ts'
import { pageSheet } from './page-sheet.ts'
import { planWorkbook } from './plan.ts'
import { type Ledger, qualitySheet } from './quality-sheet.ts'
import { tableSheet } from './table-sheet.ts'

/** What a workbook is made of: pages as they were resolved, and the book of their version. */
export interface WorkbookInput {
  /** What the data is called. */
  source: string
  version: Pick<VersionFacts, 'id' | 'as_of' | 'zone' | 'counts'>
  pages: readonly PageView[]
  ledger: Ledger
  words: Words
}

/** The door: pages -> the bytes of an .xlsx file. The same version gives the same bytes. */
export async function writeWorkbook(input: WorkbookInput): Promise<Uint8Array> {
  return archiveOf(bookOf(input), input.words)
}

/** The same before it is XML. */
export function bookOf({ source, version, pages, ledger, words }: WorkbookInput): Book {
  const plan = planWorkbook(pages, words)
  const origin = { as_of: pages[0]?.as_of ?? version.as_of, zone: version.zone, version: version.id }
  const own = plan.pages.filter(({ isQuality }) => !isQuality)
  const tablesOf = (page: (typeof plan.pages)[number]) =>
    page.tables.map((table) => tableSheet(table, page, plan, words))
  return {
    title: source,
    language: words.language,
    at: origin.as_of,
    sheets: [
      contentsSheet(source, plan, origin, words),
      ...own.flatMap((page) => [pageSheet(page, plan, words), ...tablesOf(page)]),
      definitionsSheet(plan, origin, words),
      qualitySheet(ledger, plan, origin, words),
      ...plan.pages.filter(({ isQuality }) => isQuality).flatMap(tablesOf),
      dataSheet(plan, version.counts, origin, words),
    ],
  }
}
