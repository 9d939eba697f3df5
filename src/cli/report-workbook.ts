import { Readable } from 'node:stream'
import { gatherFindings } from '../insights/gather.ts'
import type { Viewer } from '../metrics/query.ts'
import { linksOf } from '../pages/links.ts'
import { resolvePage } from '../pages/resolve.ts'
import type { PageServices } from '../pages/services.ts'
import { writeWorkbook } from '../surfaces/workbook/workbook.ts'
import { fileOf, writeWhole } from './export-file.ts'
import { type Shared, settledOf, wordsOf } from './opened.ts'
import { servicesOf } from './page-services.ts'

export interface WorkbookOptions {
  /** Ids of pages; all that the data can fill, where none is named. */
  pages?: readonly string[]
  /** What the address of a page would say: filters, dates. */
  parameters?: string
}

/** Writes the pages of a version as an .xlsx file, for one viewer. `rapport report --format xlsx` and `rapport export xlsx` call it. */
export async function writeWorkbookFile(
  out: string,
  shared: Shared,
  viewer: Viewer,
  options: WorkbookOptions = {},
): Promise<{ path: string; pages: number; bytes: number }> {
  const path = await fileOf(out, 'rapport.xlsx')
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
  await writeWhole(path, Readable.from([bytes]))
  return { path, pages: pages.length, bytes: bytes.length }
}

/** Without what moves with the clock, and with every answer waited for: the same version gives the same file. */
function fileServices(shared: Shared, viewer: Viewer): PageServices {
  const { readAlerts: _alerts, readNow: _now, ...services } = servicesOf(shared, viewer)
  const settled = settledOf(shared, viewer)
  return { ...services, gatherWithin: async () => ({ answers: await gatherFindings(settled), pending: [] }) }
}
