import type { Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { missingOf } from '../metrics/needs.ts'
import type { Viewer } from '../metrics/query.ts'
import type { Report } from '../pages/report-spec.ts'
import { readReports } from '../project.ts'
import { composeReport } from '../surfaces/report/compose.ts'
import type { ReportDocument } from '../surfaces/report/document.ts'
import { type Shared, wordsOf } from './opened.ts'
import { pageNamed } from './page-named.ts'
import { servicesOf } from './page-services.ts'

/** What a report is written from: a name or a page, and the version with its viewer. Without either, the report that suits the source. */
export interface ReportRequest {
  name?: string
  page?: string
  shared: Shared
  viewer: Viewer
}

type Writer = (document: ReportDocument, words: Words, request: ReportRequest) => Bytes | Promise<Bytes>
type Bytes = string | Uint8Array

/** Each writer is loaded when it is asked for. */
const writers = {
  html: async (): Promise<Writer> => {
    const [{ reportHtml }, { readReportFiles }] = await Promise.all([
      import('../surfaces/report/html/report-html.ts'),
      import('../surfaces/report/html/files.ts'),
    ])
    return (document, words) => reportHtml(document, words, readReportFiles())
  },
  pdf: async (): Promise<Writer> => (await import('../surfaces/report/typst/report-pdf.ts')).reportPdf,
  /** All pages that the data can fill, or the one that was asked for. */
  xlsx: async (): Promise<Writer> => {
    const { workbookOf } = await import('./report-workbook.ts')
    return async (_document, _words, { shared, viewer, page }) =>
      (await workbookOf(shared, viewer, page === undefined ? {} : { pages: [page] })).bytes
  },
  md: async (): Promise<Writer> => (await import('../surfaces/report/markdown.ts')).reportMarkdown,
  json: async (): Promise<Writer> => (document) => `${JSON.stringify(document, null, 2)}\n`,
}
export type ReportFormat = keyof typeof writers
export const reportFormats = Object.keys(writers) as ReportFormat[]

export interface WrittenReport {
  document: ReportDocument
  /** In the order of the formats that were asked for. */
  files: { format: ReportFormat; bytes: Bytes }[]
}

/** A report, composed once and written in each of the formats. */
export async function writeReport(formats: readonly ReportFormat[], request: ReportRequest): Promise<WrittenReport> {
  const document = await documentOf(request)
  const files: WrittenReport['files'] = []
  for (const format of formats) {
    const write = await writers[format]()
    files.push({ format, bytes: await write(document, wordsOf(request.shared, document.language), request) })
  }
  return { document, files }
}

/** The report of that name, of one page, or the one that suits the source. */
async function documentOf({ name, page, shared, viewer }: ReportRequest): Promise<ReportDocument> {
  const services = servicesOf(shared, viewer)
  const reports = await readReports(shared.project, shared.pages)
  const packs = (await services.facts.loads()).flatMap(({ pack }) => pack ?? [])
  const report = page === undefined ? reportNamed(name, reports, shared, packs) : reportOfPage(page, shared)
  return composeReport(report, shared.project.name, services)
}

function reportNamed(
  name: string | undefined,
  reports: ReadonlyMap<string, Report>,
  { version }: Shared,
  packs: string[],
): Report {
  const found =
    name === undefined
      ? [...reports.values()].find(
          ({ table, needs, packs: only }) =>
            (only === undefined || packs.some((each) => only.includes(each))) &&
            (table === undefined || (version.facts.counts[table] ?? 0) > 0) &&
            missingOf(needs, version.facts.present).length === 0,
        )
      : reports.get(name)
  if (found) return found
  throw new RapportError(
    {
      code: 'report-unknown',
      message: name === undefined ? 'No report suits these data.' : `There is no report "${name}".`,
      where: name ?? 'catalog/reports',
      fix: `Use one of: ${[...reports.keys()].join(', ')}; or --page.`,
    },
    5,
  )
}

/** A page as it stands, with what it rests on. */
function reportOfPage(name: string, { pages }: Shared): Report {
  const page = pageNamed(name, pages)
  return {
    ...{ report: name, title: page.title, order: 0, needs: [] },
    chapters: [
      { kind: 'summary', id: 'summary', page: name, limit: 4 },
      { kind: 'tiles', id: 'page', title: page.title, tiles: [`${name}.*`] },
      { kind: 'quality', id: 'quality' },
      { kind: 'assumptions', id: 'assumptions' },
      { kind: 'definitions', id: 'definitions' },
    ],
  }
}
