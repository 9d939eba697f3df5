import { mkdir, realpath, rm } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { Command } from 'commander'
import { say as sentence, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Viewer } from '../metrics/query.ts'
import { linksOf } from '../pages/links.ts'
import { resolvePage } from '../pages/resolve.ts'
import { hasNumbers } from '../surfaces/powerbi/asked.ts'
import { buildModel } from '../surfaces/powerbi/build-model.ts'
import { reportPage } from '../surfaces/powerbi/from-view.ts'
import { projectFiles } from '../surfaces/powerbi/project-files.ts'
import { type ReportPage, writeReport } from '../surfaces/powerbi/report-pages.ts'
import type { SemanticModel } from '../surfaces/powerbi/semantic-model.ts'
import { writeTables } from '../surfaces/powerbi/star.ts'
import { writeModel } from '../surfaces/powerbi/tmdl.ts'
import { writeWhole } from './export-file.ts'
import { fileServices } from './file-services.ts'
import { openModel, viewerOf } from './model.ts'
import { readShared, type Shared } from './opened.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'

interface PowerBiOptions extends CommonOptions {
  dataFolder?: string
}

/** `rapport export powerbi`. */
export function addPowerBi(command: Command): void {
  const powerbi = command
    .command('powerbi <dir>')
    .description(
      'A Power BI project: the model as a star of Parquet files, every metric as a measure, roles for markets and teams. Personal data is masked.',
    )
  withData(powerbi)
    .option('--data-folder <path>', 'where Power BI finds the Parquet files (default: the folder "data" of the export)')
    .addHelpText('after', '\nExample:\n  $ rapport export powerbi out --files tickets.csv')
    .action(exportPowerBi)
}

async function exportPowerBi(dir: string, options: PowerBiOptions): Promise<void> {
  await mkdir(join(resolve(dir), 'data'), { recursive: true })
  const folder = await realpath(resolve(dir))
  const data = join(folder, 'data')
  const { project, context, version } = await openModel({ ...options, into: data })
  try {
    const star = await buildModel('Rapport', context)
    const { model } = star
    try {
      const files = await writeTables(star, data, context.store)
      const dataFolder = options.dataFolder ?? data
      const shared = await readShared(project, version)
      const pages = await reportPages(shared, viewerOf(project, options))
      await writeFolder(folder, model, withSeparator(dataFolder))
      await writeReportFolder(folder, model, pages, context)
      await writeWhole(join(folder, 'README-powerbi.txt'), lines(readMe(model, dataFolder, context.words)))
      report(folder, model, files, options, context.version.id)
    } finally {
      await star.release()
    }
  } finally {
    await version.close()
  }
}

/** Files of what was there before and is no more, such as the table of a dimension, are swept away: Power BI would load them. */
async function writeFolder(folder: string, model: SemanticModel, dataFolder: string): Promise<void> {
  const own = join(folder, `${model.name}.SemanticModel`)
  await rm(join(own, 'definition'), { recursive: true, force: true })
  for (const [path, content] of writeModel(model, dataFolder)) await writeWhole(join(own, path), lines(content))
}

/** The pages of ours that hold numbers, as they are shown: titles, targets, verdicts and findings of this version. */
async function reportPages(shared: Shared, viewer: Viewer): Promise<ReportPage[]> {
  const services = fileServices({ ...shared, pictures: false }, viewer)
  const listed = (await linksOf(services)).flatMap(({ id }) => shared.pages.get(id) ?? []).filter(hasNumbers)
  return Promise.all(
    listed.map(async (page) => reportPage(page, await resolvePage(page, '', services), services.words)),
  )
}

async function writeReportFolder(
  folder: string,
  model: SemanticModel,
  pages: ReportPage[],
  { words, catalogue, version }: MetricContext,
): Promise<void> {
  await rm(join(folder, `${model.name}.Report`, 'definition'), { recursive: true, force: true })
  const files = [...projectFiles(model.name), ...writeReport(model, pages, { words, catalogue, asOf: version.as_of })]
  for (const [path, content] of files) await writeWhole(join(folder, path), lines(content))
}

async function* lines(text: string): AsyncGenerator<string> {
  yield text
}

function withSeparator(folder: string): string {
  if (/[\\/]$/.test(folder)) return folder
  return folder.includes('\\') ? `${folder}\\` : `${folder}${folder.includes('/') ? '/' : sep}`
}

function readMe(model: SemanticModel, dataFolder: string, words: Words): string {
  const without = model.without.map(({ label, why }) => `- ${label}: ${why}`)
  return [
    sentence(words, 'say.powerbi.readme.open', { name: model.name, folder: dataFolder }),
    '',
    sentence(words, 'say.powerbi.readme.numbers'),
    ...(without.length > 0 ? ['', sentence(words, 'say.powerbi.readme.without'), '', ...without] : []),
    '',
    sentence(words, 'say.powerbi.readme.unopened'),
    '',
  ].join('\n')
}

function report(folder: string, model: SemanticModel, files: string[], options: PowerBiOptions, version: string): void {
  const { tables, roles, without } = model
  const measures = tables.flatMap((table) => table.measures.filter(({ hidden }) => !hidden)).length
  if (options.json) printJson({ path: folder, tables: files.length, measures, roles: roles.length, without, version })
  else {
    say(`${folder}: ${files.length} tables, ${measures} measures, ${roles.length} roles.`)
    for (const { label, why } of without) say(`No measure: ${label}. ${why}`)
  }
}
