import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { missingOf } from '../metrics/needs.ts'
import type { Report } from '../pages/report-spec.ts'
import { readReports } from '../project.ts'
import { composeReport } from '../surfaces/report/compose.ts'
import type { ReportDocument } from '../surfaces/report/document.ts'
import { openModel, viewerOf } from './model.ts'
import { readShared, type Shared, wordsOf } from './opened.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'
import { pageNamed } from './page-named.ts'
import { servicesOf } from './page-services.ts'

type Writer = (document: ReportDocument, words: Words) => string | Uint8Array | Promise<string | Uint8Array>

/** Each writer is loaded when it is asked for. */
const writers = {
  md: async (): Promise<Writer> => (await import('../surfaces/report/markdown.ts')).reportMarkdown,
  pdf: async (): Promise<Writer> => (await import('../surfaces/report/typst/report-pdf.ts')).reportPdf,
  json: async (): Promise<Writer> => (document) => `${JSON.stringify(document, null, 2)}\n`,
}
type Format = keyof typeof writers
const formats = Object.keys(writers) as Format[]

interface ReportOptions extends CommonOptions {
  page?: string
  format: Format
  out?: string
}

export function addCommand(program: Command): void {
  withData(
    program
      .command('report [name]')
      .description('Write a report: what the data say, how sure that is, and what to do. Personal data is masked.'),
  )
    .option('--page <page>', 'one page as a report, in place of the whole')
    .addOption(new Option('--format <format>', 'what to write').choices(formats).default('md'))
    .option('--out <file>', 'where to (default: <name>.<format>; - is standard output)')
    .addHelpText('after', '\nExample:\n  $ rapport report --format pdf --lang fr --files tickets.csv')
    .action(writeReport)
}

async function writeReport(name: string | undefined, options: ReportOptions): Promise<void> {
  const { project, version } = await openModel(options)
  try {
    const shared = await readShared(project, version)
    const document = await documentOf(name, options, shared)
    const write = await writers[options.format]()
    const written = await write(document, wordsOf(shared, document.language))
    const out = options.out ?? `${document.report}.${options.format}`
    if (out === '-') {
      process.stdout.write(written)
      return
    }
    await writeFile(resolve(out), written)
    if (options.json) printJson({ path: resolve(out), report: document.report, version: document.version })
    else say(`${out}: ${document.sections.length} chapters.`)
  } finally {
    await version.close()
  }
}

/** The report of that name, of one page, or the one that suits the source. */
export async function documentOf(
  name: string | undefined,
  { page, ...options }: Pick<ReportOptions, 'page'> & CommonOptions,
  shared: Shared,
): Promise<ReportDocument> {
  const services = servicesOf(shared, viewerOf(shared.project, options))
  const reports = await readReports(shared.project, shared.pages)
  const report = page === undefined ? reportNamed(name, reports, shared) : reportOfPage(page, shared)
  return composeReport(report, shared.project.name, services)
}

function reportNamed(name: string | undefined, reports: ReadonlyMap<string, Report>, { version }: Shared): Report {
  const found =
    name === undefined
      ? [...reports.values()].find(
          ({ table, needs }) =>
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
