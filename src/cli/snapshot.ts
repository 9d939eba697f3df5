import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { linksOf, startOf } from '../pages/links.ts'
import type { PageServices } from '../pages/services.ts'
import { findSnapshot } from '../surfaces/report/snapshot.ts'
import { openModel, viewerOf } from './model.ts'
import { readShared } from './opened.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'
import { pageNamed } from './page-named.ts'
import { servicesOf } from './page-services.ts'

interface SnapshotOptions extends CommonOptions {
  page?: string
  format: 'png' | 'svg'
  theme: 'light' | 'dark'
  out?: string
}

export function addCommand(program: Command): void {
  withData(
    program
      .command('snapshot')
      .description(
        'Draw the main finding of a page as one picture, for a slide or a message. Personal data is masked.',
      ),
  )
    .option('--page <page>', 'whose finding (default: the first page that the data fill)')
    .addOption(new Option('--format <format>', 'what to write').choices(['png', 'svg']).default('png'))
    .addOption(new Option('--theme <theme>', 'on light or on dark').choices(['light', 'dark']).default('light'))
    .option('--out <file>', 'where to (default: <page>.<format>; - is standard output)')
    .addHelpText('after', '\nExample:\n  $ rapport snapshot --page overview --theme dark --files tickets.csv')
    .action(writeSnapshot)
}

async function writeSnapshot(options: SnapshotOptions): Promise<void> {
  const { project, version } = await openModel(options)
  try {
    const shared = await readShared(project, version)
    const services = servicesOf(shared, viewerOf(project, options))
    const page = pageNamed(options.page ?? (await firstPage(services)), shared.pages)
    const snapshot = await findSnapshot(page, project.name, services)
    const { snapshotPng, snapshotSvg } = await import('../surfaces/report/typst/snapshot-picture.ts')
    const written = await (options.format === 'svg' ? snapshotSvg : snapshotPng)(snapshot, options.theme)
    const out = options.out ?? `${snapshot.page}.${options.format}`
    if (out === '-') {
      process.stdout.write(written)
      return
    }
    await writeFile(resolve(out), written)
    if (options.json) printJson({ path: resolve(out), page: snapshot.page, title: snapshot.title, sure: snapshot.sure })
    else say(`${out}: ${snapshot.title}`)
  } finally {
    await version.close()
  }
}

async function firstPage(services: PageServices): Promise<string> {
  return startOf(await linksOf(services), 'overview')?.id ?? 'overview'
}
