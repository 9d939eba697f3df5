import type { Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { missingOf } from '../metrics/needs.ts'
import type { Viewer } from '../metrics/query.ts'
import type { Report } from '../pages/report-spec.ts'
import type { PageServices } from '../pages/services.ts'
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

type Bytes = string | Uint8Array
type Writer = (document: ReportDocument, words: Words) => Bytes | Promise<Bytes>

/** Each writer of a document is loaded when it is asked for. */
const writers = {
  html: async (): Promise<Writer> => {
    const [{ reportHtml }, { readReportFiles }] = await Promise.all([
      import('../surfaces/report/html/report-html.ts'),
      import('../surfaces/report/html/files.ts'),
    ])
    return (document, words) => reportHtml(document, words, readReportFiles())
  },
  pdf: async (): Promise<Writer> => (await import('../surfaces/report/typst/report-pdf.ts')).reportPdf,
  md: async (): Promise<Writer> => (await import('../surfaces/report/markdown.ts')).reportMarkdown,
  json: async (): Promise<Writer> => (document) => `${JSON.stringify(document, null, 2)}\n`,
}
export type ReportFormat = keyof typeof writers | 'xlsx'
export const reportFormats: ReportFormat[] = ['html', 'pdf', 'xlsx', 'md', 'json']

export interface WrittenReport {
  /** Id of the report that was chosen. */
  report: string
  /** Null where no format is made of it. */
  document: ReportDocument | null
  /** In the order of the formats that were asked for. */
  files: { format: ReportFormat; bytes: Bytes }[]
}

/** A report, composed once and written in each of the formats. A workbook is made of pages, and alone it composes nothing. */
export async function writeReport(formats: readonly ReportFormat[], request: ReportRequest): Promise<WrittenReport> {
  const { shared, viewer, page } = request
  // Text has no pictures, and drawing is a good part of the time.
  const drawn = formats.some((format) => format !== 'md' && format !== 'xlsx')
  const services = servicesOf({ ...shared, pictures: drawn }, viewer)
  const report = page === undefined ? await reportFor(request, services) : reportOfPage(page, shared)
  const composed = formats.some((format) => format !== 'xlsx')
  const document = composed ? await composeReport(report, shared.project.name, services) : null
  const files: WrittenReport['files'] = []
  for (const format of formats) {
    if (format === 'xlsx') files.push({ format, bytes: await workbookBytes(request) })
    else {
      const write = await writers[format]()
      files.push({ format, bytes: await write(document!, wordsOf(shared, viewer.language)) })
    }
  }
  return { report: report.report, document, files }
}

/** All pages that the data can fill, or the one that was asked for. */
async function workbookBytes({ shared, viewer, page }: ReportRequest): Promise<Bytes> {
  const { workbookOf } = await import('./report-workbook.ts')
  return (await workbookOf(shared, viewer, page === undefined ? {} : { pages: [page] })).bytes
}

/** The report of that name, or the one that suits the source. */
async function reportFor({ name, shared }: ReportRequest, { facts }: PageServices): Promise<Report> {
  const reports = await readReports(shared.project, shared.pages)
  const packs = (await facts.loads()).flatMap(({ pack }) => pack ?? [])
  return reportNamed(name, reports, shared, packs)
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
