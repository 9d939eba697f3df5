import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Viewer } from '../metrics/query.ts'
import { type SiteFile, siteOf } from '../surfaces/export/site.ts'
import { readSiteFiles } from '../surfaces/export/site-files.ts'
import { doorsOf } from './doors.ts'
import { writeWhole } from './export-file.ts'
import { openModel, viewerOf } from './model.ts'
import { readShared, type Shared } from './opened.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'
import { writeReport } from './write-report.ts'

interface SiteOptions extends CommonOptions {
  /** Commander's reading of `--no-report`. */
  report: boolean
}

/** `rapport export site`. */
export function addSite(command: Command): void {
  withData(
    command
      .command('site <folder>')
      .description('All pages in every language as files that any file server can host. Personal data is masked.'),
  )
    .option('--no-report', 'without the report')
    .addHelpText('after', '\nExample:\n  $ rapport export site public --files tickets.csv')
    .action(exportSite)
}

async function exportSite(folder: string, options: SiteOptions): Promise<void> {
  const { project, version } = await openModel(options)
  try {
    const shared = await readShared(project, version)
    const viewer = viewerOf(project, options)
    const doors = doorsOf(shared)
    const seenIn = (language: string): Viewer => ({ ...viewer, language })
    const site = siteOf(
      {
        source: doors.source,
        languages: [viewer.language, ...doors.languages.filter((each) => each !== viewer.language)],
        words: doors.words,
        pages: async (language) => doors.pages(seenIn(language)),
        page: (id, language) => doors.page(id, new URLSearchParams(), seenIn(language)),
        ...(options.report && { report: (language) => reportIn(language, options, shared) }),
      },
      readSiteFiles(),
    )
    const written: string[] = []
    for await (const file of site) {
      await writeFile(resolve(folder), file)
      written.push(file.path)
    }
    if (options.json) printJson({ path: resolve(folder), files: written, version: version.facts.id })
    else say(`${join(folder, 'index.html')}: ${written.filter((path) => path.endsWith('.html')).length - 1} pages.`)
  } finally {
    await version.close()
  }
}

async function writeFile(folder: string, { path, content }: SiteFile): Promise<void> {
  // A file server is often another user of the machine.
  await writeWhole(join(folder, path), chunksOf(content), 0o644)
}

async function* chunksOf(content: string | Iterable<string>): AsyncGenerator<string> {
  if (typeof content === 'string') yield content
  else yield* content
}

async function reportIn(language: string, options: SiteOptions, shared: Shared) {
  const viewer = viewerOf(shared.project, { ...options, lang: language })
  const { document, files } = await writeReport(['html'], { shared, viewer })
  return { title: document!.title, html: String(files[0]!.bytes) }
}
