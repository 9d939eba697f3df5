import type { Command } from 'commander'
import { RapportError } from '../errors.ts'
import { readPointer } from '../flow/publish/publish.ts'
import { openVersion, readProject } from '../project.ts'
import { buildProject } from './build-project.ts'
import { viewerOf } from './model.ts'
import { readParts } from './opened.ts'
import { type CommonOptions, projectOptions, repeatable, withData } from './options.ts'
import { printJson, say } from './output.ts'

interface WorkbookCommand extends CommonOptions {
  page?: string[]
}

/** `rapport export xlsx`. */
export function addWorkbook(command: Command): void {
  const xlsx = command
    .command('xlsx <out>')
    .description('Pages as a workbook: a sheet a page and a table, with definitions: a file (.xlsx) or a folder.')
  repeatable(xlsx, '--page <id>', 'only this page (repeatable; default: every page that the data can fill)')
  withData(xlsx)
    .addHelpText('after', '\nExample:\n  $ rapport export xlsx report.xlsx --files tickets.csv --page overview')
    .action(exportWorkbook)
}

async function exportWorkbook(out: string, options: WorkbookCommand): Promise<void> {
  const { writeWorkbookFile } = await import('./report-workbook.ts')
  const project = await readProject(projectOptions(options))
  if (!(await readPointer(project.data))) await buildProject(options)
  const version = await openVersion(project, { asOf: options.asOf })
  try {
    const shared = { project, version, ...(await readParts(project)) }
    const strange = options.page?.filter((id) => !shared.pages.has(id)) ?? []
    if (strange.length > 0) throw unknownPage(strange, [...shared.pages.keys()])
    const written = await writeWorkbookFile(out, shared, viewerOf(project, options), { pages: options.page })
    if (options.json) printJson({ ...written, version: version.facts.id })
    else say(`${written.path}: ${written.pages} pages, ${Math.ceil(written.bytes / 1024)} KB.`)
  } finally {
    await version.close()
  }
}

function unknownPage(ids: string[], known: string[]): RapportError {
  return new RapportError(
    ids.map((id) => ({
      code: 'page-unknown',
      message: `There is no page "${id}".`,
      where: '--page',
      fix: `Use one of: ${known.join(', ')}.`,
    })),
    5,
  )
}
