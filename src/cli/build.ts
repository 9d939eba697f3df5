import type { Command } from 'commander'
import { formatNumber } from '../config/format.ts'
import type { Words } from '../config/words.ts'
import type { BuildReport } from '../flow/flow.ts'
import { lockBuild, tenMinutes } from '../flow/publish/lock.ts'
import { type Pointer, restorePrevious } from '../flow/publish/publish.ts'
import { type Project, readProject, readProjectWords } from '../project.ts'
import { writeBrief } from './brief.ts'
import { buildProject } from './build-project.ts'
import { type CommonOptions, projectOptions, withData } from './options.ts'
import { coloured, printData, printJson, say, sayProblem } from './output.ts'

interface BuildOptions extends CommonOptions {
  back?: boolean
}

export function addCommand(program: Command): void {
  const command = program.command('build').description('Run the flow: land, map, check and publish. Safe to repeat.')
  withData(command)
    .option('--back', 'restore the version before the current one')
    .addHelpText('after', '\nExample:\n  $ rapport build --project shop')
    .action(build)
}

async function build(options: BuildOptions): Promise<void> {
  const project = await readProject(projectOptions(options))
  if (options.back) {
    const pointer = await restore(project)
    if (project.directory) await writeBrief(project)
    if (options.json) printJson(pointer)
    else printData(`Version ${pointer.current} is served again.`)
    return
  }
  const report = await buildProject(options)
  if (project.directory) await writeBrief(project)
  if (options.json) printJson(report)
  else printReport(report, await readProjectWords(project, options.lang ?? project.settings.language))
}

/** Not while a build is about to publish: it would be undone at once. */
async function restore({ data }: Project): Promise<Pointer> {
  const lock = await lockBuild(data, { wait: tenMinutes, waiting: (who) => say(`Waiting for the build of ${who}.`) })
  return restorePrevious(data).finally(() => lock.release())
}

/** What came in, what became of each record, and what the build had to say. */
export function printReport(report: BuildReport, words: Words): void {
  const count = (value: number): string => formatNumber(value, words)
  printData(
    report.changed ? `Published version ${report.version}.` : `Nothing changed: version ${report.version} stays.`,
  )
  if (report.changed && report.reused > 0)
    printData(`  ${count(report.reused)} of ${count(report.loads.length)} loads were taken over from the build before.`)
  for (const load of report.loads) {
    printData(
      `  ${load.name} (${load.pack}): ${count(load.records)} records = ${count(load.mapped)} mapped + ${count(load.rejected)} rejected + ${count(load.duplicate)} duplicate + ${count(load.superseded)} superseded + ${count(load.skipped)} skipped`,
    )
  }
  const found = report.results.filter((result) => result.found > 0 && result.severity !== 'note').length
  if (found > 0) printData(coloured('yellow', `  ${found} checks found something: rapport check`, process.stdout))
  for (const note of report.notes) sayProblem(note)
}
