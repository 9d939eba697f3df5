import { Readable } from 'node:stream'
import type { Viewer } from '../metrics/query.ts'
import { linksOf } from '../pages/links.ts'
import { resolvePage } from '../pages/resolve.ts'
import { writeWorkbook } from '../surfaces/workbook/workbook.ts'
import { fileOf, writeWhole } from './export-file.ts'
import { fileServices } from './file-services.ts'
import { type Shared, wordsOf } from './opened.ts'

export interface WorkbookOptions {
  /** Ids of pages; all that the data can fill, where none is named. */
  pages?: readonly string[]
  /** What the address of a page would say: filters, dates. */
  parameters?: string
}

/** Writes the pages of a version as an .xlsx file, for one viewer. */
export async function writeWorkbookFile(
  out: string,
  shared: Shared,
  viewer: Viewer,
  options: WorkbookOptions = {},
): Promise<{ path: string; pages: number; bytes: number }> {
  const path = await fileOf(out, 'rapport.xlsx')
  const { pages, bytes } = await workbookOf(shared, viewer, options)
  await writeWhole(path, Readable.from([bytes]))
  return { path, pages, bytes: bytes.length }
}

/** The pages of a version as a workbook, for one viewer: what `rapport export xlsx`, reports and evidence packs write. */
export async function workbookOf(
  shared: Shared,
  viewer: Viewer,
  options: WorkbookOptions = {},
): Promise<{ pages: number; bytes: Uint8Array }> {
  const services = fileServices({ ...shared, pictures: false }, viewer)
  const ids = options.pages ?? (await linksOf(services)).map(({ id }) => id)
  const chosen = ids.flatMap((id) => shared.pages.get(id) ?? [])
  const pages = await Promise.all(chosen.map((page) => resolvePage(page, options.parameters ?? '', services)))
  const { facts, version } = services
  const [loads, rejects, findings, quality] = await Promise.all([
    facts.loads(),
    facts.rejects(0),
    facts.checkResults(),
    facts.quality?.() ?? null,
  ])
  const bytes = await writeWorkbook({
    source: shared.project.name,
    version,
    pages,
    ledger: { loads, rejects, findings, quality },
    words: wordsOf(shared, viewer.language),
  })
  return { pages: pages.length, bytes }
}
