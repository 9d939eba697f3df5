import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { openModel, viewerOf } from './model.ts'
import { readShared } from './opened.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'
import { type ReportFormat, reportFormats, writeReport } from './write-report.ts'

interface ReportOptions extends CommonOptions {
  page?: string
  format: ReportFormat
  out?: string
}

export function addCommand(program: Command): void {
  withData(
    program
      .command('report [name]')
      .description('Write a report: what the data say, how sure that is, and what to do. Personal data is masked.'),
  )
    .option('--page <page>', 'one page as a report, in place of the whole')
    .addOption(new Option('--format <format>', 'what to write').choices(reportFormats).default('html'))
    .option('--out <file>', 'where to (default: <name>.<format>; - is standard output)')
    .addHelpText('after', '\nExample:\n  $ rapport report --format pdf --lang fr --files tickets.csv')
    .action(report)
}

async function report(name: string | undefined, { page, format, out, ...options }: ReportOptions): Promise<void> {
  const { project, version } = await openModel(options)
  try {
    const shared = await readShared(project, version)
    const request = { name, page, shared, viewer: viewerOf(project, options) }
    const { report: id, document, files } = await writeReport([format], request)
    const bytes = files[0]!.bytes
    if (out === '-') {
      process.stdout.write(bytes)
      return
    }
    const path = resolve(out ?? `${id}.${format}`)
    await writeFile(path, bytes)
    if (options.json) printJson({ path, report: id, version: version.facts.id })
    else say(document ? `${path}: ${document.sections.length} chapters.` : path)
  } finally {
    await version.close()
  }
}
